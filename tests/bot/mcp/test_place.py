"""In whose name and where: the setting and the options fit together, or nothing starts."""

from __future__ import annotations

import getpass

import pytest

from bot.errors import SetupError
from bot.mcp.place import place_of
from storage.catalog.records import Actor, Address, Scope


def test_in_the_terminal_it_is_whoever_runs_it():
    """Without a setting the rights are those of this machine's user."""
    place = place_of("terminal/local/main", "mcp", user="")
    user = getpass.getuser()
    assert place.address == Address(Scope("terminal", "local", "main"), "mcp")
    assert place.actor == Actor(f"terminal/local/{user}", f"{user} (MCP)")
    assert place.local


def test_elsewhere_it_is_a_person_of_the_workspace():
    """A chat's person is named, and is of the channel's own workspace."""
    place = place_of("slack/T1/C1", "17.1", user="slack/T1/U7")
    assert (place.actor.id, place.local) == ("slack/T1/U7", False)


@pytest.mark.parametrize(
    ("channel", "thread", "user"),
    [
        ("slack/T1/C1", "17.1", ""),
        ("slack/T1/C1", "17.1", "slack/T2/U7"),
        ("slack/T1/C1", "17.1", "terminal/local/ada"),
        ("slack/T1/C1", "17.1", "slack/T1/"),
        ("slack/T1/C1", "17.1", "slack/T1/U7/x"),
        ("slack/T1/C1", "", "slack/T1/U7"),
        ("main", "mcp", ""),
    ],
)
def test_what_does_not_fit_does_not_start(channel: str, thread: str, user: str):
    """Nobody, a stranger, the terminal's user in a chat, or no thread: a sentence, no start."""
    with pytest.raises(SetupError):
        place_of(channel, thread, user=user)
