"""Completes one column: from its gathered parts to its profile, its summary and a sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tools.ml.profiling.arrays import filled, held, only_there, pick, there
from tools.ml.profiling.moments import date_facts, iso
from tools.ml.profiling.numbers import (
    MOST_TOP,
    counted,
    evenness,
    number_evenness,
    number_facts,
    top_numbers,
)
from tools.ml.profiling.profile import ColumnProfile, Kind
from tools.ml.profiling.suspicions import odd_dates, odd_numbers
from tools.ml.profiling.words import Words, count_words
from tools.summaries.summary import ColumnSummary
from tools.summaries.tallies import (
    NumberTally,
    summarise_tally,
    summarise_words,
    tally_numbers,
)

Parts = Callable[[], Iterator[Any]]
Sampled = npt.NDArray[np.float64] | npt.NDArray[np.int32]

_ID_NAME: Final = re.compile(
    r"(?:^|[_\W])(?:id|key|uuid|guid|index|idx|no|nr|number|rownames?|row)$"
)
_HUMP: Final = re.compile(r"([a-z])([A-Z])")
_LEAST_IDS: Final = 10
_LONGEST_ID: Final = 100
_SHOWN: Final = 200
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Complete:
    """A finished column.

    Attributes:
        profile: Without its unit.
        summary: What drift checks compare; None for a column without a value, or if not wanted.
        sample: Every n-th row: numbers and dates as floats, NaN where missing; others as codes,
            -1 where missing.
        suspicions: Of its values, as parts of sentences.
    """

    profile: ColumnProfile
    summary: ColumnSummary | None
    sample: Sampled
    suspicions: tuple[str, ...] = ()


def complete(
    name: str,
    parts: Parts,
    *,
    step: int,
    today: date,
    category: bool = False,
    baseline: bool = False,
) -> Complete:
    """Complete a column.

    Args:
        name: Of the column.
        parts: Yields its parts, each time it is called: whole numbers (int64), decimals (float64,
            float32), booleans, timestamps (µs, no zone), texts (string or dictionary), or nulls.
        step: Every how many rows one is taken into the sample.
        today: Later dates are suspicious.
        category: Whether texts are classes, however rarely they repeat.
        baseline: Whether to make the summary.
    """
    sort = _sort(parts)
    if sort == "text":
        return _complete_text(name, parts, step=step, category=category, baseline=baseline)
    values, nulls = _values(parts)
    counts_up = _counts_up(values)
    tally = tally_numbers(values, nulls=nulls, scratch=True)
    del values
    profile = _PROFILES[sort](name, tally, counts_up)
    summary = None
    if baseline and sort != "empty":
        summary = summarise_tally(name, _SUMMARY_KINDS[sort], tally)
    odd: tuple[str, ...] = ()
    if sort == "date":
        odd = odd_dates(name, tally, today)
    elif sort in ("whole", "decimal") and not profile.id_like:
        odd = odd_numbers(name, tally)
    return Complete(profile, summary, _sampled(parts, step, sort), odd)


def _complete_text(
    name: str, parts: Parts, *, step: int, category: bool, baseline: bool
) -> Complete:
    words, missing = count_words(parts), _missing(parts)
    summary = None
    if baseline:
        summary = summarise_words(
            name,
            words.common,
            words.rows,
            distinct=words.distinct,
            present=words.present,
            missing=missing,
        )
    profile = _text_profile(name, words, missing, category=category)
    return Complete(profile, summary, _sampled(parts, step, "text"))


_Sort = Literal["empty", "truth", "whole", "decimal", "date", "text"]
_SUMMARY_KINDS: Final[dict[str, Literal["number", "datetime", "truth"]]] = {
    "truth": "truth",
    "whole": "number",
    "decimal": "number",
    "date": "datetime",
}


_WIDTHS: Final = {pa.float64(): np.float64, pa.float32(): np.float32}


def _sort(parts: Parts) -> _Sort:
    found = {_sort_of(part.type) for part in parts()} - {"empty"}
    if len(found) > 1:
        return "decimal"  # whole numbers in the first parts
    return found.pop() if found else "empty"


def _sort_of(kind: Any) -> _Sort:
    checks: tuple[tuple[Any, _Sort], ...] = (
        (pa.types.is_null, "empty"),
        (pa.types.is_boolean, "truth"),
        (pa.types.is_integer, "whole"),
        (pa.types.is_floating, "decimal"),
        (pa.types.is_timestamp, "date"),
    )
    return next((sort for check, sort in checks if check(kind)), "text")


def _missing(parts: Parts) -> int:
    return sum(int(part.null_count) for part in parts())


def _values(parts: Parts) -> tuple[npt.NDArray[Any], int]:
    """All values in the order of the rows, without nulls; and the number of those."""
    shape = [(len(part) - part.null_count, part.type) for part in parts()]
    kinds = {_WIDTHS.get(kind, np.int64) for count, kind in shape if count}
    width = kinds.pop() if len(kinds) == 1 else np.float64
    values = np.empty(sum(count for count, _ in shape), width)
    nulls = start = 0
    for part in parts():
        nulls += part.null_count
        count = len(part) - part.null_count
        if count:
            values[start : start + count] = only_there(part)
        start += count
    return values, nulls


def _counts_up(values: npt.NDArray[Any]) -> bool:
    """Whether each row holds one more than the row before."""
    if len(values) < 2 or values[-1].item() - values[0].item() != len(values) - 1:
        return False
    return bool((values[1:] == values[:-1] + 1).all())


def _empty_profile(name: str, tally: NumberTally, _: bool) -> ColumnProfile:
    return ColumnProfile(name, "number", missing=tally.missing, distinct=0, constant=True)


def _truth_profile(name: str, tally: NumberTally, _: bool) -> ColumnProfile:
    order = np.argsort(-tally.rows, kind="stable")
    top = tuple((bool(tally.values[i]), int(tally.rows[i])) for i in order)
    return ColumnProfile(
        name,
        "boolean",
        missing=tally.missing,
        distinct=tally.distinct,
        top=top,
        constant=tally.distinct <= 1,
        **evenness(tally.rows),
    )


def _number_profile(name: str, tally: NumberTally, counts_up: bool) -> ColumnProfile:
    kind = number_kind(tally)
    unique = _LEAST_IDS <= tally.distinct == tally.finite
    return ColumnProfile(
        name,
        kind,
        missing=tally.missing,
        distinct=tally.distinct,
        top=top_numbers(tally, whole=kind == "integer"),
        constant=tally.distinct <= 1,
        id_like=kind == "integer" and unique and (counts_up or _named_like_id(name)),
        **number_facts(counted(tally)),
        **number_evenness(tally),
    )


def number_kind(tally: NumberTally) -> Kind:
    """Whole numbers are integers, even where gaps have made floats of them."""
    if tally.values.dtype.kind == "i":
        return "integer"
    gaps = tally.missing > 0 and len(tally.values) > 0
    whole = (
        gaps and not tally.below and not tally.above and bool((np.mod(tally.values, 1) == 0).all())
    )
    return "integer" if whole else "number"


def _date_profile(name: str, tally: NumberTally, _: bool) -> ColumnProfile:
    top = top_numbers(tally, whole=True)
    return ColumnProfile(
        name,
        "datetime",
        missing=tally.missing,
        distinct=tally.distinct,
        top=tuple((iso(int(value)), rows) for value, rows in top),
        constant=tally.distinct <= 1,
        **date_facts(tally),
    )


_PROFILES: Final[dict[str, Callable[[str, NumberTally, bool], ColumnProfile]]] = {
    "empty": _empty_profile,
    "truth": _truth_profile,
    "whole": _number_profile,
    "decimal": _number_profile,
    "date": _date_profile,
}


def _text_profile(name: str, words: Words, missing: int, *, category: bool) -> ColumnProfile:
    kind = text_kind(words.distinct, words.present, category=category)
    texts = words.common.slice(0, MOST_TOP).to_pylist()
    unique = _LEAST_IDS <= words.distinct == words.present
    lengths = words.lengths
    return ColumnProfile(
        name,
        kind,
        missing=missing,
        distinct=words.distinct,
        top=tuple(zip(map(_cut, texts), words.rows[:MOST_TOP].tolist(), strict=True)),
        constant=words.distinct <= 1,
        id_like=kind == "text" and unique and lengths is not None and lengths.mean <= _LONGEST_ID,
        lengths=lengths,
        **words.spread,
    )


def text_kind(distinct: int, present: int, *, category: bool = False) -> Kind:
    """Text whose values repeat is a category."""
    few = distinct <= _FEW and distinct < present
    return "category" if category or few or distinct == 1 or distinct <= 0.5 * present else "text"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _named_like_id(name: str) -> bool:
    return bool(_ID_NAME.search(_HUMP.sub(r"\1_\2", name).lower()))


def _sampled(parts: Parts, step: int, sort: _Sort) -> Sampled:
    taken, first = [], 0
    for part in parts():
        taken.append(pick(part, np.arange(first, len(part), step)))
        first = (first - len(part)) % step
    if sort in ("text", "truth"):
        return _codes(taken)
    arrays = [_floats(part) for part in taken]
    return np.concatenate(arrays) if arrays else np.empty(0)


def _codes(parts: list[Any]) -> npt.NDArray[np.int32]:
    if not parts:
        return np.empty(0, np.int32)
    plain = [part.cast(pa.string()) for part in parts]
    coded = pa.concat_arrays(plain).dictionary_encode()
    return filled(coded.indices, -1)


def _floats(part: Any) -> npt.NDArray[np.float64]:
    if pa.types.is_null(part.type):
        return np.full(len(part), np.nan)
    values = held(part).astype(np.float64)
    mask = there(part)
    if mask is not None:
        values[~mask] = np.nan
    return values
