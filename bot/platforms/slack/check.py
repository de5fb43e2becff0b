"""Checks a Slack token and its scopes against the API."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.findings import Finding
from bot.settings import Settings

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


async def check_slack(settings: Settings) -> list[Finding]:
    """Whether the token works and has every scope that the assistant uses."""
    token = settings.slack_bot_token
    if token is None:
        return [Finding("note", "slack", "not configured", "set SLACK_BOT_TOKEN to use it")]
    client = AsyncWebClient(token.get_secret_value(), base_url=settings.slack_api_url, timeout=10)
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
