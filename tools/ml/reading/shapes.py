"""What a single cell looks like: the evidence for a dialect and for a header."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MISSING: Final = frozenset(
    {
        "",
        "NA",
        "N/A",
        "n/a",
        "na",
        "NaN",
        "nan",
        "NAN",
        "NULL",
        "null",
        "Null",
        "<NA>",
        "#N/A",
        "#NA",
        "#N/A N/A",
        "#NULL!",
        "#VALUE!",
        "#DIV/0!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "-",
        "--",
        "---",
        "?",
        "NaT",
    }
)
"""Cells (trimmed) that mean "no value" in every column."""

SHIELDED: Final = r"^'+[=+\-@\t\r]"
"""Text that a spreadsheet would take for a formula, made harmless by an apostrophe."""

UNIT: Final = re.compile(
    r"[\[(]\s*([^\[\]()]{1,15}?)\s*[\])]"
    r"|(?:[kcmμµn]?m[²³23]?|[kmμµ]?g|[mμµn]?s|min|h|ha|k?Pa|hPa|bar|[mk]?V|m?A|k?W|kWh|k?Hz|MHz"
    r"|k?J|°C|°F|K|m?l|L|%|€|\$|£|EUR|USD|GBP|(?:k?m|mi)/[sh]|kg/m[³3]|mm/h|ppm|dB)"
)
"""A unit in brackets (group 1), or one that is known by itself."""

_NUMBER: Final = re.compile(
    r"\(?[+-]?\s?(?:[$€£¥₹]|USD|EUR|GBP|CHF)?\s?[+-]?"
    r"(?:\d+|\d{1,3}(?:[.,'’ \u00a0\u202f]\d{2,3})+)?(?:[.,]?\d+)?(?:[eE][+-]?\d+)?"
    r"\s?(?:%|[$€£¥₹]|USD|EUR|GBP|CHF|kr|zł)?\)?"
)
_DATE: Final = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ -,]{1,2}\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})"
    r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
)
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?")
_WORD: Final = re.compile(r"[^\W\d_][\w-]*|[A-Za-z0-9_]+|[\w.+-]+@[\w-]+\.[\w.-]+")
_LIST: Final = re.compile(r"-?\d[\d.]*(?: +-?\d[\d.]*)+")


@lru_cache(maxsize=20_000)
def value_like(cell: str) -> bool:
    """Whether a cell is a number, date or time rather than words."""
    if len(cell) > 60 or not any(sign.isdigit() for sign in cell):
        return False
    return any(shape.fullmatch(cell) is not None for shape in (_NUMBER, _DATE, _TIME))


@lru_cache(maxsize=50_000)
def tidiness(cell: str, delimiter: str) -> float:
    """How much a cell looks like one value on its own, from 0 to 1."""
    bare = cell.strip()
    if not bare and delimiter == " ":
        return 0.6  # aligned text rather than empty cells
    if bare in MISSING:
        return 1.0
    if value_like(bare) or _WORD.fullmatch(bare):
        score = 1.0
    elif '"' in bare or (len(bare) > 1 and bare[0] == bare[-1] == "'"):
        score = 0.3
    elif any(sign in bare for sign in ",;\t|" if sign != delimiter) or _LIST.fullmatch(bare):
        score = 0.5
    else:
        score = 0.85
    return score if bare == cell else score * 0.9
