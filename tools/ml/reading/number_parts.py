"""Cells of numbers taken apart into sign, digits, power and unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import every
from tools.ml.reading.signs import plain_signs

_LONGEST: Final = 60
_CODES: Final = (
    "USD|EUR|GBP|CHF|JPY|CNY|INR|BRL|SEK|NOK|DKK|PLN|CZK|HUF|RON|CAD|AUD|NZD|ZAR|MXN|RUB|TRY|KRW"
    "|SGD|HKD|ILS|THB|AED"
)
_MONEY: Final = rf"(?:US|[RACS]|HK|NZ)?\$|\p{{Sc}}|{_CODES}|kr\.?|zł|Kč|Fr\.|Rs\.?|Ft"
_UNITS: Final = (
    r"%|‰|kg|mg|µg|g|lbs?|oz|km/h|mph|m/s|km²?|cm[²³]?|mm|m²|m³|ft|in|ml|cl|°C|°F|°|kWh|MWh|kW|MW"
    r"|mV|kV|mA|Hz|kHz|MHz|GHz|kB|KB|MB|GB|TB|hPa|kPa|bar|ppm|px|pts?|ha"
)
_SHAPE: Final = (
    rf"^(?P<open>\(?) ?(?P<sign>[+-]?) ?(?P<before>(?:{_MONEY})?) ?(?P<later>[+-]?)"
    r"(?P<digits>[.,]?\d(?:[\d.,' ]*\d)?[.,]?)(?P<power>(?:[eE][+-]?\d{1,4})?)"
    rf" ?(?P<after>(?:{_MONEY}|{_UNITS})?) ?(?P<trail>-?)(?P<close>\)?)$"
)
_QUICK: Final = re.compile(
    r"\W{0,3}(?:[A-Z]{0,3}\$|[A-Z]{3}|[^\W\d]{1,3}\.?)?\W{0,3}\d[\d.,'’´ʼ\s٫٬．，]*"
    r"(?:[eE][+-]?\d+)?[^\d]{0,8}"
)
_ALIKE: Final = re.compile(
    rf"(?P<before>(?:{_MONEY}) ?)?-?[\d.,' ]*\d[.,]?(?P<after> ?(?:{_MONEY}|{_UNITS}))?".replace(
        r"\p{Sc}", "[$€£¥₹]"
    )
)
"""The commonest cells, which need not be taken apart one by one."""

_ENDLESS: Final = r"^[+-]?(?i:inf|infinity|∞)$"
_PARTS: Final = ("open", "sign", "before", "later", "digits", "power", "after", "trail", "close")


@dataclass(frozen=True, slots=True)
class NumberParts:
    """Cells taken apart; `digits` is null where a cell is no number at all."""

    digits: Any
    unit: Any
    minus: Any
    power: Any
    endless: Any


def number_like(sample: list[str]) -> bool:
    """Whether all cells of a sample may be numbers; cheap, and wrong only in one direction."""
    return all(
        (len(cell) < _LONGEST and _QUICK.fullmatch(cell))
        or re.fullmatch(r"(?i)[+-]?(inf.*|∞)", cell)
        for cell in sample
    )


def split_numbers(cells: Any) -> NumberParts:
    """Cells taken apart.

    Args:
        cells: Trimmed, missing ones null.
    """
    plain = plain_signs(cells)
    alike = _split_alike(plain)
    return alike if alike is not None else _split_each(plain)


def _split_alike(plain: Any) -> NumberParts | None:
    """Cells that have nothing but a minus before, and the same unit before or behind, if any."""
    first = next((cell for cell in plain.slice(0, 100).to_pylist() if cell), "")
    match = _ALIKE.fullmatch(first)
    if match is None or (match["before"] and match["after"]):
        return None
    before, after = match["before"] or "", match["after"] or ""
    bare = plain
    if before or after:
        around = pc.and_(pc.starts_with(plain, before), pc.ends_with(plain, after))
        if not every(around):
            return None
        bare = pc.utf8_slice_codeunits(plain, len(before), -len(after) or None)
    if not every(pc.match_substring_regex(bare, r"^-?[.,]?\d(?:[\d.,' ]*\d)?[.,]?$")):
        return None
    never, nothing = pa.repeat(pa.scalar(False), len(plain)), pa.repeat("", len(plain))
    unit = pa.repeat((before + after).strip(), len(plain))
    digits = pc.utf8_ltrim(bare, "-")
    return NumberParts(digits, unit, pc.starts_with(bare, "-"), nothing, never)


def _split_each(plain: Any) -> NumberParts:
    endless = pc.match_substring_regex(plain, _ENDLESS)
    found = pc.extract_regex(pc.if_else(endless, "0", plain), _SHAPE)
    part = {name: pc.struct_field(found, name) for name in _PARTS}
    signs = pc.binary_join_element_wise(part["sign"], part["later"], part["trail"], "")
    closed = pc.equal(
        pc.binary_join_element_wise(part["open"], part["close"], ""),
        pc.if_else(pc.equal(part["open"], "("), "()", ""),
    )
    one_sign = pc.less_equal(
        pc.add(pc.binary_length(signs), pc.binary_length(part["open"])), pa.scalar(1)
    )
    one_unit = pc.or_(pc.equal(part["before"], ""), pc.equal(part["after"], ""))
    # "5,-" is a price, and "+49 301 234" a telephone number.
    priced = pc.and_(
        pc.equal(part["trail"], "-"), pc.match_substring_regex(part["digits"], r"[.,]$")
    )
    dialled = pc.and_(pc.match_substring(signs, "+"), pc.match_substring(part["digits"], " "))
    fits = pc.and_(pc.and_(closed, one_sign), one_unit)
    fits = pc.and_(fits, pc.invert(pc.or_(priced, dialled)))
    minus = pc.or_(pc.match_substring(signs, "-"), pc.equal(part["open"], "("))
    minus = pc.or_(minus, pc.and_(endless, pc.starts_with(plain, "-")))
    unit = pc.binary_join_element_wise(part["before"], part["after"], "")
    return NumberParts(pc.if_else(fits, part["digits"], None), unit, minus, part["power"], endless)


def in_unit(parts: NumberParts, unit: str, *, told: bool) -> Any:
    """Where a cell is in a unit; zeros may lack it, and all may if a person said number."""
    same = pc.equal(parts.unit, unit)
    if not unit:
        return same
    bare = pc.equal(parts.unit, "")
    if not told:
        zero = pc.match_substring_regex(parts.digits, r"^[0.,]+$")
        bare = pc.and_(bare, pc.or_(zero, parts.endless))
    return pc.or_(same, bare)
