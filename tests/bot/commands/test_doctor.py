"""`doctor`: the set-up, part by part, with what to fix."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from bot.commands.doctor import examine
from bot.platforms.findings import Finding
from bot.platforms.slack.surface import SCOPES
from bot.settings import Settings
from tests.bot.stage import settings_for
from tests.servers.discord import CONTENT_FLAG, CONTENT_FLAG_LIMITED, discord_server
from tests.servers.slack import slack_server


def examined(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in asyncio.run(examine(settings))}


def test_a_fresh_home_is_ready(tmp_path: Path) -> None:
    """On a fresh machine nothing is to be fixed; what is not configured is only noted."""
    found = examined(settings_for(tmp_path / "home"))
    states = {what: finding.state for what, finding in found.items()}
    assert states == {
        "home": "ok",
        "blobs": "ok",
        "database": "ok",
        "clock": "ok",
        "bot address": "ok",
        "prediction server": "ok",
        "mlflow": "ok",
        "workers": "ok",
        "language model": "ok",
        "slack": "note",
        "discord": "note",
        "chat API": "ok",
        "github": "note",
    }
    assert "set SLACK_BOT_TOKEN" in found["slack"].fix
    assert "migration" in found["database"].sentence


def with_slack(home: Path, scopes: frozenset[str], *, token: str = "") -> Finding:
    async def check() -> Finding:
        async with slack_server(scopes=scopes) as server:
            settings = settings_for(
                home, slack_bot_token=token or server.bot_token, slack_api_url=server.api_url
            )
            return {f.what: f for f in await examine(settings)}["slack"]

    return asyncio.run(check())


def test_a_good_slack_token(tmp_path: Path) -> None:
    """A token with every scope is fine, and the team is named."""
    found = with_slack(tmp_path, SCOPES | {"reactions:write"})
    assert (found.state, found.sentence) == ("ok", "the token works for Crew, scopes complete")


def test_a_refused_slack_token(tmp_path: Path) -> None:
    """A token that Slack refuses must be fixed, and it says where."""
    found = with_slack(tmp_path, SCOPES, token="xoxb-bad")
    assert (found.state, found.sentence) == ("bad", "the token is refused: invalid_auth")
    assert "Slack app settings" in found.fix


def test_missing_slack_scopes(tmp_path: Path) -> None:
    """Scopes that are missing are named."""
    found = with_slack(tmp_path, SCOPES - {"files:read", "commands"})
    assert (found.state, found.sentence) == ("bad", "scopes missing: commands, files:read")
    assert "reinstall the app" in found.fix


@pytest.mark.parametrize(
    ("way", "state", "sentence"),
    [
        ({}, "bad", "nothing brings them in"),
        ({"slack_app_token": "xapp-bad"}, "bad", "the app token is refused: invalid_auth"),
        ({"slack_app_token": "the right one"}, "ok", "come through Socket Mode"),
    ],
)
def test_the_way_in_from_slack(
    tmp_path: Path, way: dict[str, str], state: str, sentence: str
) -> None:
    """It says whether events can reach the assistant, and through which door."""

    async def check() -> Finding:
        async with slack_server() as server:
            right = {
                name: token.replace("the right one", server.app_token)
                for name, token in way.items()
            }
            settings = settings_for(
                tmp_path, slack_bot_token=server.bot_token, slack_api_url=server.api_url, **right
            )
            return {f.what: f for f in await examine(settings)}["slack events"]

    found = asyncio.run(check())
    assert (found.state, found.sentence) == (state, sentence)


def with_discord(home: Path, flags: int, *, token: str = "") -> Finding:
    async def check() -> Finding:
        async with discord_server(application_flags=flags) as discord:
            given = token or discord.token
            settings = settings_for(home, discord_token=given, discord_api_url=discord.api_url)
            return {f.what: f for f in await examine(settings)}["discord"]

    return asyncio.run(check())


@pytest.mark.parametrize("flags", [CONTENT_FLAG, CONTENT_FLAG_LIMITED])
def test_a_good_discord_token(tmp_path: Path, flags: int) -> None:
    """A token whose app may read messages is fine, be the app verified or small."""
    found = with_discord(tmp_path, flags)
    assert (found.state, "assistant" in found.sentence) == ("ok", True)


def test_a_refused_discord_token(tmp_path: Path) -> None:
    """A token that Discord refuses must be fixed, and it says where."""
    found = with_discord(tmp_path, CONTENT_FLAG, token="bad")
    assert (found.state, found.sentence) == ("bad", "the token is refused")
    assert "Discord developer portal" in found.fix


def test_discord_without_the_intent(tmp_path: Path) -> None:
    """Without the message content intent the bot would be deaf, so it must be turned on."""
    found = with_discord(tmp_path, 0)
    assert (found.state, "message content" in found.fix) == ("bad", True)


def test_a_platform_out_of_reach(tmp_path: Path) -> None:
    """An API that cannot be reached is a finding, not a failure of the doctor."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/api/"
        settings = settings_for(
            tmp_path, slack_bot_token="x", slack_api_url=url, discord_token="x", discord_api_url=url
        )
        found = examined(settings)
    assert (found["slack"].state, found["discord"].state) == ("bad", "bad")
    assert found["home"].state == "ok"


def test_a_key_that_is_missing(tmp_path: Path) -> None:
    """A language model without its key is told with both ways out."""
    found = examined(settings_for(tmp_path, model="openai:gpt-5"))
    assert found["language model"].state == "bad"
    assert "OPENAI_API_KEY" in found["language model"].sentence
    assert "offline" in found["language model"].fix


def test_a_port_in_use_is_noted(tmp_path: Path) -> None:
    """An address in use is worth a note: it may be the bot itself."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = settings_for(tmp_path).model_copy(update={"http": address})
        found = examined(settings)
    assert found["bot address"].state == "note"
    assert "MLOPS_HTTP" in found["bot address"].fix


def test_stores_that_cannot_be_reached(tmp_path: Path) -> None:
    """A database or blob store out of reach must be fixed."""
    settings = settings_for(
        tmp_path, database_url="sqlite:////proc/nowhere/catalog.db", blobs_url="gopher://x"
    )
    found = examined(settings)
    assert (found["database"].state, found["blobs"].state) == ("bad", "bad")
