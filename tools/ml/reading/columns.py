"""Named columns of text to a typed table; types are decided by whole columns.

The one convention for types, kept in Parquet, in training and everywhere between:
whole numbers without gaps are int64, with gaps float64 (NaN); decimals float64; booleans
`bool`, with gaps `boolean`; dates and times datetime64[us] without a zone (UTC where there was
one); everything else text of dtype `str` (NaN where missing). A column without any value is
float64.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.dates import Dates, parse_dates
from tools.ml.reading.numerals import Numbers, parse_numbers, plain_numbers
from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import MISSING, MISSING_IN_VALUES, SHIELDED, value_like
from tools.ml.reading.structure import TextTable

_EXACT: Final = 2**53
_WORDS: Final = (
    ({"true", "t"}, {"false", "f"}),
    ({"yes", "y"}, {"no", "n"}),
    ({"on"}, {"off"}),
)
_MARKS: Final = pa.array(sorted(MISSING))
_WEAK_MARKS: Final = pa.array(sorted(MISSING_IN_VALUES))


def type_columns(table: TextTable, remarks: Remarks) -> pd.DataFrame:
    """Every column as the narrowest type that all its cells fit; nothing is guessed away."""
    typer = _Typer(table, remarks)
    series = {
        name: typer.column(name, column)
        for name, column in zip(table.names, table.columns, strict=True)
    }
    typer.tell_missing()
    return pd.DataFrame(series, index=pd.RangeIndex(len(table.lines)))


class _Typer:
    """Types one column after the other and gathers what is to be told."""

    def __init__(self, table: TextTable, remarks: Remarks) -> None:
        self.lines, self.remarks = table.lines, remarks
        self.marks: dict[str, list[str]] = {}

    def column(self, name: str, column: Any) -> pd.Series[Any]:
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        trimmed = pc.utf8_trim_whitespace(column)
        missing = pc.is_in(trimmed, value_set=_MARKS)
        self._gather(name, trimmed, missing)
        values = pc.if_else(missing, None, trimmed)
        if values.null_count == len(values):
            return pd.Series(np.full(len(values), np.nan), dtype="float64")
        plain = plain_numbers(values)
        if plain is not None:
            typed = _numbers(plain)
            if typed is not None:
                return typed
        coded = values.dictionary_encode()
        typed = self._by_distinct(name, coded)
        if typed is not None:
            return typed
        return _text(self._unshielded(name, pc.if_else(missing, None, column)))

    def _unshielded(self, name: str, cells: Any) -> Any:
        """Take off the apostrophe that keeps spreadsheets from running a cell as a formula."""
        if not pc.any(pc.starts_with(cells, "'")).as_py():
            return cells
        shielded = pc.match_substring_regex(cells, SHIELDED)
        if not pc.any(shielded).as_py():
            return cells
        self.remarks.note(
            f"Column “{name}”: the apostrophe that shields cells like formulas was taken off."
        )
        return pc.if_else(shielded, pc.utf8_slice_codeunits(cells, 1), cells)

    def _by_distinct(self, name: str, coded: Any) -> pd.Series[Any] | None:
        distinct = coded.dictionary
        booleans = _booleans(distinct)
        if booleans is not None:
            words = sorted(cell.as_py() for cell in distinct)
            if not {word.lower() for word in words} <= {"true", "false"}:
                said = ", ".join(f"“{word}”" for word in words)
                self.remarks.note(f"Column “{name}”: {said} read as true or false.")
            return _spread_booleans(booleans, coded)
        typed = self._values(name, coded, distinct)
        if typed is not None:
            return typed
        weak = pc.is_in(distinct, value_set=_WEAK_MARKS)
        if not pc.any(weak).as_py() or pc.all(weak).as_py():
            self._tell_nearly(name, coded, distinct)
            return None
        strong = distinct.filter(pc.invert(weak))
        typed = self._values(name, _recode(coded, strong), strong)
        if typed is not None:
            for cell in distinct.filter(weak).to_pylist():
                self.marks.setdefault(cell, []).append(name)
        return typed

    def _values(self, name: str, coded: Any, distinct: Any) -> pd.Series[Any] | None:
        parsed: Numbers | Dates | str | None = parse_numbers(distinct)
        if isinstance(parsed, str) and parsed:
            self.remarks.note(f"Column “{name}”: {parsed}, so it stays text.")
            return None
        if isinstance(parsed, str):
            parsed = parse_dates(distinct.to_pandas())
        if parsed is None:
            return None
        self._tell(name, parsed)
        if isinstance(parsed, Dates):
            return _spread_dates(parsed, coded)
        return _numbers(pc.take(parsed.values, coded.indices))

    def _tell(self, name: str, parsed: Numbers | Dates) -> None:
        if parsed.doubt:
            self.remarks.warn(f"Column “{name}”: {parsed.assumed}; {parsed.doubt}.")
        elif parsed.assumed:
            self.remarks.note(f"Column “{name}”: {parsed.assumed}.")
        if isinstance(parsed, Numbers) and parsed.unit:
            self.remarks.units.setdefault(name, parsed.unit)
            self.remarks.note(f"Column “{name}”: numbers in {parsed.unit}.")

    def _tell_nearly(self, name: str, coded: Any, distinct: Any) -> None:
        """A column of numbers but for a few cells stays text; those cells are named."""
        sample = distinct.slice(0, 2_000).to_pylist()
        odd = [cell for cell in sample if not value_like(cell)]
        if not odd or len(odd) > 0.1 * len(sample):
            return
        place = pc.index(coded.cast(pa.string()), odd[0]).as_py()
        self.remarks.note(
            f"Column “{name}” stays text: nearly all of it looks like values, but "
            f"“{odd[0][:40]}” in line {self.lines[place]} does not."
        )

    def _gather(self, name: str, trimmed: Any, missing: Any) -> None:
        if pc.any(missing).as_py():
            for cell in pc.unique(trimmed.filter(missing)).to_pylist():
                if cell:
                    self.marks.setdefault(cell, []).append(name)

    def tell_missing(self) -> None:
        """One note per mark that was read as a missing value."""
        for mark, names in self.marks.items():
            listed = ", ".join(f"“{name}”" for name in names[:5])
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            self.remarks.note(f"“{mark}” read as a missing value in {listed}{more}.")


def _numbers(values: Any) -> pd.Series[Any] | None:
    """int64 or float64; None where a float would change a long whole number."""
    if pa.types.is_integer(values.type) and values.null_count:
        if pc.max(pc.abs(values)).as_py() > _EXACT:
            return None
        values = pc.cast(values, pa.float64())
    return pd.Series(values.to_numpy(zero_copy_only=False))


def _booleans(distinct: Any) -> Any | None:
    words = {cell.lower() for cell in distinct.to_pylist()} if len(distinct) <= 6 else set()
    for true, false in _WORDS:
        if words and words <= true | false and words & true and words & false:
            return pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(sorted(true)))
    if words in ({"true"}, {"false"}):
        return pc.equal(pc.utf8_lower(distinct), "true")
    return None


def _spread_booleans(values: Any, coded: Any) -> pd.Series[Any]:
    spread = pc.take(values, coded.indices)
    if spread.null_count:
        return pd.Series(spread.to_pandas(), dtype="boolean")
    return pd.Series(spread.to_numpy(zero_copy_only=False), dtype="bool")


def _spread_dates(parsed: Dates, coded: Any) -> pd.Series[Any]:
    values = parsed.values.to_numpy().astype("datetime64[us]")
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Series(np.append(values, np.datetime64("NaT", "us"))[places])


def _recode(coded: Any, distinct: Any) -> Any:
    """The same cells over a smaller dictionary; cells outside of it become missing."""
    places = pc.index_in(coded.dictionary, value_set=distinct)
    return pa.DictionaryArray.from_arrays(pc.take(places, coded.indices), distinct)


def _text(values: Any) -> pd.Series[Any]:
    return pd.Series(values.to_pandas(), dtype="str")
