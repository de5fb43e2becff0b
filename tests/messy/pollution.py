"""What a pollution is: one fault in a clean table, and what a right reading makes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tests.messy.comparing import Grid, Place, differences, loosely, surplus, told
from tests.messy.dialects import Dialect
from tests.messy.readings import Reading, reading, typed
from tests.messy.tables import Table

PLAIN: Final = Dialect()


@dataclass(frozen=True, slots=True)
class Polluted:
    """A file with one fault.

    Attributes:
        kind: Of fault.
        place: In words, for those who look.
        data: The file.
        right: The grid that a right reading gives, header first where `header`.
        otherwise: Another grid that is right as well (a row that may stay or go).
        line: Of the fault; 0 where it is the whole file's.
        header: Whether the file has names.
        accepted: What may stand in a cell as well (a stray quote may stay or go).
        unknowable: Cells that nobody could know again (cut off, glued without a trace).
        loud: Whether the fault must be told even where every cell is right.
        quiet: Whether nothing is wrong with the file, so that no warning may come.
        typed: Whether the cells are compared after typing, by what they say.
        noted: Words (a pattern) of a note that tells it as well as a warning would.
    """

    kind: str
    place: str
    data: bytes
    right: Grid
    line: int = 0
    otherwise: Grid | None = None
    header: bool = True
    accepted: Mapping[Place, frozenset[str]] = field(default_factory=dict)
    unknowable: frozenset[Place] = frozenset()
    loud: bool = True
    quiet: bool = False
    noted: str = ""
    typed: bool = False


Pollution: TypeAlias = Callable[[Table], Iterator[Polluted]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one polluted file was read.

    Attributes:
        cells: That could be known.
        right: Of them.
        unknowable: Cells that could not.
        told: Whether a remark names the fault.
        silent: Whether something differs, or had to be told, and was not.
        alarmed: Whether a warning came where nothing is wrong.
        outcome: In one word.
    """

    kind: str
    place: str
    cells: int
    right: int
    unknowable: int
    told: bool
    silent: bool
    alarmed: bool
    outcome: str
    remarks: tuple[str, ...]
    data: bytes

    @property
    def whole(self) -> bool:
        """Whether every knowable cell is right and nothing was silent."""
        return self.right == self.cells and not self.silent and not self.alarmed


def judge(case: Polluted) -> Verdict:
    """Read a polluted file and compare."""
    return weigh(case, (typed if case.typed else reading)(case.data))


def _compared(case: Polluted, found: Reading) -> tuple[set[Place], bool]:
    """The cells that differ, and whether that can be seen at all."""
    assert found.grid is not None
    grid = loosely(case.right, found.grid) if case.typed else found.grid
    if case.otherwise is not None and not differences(case.otherwise, grid):
        return set(), surplus(case.otherwise, grid)
    wrong = differences(case.right, grid, case.accepted)
    noticeable = wrong if case.loud else wrong - case.unknowable
    more = surplus(case.right, grid) or found.header != case.header
    return wrong, more or bool(noticeable)


def weigh(case: Polluted, found: Reading) -> Verdict:
    """Compare a reading with what is right."""
    size = sum(map(len, case.right))
    known = size - len(case.unknowable) or 1
    remarks = found.warnings
    if case.noted:
        remarks += tuple(note for note in found.notes if re.search(case.noted, note, re.I))
    if found.grid is None:
        refused = found.outcome in ("refused", "choice")
        right = 0 if size else int(refused)  # of a file with nothing in it
        heard = refused
        silent, differs = not refused, True
        remarks = (found.message[-300:],)
    else:
        wrong, differs = _compared(case, found)
        right = known - len(wrong - case.unknowable)
        heard = told(remarks, case.line)
        silent = not heard and (differs or (case.loud and not case.quiet))
    return Verdict(
        kind=case.kind,
        place=case.place,
        cells=known,
        right=right,
        unknowable=len(case.unknowable),
        told=heard,
        silent=silent,
        alarmed=case.quiet and not differs and bool(found.warnings),
        outcome=found.outcome,
        remarks=remarks,
        data=case.data,
    )
