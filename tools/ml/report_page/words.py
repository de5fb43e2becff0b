"""Numbers, kinds and measures as the report writes them."""

from __future__ import annotations

import math
from typing import Final

from tools.cards import percent
from tools.ml.profiling import Value
from tools.ml.report_page.markup import cut

MEASURES: Final = {
    "pearson": "Pearson’s r",
    "spearman": "Spearman’s ρ",
    "cramers_v": "Cramér’s V",
    "correlation_ratio": "correlation ratio η",
}
_UNIT: Final = 12
_LARGE: Final = 1e9
_WHOLE: Final = 1e15


def figure(value: float | None, unit: str = "") -> str:
    """A number with about six digits, or all of them where it is whole."""
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    if value == int(value) and size < _WHOLE:
        text = f"{int(value):,}"
    elif 1e4 <= size < _WHOLE:
        text = f"{value:,.2f}" if size < _LARGE else f"{value:,.0f}"
    else:
        text = f"{value:,.6g}"
    return f"{text} {cut(unit, _UNIT)}".strip()


def value_text(value: Value | None, unit: str = "") -> str:
    """A value of a column."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else figure(value, unit)


def strength_text(strength: float) -> str:
    """How strong an association is; 1.00 only where it is so."""
    text = f"{strength:.2f}"
    nearly = abs(strength) < 1 and text.endswith("1.00")
    return f"{math.copysign(min(abs(strength), 0.9999), strength):.4f}" if nearly else text


def share_text(count: int, whole: int) -> str:
    """`177 (20 %)`; the count alone where there is nothing, or nothing to compare it with."""
    if not count or not whole:
        return f"{count:,}"
    share = percent(count / whole)
    return f"{count:,} ({'under 0.1 %' if share == '0 %' else share})"
