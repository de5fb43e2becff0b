"""What buttons, menus and files are called on Discord, and reading it back."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from bot.messages import Press

_PRESS: Final = re.compile(r"press:([0-9]{1,18}):([0-9]{1,4})")
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f"<>:|?*\\/]+')
_STEM, _ENDING = 80, 16


def press_id(reply_id: int, index: int) -> str:
    """The id of the `index`-th button of a reply; also the value of a menu's option."""
    return f"press:{reply_id}:{index}"


def parse_press(text: str) -> Press | None:
    """The click that an id stands for; None when it is none of ours."""
    found = _PRESS.fullmatch(text)
    return Press(int(found[1]), int(found[2])) if found else None


def menu_id(reply_id: int, index: int) -> str:
    """The id of a menu whose first option is the `index`-th button of a reply."""
    return f"menu:{reply_id}:{index}"


def file_name(name: str, taken: Collection[str] = ()) -> str:
    """A name that Discord takes, without folders and not among the `taken` (case-folded)."""
    bare = "".join(c if c.isprintable() else " " for c in name.replace("\\", "/"))
    bare = _UNSAFE.sub("_", bare.rpartition("/")[2]).strip(". ")
    stem, dot, ending = bare.rpartition(".")
    stem, ending = (stem[:_STEM], dot + ending[:_ENDING]) if stem else (ending[:_STEM], "")
    stem = stem or "file"
    found, number = f"{stem}{ending}", 2
    while found.casefold() in taken:
        found, number = f"{stem}-{number}{ending}", number + 1
    return found
