"""Text cells to numbers: plain, grouped, with decimal comma, percent or currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_MONEY: Final = r"[$€£¥₹]|USD|EUR|GBP|CHF"
_SHAPE: Final = (
    r"^(?P<open>\()?(?P<sign>[+-])?\s?(?P<before>" + _MONEY + r")?\s?(?P<later>[+-])?"
    r"(?P<digits>\d(?:[\d.,'’ \x{00a0}\x{202f}]*[\d.])?|[.,]\d+)(?P<power>[eE][+-]?\d+)?"
    r"[\s\x{00a0}\x{202f}]?(?P<after>%|" + _MONEY + r"|kr|zł)?(?P<close>\))?$"
)
_QUICK: Final = re.compile(
    r"\(?[+-]?\s?(?:" + _MONEY + r")?\s?[+-]?[.,]?\d[\d.,'’ \u00a0\u202f]*(?:[eE][+-]?\d+)?"
    r"[\s\u00a0]?(?:%|" + _MONEY + r"|kr|zł)?\)?"
)
_SPACES: Final = r"[ '’\x{00a0}\x{202f}]"
_PLAIN: Final = r"^(?:\d+\.?\d*|\.\d+)$"
_COMMA_GROUPS: Final = r"^\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$"
_POINT_GROUPS: Final = r"^\d{1,3}(?:\.\d{3})+(?:,\d+)?$"
_SPACE_GROUPS: Final = r"^\d{1,3}(?:" + _SPACES + r"\d{3})+(?:[.,]\d+)?$"
_COMMA_DECIMALS: Final = r"^\d*,\d+$"
_LEADING_ZERO: Final = r"^0\d"
_ODD: Final = r"^[+-]?0\d|[xX]"
"""What the cast takes for a number and people do not: leading zeros, hexadecimals …"""
_ODD_FLOAT: Final = _ODD + r"|[iInN]|^[+-]?\d{19,}$"
_TOO_LONG: Final = r"^-?\d{19,}$"
_INTEGER: Final = r"^-?\d{1,18}$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Parsed values (int64 or float64), what was assumed, and the unit in the cells."""

    values: Any
    assumed: str = ""
    doubt: str = ""
    unit: str = ""


def plain_numbers(cells: Any) -> Any | None:
    """Integers or decimals written plainly, at C speed; None if any cell is something else."""
    head = cells.drop_null().slice(0, 200).to_pylist()
    if not all(_QUICK.fullmatch(cell) for cell in head):
        return None
    # A failing cast goes through every cell all the same, so it is not tried in vain.
    kinds = (pa.int64(), pa.float64()) if "." not in "".join(head) else (pa.float64(),)
    for kind in kinds:
        try:
            values = pc.cast(cells, kind)
        except pa.ArrowInvalid:
            continue
        odd = pc.match_substring_regex(cells, _ODD if kind == pa.int64() else _ODD_FLOAT)
        return None if pc.any(odd).as_py() else values
    return None


def parse_numbers(cells: Any) -> Numbers | str:
    """Numbers in any of the usual notations, all cells in the same one.

    Args:
        cells: pyarrow string array of distinct trimmed cells without missing ones.

    Returns:
        The numbers, or why these are none (empty if they do not even look like it).
    """
    if not all(_QUICK.fullmatch(cell.as_py()) for cell in cells.slice(0, 50)):
        return ""
    parts = pc.extract_regex(cells, _SHAPE)
    if parts.null_count:
        return ""
    part = {name: pc.struct_field(parts, name) for name in ("before", "after", "digits", "power")}
    unit = _unit(part, cells)
    notation = _notation(part["digits"])
    if unit is None or notation is None:
        return ""
    plain, assumed, doubt = notation
    text = pc.binary_join_element_wise(_signs(parts), plain, part["power"], "")
    if _any(plain, _LEADING_ZERO):
        return "some cells have leading zeros"
    if _any(text, _TOO_LONG):
        return "some numbers are too long to be exact"
    kind = pa.int64() if _all(text, _INTEGER) else pa.float64()
    return Numbers(pc.cast(text, kind), assumed, doubt, unit)


def _unit(part: dict[str, Any], cells: Any) -> str | None:
    """The one unit of all cells (zeros may lack it), empty if there is none, None if mixed."""
    signs = pc.binary_join_element_wise(part["before"], part["after"], "")
    found = [unit for unit in pc.unique(signs).to_pylist() if unit]
    if not found:
        return ""
    bare = cells.filter(pc.equal(signs, ""))
    if len(found) > 1 or not _all(bare, r"^[0.,]+$"):
        return None
    return str(found[0])


def _notation(digits: Any) -> tuple[Any, str, str] | None:
    """Digits with a decimal point and no groups, what was assumed, and what is in doubt."""
    if _all(digits, _PLAIN):
        return digits, "", ""
    if _all(digits, _PLAIN, _COMMA_GROUPS):
        doubt = ""
        if not _any(digits, r"\.") and not _any(digits, r",.*,") and len(digits) <= 20:
            doubt = "the commas could also be decimal commas"
        plain = pc.replace_substring(digits, ",", "")
        return plain, "commas read as thousands separators", doubt
    if _all(digits, r"^\d+$", _POINT_GROUPS, _COMMA_DECIMALS):
        plain = pc.replace_substring(pc.replace_substring(digits, ".", ""), ",", ".")
        if _any(digits, r"\."):
            return plain, "points read as thousands separators, commas as decimal", ""
        return plain, "commas read as decimal commas", ""
    if _all(digits, _PLAIN, _SPACE_GROUPS, _COMMA_DECIMALS) and not (
        _any(digits, r"\.") and _any(digits, ",")
    ):
        plain = pc.replace_substring_regex(digits, _SPACES, "")
        plain = pc.replace_substring(plain, ",", ".")
        return plain, "spaces or apostrophes read as thousands separators", ""
    return None


def _signs(parts: Any) -> Any:
    negative = pc.or_(
        pc.equal(pc.struct_field(parts, "open"), "("),
        pc.or_(
            pc.equal(pc.struct_field(parts, "sign"), "-"),
            pc.equal(pc.struct_field(parts, "later"), "-"),
        ),
    )
    return pc.if_else(negative, "-", "")


def _all(cells: Any, *shapes: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(cells, "|".join(shapes))).as_py() is not False)


def _any(cells: Any, shape: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, shape)).as_py())
