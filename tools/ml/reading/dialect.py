"""Finds the delimiter and the quote of a text by parsing it with every candidate."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from tools.ml.reading.records import Dialect, tokenize
from tools.ml.reading.shapes import tidiness, value_like

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
_COMMENT: Final = re.compile(r"\s*(?:#|//|%|-- )")
_BETWEEN: Final = re.compile(r'[^"](?=[^"])')
_REST: Final = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
_QUOTED: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_HALF: Final = 0.3
"""What is left of a sign where two of it part every row alike."""
_LITERAL: Final = 3
"""Lines with a double quote from which on the sign may be no quote at all."""
_WHOLE: Final = 64_000
"""Characters up to which every line is scored; longer texts are scored in spread blocks."""
_BLOCKS: Final = 16
_CELLS: Final = 3_000
_CELL: Final = 500
"""Characters of a cell in apostrophes that is looked for."""
_LINE: Final = re.compile(r"\r\n|\n|\r")


_NAMES: Final = {"\t": "tab", " ": "space", "": "none (one column)"}


def shown(delimiter: str) -> str:
    """A delimiter as people call it."""
    return _NAMES.get(delimiter, f"“{delimiter}”")


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate dialect: how well it explains the text, and the usual row width.

    `steady` is the share of the rows that have this width.
    """

    dialect: Dialect
    score: float
    width: int
    steady: float = 0.0


def rank_dialects(
    text: str, *, delimiter: str | None = None, quote: str | None = None
) -> list[Scored]:
    """Candidates for the whole text, best first; only those with what was told.

    The score is the squared share of rows of the usual width, times the mean tidiness of the
    cells (after van den Burg et al. 2019, doi:10.1007/s10618-019-00646-y), times the share of
    rows without a stray quote, times a prior that keeps spaces and colons for texts that nothing
    else explains.
    """
    sample = _without_comments(_sample(text))
    ranked = [_score(sample, dialect) for dialect in _candidates(sample, delimiter, quote)]
    if quote is None and any(not item.dialect.quote for item in ranked):
        unquoted = max(0.02, (1 - _wrapping(sample)) ** 3)
        ranked = [
            item if item.dialect.quote else replace(item, score=item.score * unquoted)
            for item in ranked
        ]
    doubled = {
        item.dialect.delimiter[0]
        for item in ranked
        if item.steady == 1 < item.width and _is_pair(item.dialect)
    }
    ranked = [
        replace(item, score=item.score * _HALF) if item.dialect.delimiter in doubled else item
        for item in ranked
    ]
    ranked.sort(key=lambda item: -item.score)
    spaced = _spaced(sample, ranked[0])
    return [spaced, *ranked] if spaced is not None else ranked


def _is_pair(dialect: Dialect) -> bool:
    return not dialect.collapse and dialect.delimiter in {sign * 2 for sign in _PAIRED}


def _sample(text: str) -> str:
    if len(text) <= _WHOLE:
        return text
    size = _WHOLE // _BLOCKS
    parts = [_block(text, 0, 2 * size)]
    step, quotes, before = len(text) // _BLOCKS, 0, 0
    for place in range(1, _BLOCKS):
        between = _BETWEEN.search(text, place * step, place * step + size)
        start = between.end() if between else place * step
        quotes += text.count('"', before, start)
        before = start
        # Within a quoted cell a line end is none: go on behind the cell.
        rest = _REST.match(text, start, start + 2 * size) if quotes % 2 else None
        parts.append(_block(text, rest.end() if rest else start, size))
    return "\n".join(part for part in parts if part)


def _without_comments(sample: str) -> str:
    """The sample without lines that are remarks, as long as others are left."""
    lines = sample.splitlines(keepends=True)
    kept = [line for line in lines if not _COMMENT.match(line)]
    return "".join(kept) if len(lines) > len(kept) > 1 else sample


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
    outside = [line for line in _LINE.split(_QUOTED.sub("", sample)) if line.strip()]
    quotes = _quotes(sample, lines) if quote is None else [quote]
    found: list[Dialect] = [] if told else [Dialect("", sign) for sign in quotes if sign != "'"]
    for delimiter in [told] if told else _delimiters(sample):
        if told or _frequent(delimiter, lines) or _frequent(delimiter, outside):
            found += [
                Dialect(delimiter, sign)
                for sign in quotes
                if sign != "'" or quote or _apostrophes(sample, delimiter)
            ]
    quoting = [item for item in found if item.quote]
    escaped = [
        replace(item, escape="\\")
        for item in found
        if (item.quote and "\\" + item.quote in sample)
        or (item.delimiter and "\\" + item.delimiter in sample)
    ]
    bare = [replace(item, bare=True) for item in quoting if item.delimiter]
    aligned = [replace(item, collapse=True) for item in found if item.delimiter == " "]
    aligned += [replace(item, delimiter="  ") for item in aligned if "  " in sample.strip()]
    return found + escaped + bare + aligned


def _frequent(delimiter: str, lines: list[str]) -> bool:
    return sum(delimiter in line for line in lines) >= 0.4 * len(lines) > 0


def _quotes(sample: str, lines: list[str]) -> list[str]:
    quotes = ['"'] if '"' in sample else []
    if sum('"' in line for line in lines) >= _LITERAL:
        quotes.append("")
    return [*(quotes or ['"']), *(["'"] if "'" in sample else [])]


def _apostrophes(sample: str, delimiter: str) -> bool:
    """Whether a cell stands in apostrophes."""
    edge = re.escape(delimiter)
    bare, doubled = rf"[^'\r\n][^\r\n]{{0,{_CELL}}}?", rf"(?:[^']|''){{0,{_CELL}}}+"
    cell = rf"(?:\A|[\r\n]|{edge}) ?'(?:{bare}|{doubled})'(?={edge}|[\r\n]|\Z)"
    return re.search(cell, sample) is not None


def _delimiters(sample: str) -> list[str]:
    """The usual ones; a sign that only comes in pairs is a delimiter of two signs."""
    found: list[str] = []
    for sign in _PRIOR:
        pairs = sample.count(sign * 2) if sign in _PAIRED else 0
        found += [sign * 2] if pairs else []
        found += [sign] if not pairs or sample.count(sign) > 2 * pairs else []
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
    score = steady**2 * (1 - faults) * bonus * _prior(rows, dialect.delimiter, width)
    if width > 1 and _decimals_only(rows, dialect.delimiter):
        score *= 0.5
    if dialect.escape or dialect.bare or dialect.collapse:
        score *= 0.99
    if dialect.delimiter == "  " or (not dialect.quote and '"' in sample):
        score *= 0.97
    if not dialect.delimiter and _always_delimited(rows):
        score *= 0.5
    return Scored(dialect, score * _tidy_share(rows, dialect.delimiter), width, steady)


def _prior(rows: list[list[str]], delimiter: str, width: int) -> float:
    """How likely a delimiter is before anything is known; signs of clock and prose are less so."""
    prior = _PRIOR.get(delimiter[:1], 1.0)
    usual = [row for row in rows[1:] if len(row) == width][:_CELLS]
    if prior < 0.8 and width > 1 and usual:
        whole = sum(value_like(delimiter.join(row).strip()) for row in usual)
        best = max(
            sum(value_like(cell.strip()) for cell in cells) for cells in zip(*usual, strict=True)
        )
        prior += 0.2 if best > 0.9 * len(usual) > 9 * whole else 0.0
    return prior


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
            rf'(?:\A|[\r\n]|{edge}) ?"(?=((?:[^"]|"")*+)"(?:{edge}|[\r\n]|\Z))', sample
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
