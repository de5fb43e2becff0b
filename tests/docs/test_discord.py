"""The page about Discord tells what the adapter needs."""

from __future__ import annotations

import re

import discord

from bot.platforms.discord.errors import RIGHTS
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/discord.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([A-Z][A-Za-z ]+) \| (\d+) \|", PAGE, re.MULTILINE)
NAMES = {
    "View Channels": "view_channel",
    "Send Messages": "send_messages",
    "Embed Links": "embed_links",
    "Attach Files": "attach_files",
    "Read Message History": "read_message_history",
    "Create Public Threads": "create_public_threads",
    "Send Messages in Threads": "send_messages_in_threads",
}


def test_the_invitation_asks_for_the_permissions_of_the_table() -> None:
    """The number in the invitation is the sum of the table, and each value is Discord's."""
    values = {name: getattr(discord.Permissions, NAMES[name]).flag for name, _ in ROWS}
    assert {name: int(value) for name, value in ROWS} == values
    assert set(values) == set(NAMES)
    asked = re.search(r"permissions=(\d+)", PAGE)
    assert asked is not None
    assert int(asked[1]) == sum(values.values())


def test_the_bot_asks_for_no_other_permission() -> None:
    """What the bot says it misses is what the invitation gives it."""
    assert set(RIGHTS.values()) == set(NAMES.values())
    assert {name.replace("Channels", "Channel") for name in NAMES} == set(RIGHTS)
