"""Text cells to numbers: plain, grouped, with decimal comma, percent, currency or unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import (
    LEADING_ZEROS,
    TELEPHONES,
    TOO_LONG,
    Found,
    Usual,
    every,
    some,
)
from tools.ml.reading.number_parts import NumberParts, in_unit, split_numbers

_EXACT: Final = 2**53
_FEW: Final = 20
_LONG: Final = r"^[-0.]*(?:\.?\d){18,}"
"""More digits than a float can keep apart."""

_PLAIN_CELL: Final = re.compile(r"-?[\d.]*\d[\d.]*(?:[eE][+-]?\d+)?")

_WHOLE: Final = {"": r"\d+", ",": r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}|\d+"}
_WHOLE["."] = r"\d{1,3}(?:\.\d{3})+|\d+"
_WHOLE[" "] = r"\d{1,3}(?:[ ']\d{3})+|\d+"
_NOTATIONS: Final = ((".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " "))
"""Decimal sign and what groups the thousands (a blank stands for spaces and apostrophes)."""

_THREE: Final = {",": r"^[1-9]\d{0,2},\d{3}$|^\d+$", ".": r"^[1-9]\d{0,2}\.\d{3}$|^\d{1,3}$"}
"""Every cell could be grouped as well as broken off after three decimals."""


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How the numbers of one column are written.

    Attributes:
        decimal: "." or ",".
        groups: Between thousands: "", ",", "." or " " (any space or apostrophe).
        unit: In the cells: percent, currency or unit.
        whole: int64 rather than float64.
        told: Whether a person said so: leading zeros mean nothing, and cells may lack the unit.
    """

    decimal: str = "."
    groups: str = ""
    unit: str = ""
    whole: bool = False
    told: bool = False


def plain_numbers(cells: Any, sample: list[str]) -> Any | None:
    """int64 or float64 of cells that a computer wrote; None if any is something else.

    Args:
        cells: Trimmed, missing ones null.
        sample: Some of them.
    """
    if not all(_PLAIN_CELL.fullmatch(cell) for cell in sample):
        return None
    if not any(sign in cell for cell in sample for sign in ".eE"):
        values = _cast(cells, pa.int64())
        if values is not None:
            # What does not read back has a leading zero, a plus, hexadecimals …
            return values if every(pc.equal(pc.cast(values, pa.string()), cells)) else None
    values = _cast(cells, pa.float64())
    if values is None or not every(pc.is_finite(values)):
        return None
    return None if _odd_float(cells) else values


def decide_numbers(cells: Any, *, decimal: str | None, told: bool, usual: Usual) -> Found | str:
    """Numbers in any of the usual notations, all cells in the same one.

    Args:
        cells: Trimmed, missing ones null.
        decimal: What the person said about the decimal sign.
        told: Whether the person said that these are numbers: then what does not fit comes back
            as null, for the caller to name.
        usual: What other columns of the table decided.

    Returns:
        The numbers, or why these are none (empty if they do not even look like it).
    """
    parts = split_numbers(cells)
    if not told and parts.digits.null_count > cells.null_count:
        return ""
    unit = _unit(parts, told=told)
    if unit is None:
        return "the cells have different units"
    parts = replace(parts, digits=pc.if_else(in_unit(parts, unit, told=told), parts.digits, None))
    if parts.digits.null_count == len(parts.digits):
        return ""
    if not told and _dialled(parts):
        return TELEPHONES
    return _decided(parts, decimal, usual, unit=unit, told=told)


def _decided(
    parts: NumberParts, decimal: str | None, usual: Usual, *, unit: str, told: bool
) -> Found | str:
    chosen = _notation(parts, decimal, usual, unit=unit, told=told)
    if chosen is None:
        return "the numbers are written in different ways" if not told else ""
    (sign, groups), notes, doubt, still_open = chosen
    text = _text(parts, NumberReading(sign, groups))
    if not told and some(pc.match_substring_regex(text, r"^-?0\d")):
        return LEADING_ZEROS
    values = _exact(text, parts, told=told)
    if values is None:
        return TOO_LONG
    if some(_too_fine(text)) and pa.types.is_floating(values.type):
        notes = (*notes, "digits beyond the seventeenth were rounded away")
    whole = pa.types.is_integer(values.type)
    reading = NumberReading(sign, groups, unit, whole, told)
    return Found(reading, values, notes, doubt, unit=unit, still_open=still_open)


def parse_numbers(cells: Any, reading: NumberReading) -> Any:
    """Numbers as decided before; null where a cell does not fit.

    Args:
        cells: Trimmed, missing ones null.
        reading: From `decide_numbers` or for plain numbers.
    """
    kind = pa.int64() if reading.whole else pa.float64()
    parts = split_numbers(cells)
    text = pc.if_else(in_unit(parts, reading.unit, told=reading.told), _text(parts, reading), None)
    if not reading.told:
        text = pc.if_else(pc.match_substring_regex(text, r"^-?0\d"), None, text)
    if reading.whole:
        text = pc.if_else(pc.match_substring_regex(text, r"^-?\d{1,18}$"), text, None)
    return _with_endless(pc.cast(text, kind), parts)


def _cast(cells: Any, kind: Any) -> Any | None:
    try:
        return pc.cast(cells, kind)
    except pa.ArrowInvalid:
        return None


def _odd_float(cells: Any) -> bool:
    """What the cast to floats takes without a word: leading zeros, plus, too many digits."""
    rest = pc.utf8_ltrim(cells, "-")
    zero = pc.and_(pc.starts_with(rest, "0"), pc.invert(pc.starts_with(rest, "0.")))
    if some(pc.and_(zero, pc.greater(pc.binary_length(rest), 1))):
        return True
    if some(pc.starts_with(cells, "+")):
        return True
    bare = pc.and_(
        pc.greater_equal(pc.binary_length(rest), 16), pc.invert(pc.match_substring(rest, "."))
    )
    if some(pc.match_substring_regex(rest.filter(bare), r"^\d+$")):
        return True
    return some(_too_fine(rest))


def _too_fine(cells: Any) -> Any:
    """Which of the cells that are long enough have more digits than a float can keep apart."""
    rest = pc.utf8_ltrim(cells, "-0.")
    long = rest.filter(pc.greater_equal(pc.binary_length(rest), 19))
    return pc.match_substring_regex(long, _LONG)


def _unit(parts: NumberParts, *, told: bool) -> str | None:
    """The one unit of all cells (zeros may lack it), empty if there is none, None if mixed."""
    units = pc.unique(pc.drop_null(parts.unit)).to_pylist()
    found = [unit for unit in units if unit]
    if not found:
        return ""
    if told:
        return str(max(found, key=lambda unit: pc.sum(pc.equal(parts.unit, unit)).as_py()))
    if len(found) > 1 or not every(in_unit(parts, found[0], told=False)):
        return None
    return str(found[0])


def _dialled(parts: NumberParts) -> bool:
    """555 123 456: groups of three, and every number of the same nine digits or more."""
    lengths = pc.min_max(pc.binary_length(parts.digits)).as_py()
    spaced = every(pc.match_substring(parts.digits, " "))
    return spaced and lengths["min"] == lengths["max"] >= 11 and len(parts.digits) > 1


def _shape(decimal: str, groups: str) -> str:
    point = re.escape(decimal)
    return rf"^(?:{_WHOLE[groups]})(?:{point}\d*)?$|^{point}\d+$"


def _notation(
    parts: NumberParts, decimal: str | None, usual: Usual, *, unit: str, told: bool
) -> tuple[tuple[str, str], tuple[str, ...], str, str] | None:
    """Decimal sign and groups, what was assumed, what is in doubt, what others may decide."""
    digits = pc.drop_null(parts.digits)
    able = [n for n in _NOTATIONS if decimal is None or n[0] == decimal]
    hits = {n: pc.match_substring_regex(digits, _shape(*n)) for n in able}
    fitting = [n for n in able if every(hits[n])]
    if not fitting:
        if not told:
            return None
        counts = {n: pc.sum(hits[n]).as_py() or 0 for n in able}
        fitting = [max(able, key=lambda n: counts[n])]
    first = fitting[0]
    sign = "," if first == (",", "") else "."
    grouped = (".", ",") if sign == "," else (",", ".")
    both = decimal is None and grouped in fitting and some(pc.match_substring(digits, sign))
    if both and every(pc.match_substring_regex(digits, _THREE[sign])):
        return _three(digits, sign, usual, unit=unit)
    return first, _said(first, digits), "", ""


def _three(
    digits: Any, sign: str, usual: Usual, *, unit: str
) -> tuple[tuple[str, str], tuple[str, ...], str, str]:
    """One sign with three digits behind it in every cell: thousands or three decimals."""
    as_decimal, as_groups = (sign, ""), ("." if sign == "," else ",", sign)
    word = "commas" if sign == "," else "points"
    if usual.decimal:
        chosen = as_decimal if usual.decimal == sign else as_groups
        said = "decimal signs" if chosen == as_decimal else "thousands separators"
        return chosen, (f"{word} read as {said}, as the rest of the file has it",), "", ""
    if sign == ".":
        doubt = "the points could also separate thousands" if unit and unit != "%" else ""
        return as_decimal, ("points read as decimal points",) if doubt else (), doubt, "decimal"
    bare = digits.filter(pc.invert(pc.match_substring(digits, sign)))
    clear = len(bare) > 0 and every(pc.less_equal(pc.binary_length(bare), pa.scalar(3)))
    clear = clear or pc.count_distinct(digits).as_py() > _FEW
    doubt = "" if clear else "the commas could also be decimal commas"
    return as_groups, ("commas read as thousands separators",), doubt, "" if clear else "decimal"


def _said(notation: tuple[str, str], digits: Any) -> tuple[str, ...]:
    decimal, groups = notation
    if notation == (".", ""):
        return ()
    if notation == (",", ""):
        return ("commas read as decimal commas",)
    name = {",": "commas", ".": "points", " ": "spaces or apostrophes"}[groups]
    if decimal == "," and some(pc.match_substring(digits, ",")):
        return (f"{name} read as thousands separators, commas as decimal",)
    return (f"{name} read as thousands separators",)


def _text(parts: NumberParts, reading: NumberReading) -> Any:
    """Numbers as a computer writes them; null where a cell does not fit the notation."""
    fits = pc.match_substring_regex(parts.digits, _shape(reading.decimal, reading.groups))
    digits = pc.if_else(fits, parts.digits, None)
    if reading.groups == " ":
        digits = pc.replace_substring_regex(digits, "[ ']", "")
    elif reading.groups:
        digits = pc.replace_substring(digits, reading.groups, "")
    if reading.decimal == ",":
        digits = pc.replace_substring(digits, ",", ".")
    sign = pc.if_else(parts.minus, "-", "")
    return pc.binary_join_element_wise(sign, digits, parts.power, "")


def _exact(text: Any, parts: NumberParts, *, told: bool) -> Any | None:
    """int64 where all are whole, else float64; None where that would change a number."""
    if every(pc.match_substring_regex(text, r"^-?\d+$")) and not some(parts.endless):
        values = _cast(text, pa.int64())
        if values is not None or not told:
            return values
    values = pc.cast(text, pa.float64())
    if not told and not every(pc.and_(pc.is_finite(values), _held(text, values))):
        return None
    return _with_endless(values, parts)


def _held(text: Any, values: Any) -> Any:
    """Whether a float holds the whole number that stands there."""
    long = pc.match_substring_regex(text, r"^-?\d{16,}\.?$")
    return pc.or_(pc.invert(long), pc.less_equal(pc.abs(values), pa.scalar(_EXACT - 1.0)))


def _with_endless(values: Any, parts: NumberParts) -> Any:
    if not some(parts.endless) or pa.types.is_integer(values.type):
        return values
    endless = pc.if_else(parts.minus, float("-inf"), float("inf"))
    return pc.if_else(parts.endless, endless, values)


def could_be_grouped(cells: Any) -> bool:
    """Whether numbers with points might be thousands: three digits behind each, and no 0 before."""
    decimals = r"\.(?:\d{1,2}|\d{4,})(?:\D|$)|(?:^|\D)0\.\d"
    return not some(pc.match_substring_regex(cells, decimals))
