"""Durations as people write them: `90s`, `30m`, `6h`, `1d`, `1w`, and together `1d12h`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from tools.cards import shown
from tools.errors import BadRequest

_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_UNITS: Final = (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_PART: Final = re.compile(
    r"(\d{1,8})\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|s|m|h|d|w)\s*",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?:every\s+)?(second|minute|hour|day|week)", re.IGNORECASE)
_LONGEST_S: Final = 366 * 86_400


def seconds_of(text: str) -> int:
    """The seconds in `6h`, `1d12h`, `90 minutes` or `hour`.

    Raises:
        BadRequest: It is not a duration, is nothing, or is longer than a year.
    """
    said = text.strip()
    if _BARE.fullmatch(said):
        said = f"1{said.split()[-1][0]}"
    parts = _PART.findall(said)
    if not parts or _PART.sub("", said):
        raise BadRequest(f"“{shown(text)}” is not a duration.", "Write it like 30m, 6h, 1d or 1w.")
    seconds = sum(int(count) * _SECONDS[unit[0].lower()] for count, unit in parts)
    if not 0 < seconds <= _LONGEST_S:
        raise BadRequest(
            f"“{shown(text)}” is too {'long' if seconds else 'short'}.",
            "A duration is between a second and a year.",
        )
    return seconds


def start_of_day(now: datetime) -> datetime:
    """The midnight before, in the zone of the moment."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def in_words(seconds: int) -> str:
    """`6 hours`, `1 day`, `90 minutes`: the largest unit that divides it evenly."""
    count, unit = counted(seconds)
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def counted(seconds: int) -> tuple[int, str]:
    """`(6, "hour")`: the count and the name of the largest unit that divides it evenly."""
    unit, size = next(item for item in _UNITS if seconds % item[1] == 0)
    return seconds // size, unit
