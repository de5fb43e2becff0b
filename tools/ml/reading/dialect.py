"""Finds the delimiter and the quote of a text by parsing it with every candidate."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from tools.ml.reading.records import Dialect, tokenize
from tools.ml.reading.shapes import tidiness

_PRIOR: Final = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "^": 0.85,
    "~": 0.85,
    " ": 0.55,
    ":": 0.6,
}
_PAIRED: Final = frozenset("|:\t;~^")
_APOSTROPHES: Final = re.compile(
    r"(?:^|[,;|\t ])'[^'\n]*'(?:[,;|\t ]|$)|(?:^|[,;|\t])'[^\n]*'(?:[,;|\t]|$)", re.MULTILINE
)
_LITERAL: Final = 3
"""Lines with a double quote from which on the sign may be no quote at all."""
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


def rank_dialects(
    text: str, *, delimiter: str | None = None, quote: str | None = None
) -> list[Scored]:
    """Candidates for the whole text, best first; only those with what was told.

    The score is the squared share of rows of the usual width, times the mean tidiness of the
    cells (after van den Burg et al. 2019, doi:10.1007/s10618-019-00646-y), times the share of
    rows without a stray quote, times a prior that keeps spaces and colons for texts that nothing
    else explains.
    """
    sample = _sample(text)
    ranked = [_score(sample, dialect) for dialect in _candidates(sample, delimiter, quote)]
    if quote is None and any(not item.dialect.quote for item in ranked):
        unquoted = max(0.02, (1 - _wrapping(sample)) ** 3)
        ranked = [
            item if item.dialect.quote else replace(item, score=item.score * unquoted)
            for item in ranked
        ]
    ranked.sort(key=lambda item: -item.score)
    spaced = _spaced(sample, ranked[0])
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


def _candidates(sample: str, told: str | None, quote: str | None) -> list[Dialect]:
    lines = [line for line in _LINE.split(sample) if line.strip()]
    quotes = _quotes(sample, lines) if quote is None else [quote]
    found: list[Dialect] = [] if told else [Dialect("", quote) for quote in quotes]
    for delimiter in [told] if told else _delimiters(sample):
        if told or sum(delimiter in line for line in lines) >= 0.4 * len(lines) > 0:
            found += [Dialect(delimiter, quote) for quote in quotes]
    quoting = [item for item in found if item.quote]
    escaped = [
        replace(item, escape="\\")
        for item in found
        if (item.quote and "\\" + item.quote in sample)
        or (item.delimiter and "\\" + item.delimiter in sample)
    ]
    bare = [replace(item, bare=True) for item in quoting if item.delimiter]
    aligned = [replace(item, collapse=True) for item in found if item.delimiter == " "]
    return found + escaped + bare + aligned


def _quotes(sample: str, lines: list[str]) -> list[str]:
    quotes = ['"'] if '"' in sample else []
    if sum('"' in line for line in lines) >= _LITERAL:
        quotes.append("")
    if "'" in sample and _APOSTROPHES.search(sample):
        quotes.append("'")
    return quotes or ['"']


def _delimiters(sample: str) -> list[str]:
    """The usual ones; a sign that only comes in pairs is a delimiter of two signs."""
    found: list[str] = []
    for sign in _PRIOR:
        pairs = sample.count(sign * 2)
        paired = sign in _PAIRED and sample.count(sign) == 2 * pairs > 0
        found.append(sign * 2 if paired else sign)
    return found


def _score(sample: str, dialect: Dialect) -> Scored:
    records = tokenize(sample, dialect)
    rows = [row for row in records.rows if row != [""]]
    if not rows or (dialect.bare and not _bare(rows, dialect.quote)):
        return Scored(dialect, 0.0, 1)
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    lead = next(place for place, row in enumerate(rows) if len(row) == width)
    steady = count / (len(rows) - lead) * (1 - 0.4 * lead / len(rows))
    faults = min(0.95, len(records.strays) / len(rows))
    bonus = 1 - 0.5 / width
    score = steady**2 * (1 - faults) * bonus * _PRIOR.get(dialect.delimiter[:1], 1.0)
    if width > 1 and _decimals_only(rows, dialect.delimiter):
        score *= 0.5
    if dialect.escape or dialect.bare or dialect.collapse:
        score *= 0.99
    if not dialect.quote and '"' in sample:
        score *= 0.97
    if not dialect.delimiter and _always_delimited(rows):
        score *= 0.5
    return Scored(dialect, score * _tidy_share(rows, dialect.delimiter), width)


def _bare(rows: list[list[str]], quote: str) -> bool:
    """Whether several cells hold quotes, and none of them doubled."""
    inner = [cell for row in rows for cell in row if quote in cell]
    broken = any(quote * 2 in cell or "\n" in cell or "\r" in cell for cell in inner)
    return len(inner) > 1 and not broken


def _wrapping(sample: str) -> float:
    """Share of the double quotes that wrap whole cells, with the delimiter that fits best."""
    total = sample.count('"')
    if not total:
        return 0.0
    best = 0
    for delimiter in _PRIOR:
        edge = re.escape(delimiter)
        cells = re.findall(
            rf'(?:^|{edge}) ?"(?=((?:[^"]|"")*+)"(?:{edge}|$))', sample, re.MULTILINE
        )
        best = max(best, sum(2 + cell.count('"') for cell in cells))
    return best / total


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


def _spaced(sample: str, best: Scored) -> Scored | None:
    """The same dialect with a space after (or around) each delimiter, if every row has it."""
    delimiter = best.dialect.delimiter
    if len(delimiter) != 1 or delimiter.isspace():
        return None
    for spaced in (f" {delimiter} ", f"{delimiter} "):
        if 0 < sample.count(delimiter) == sample.count(spaced):
            scored = _score(sample, replace(best.dialect, delimiter=spaced))
            return scored if scored.width == best.width > 1 else None
    return None
