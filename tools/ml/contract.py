"""What a model promises about its input and output: names, kinds, ranges, allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import pandas as pd
from pydantic import TypeAdapter

from tools.ml.columns import Column, Kind
from tools.ml.pipelines import typed_frame
from tools.ml.scores import Naive, Task

Label: TypeAlias = bool | int | float | str
Value: TypeAlias = bool | float | str | None

MAX_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Feature:
    """One column a model wants, under its original name.

    Attributes:
        name: As in the data the model was trained on.
        kind: number, boolean, category or date.
        required: A row without it is refused (it never had a gap in training).
        refuses_missing: It had gaps, but rows with one were left out of training.
        low: Smallest value in training: a number, or an ISO date; `None` for categories.
        high: Largest value in training.
        outliers_dropped: Rows outside low … high were left out of training as outliers.
        categories: The most frequent values (at most 100) and how often they occurred.
        more_categories: How many further values there were.
        typical: The median, or the most frequent value: an example, and the neutral value.
        day_first: How a date in text is read.
    """

    name: str
    kind: Kind
    required: bool
    refuses_missing: bool = False
    low: float | str | None = None
    high: float | str | None = None
    outliers_dropped: bool = False
    categories: tuple[tuple[str, int], ...] = ()
    more_categories: int = 0
    typical: Value = None
    day_first: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What goes in, what comes out, and what guessing would have said.

    Attributes:
        features: In the order of the training data.
        target: Its original name.
        task: classification or regression.
        classes: Labels by class code; empty for a regression.
        positive: Code of the class that "yes" means; `None` unless there are two.
        metric: The metric that chose the model.
        naive: The naive predictor, learnt from the training target.
        ignored: Further columns of the training data; rows may carry them, nothing reads them.
    """

    features: tuple[Feature, ...]
    target: str
    task: Task
    classes: tuple[Label, ...]
    positive: int | None
    metric: str
    naive: Naive
    ignored: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Names and kinds of the features."""
        return tuple(
            Column(feature.name, feature.kind, feature.day_first) for feature in self.features
        )

    @property
    def refuses_missing(self) -> tuple[str, ...]:
        """Features whose gaps were not seen in training because such rows were left out."""
        return tuple(feature.name for feature in self.features if feature.refuses_missing)


_CONTRACT: Final[TypeAdapter[Contract]] = TypeAdapter(Contract)


def dump_contract(contract: Contract) -> dict[str, Any]:
    """A contract as JSON values."""
    value: dict[str, Any] = _CONTRACT.dump_python(contract, mode="json")
    return value


def load_contract(value: dict[str, Any]) -> Contract:
    """The reverse of `dump_contract`."""
    return _CONTRACT.validate_python(value)


def learn_features(
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    *,
    refuses_missing: frozenset[str],
    outliers_dropped: frozenset[str],
) -> tuple[Feature, ...]:
    """The features as the rows a model learnt from show them, before any recipe step.

    Args:
        frame: Original columns of the rows trained on.
        columns: The features.
        refuses_missing: Columns whose gaps cost rows their place.
        outliers_dropped: Columns whose outliers did.
    """
    table = typed_frame(frame, columns)
    return tuple(
        _feature(
            table[column.name],
            column,
            refuses_missing=column.name in refuses_missing,
            outliers_dropped=column.name in outliers_dropped,
        )
        for column in columns
    )


def _feature(
    series: pd.Series, column: Column, *, refuses_missing: bool, outliers_dropped: bool
) -> Feature:
    name, kind = column.name, column.kind
    required = refuses_missing or not series.isna().any()
    if kind == "category":
        counts = series.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        listed = [(str(label), int(count)) for label, count in counts.iloc[:MAX_LISTED].items()]
        return Feature(
            name,
            kind,
            required,
            refuses_missing,
            categories=tuple(listed),
            more_categories=max(0, len(counts) - MAX_LISTED),
            typical=listed[0][0] if listed else None,
        )
    present = series.dropna().sort_values()
    if present.empty:
        return Feature(name, kind, required, refuses_missing)
    low, middle, high = present.iloc[0], present.iloc[len(present) // 2], present.iloc[-1]
    if kind == "date":
        ends = (low.isoformat(), high.isoformat())
        return Feature(name, kind, required, refuses_missing, *ends, typical=middle.isoformat(),
                       day_first=column.day_first)  # fmt: skip
    if kind == "boolean":
        return Feature(name, kind, required, refuses_missing, typical=bool(middle))
    return Feature(
        name,
        kind,
        required,
        refuses_missing,
        float(low),
        float(high),
        outliers_dropped,
        typical=float(middle),
    )


def json_schema(contract: Contract) -> dict[str, Any]:
    """JSON Schema (2020-12) of one row; unknown and unseen values are allowed, with a warning."""
    properties = {feature.name: _property(feature) for feature in contract.features}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One row to predict {contract.target}",
        "type": "object",
        "properties": properties,
        "required": [feature.name for feature in contract.features if feature.required],
        "additionalProperties": False,
    }


def _property(feature: Feature) -> dict[str, Any]:
    kinds = {"number": "number", "boolean": "boolean", "category": "string", "date": "string"}
    kind: Any = kinds[feature.kind]
    about: dict[str, Any] = {"type": kind if feature.required else [kind, "null"]}
    if feature.kind == "date":
        about["format"] = "date-time"
    if feature.typical is not None:
        about["examples"] = [plain_number(feature.typical)]
    if feature.low is not None:
        ends = f"{plain_number(feature.low)} to {plain_number(feature.high)}"
        about["description"] = f"In training: {ends}."
    if feature.categories:
        listed = ", ".join(value for value, _ in feature.categories[:20])
        about["description"] = f"In training: {listed}{_and_more(feature)}."
    return about


def _and_more(feature: Feature) -> str:
    more = len(feature.categories) - 20 + feature.more_categories
    return f" and {more} more" if more > 0 else ""


def plain_number(value: Value) -> Value | int:
    """A whole float as an int, so that people read 22 and not 22.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def example_row(contract: Contract) -> dict[str, Value | int]:
    """A row that every check passes, made of typical values to six digits."""
    return {feature.name: plain_number(_brief(feature)) for feature in contract.features}


def _brief(feature: Feature) -> Value:
    """The typical value without digits that nobody types, if it stays in the range seen."""
    if not isinstance(feature.typical, float) or feature.low is None or feature.high is None:
        return feature.typical
    brief = float(f"{feature.typical:.6g}")
    return brief if float(feature.low) <= brief <= float(feature.high) else feature.typical
