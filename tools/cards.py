"""Words and blocks that all cards share: numbers, names, moments, receipts."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tools.figures import HUGE
from tools.figures import number as number  # noqa: PLC0414 - exported
from tools.figures import percent as percent  # noqa: PLC0414 - exported
from tools.figures import plural as plural  # noqa: PLC0414 - exported
from tools.outcome import Block, Cell, Fact, Facts, NextStep, NextSteps, Receipt, Table, Warnings

_MOST_WARNINGS: Final = 8
_UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
_UNSAFE: Final = re.compile("[`\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")
KINDS: Final = {
    "integer": ("whole number", "whole numbers"),
    "number": ("number", "numbers"),
    "boolean": ("yes/no", "yes/no"),
    "datetime": ("date", "dates"),
    "category": ("category", "categories"),
    "text": ("text", "texts"),
}
"""What people call a kind of column: one of them, several."""
_NOT_SLUG: Final = re.compile(r"[^a-z0-9_]+")
_HANDLE: Final = re.compile(r"m\d+")


def shown(text: object, limit: int = 60) -> str:
    """A name or value from a file, safe in a display slot.

    One line of at most `limit` characters, without backticks, control, bidirectional and
    zero-width characters.
    """
    line = " ".join(_UNSAFE.sub(" ", str(text)).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def cell(value: object) -> Cell:
    """A value from a table, ready for a table of a card; gaps are None, moments are text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return value if abs(value) < HUGE else number(value)
    return shown(value, 80)


def listed(names: Iterable[object], *, most: int = 5, last: str = "and") -> str:
    """`Age, Fare and Sex`, in code marks; beyond `most` the rest is counted."""
    items = [f"`{shown(name)}`" for name in names]
    if len(items) > most:
        items = [*items[: most - 1], f"{len(items) - most + 1:,} more"]
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def moment(when: datetime, zone: str) -> str:
    """A time on the wall of `zone` (an IANA name): `23 Nov 2025, 14:05`."""
    local = when.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def span(seconds: float) -> str:
    """A stretch of time: `8 s`, `2 min`, `3 h`, `2 days`."""
    for size, unit in ((86_400, "day"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= 90):
            count = round(seconds / size)
            return plural(count, unit) if unit == "day" else f"{count} {unit}"
    return f"{max(round(seconds), 0)} s"


def slug(text: str, fallback: str) -> str:
    """A name for URLs and registries: lower-case ASCII letters, digits, `_` and `-`.

    `m7`, which would read as the handle of a model, becomes `fallback-m7`.
    """
    plain = (
        unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode().lower()
    )
    name = _NOT_SLUG.sub("-", plain).strip("-_")[:60].strip("-_") or fallback
    return f"{fallback}-{name}" if _HANDLE.fullmatch(name) else name


def facts(**items: str) -> Facts:
    """Labels (underscores read as spaces) and values; empty values are left out."""
    return Facts(_pairs(items))


def receipt(**items: str) -> Receipt:
    """Where the numbers come from; empty values are left out."""
    return Receipt(_pairs(items))


def warnings(items: Sequence[str]) -> tuple[Block, ...]:
    """A block of warnings, or nothing; beyond eight the rest is counted.

    They may quote names from files, so invisible characters go; code marks stay.
    """
    unique = list(dict.fromkeys(" ".join(_UNSEEN.sub(" ", item).split()) for item in items))
    if len(unique) > _MOST_WARNINGS:
        rest = len(unique) - _MOST_WARNINGS + 1
        unique = [*unique[: _MOST_WARNINGS - 1], f"{plural(rest, 'more remark')} of this kind."]
    return (Warnings(tuple(unique)),) if unique else ()


def steps(*items: NextStep) -> NextSteps:
    """The buttons under a card."""
    return NextSteps(items)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    caption: str = "",
) -> Table:
    """A table whose values may come from files."""
    return Table(
        tuple(columns), tuple(tuple(cell(value) for value in row) for row in rows), title, caption
    )


def short(digest: str) -> str:
    """The first digits of a digest, for people to compare."""
    return digest[:12]


def _pairs(items: Mapping[str, str]) -> tuple[Fact, ...]:
    return tuple(
        Fact(label[:1].upper() + label[1:].replace("_", " "), value)
        for label, value in items.items()
        if value
    )
