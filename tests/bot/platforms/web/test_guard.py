"""Who is let in: by which name, from which page, with which token."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.web.check import check_web
from bot.platforms.web.errors import Refusal
from bot.platforms.web.guard import Doors, Guard, doors_of, thread_name
from bot.platforms.web.tokens import mint, person
from storage.catalog.records import Address, Scope
from tests.bot.stage import settings_for

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECRET = "s" * 32
DOORS = Doors(frozenset({"localhost", "::1", "bot.example.org"}), "https://bot.example.org")
GUARD = Guard(DOORS, secret=SECRET, now=lambda: NOW)
TOKEN = mint(person("ada", name="Ada"), secret=SECRET, now=NOW)


def headers(**given: str) -> dict[str, str]:
    asked = {"host": "localhost:8080", "authorization": f"Bearer {TOKEN}"}
    return asked | given


def refusal(channel: str = "main", **given: str) -> tuple[int, str]:
    with pytest.raises(Refusal) as caught:
        GUARD.admit(headers(**given), channel)
    return caught.value.status, caught.value.code


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", None),
        ("localhost", "http://localhost"),
        ("[::1]:9", "http://[::1]:9"),
        ("BOT.example.org", "https://bot.example.org"),
        ("localhost:8080", "https://bot.example.org"),
    ],
)
def test_who_comes_by_a_known_name(host: str, origin: str | None) -> None:
    """Programs send no origin; a page of the bot's own address sends that."""
    asked = headers(host=host) | ({"origin": origin} if origin else {})
    visitor = GUARD.admit(asked, "main")
    assert visitor.actor.id == "web/local/ada"
    assert visitor.scope == Scope("web", "local", "main")


@pytest.mark.parametrize(
    "host", ["evil.example", "", "localhost.evil.example", "localhost@evil", "[", "a]b", "x/y"]
)
def test_an_unknown_name(host: str) -> None:
    """A name that somebody else pointed here is refused before the token is looked at."""
    assert refusal(host=host, authorization="") == (403, "wrong_host")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://localhost:9", "http://localhost:80801"]
)
def test_a_foreign_page(origin: str) -> None:
    """Another site's page, another port's too, is refused even with a token."""
    assert refusal(origin=origin) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"bearer x {TOKEN}"]
)
def test_no_good_token(value: str) -> None:
    """Without a token that was made here nobody is let in."""
    assert refusal(authorization=value) == (401, "unauthorized")


def test_a_token_from_before() -> None:
    """A token that has ended lets nobody in."""
    late = Guard(DOORS, secret=SECRET, now=lambda: NOW + timedelta(days=2))
    with pytest.raises(Refusal, match="expired"):
        late.admit(headers(), "main")


@pytest.mark.parametrize("name", ["../other", "Main", "a/b", "a b", "-a", "x" * 41, "%2e", "web"])
def test_channels_are_plain_names(name: str) -> None:
    """A channel is a plain name in the person's own workspace, or nothing."""
    if name == "web":
        assert str(GUARD.admit(headers(), name).scope) == "web/local/web"
    else:
        assert refusal(name) == (400, "bad_request")


@given(name=st.text(max_size=70))
def test_threads_are_plain_names(name: str) -> None:
    """A thread is a plain name; one of them is the channel itself."""
    visitor = GUARD.admit(headers(), "main")
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name, re.ASCII):
        assert thread_name(visitor.address(name)) == name
    else:
        with pytest.raises(Refusal, match="A thread is named"):
            visitor.address(name)


def test_the_channel_is_a_thread() -> None:
    """What is said to nobody's thread is shown under the channel's own name."""
    visitor = GUARD.admit(headers(), "main")
    assert visitor.address("channel") == Address(Scope("web", "local", "main"), "")


@given(host=st.text(max_size=40), origin=st.text(max_size=40))
def test_any_header_is_answered(host: str, origin: str) -> None:
    """No host or origin that nobody knows brings anything but a refusal."""
    assert refusal(host=f"{host}.example", origin=origin) == (403, "wrong_host")
    assert refusal(origin=f"{origin}.example") == (403, "foreign_origin")


def test_names_from_settings(tmp_path: Path) -> None:
    """The bot is known by its public address, by what the settings add, and on its machine."""
    settings = settings_for(
        tmp_path, public_url="https://Ml.Example.org/x", web_hosts="bot, other.example.org"
    ).model_copy(update={"http": "0.0.0.0:8080"})
    doors = doors_of(settings)
    named = {"ml.example.org", "bot", "other.example.org"}
    assert doors.hosts - {"localhost", "127.0.0.1", "::1"} == named
    assert doors.origin == "https://ml.example.org"


@pytest.mark.parametrize(
    ("http", "hosts", "state"),
    [
        ("127.0.0.1:8080", "", "ok"),
        ("0.0.0.0:8080", "", "note"),
        ("0.0.0.0:8080", "bot", "ok"),
        ("10.1.2.3:8080", "", "ok"),
    ],
)
def test_the_doctor_says_who_can_come(tmp_path: Path, http: str, hosts: str, state: str) -> None:
    """Where the bot listens for everybody but knows no name of its own, the doctor says so."""
    settings = settings_for(tmp_path, web_hosts=hosts).model_copy(update={"http": http})
    [finding] = asyncio.run(check_web(settings))
    assert finding.state == state
