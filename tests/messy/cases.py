"""One file of the corpus: what it is, what may come of it, and how what came is weighed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias

from tests.messy.comparing import Grid, Place, differences, loosely, surplus
from tests.messy.readings import Outcome, Reading, reading, typed

LOADED: Final[frozenset[Outcome]] = frozenset({"clean", "warned"})
CLEAN: Final[frozenset[Outcome]] = frozenset({"clean"})
WARNED: Final[frozenset[Outcome]] = frozenset({"warned"})
REFUSED: Final[frozenset[Outcome]] = frozenset({"refused"})
CHOICE: Final[frozenset[Outcome]] = frozenset({"choice"})
ANY: Final[frozenset[Outcome]] = LOADED | REFUSED | CHOICE

_PLACE: Final = re.compile(
    r"\d|\b(?:is|are) an? |, not a table|\b(?:sheet|record|column|page|member|line)s?\b"
)
"""A number, a kind ("is a PDF document") or a part of the file."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what is right for it.

    Attributes:
        kind: Of file.
        detail: Tells it from others of its kind.
        data: The bytes.
        outcomes: That are right.
        right: The cells that a right reading gives, the header first; None where there is none.
        header: Whether the file has names.
        words: A pattern that one of the remarks or the refusal must match.
        typed: Whether the cells are compared after typing, by what they say.
        name: Of the file.
        child: Whether it is read in a limited child process.
    """

    kind: str
    detail: str
    data: bytes
    outcomes: frozenset[Outcome] = LOADED
    right: Grid | None = None
    header: bool = True
    words: str = ""
    typed: bool = False
    name: str = "file.csv"
    child: bool = False


Family: TypeAlias = Callable[[Random], Iterator[Case]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a case; a sentence in `faults` for everything that is not as promised."""

    case: Case
    outcome: Outcome
    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    vague: bool
    seconds: float

    @property
    def silent(self) -> bool:
        """Whether cells differ and no warning says so."""
        return any(fault.startswith("silent") for fault in self.faults)


def read_case(case: Case) -> Reading:
    """Read it as the bot does: as text, or with types."""
    return (typed if case.typed else reading)(case.data, case.name)


def weigh(case: Case, found: Reading) -> Finding:
    """Compare what came with what is right."""
    remarks = (*found.warnings, *found.notes, *((found.message,) if found.message else ()))
    faults = []
    if found.outcome not in case.outcomes:
        faults.append(f"{found.outcome} instead of {' or '.join(sorted(case.outcomes))}")
    if case.right is not None and found.grid is not None:
        faults += _cells(case, found)
    if case.words and not any(re.search(case.words, remark, re.IGNORECASE) for remark in remarks):
        faults.append(f"nothing says “{case.words}”")
    vague = found.outcome == "refused" and not well_said(case.name, found)
    if vague:
        faults.append("the refusal is vague")
    return Finding(case, found.outcome, tuple(faults), remarks, vague, found.seconds)


def well_said(name: str, found: Reading) -> bool:
    """Whether a refusal names file, place or kind, cause and next step."""
    shown = f"“{name[:60]}"
    cause = found.message.replace(f"“{name}”", "")
    step = found.hint.strip()
    return bool(
        (not name.strip() or shown in found.message)
        and _PLACE.search(cause)
        and len(cause.split()) > 3
        and cause.rstrip().endswith(".")
        and len(step.split()) > 2
        and step[0].isupper()
        and step.endswith(".")
    )


def _cells(case: Case, found: Reading) -> Iterator[str]:
    assert case.right is not None
    assert found.grid is not None
    grid = loosely(case.right, found.grid) if case.typed else found.grid
    wrong = differences(case.right, grid)
    more = surplus(case.right, grid)
    if found.header != case.header:
        yield f"{'told' if found.warnings else 'silent'}: header {found.header}"
    elif wrong or more:
        told = "told" if found.warnings else "silent"
        if told == "silent" and not more and _untouched(case, grid, wrong):
            told = "kept as text"
        first = min(wrong, default=(len(case.right), 0))
        there = grid[first[0]] if first[0] < len(grid) else ()
        yield f"{told}: {len(wrong)} cells differ, first at {first}: {list(there)[:8]}"


def _untouched(case: Case, grid: Grid, wrong: set[Place]) -> bool:
    """Whether the cells of a typed table that differ stand just so in the file."""
    return case.typed and all(
        row < len(grid) and column < len(grid[row]) and grid[row][column].encode() in case.data
        for row, column in wrong
    )
