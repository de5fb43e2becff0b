"""Permission bits and what the bot may do in a channel."""

from __future__ import annotations

from collections.abc import Collection

BITS = {
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "read_messages": 1 << 10,
    "send_messages": 1 << 11,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
}

MEMBER = 0
for _bit in BITS.values():
    MEMBER |= _bit
MEMBER &= ~(BITS["mention_everyone"] | BITS["manage_messages"] | BITS["manage_threads"])
# The bot may ping everyone, so that a mention that was not made inert is noticed.
BOT = MEMBER | BITS["mention_everyone"]


def mask(names: Collection[str]) -> int:
    """The bits of these names; an unknown name is an error of the test."""
    unknown = set(names) - BITS.keys()
    if unknown:
        raise ValueError(f"no such permission: {', '.join(sorted(unknown))}")
    found = 0
    for name in names:
        found |= BITS[name]
    return found
