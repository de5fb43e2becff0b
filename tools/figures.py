"""Numbers as people say them, for cards and for sentences; it needs no library."""

from __future__ import annotations

import math
from typing import Final

HUGE: Final = 1e15
"""Numbers from here on are said with a power of ten."""
_BILLION: Final = 1e9


def number(value: float, *, digits: int = 3) -> str:
    """A number for people: thousands separators, about `digits` significant digits below 1,000.

    From a billion on, four digits of what is not whole are enough; from 10^15 on, 5.03e301.
    """
    if not math.isfinite(value):
        return "–"
    if abs(value) >= HUGE and not isinstance(value, int):
        return f"{value:.{digits}g}".replace("e+", "e")
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= _BILLION:
        return f"{float(f'{value:.4g}'):,.0f}"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:,.1f}".removesuffix(".0")
    return f"{value:.{digits}g}"


def percent(share: float) -> str:
    """A share 0..1 as people say it: 82 %, 0.4 %, 99.6 %."""
    value = 100 * share
    near_an_end = 0.05 <= value < 1 or 99 < value < 99.95
    return f"{value:.1f} %" if near_an_end else f"{value:.0f} %"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 row`, `1,234 rows`."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"
