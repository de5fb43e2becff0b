"""The ids of things to click; they say which reply and which button, and nothing else."""

from __future__ import annotations

import re
from typing import Final

from bot.messages import Press

_PRESS: Final = re.compile(r"press:([0-9]{1,18}):([0-9]{1,6})")
_OPINION: Final = re.compile(r"opinion:([0-9]{1,18})")


def press_id(reply_id: int, index: int) -> str:
    """The id of the `index`-th button of a reply: `press:12:0`."""
    return f"press:{reply_id}:{index}"


def parse_press(text: str) -> Press | None:
    """The reverse of `press_id`; None for any other id."""
    found = _PRESS.fullmatch(text)
    return Press(int(found[1]), int(found[2])) if found else None


def menu_id(reply_id: int, index: int) -> str:
    """The id of a menu whose first option is the `index`-th button; its options carry press ids."""
    return f"menu:{reply_id}:{index}"


def opinion_id(reply_id: int) -> str:
    """The id of the two buttons that ask what people think of an answer."""
    return f"opinion:{reply_id}"


def parse_opinion(text: str) -> int | None:
    """The reply that an opinion is about; None for any other id."""
    found = _OPINION.fullmatch(text)
    return int(found[1]) if found else None
