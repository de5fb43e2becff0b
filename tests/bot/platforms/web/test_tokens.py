"""Tokens: only what was signed here is believed, and not for long."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.downloads import Downloads
from bot.platforms.web.tokens import LIFE, LONGEST, BadToken, mint, person, read
from storage.blobs.memory import MemoryBlobs
from tools.outcome import File

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECRET = "s" * 32
ADA = person("ada@example.com", workspace="acme", name="Ada", groups=["data-team"])


def token(life: timedelta = LIFE) -> str:
    return mint(ADA, secret=SECRET, now=NOW, life=life)


@given(
    name=st.text(max_size=120),
    groups=st.lists(st.text(max_size=20), max_size=5),
    seconds=st.integers(1, 86_400),
)
def test_a_token_says_who_it_was_made_for(name: str, groups: list[str], seconds: int) -> None:
    """Whatever a sign-in calls people and groups, the token gives back what could be kept."""
    who = person("ada", name=name, groups=groups)
    made = mint(who, secret=SECRET, now=NOW, life=timedelta(seconds=seconds))
    good = read(made, secret=SECRET, now=NOW)
    assert (good.person, good.until) == (who, NOW + timedelta(seconds=seconds))
    assert who.name.isprintable()
    assert made.isascii()


def test_a_token_ends() -> None:
    """At its end a token is no good any more, and no token lives longer than a day."""
    assert read(token(), secret=SECRET, now=NOW + LIFE - timedelta(seconds=1)).person == ADA
    with pytest.raises(BadToken, match="expired"):
        read(token(), secret=SECRET, now=NOW + LIFE)
    with pytest.raises(BadToken, match="expired"):
        read(token(timedelta(days=400)), secret=SECRET, now=NOW + LONGEST)


def test_a_changed_secret_ends_all_tokens() -> None:
    """Tokens of another secret are not believed."""
    with pytest.raises(BadToken, match="not valid"):
        read(token(), secret="t" * 32, now=NOW)


def forged(how: str) -> str:
    version, body, signature = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    grace = json.dumps(claims | {"user": "grace"}).encode()
    later = json.dumps(claims | {"until": claims["until"] + 1}).encode()
    file = File(MemoryBlobs().put(b"x"), "x", 1)
    link = Downloads(MemoryBlobs(), base="", secret=SECRET, now=lambda: NOW).link(file)
    return {
        "another person": f"{version}.{base64.urlsafe_b64encode(grace).decode()}.{signature}",
        "another end": f"{version}.{base64.urlsafe_b64encode(later).decode()}.{signature}",
        "no signature": f"{version}.{body}.",
        "no parts": f"{version}{body}{signature}",
        "nothing": "",
        "another version": f"w0.{body}.{signature}",
        "a download link": f"{version}.{link.rpartition('/')[2]}",
        "not ASCII": f"{version}.{body}.é\udcff",
        "endless": f"{version}.{body * 200}.{signature}",
        "more behind": f"{token()}.x",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "another person",
        "another end",
        "no signature",
        "no parts",
        "nothing",
        "another version",
        "a download link",
        "not ASCII",
        "endless",
        "more behind",
    ],
)
def test_what_was_not_made_here(how: str) -> None:
    """A token that was changed, or is something else, is not believed, and nothing is told."""
    with pytest.raises(BadToken, match=r"^This token is not valid here\.$"):
        read(forged(how), secret=SECRET, now=NOW)


@given(text=st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    """No text brings anything but a refusal."""
    with pytest.raises(BadToken):
        read(text, secret=SECRET, now=NOW)


def test_people_are_the_same_in_any_case() -> None:
    """An e-mail address is one person however it is written."""
    assert person(" Ada@Example.COM ", workspace="Acme").id == "web/acme/ada@example.com"


@pytest.mark.parametrize(
    "user",
    ["", "a/b", "../x", "group:x", "a b", "ada@", "@x.org", "a@b", "a@b@c.org", "ä", "x" * 200],
)
def test_who_can_be_no_part_of_an_id(user: str) -> None:
    """A user that could be read as something else is refused."""
    with pytest.raises(ValueError, match="neither a plain name"):
        person(user)


@pytest.mark.parametrize("workspace", ["", "a/b", "a b", "-a", "x" * 70])
def test_what_can_be_no_workspace(workspace: str) -> None:
    """A workspace that could be read as something else is refused."""
    with pytest.raises(ValueError, match="no workspace"):
        person("ada", workspace=workspace)


def test_groups_that_settings_could_not_name() -> None:
    """Groups with commas, blanks, slashes or `@` are left out; the others become ids."""
    who = person("ada", workspace="acme", groups=["data team", "a,b", "a/b", "a@b", "ops"])
    assert who.group_ids == {"web/acme/group:ops"}
