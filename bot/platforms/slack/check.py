"""Checks the Slack tokens and the scopes against the API."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.findings import Finding
from bot.platforms.slack.surface import SCOPES
from bot.settings import Settings

INSTALL = "Slack app settings, OAuth & Permissions"
APP_TOKEN = "Slack app settings, Basic Information, App-Level Tokens"  # noqa: S105 - a place


async def check_slack(settings: Settings) -> list[Finding]:
    """Whether the tokens work, and have every scope that the assistant uses."""
    token = settings.slack_bot_token
    if token is None:
        return [Finding("note", "slack", "not configured", "set SLACK_BOT_TOKEN to use it")]
    url = settings.slack_api_url
    return [await _bot_token(token.get_secret_value(), url), *await _way_in(settings)]


async def _way_in(settings: Settings) -> list[Finding]:
    """Whether events can reach the assistant: through a socket, or signed to its own address."""
    token = settings.slack_app_token
    if token is None:
        if settings.slack_signing_secret is not None:
            return []
        fix = "set SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET where Slack can reach the bot"
        return [Finding("bad", "slack events", "nothing brings them in", fix)]
    client = AsyncWebClient(base_url=settings.slack_api_url, timeout=10)
    try:
        await client.apps_connections_open(app_token=token.get_secret_value())
    except SlackApiError as error:
        reason = error.response.get("error", "unknown error")
        fix = f"generate one with connections:write, and enable Socket Mode ({APP_TOKEN})"
        return [Finding("bad", "slack events", f"the app token is refused: {reason}", fix)]
    return [Finding("ok", "slack events", "come through Socket Mode")]


async def _bot_token(token: str, url: str) -> Finding:
    client = AsyncWebClient(token, base_url=url, timeout=10)
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        reason = error.response.get("error", "unknown error")
        fix = f"reinstall the app and copy its bot token ({INSTALL})"
        return Finding("bad", "slack", f"the token is refused: {reason}", fix)
    granted = {scope.strip() for scope in answer.headers.get("x-oauth-scopes", "").split(",")}
    if missing := sorted(SCOPES - granted):
        fix = f"add them and reinstall the app ({INSTALL})"
        return Finding("bad", "slack", f"scopes missing: {', '.join(missing)}", fix)
    return Finding("ok", "slack", f"the token works for {answer.get('team')}, scopes complete")
