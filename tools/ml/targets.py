"""Which column could be worth predicting, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from tools.ml.profiling import ColumnProfile

Task: TypeAlias = Literal["classification", "regression"]

_MOST: Final = 3
_LABELS: Final = re.compile(r"target|label|class|outcome|response|y")
_EVENTS: Final = re.compile(
    r"survived|survival|churn|churned|default|defaulted|fraud|converted|conversion|clicked"
    r"|purchased|bought|cancelled|canceled|approved|died|dead|death|alive|spam|diagnosis"
    r"|left|attrition|exited|subscribed|deposit|readmitted|won|failed|failure|success"
    r"|recovered|accepted|hired|promoted|late|delayed|returned|responded|paid|repaid|renewed"
    r"|admitted|passed|infected|resigned|complained"
)
_SORTS: Final = re.compile(
    r"species|category|type|quality|grade|variety|cultivar|segment|risk|stage|severity"
)
_AMOUNTS: Final = re.compile(
    r"price|tip|cost|costs|sales|revenue|amount|value|salary|income|demand|charges|profit"
    r"|rent|wage|score|fare|yield|consumption|sold|mpg"
)


@dataclass(frozen=True, slots=True)
class TargetSuggestion:
    """A column one may want to predict, as which task, and the reason in words."""

    column: str
    task: Task
    reason: str


def suggest_targets(columns: Sequence[ColumnProfile], *, rows: int) -> tuple[TargetSuggestion, ...]:
    """Up to three candidates, likeliest first.

    Judged by what the name means, by where the column stands (outcomes are often last, or
    right after an id), and by its values. Identifiers, free text, dates, constants and mostly
    empty columns are never suggested.
    """
    scored = []
    names = frozenset(column.name.lower() for column in columns)
    first = next((place for place, column in enumerate(columns) if not column.id_like), 0)
    for place, column in enumerate(columns):
        if not _possible(column, rows):
            continue
        meaning, why = _by_name(column.name, names)
        shape, looks = _by_values(column)
        last = place == len(columns) - 1
        standing = 2.0 if last else 0.7 if place == first else 0.0
        reasons = [why, "it is the last column" if last else "", looks]
        text = ", ".join(part for part in reasons if part)
        task = task_of(column)
        scored.append((meaning + shape + standing, -place, column.name, task, text))
    scored.sort(reverse=True)
    return tuple(TargetSuggestion(name, task, text) for _, _, name, task, text in scored[:_MOST])


def task_of(column: ColumnProfile) -> Task:
    """Regression for numbers with many values, classification for everything else."""
    few = column.kind == "integer" and column.distinct <= 10
    numeric = column.kind in ("integer", "number")
    return "regression" if numeric and not few and column.distinct > 2 else "classification"


def _possible(column: ColumnProfile, rows: int) -> bool:
    if column.constant or column.id_like or column.kind in ("text", "datetime"):
        return False
    if column.kind == "category" and column.distinct > 30:
        return False
    return column.missing <= 0.3 * rows


def _by_name(name: str, names: frozenset[str]) -> tuple[float, str]:
    words = re.split(r"[\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    if words == ["y"] and "x" in names:
        return 0.0, ""  # a coordinate
    meanings = (
        (_LABELS, 5.0, "is what outcomes are called"),
        (_EVENTS, 4.0, "names something that happened or not"),
        (_SORTS, 3.0, "names a sort of thing"),
        (_AMOUNTS, 3.0, "names an amount"),
    )
    for meaning, score, reason in meanings:
        if any(meaning.fullmatch(word) for word in words):
            return score, f"“{name}” {reason}"
    return 0.0, ""


def _by_values(column: ColumnProfile) -> tuple[float, str]:
    if column.distinct == 2:
        score = 1.0 if column.kind == "category" else 1.5
        return score, "it has two values"
    if column.kind == "category":
        return 0.5, f"it has {column.distinct} values"
    if column.kind == "integer" and column.distinct <= 10:
        return 0.2, f"it has {column.distinct} values"
    return 0.3, "it is a number with many values"
