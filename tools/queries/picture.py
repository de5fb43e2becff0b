"""An aggregate by a group as one calm bar chart."""

from __future__ import annotations

from typing import Final

from tools.cards import shown
from tools.queries.cards import Answer, amount
from tools.queries.values import as_words

_FEWEST: Final = 3
_MOST: Final = 20


def picture_of(answer: Answer) -> tuple[bytes, str] | None:
    """The picture and its text alternative; None where a table says it better."""
    if len(answer.keys) != 1 or len(answer.measures) != 1:
        return None
    key, measure = answer.keys[0], answer.measures[0]
    bars = [(row[key], row[measure]) for row in answer.rows]
    values = [v for _, v in bars if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(values) != len(bars) or not _FEWEST <= len(bars) <= _MOST or answer.more:
        return None
    from tools.ml.bars import draw_values

    names = [as_words(name) for name, _ in bars]
    amounts = [amount(answer, measure, row) for row in answer.rows]
    what, by = shown(answer.columns[measure], 50), shown(answer.columns[key], 40)
    png = draw_values(names, [float(v) for v in values], title=f"{what} by {by}", label=what)
    pairs = (f"{name}: {value}" for name, value in zip(names, amounts, strict=True))
    return png, f"Bar chart of {what} by {by}: {', '.join(pairs)}."
