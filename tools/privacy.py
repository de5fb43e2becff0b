"""How much of a channel's data a language model may see: the levels, and the one that holds."""

from __future__ import annotations

from typing import Final, get_args

from storage.catalog.records import Channel, Privacy

LEVELS: Final[tuple[Privacy, ...]] = get_args(Privacy)
"""From nothing to some rows."""


def level_of(channel: Channel | None, default: Privacy) -> Privacy:
    """The level of a channel; what is shared with others never shows rows."""
    own = channel.privacy if channel is not None else ""
    level = next((each for each in LEVELS if each == own), default)
    return "aggregates" if level == "samples" and channel and channel.shared else level
