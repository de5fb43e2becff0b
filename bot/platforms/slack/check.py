"""Checks a Slack token and its scopes against the API."""

from __future__ import annotations

from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.findings import Finding

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
    }
)
INSTALL = "Slack app settings, OAuth & Permissions"


async def check_slack(token: SecretStr | None, api_url: str) -> list[Finding]:
    """Whether the token works and has every scope that the assistant uses."""
    if token is None:
        return [Finding("note", "slack", "not configured", "set SLACK_BOT_TOKEN to use it")]
    client = AsyncWebClient(token.get_secret_value(), base_url=api_url, timeout=10)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        reason = error.response.get("error", "unknown error")
        fix = f"reinstall the app and copy its bot token ({INSTALL})"
        return [Finding("bad", "slack", f"the token is refused: {reason}", fix)]
    granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    if missing := sorted(SCOPES - granted):
        fix = f"add them and reinstall the app ({INSTALL})"
        return [Finding("bad", "slack", f"scopes missing: {', '.join(missing)}", fix)]
    return [Finding("ok", "slack", f"the token works for {answer.get('team')}, scopes complete")]
