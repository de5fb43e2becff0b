"""`python -m bot web`: when it starts, when it refuses, and where it listens."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from bot.commands.companion import free_address, listen, who_answers
from bot.commands.web import sign_in_of
from bot.errors import SetupError
from bot.settings import Settings
from tests.bot.processes import run

FULL = {
    "MLOPS_WEB_URL": "https://assistant.example.org",
    "MLOPS_WEB_OIDC_URL": "https://login.example.org/.well-known/openid-configuration",
    "MLOPS_WEB_CLIENT_ID": "page",
    "MLOPS_WEB_CLIENT_SECRET": "secret",
}


def _settings(**given: str) -> Settings:
    return Settings.model_validate(given)


@pytest.mark.parametrize("address", ["127.0.0.1:8501", "localhost:8501", "[::1]:8501"])
def test_on_this_machine_nobody_signs_in(address: str):
    """On loopback the link is enough."""
    assert sign_in_of(_settings(MLOPS_WEB=address)) is None


@pytest.mark.parametrize("address", ["0.0.0.0:8501", "192.168.1.7:8501", "[::]:8501", ":8501"])
def test_any_other_address_needs_a_sign_in(address: str):
    """Where others could reach the page it starts only with all of the sign-in configured."""
    if address.startswith(":"):
        assert sign_in_of(_settings(MLOPS_WEB=address)) is None  # no host is loopback
        return
    with pytest.raises(SetupError, match="people must sign in: set MLOPS_WEB_URL, MLOPS_WEB_OIDC"):
        sign_in_of(_settings(MLOPS_WEB=address))
    found = sign_in_of(_settings(MLOPS_WEB=address, **FULL))
    assert found is not None
    assert found.page_url == FULL["MLOPS_WEB_URL"]


@pytest.mark.parametrize("missing", sorted(FULL))
def test_half_a_sign_in_is_none(missing: str):
    """A setting that was forgotten is named, on loopback too."""
    rest = {name: value for name, value in FULL.items() if name != missing}
    with pytest.raises(SetupError, match=rf"by half: set {missing} too"):
        sign_in_of(_settings(MLOPS_WEB="127.0.0.1:8501", **rest))


def test_sign_ins_travel_encrypted():
    """A page of other machines has an https address, or cookies could be overheard."""
    with pytest.raises(SetupError, match="https://"):
        sign_in_of(_settings(MLOPS_WEB="0.0.0.0:8501", **FULL | {"MLOPS_WEB_URL": "http://a.b"}))


def test_the_command_refuses_with_a_sentence(tmp_path: Path):
    """Without a sign-in the command ends at once, says what to set, and has started nothing."""
    ended = run(tmp_path / "home", "web", "--no-browser", MLOPS_WEB="0.0.0.0:0")
    assert ended.returncode == 1
    assert re.fullmatch(r"MLOPS_WEB=0\.0\.0\.0:0 can be reached from other .*\n", ended.stderr)
    assert not (tmp_path / "home" / "bot.log").exists()


def test_a_taken_port_is_followed_by_the_next():
    """The page listens at one of the next ports; told not to look further it says so."""
    with listen(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with listen(("127.0.0.1", port), tries=20) as second:
            assert port < second.getsockname()[1] < port + 20
        with pytest.raises(SetupError, match=f"127.0.0.1:{port}. MLOPS_WEB chooses another"):
            listen(("127.0.0.1", port))
        assert free_address(f"127.0.0.1:{port}") != f"127.0.0.1:{port}"


def test_what_answers_is_told_apart():
    """Nobody, and something that is not our bot, are no bot to show a page of."""
    assert who_answers("127.0.0.1:1", "token") == "nobody"
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        assert who_answers(address, "token", patience_s=0.2) == "other"
