"""Every single fault at every position of clean tables, and the sums per kind of fault."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.messy.faults_in_cells import IN_CELLS
from tests.messy.faults_in_files import IN_FILES
from tests.messy.faults_in_rows import IN_ROWS
from tests.messy.faults_in_values import IN_VALUES
from tests.messy.pollution import Polluted, Verdict, judge
from tests.messy.tables import SHAPES, Table, sample, shared

SMALL = 8


def clean_tables(seed: int, rows: int = SMALL) -> list[Table]:
    """Small tables of every shape, the sample and, where they are, public ones."""
    made = [shape(random.Random(seed), rows) for shape in SHAPES]
    return [*made, sample(rows, seed), *shared(rows)]


def pollutions(tables: Iterable[Table]) -> Iterator[Polluted]:
    """Every kind of fault at every place."""
    for table in tables:
        for pollute in (*IN_FILES, *IN_ROWS, *IN_CELLS, *IN_VALUES):
            yield from pollute(table)


def share(cases: Iterable[Polluted], most: int, seed: int) -> list[Polluted]:
    """Some of the cases, with at least one of each kind, the same for the same seed."""
    kinds: dict[str, list[Polluted]] = {}
    for case in cases:
        kinds.setdefault(case.kind, []).append(case)
    rng = random.Random(seed)
    first = [rng.choice(found) for found in kinds.values()]
    rest = [case for found in kinds.values() for case in found]
    return first + rng.sample(rest, max(0, min(len(rest), most - len(first))))


@dataclass
class Sums:
    """What came of the files of one kind of fault."""

    kind: str
    files: int = 0
    cells: int = 0
    right: int = 0
    unknowable: int = 0
    told: int = 0
    silent: list[Verdict] = field(default_factory=list)
    alarmed: list[Verdict] = field(default_factory=list)
    crashed: list[Verdict] = field(default_factory=list)
    wrong: list[Verdict] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Right cells of those that could be known, in per cent."""
        return 100 * self.right / max(1, self.cells)

    def add(self, verdict: Verdict) -> None:
        """Count one file."""
        self.files += 1
        self.cells += verdict.cells
        self.right += verdict.right
        self.unknowable += verdict.unknowable
        self.told += verdict.told
        for listed, holds in (
            (self.silent, verdict.silent),
            (self.alarmed, verdict.alarmed),
            (self.crashed, verdict.outcome == "crashed"),
            (self.wrong, verdict.right < verdict.cells),
        ):
            if holds:
                listed.append(verdict)


def judged(cases: Iterable[Polluted]) -> dict[str, Sums]:
    """Read them all; the sums by kind, in the order of the kinds."""
    sums: dict[str, Sums] = {}
    for case in cases:
        sums.setdefault(case.kind, Sums(case.kind)).add(judge(case))
    return sums


def total(sums: Iterable[Sums]) -> Sums:
    """All kinds as one."""
    whole = Sums("all")
    for each in sums:
        whole.files += each.files
        whole.cells += each.cells
        whole.right += each.right
        whole.unknowable += each.unknowable
        whole.told += each.told
        whole.silent += each.silent
        whole.alarmed += each.alarmed
        whole.crashed += each.crashed
        whole.wrong += each.wrong
    return whole
