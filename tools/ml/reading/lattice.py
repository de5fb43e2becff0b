"""The likeliest reading of one broken line as a row of the usual width.

Every way to cut the line into cells is a path: cells end at delimiters, quoted ones at their
closing quote, and each irregular step (a stray quote, a lost or surplus delimiter, an unquoted
delimiter inside a cell) costs something. The path whose cells fit their columns best wins
(dynamic programming over place × column; Viterbi 1967, doi:10.1109/TIT.1967.1054010).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import islice
from typing import Final, Protocol

from tools.ml.reading.records import CellReader, Dialect
from tools.ml.reading.typical import Traits, traits

_STRAY: Final = 4.0
_INNER: Final = 2.5
_UNWRAP: Final = 9.0
_JOIN: Final = 5.0
_JOIN_MORE: Final = 1.0
_JOIN_WORDS: Final = 0.5
_SURPLUS: Final = 4.0
_GLUED_QUOTE: Final = 6.0
_GLUED_PAIR: Final = 2.0
_GLUED: Final = 8.0
_SHORT: Final = 5.0
_SKIP: Final = 8.0
_CLOSINGS: Final = 12
_JOINS: Final = 12
_SPLIT_LENGTH: Final = 80
_BOUNDARY: Final = re.compile(r"(?<=[a-z])(?=[A-Z\d$€£])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_SIGNS: Final = 16
"""Characters of a cell that cost as much as a step."""
_MOST_STEPS: Final = 100_000


class Fit(Protocol):
    """What is known of the columns."""

    least: float

    def fit(self, column: int, found: Traits) -> float:
        """How well a cell fits a column, at most 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """One cell read from a line.

    Attributes:
        cell: Its content; None for a surplus delimiter, which makes no cell.
        quoted: Whether it stood in quotes.
        next: Where the next cell starts; -1 at the end of the line.
        cost: Of what is irregular about it.
        what: That in words, empty if nothing is.
        done: What was done about it.
    """

    cell: str | None
    quoted: bool
    next: int
    cost: float = 0.0
    what: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as a row of the usual width.

    Attributes:
        cells: As many as there are columns.
        score: Fit of the cells less the cost of the steps.
        fit: Of the cells alone.
        steps: The irregular ones, with the column each concerns (from 0).
        short: Cells that were missing at the end.
        other: Name of the delimiter where it is not that of the file.
    """

    cells: list[str]
    score: float
    fit: float
    steps: tuple[tuple[int, Step], ...]
    short: int
    other: str = ""


@dataclass(slots=True)
class Effort:
    """How many steps may still be tried; shared by all lines of a file, so its time is bounded."""

    left: int = 400_000


def read_line(
    text: str, dialect: Dialect, fit: Fit, *, width: int, split: bool, effort: Effort
) -> Reading | None:
    """The likeliest reading, or None if there are too many to try.

    Args:
        text: The record as it stands in the file.
        dialect: Its delimiter may be another one than that of the file.
        fit: What is known of the columns.
        width: Number of columns.
        split: Whether a lost delimiter within a plain cell is thought of.
        effort: Is used up by what is tried.
    """
    steps = _Steps(text, dialect, split=split)
    return _best_path(steps, fit, width, effort)


class _Steps:
    """All steps that begin at a place of the line."""

    def __init__(self, text: str, dialect: Dialect, *, split: bool) -> None:
        self.text, self.dialect, self.split = text, dialect, split
        self.reader = CellReader(dialect)
        self.delimiter, self.quote = dialect.delimiter, dialect.quote
        self.join_cost = _JOIN_WORDS if self.delimiter == " " else _JOIN

    def at(self, place: int) -> Iterator[Step]:
        start = self.reader.opening(self.text, place)
        proper = False
        if start >= 0:
            for step in self._quoted(start):
                proper = proper or not step.cost
                yield step
        yield from self._plain(place, opened=start >= 0, proper=proper)
        if place == len(self.text) or self.text.startswith(self.delimiter, place):
            after = -1 if place == len(self.text) else place + len(self.delimiter)
            yield Step(
                None, False, after, _SURPLUS, "a surplus delimiter", "its empty cell was left out"
            )

    def _next(self, stop: int) -> int:
        return -1 if stop >= len(self.text) else stop + len(self.delimiter)

    def _quoted(self, start: int) -> Iterator[Step]:
        """Cells in quotes, whichever quote closes them."""
        text, quote, tried, place = self.text, self.quote, 0, start
        while tried < _CLOSINGS:
            close = text.find(quote, place)
            if close < 0:
                return
            place, tried = close + 1, tried + 1
            raw = text[start:close]
            inner = self._inner(raw)
            stop = self.reader.after(text, close + 1)
            if stop >= 0:
                yield Step(
                    self.reader.content(raw),
                    True,
                    self._next(stop),
                    self._inner_cost(raw, inner),
                    "a quote inside a quoted cell is not doubled" if inner else "",
                    "it was kept as a sign" if inner else "",
                )
            elif not inner and self._glued(close + 1):
                yield Step(
                    self.reader.content(raw),
                    True,
                    close + 1,
                    _GLUED_PAIR if self._between_words(close) else _GLUED_QUOTE,
                    "a delimiter is missing after a closing quote",
                    "the cells were parted there",
                )

    def _inner_cost(self, raw: str, inner: int) -> float:
        """Of quotes that are not doubled: higher where a cell might end at one of them."""
        if not inner or self.delimiter not in raw:
            return _INNER * inner
        ends = raw.count(self.quote + self.delimiter) + raw.count(self.delimiter + self.quote)
        return (_INNER + _JOIN) * inner + _JOIN * ends

    def _glued(self, place: int) -> bool:
        return self.text.startswith(self.quote, place) or self.text[place : place + 1].isalnum()

    def _between_words(self, close: int) -> bool:
        """Whether two quotes stand between words as no quotation does: "one cell""another"."""
        around = self.text[close - 1 : close] + self.text[close + 2 : close + 3]
        pair = self.text.startswith(self.quote, close + 1)
        return pair and len(around) == 2 and not any(sign.isspace() for sign in around)

    def _inner(self, raw: str) -> int:
        if self.dialect.bare:
            return 0
        if self.dialect.escape:
            return raw.count(self.quote) - raw.count("\\" + self.quote)
        return raw.replace(self.quote * 2, "").count(self.quote)

    def _plain(self, place: int, *, opened: bool, proper: bool) -> Iterator[Step]:
        """Cells without quotes around them, up to each of the next delimiters."""
        text, stop = self.text, place - 1
        for joined in range(_JOINS):
            stop = text.find(self.delimiter, stop + 1) if self.delimiter else -1
            stop = len(text) if stop < 0 else stop
            raw = text[place:stop]
            cost, what, done = self._irregular(raw, opened=opened, proper=proper, joined=joined)
            yield Step(self.reader.unescape(raw), False, self._next(stop), cost, what, done)
            if not joined:
                yield from self._parted(place, stop, opened=opened)
            if stop >= len(text):
                return

    def _irregular(
        self, raw: str, *, opened: bool, proper: bool, joined: int
    ) -> tuple[float, str, str]:
        cost, what, done = 0.0, "", ""
        if joined:
            cost = self.join_cost + _JOIN_MORE * (joined - 1) * (self.join_cost > 1)
            what, done = "a delimiter inside a plain cell", "joined again in column {column}"
        if opened:
            cost += _UNWRAP if proper else _STRAY
            what, done = "a quote is opened and never closed", "the quote was kept as a sign"
        elif self.quote == '"' and self.quote in raw:
            cost += _STRAY * (2 if joined else 1)
            what, done = "a quote inside a plain cell", "it was kept as a sign"
        return cost, what, done

    def _parted(self, place: int, stop: int, *, opened: bool) -> Iterator[Step]:
        """The two cells that a lost delimiter has run together: where the first may end."""
        if opened:
            return
        text, told = self.text, "the cells were parted by what their columns hold"
        quote = text.find(self.quote, place + 1) if self.quote == '"' else -1
        if quote > 0 and not text[quote - 1].isspace():
            what = "a delimiter is missing before an opening quote"
            done = "the cells were parted there"
            yield Step(text[place:quote], False, quote, _GLUED_QUOTE, what, done)
        if not self.split or not self._delimited(place):
            return
        what = "a delimiter is missing"
        for cut in self._cuts(place, stop):
            yield Step(text[place:cut], False, cut, _GLUED, what, told)

    def _delimited(self, place: int) -> bool:
        """Whether a delimiter stands before the place: a cell is parted once only."""
        return place == 0 or self.text.endswith(self.delimiter, 0, place)

    def _cuts(self, place: int, stop: int) -> list[int]:
        if stop - place <= _SPLIT_LENGTH:
            return list(range(place + 1, stop))
        found = _BOUNDARY.finditer(self.text, place + 1, stop)
        return [match.start() for match in islice(found, _SPLIT_LENGTH)]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """The best way to a place with so many columns filled."""

    score: float
    fit: float
    place: int
    column: int
    step: Step | None


def _best_path(steps: _Steps, fit: Fit, width: int, effort: Effort) -> Reading | None:
    """Best score per place and column, going forward; then the way back."""
    end = len(steps.text) + 1
    best: dict[int, dict[int, _Arrival]] = {0: {0: _Arrival(0.0, 0.0, 0, 0, None)}}
    waiting, most = [0], min(_MOST_STEPS, effort.left)
    tried = 0
    while waiting:
        place = heappop(waiting)
        if place == end:
            break
        here = best[place]
        _skip_columns(here, place, fit, width)
        for step in steps.at(place):
            after = end if step.next < 0 else step.next
            if after not in best:
                best[after] = {}
                heappush(waiting, after)
            tried += len(here) + (after - place) // _SIGNS
            if tried > most:
                effort.left -= tried
                return None
            _take(step, here, best[after], place=place, fit=fit, width=width)
    effort.left -= tried
    return _way_back(best, end, fit, width) if best.get(end) else None


def _skip_columns(here: dict[int, _Arrival], place: int, fit: Fit, width: int) -> None:
    """Extend every way that has come here by columns that have no cell in this line."""
    empty = traits("", quoted=False)
    gap = Step("", False, place, _SKIP, "a cell is missing", "column {column} was left empty")
    for column in range(min(here, default=width), width - 1):
        arrival, known = here.get(column), here.get(column + 1)
        if arrival is None:
            continue
        gain = fit.fit(column, empty)
        score = arrival.score + gain - _SKIP
        if known is None or score > known.score:
            here[column + 1] = _Arrival(score, arrival.fit + gain, place, column, gap)


def _take(
    step: Step,
    here: dict[int, _Arrival],
    there: dict[int, _Arrival],
    *,
    place: int,
    fit: Fit,
    width: int,
) -> None:
    """Extend every way that has come here by one step."""
    found = traits(step.cell, quoted=step.quoted) if step.cell is not None else None
    for column, arrival in here.items():
        gain, after = 0.0, column
        if found is not None:
            if column >= width:
                continue
            gain, after = fit.fit(column, found), column + 1
        score = arrival.score + gain - step.cost
        known = there.get(after)
        if known is None or score > known.score:
            there[after] = _Arrival(score, arrival.fit + gain, place, column, step)


def _way_back(
    best: dict[int, dict[int, _Arrival]], end: int, fit: Fit, width: int
) -> Reading | None:
    empty = traits("", quoted=False)
    ends: list[tuple[float, float, int]] = []
    for column, arrival in best[end].items():
        rest = [fit.fit(place, empty) for place in range(column, width)]
        padded = arrival.score + sum(rest) - _SHORT * len(rest)
        ends.append((padded, arrival.fit + sum(rest), column))
    score, fitting, column = max(ends)
    short = width - column
    cells, taken, at = [""] * short, list[tuple[int, Step]](), end
    while at or column:
        arrival = best[at][column]
        if arrival.step is None:
            break
        if arrival.step.cell is not None:
            cells.append(arrival.step.cell)
        if arrival.step.what:
            taken.append((arrival.column, arrival.step))
        at, column = arrival.place, arrival.column
    cells = cells[short:][::-1] + cells[:short]
    return Reading(cells, score, fitting, tuple(reversed(taken)), short)
