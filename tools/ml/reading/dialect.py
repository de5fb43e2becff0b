"""Finds the delimiter and the quote of a text by parsing it with every candidate."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tools.ml.reading.records import Dialect, tokenize
from tools.ml.reading.report import Remarks
from tools.ml.reading.shapes import tidiness

_PRIOR: Final = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "||": 1.0,
    "::": 0.9,
    "^": 0.85,
    "~": 0.85,
    " ": 0.55,
    ":": 0.6,
}
_WHOLE: Final = 64_000
"""Characters up to which every line is scored; longer texts are scored in spread blocks."""
_BLOCKS: Final = 16
_CELLS: Final = 3_000
_LINE: Final = re.compile(r"\r\n|\n|\r")


_NAMES: Final = {"\t": "tab", " ": "space", "": "none (one column)"}


def shown(delimiter: str) -> str:
    """A delimiter as people call it."""
    return _NAMES.get(delimiter, f"“{delimiter}”")


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate dialect: how well it explains the text, and the usual row width."""

    dialect: Dialect
    score: float
    width: int


def rank_dialects(text: str, *, delimiter: str | None = None) -> list[Scored]:
    """Candidates for the whole text, best first; with `delimiter` only those that use it.

    The score is the squared share of rows of the usual width, times the mean tidiness of the
    cells (after van den Burg et al. 2019, doi:10.1007/s10618-019-00646-y), times a prior that
    keeps spaces and colons for texts that nothing else explains.
    """
    sample = _sample(text)
    ranked = [_score(sample, dialect) for dialect in _candidates(sample, delimiter)]
    ranked.sort(key=lambda item: -item.score)
    best = ranked[0]
    spaced = _after_space(sample, best)
    return [spaced, *ranked] if spaced is not None else ranked


def _sample(text: str) -> str:
    if len(text) <= _WHOLE:
        return text
    size = _WHOLE // _BLOCKS
    parts = [_block(text, 0, 2 * size)]
    step = len(text) // _BLOCKS
    parts += [_block(text, place * step, size) for place in range(1, _BLOCKS)]
    return "\n".join(part for part in parts if part)


def _block(text: str, start: int, size: int) -> str:
    """Whole lines from about `start` on."""
    if start:
        first = _LINE.search(text, start, start + size)
        if first is None:
            return ""
        start = first.end()
    ends = [match.start() for match in _LINE.finditer(text, start, start + size)]
    return text[start : ends[-1]] if ends else ""


def _candidates(sample: str, told: str | None) -> list[Dialect]:
    lines = [line for line in _LINE.split(sample) if line.strip()]
    quotes = ['"'] if '"' in sample or "'" not in sample else []
    if "'" in sample and re.search(r"(?:^|[,;|\t ])'[^'\n]*'(?:[,;|\t ]|$)", sample, re.MULTILINE):
        quotes.append("'")
    quotes = quotes or [""]
    found: list[Dialect] = [] if told else [Dialect("", quote) for quote in quotes]
    doubled = {"|"} if sample.count("|") == 2 * sample.count("||") > 0 else set()
    for delimiter in [told] if told else [sign for sign in _PRIOR if sign not in doubled]:
        if told or sum(delimiter in line for line in lines) >= 0.4 * len(lines) > 0:
            found += [Dialect(delimiter, quote) for quote in quotes]
    escaped = [
        Dialect(item.delimiter, item.quote, "\\")
        for item in found
        if (item.quote and "\\" + item.quote in sample)
        or (item.delimiter and "\\" + item.delimiter in sample)
    ]
    aligned = [Dialect(" ", item.quote, "", True) for item in found if item.delimiter == " "]
    return found + escaped + aligned


def _score(sample: str, dialect: Dialect) -> Scored:
    scratch = Remarks()
    rows = [row for row in tokenize(sample, dialect, remarks=scratch).rows if row != [""]]
    if not rows:
        return Scored(dialect, 0.0, 1)
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    lead = next(place for place, row in enumerate(rows) if len(row) == width)
    steady = count / (len(rows) - lead) * (1 - 0.4 * lead / len(rows))
    faults = min(1.0, scratch.rows_touched / len(rows))
    bonus = 1 - 0.5 / width
    score = steady**2 * (1 - faults) * bonus * _PRIOR.get(dialect.delimiter, 1.0)
    if width > 1 and _decimals_only(rows, dialect.delimiter):
        score *= 0.5
    if dialect.escape:
        score *= 0.99
    if not dialect.delimiter and _always_delimited(rows):
        score *= 0.5
    return Scored(dialect, score * _tidy_share(rows, dialect.delimiter), width)


def _decimals_only(rows: list[list[str]], delimiter: str) -> bool:
    """One column of numbers with decimal commas below a name without comma."""
    if delimiter != "," or len(rows[0]) != 1 or len(rows) < 3:
        return False
    return all(len(row) == 2 and all(cell.isdigit() for cell in row) for row in rows[1:])


def _always_delimited(rows: list[list[str]]) -> bool:
    """Whether every line holds the same delimiter, ragged as the rows may be."""
    return len(rows) > 1 and any(all(sign in row[0] for row in rows) for sign in ",;\t|")


def _tidy_share(rows: list[list[str]], delimiter: str) -> float:
    cells = [cell[:200] for row in rows for cell in row]
    step = max(1, len(cells) // _CELLS)
    picked = cells[::step]
    return sum(tidiness(cell, delimiter) for cell in picked) / len(picked)


def _after_space(sample: str, best: Scored) -> Scored | None:
    """The same dialect with a space after each delimiter, if every row has it."""
    delimiter = best.dialect.delimiter
    if len(delimiter) != 1 or delimiter.isspace():
        return None
    rows = tokenize(sample, best.dialect, remarks=Remarks()).rows
    later = [cell for row in rows for cell in row[1:]]
    plain = sample.count(delimiter) == sample.count(delimiter + " ")
    if not later or not plain:
        return None
    spaced = Dialect(delimiter + " ", best.dialect.quote, best.dialect.escape)
    scored = _score(sample, spaced)
    return scored if scored.width == best.width else None
