"""Rows that people and programs send, checked against a model's contract."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pandas as pd

from tools.ml.contract import Contract, Feature, plain_number
from tools.ml.pipelines import dates_of, typed_frame

_TRUE: Final = frozenset({"true", "yes", "y", "t", "1", "1.0"})
_FALSE: Final = frozenset({"false", "no", "n", "f", "0", "0.0"})
_GAPS: Final = frozenset({"", "na", "n/a", "null", "none"})
_MOST_ERRORS: Final = 100
_MOST_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row is refused: its number from 0, the field as sent, and a sentence."""

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows ready for a pipeline.

    Attributes:
        frame: Typed rows under original names; use it only if there are no errors.
        errors: At most 100, in the order of the rows.
        warnings: Sentences about rows that are answered all the same, at most 100.
        unseen: How many cells hold a category that training never saw.
    """

    frame: pd.DataFrame
    errors: tuple[RowError, ...]
    warnings: tuple[str, ...]
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class _Trouble(Exception):
    message: str


def check_rows(
    contract: Contract, rows: list[Mapping[str, Any]], *, assume_typical: bool = False
) -> Checked:
    """Make typed rows of what was sent and say what is wrong with them, field by field.

    Names match in any case, numbers and dates may be text, unknown fields are errors with a
    suggestion, and values that training never saw are warnings.

    Args:
        contract: What the model wants.
        rows: One mapping of field to JSON value per row.
        assume_typical: A person typed these rows: fields they left out get the typical value of
            training, with a warning, instead of an error.
    """
    spelled = {feature.name.casefold(): feature for feature in contract.features}
    errors: list[RowError] = []
    warnings: list[str] = []
    unseen = 0
    table: dict[str, list[Any]] = {feature.name: [] for feature in contract.features}
    for number, row in enumerate(rows):
        given = _match_names(contract, spelled, row, number, errors)
        for feature in contract.features:
            left_out = feature.name not in given
            if left_out and assume_typical and feature.required:
                warnings.append(f"`{feature.name}` was not given: "
                                f"taken as {plain_number(feature.typical)}.")  # fmt: skip
                given[feature.name] = (feature.name, feature.typical)
            field, raw = given.get(feature.name, (feature.name, None))
            value = None
            try:
                value = _value(feature, raw, left_out=left_out)
            except _Trouble as trouble:
                errors.append(RowError(number, field, str(trouble)))
            else:
                warnings.extend(_unusual(feature, value))
                unseen += _unseen(feature, value)
            table[feature.name].append(value)
    frame = typed_frame(_as_frame(contract, table, len(rows)), contract.columns)
    once = tuple(dict.fromkeys(warnings))
    return Checked(frame, tuple(errors[:_MOST_ERRORS]), once[:_MOST_ERRORS], unseen)


def _as_frame(contract: Contract, table: dict[str, list[Any]], rows: int) -> pd.DataFrame:
    dtypes = {"number": "float64", "boolean": "float64", "category": "str",
              "date": "datetime64[us]"}  # fmt: skip
    return pd.DataFrame(
        {
            feature.name: pd.Series(table[feature.name], dtype=dtypes[feature.kind])
            for feature in contract.features
        },
        index=pd.RangeIndex(rows),
    )


def _match_names(
    contract: Contract,
    spelled: dict[str, Feature],
    row: Mapping[str, Any],
    number: int,
    errors: list[RowError],
) -> dict[str, tuple[str, Any]]:
    """Feature name to the field as sent and its value."""
    names = {feature.name for feature in contract.features}
    unread = {name.casefold() for name in (*contract.ignored, contract.target)}
    given: dict[str, tuple[str, Any]] = {}
    for field, value in row.items():
        name = field if field in names else None
        if name is None and field.strip().casefold() in spelled:
            name = spelled[field.strip().casefold()].name
        if name is None:
            if field.strip().casefold() not in unread:
                errors.append(RowError(number, field, _unknown(contract, field)))
        elif name in given:
            errors.append(RowError(number, field, f"`{name}` is given twice."))
        else:
            given[name] = (field, value)
    return given


def _unknown(contract: Contract, field: str) -> str:
    names = [feature.name for feature in contract.features]
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(field.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"There is no field `{field}`; did you mean `{folded[close[0]]}`?"
    shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return f"There is no field `{field}`. The model knows: {shown}."


def _value(feature: Feature, raw: Any, *, left_out: bool) -> Any:
    """The typed value of one field.

    Raises:
        _Trouble: It cannot be one.
    """
    text = raw.strip() if isinstance(raw, str) else raw
    gap = text is None or (isinstance(text, str) and text.casefold() in _GAPS)
    if gap and not (feature.kind == "category" and text in dict(feature.categories)):
        return _gap(feature, left_out=left_out)
    if isinstance(text, list | dict):
        raise _Trouble(f"`{feature.name}` must be one value, not a list or an object.")
    if feature.kind == "number":
        return _number(feature, text)
    if feature.kind == "boolean":
        return _boolean(feature, text)
    if feature.kind == "date":
        return _date(feature, text)
    return _category(feature, text)


def _gap(feature: Feature, *, left_out: bool) -> None:
    if feature.refuses_missing:
        raise _Trouble(
            f"`{feature.name}` is missing. Rows without it were left out of training, so the "
            "model has no answer for them."
        )
    if feature.required:
        what = "is required" if left_out else "must not be empty (it never was in training)"
        raise _Trouble(f"`{feature.name}` {what}, for example {plain_number(feature.typical)}.")


def _number(feature: Feature, raw: Any) -> float:
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None:
        raise _Trouble(f"`{feature.name}` must be a number, not {_brief(raw)}.")
    if not math.isfinite(number):
        raise _Trouble(f"`{feature.name}` must be a finite number, not {_brief(raw)}.")
    return number


def _brief(raw: Any) -> str:
    """What was sent, in at most 60 characters."""
    try:
        text = repr(raw)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        return "such a long number"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _boolean(feature: Feature, raw: Any) -> float:
    word = str(raw).casefold()
    if word in _TRUE:
        return 1.0
    if word in _FALSE:
        return 0.0
    raise _Trouble(f"`{feature.name}` must be true or false, not {_brief(raw)}.")


def _date(feature: Feature, raw: Any) -> datetime:
    if isinstance(raw, str | date | datetime):
        stamp = dates_of(pd.Series([str(raw)]), day_first=feature.day_first).iloc[0]
        if isinstance(stamp, pd.Timestamp):
            return stamp.to_pydatetime()
    raise _Trouble(f"`{feature.name}` must be a date such as 2026-03-31, not {_brief(raw)}.")


def _category(feature: Feature, raw: Any) -> str:
    """The spelling of training, if only case or surrounding blanks differ."""
    if isinstance(raw, float) and not math.isfinite(raw):
        raise _Trouble(f"`{feature.name}` must be text, not {_brief(raw)}.")
    word = str(plain_number(raw) if isinstance(raw, float) else raw)
    known = {value for value, _ in feature.categories}
    if word in known:
        return word
    folded = [value for value in known if value.casefold() == word.casefold()]
    return folded[0] if len(folded) == 1 else word


def _unseen(feature: Feature, value: Any) -> bool:
    """Whether it is a category that training never saw; not where too many were to be listed."""
    listed = feature.kind == "category" and not feature.more_categories
    return listed and value is not None and value not in dict(feature.categories)


def _unusual(feature: Feature, value: Any) -> list[str]:
    """Warnings about a value that training never saw."""
    if value is None:
        return []
    if feature.kind == "category":
        if not _unseen(feature, value):
            return []
        shown = ", ".join(value for value, _ in feature.categories[:5])
        return [f"`{feature.name}` = {value!r} was never seen in training (seen: {shown})."]
    if feature.kind == "boolean" or feature.low is None or feature.high is None:
        return []
    at = value.isoformat() if feature.kind == "date" else value
    if feature.low <= at <= feature.high:
        return []
    low, high = plain_number(feature.low), plain_number(feature.high)
    why = "rows outside were left out as outliers" if feature.outliers_dropped else "never seen"
    return [f"`{feature.name}` = {plain_number(at)} is outside {low} to {high} "
            f"of training ({why})."]  # fmt: skip
