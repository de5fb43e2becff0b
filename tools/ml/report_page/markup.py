"""Builds HTML in which text can only ever be text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final, TypeAlias

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
"""Controls, marks that turn or hide text, halves of characters, and what is no character."""
_VOID: Final = {"input", "meta"}


class Markup(str):
    """HTML that is ready; made by `tag`, `join` and `cut` only."""

    __slots__ = ()


Content: TypeAlias = str | int | Iterable["Content"] | None
Attribute: TypeAlias = str | int | float | bool | None


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Markup:
    """An element. Text inside and attribute values are escaped, `Markup` stays as it is.

    Attribute names are written with `_` for `-`, and with one at the end where Python has the
    word; None and False leave an attribute out, True writes its name alone.
    """
    opened = f"<{name}{''.join(map(_attribute, attributes.items()))}>"
    return Markup(opened if name in _VOID else f"{opened}{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """Pieces one after another."""
    if content is None:
        return Markup()
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(html.escape(visible(content)))
    if isinstance(content, int):
        return Markup(f"{content:,}")
    return Markup("".join(map(join, content)))


def visible(text: str) -> str:
    """The text with characters that cannot be seen, or that turn what follows, as ⟨U+202E⟩."""
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def cut(text: str, limit: int = 200) -> str:
    """The text, or its beginning with … at the end."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def name_of(text: str, limit: int = 200) -> Markup:
    """A name or value from a file: its direction stays its own, and an empty one is told."""
    if not text.strip():
        return tag("i", "no name" if not text else "blank")
    return tag("bdi", cut(text, limit))


def _attribute(item: tuple[str, Attribute]) -> str:
    key, value = item
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(visible(str(value)))}"'
