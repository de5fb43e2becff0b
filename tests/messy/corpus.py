"""The whole corpus of files as people send them, hostile and ordinary, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.messy import ordinary_containers, ordinary_texts
from tests.messy.cases import Case, Family, Finding, read_case, weigh
from tests.messy.children import in_children
from tests.messy.hostile_bombs import BOMBS
from tests.messy.hostile_containers import CONTAINERS
from tests.messy.hostile_kinds import KINDS
from tests.messy.hostile_structures import STRUCTURES
from tests.messy.hostile_texts import TEXTS
from tests.messy.hostile_types import TYPES
from tests.messy.readings import Reading, typed

HOSTILE: Final[tuple[Family, ...]] = (
    *TEXTS,
    *STRUCTURES,
    *TYPES,
    *KINDS,
    *CONTAINERS,
    *BOMBS,
)
ORDINARY: Final[tuple[Family, ...]] = (*ordinary_texts.TEXTS, *ordinary_containers.CONTAINERS)


@dataclass
class Tally:
    """What came of the files of one kind."""

    kind: str
    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    refusals: int = 0
    vague: int = 0
    slowest: float = 0.0

    def add(self, finding: Finding) -> None:
        """Count one file."""
        self.files += 1
        self.outcomes[finding.outcome] += 1
        self.refusals += finding.outcome == "refused"
        self.vague += finding.vague
        self.slowest = max(self.slowest, finding.seconds)
        if finding.faults:
            self.findings.append(finding)

    @property
    def dead(self) -> int:
        """Files that killed a process or gave a traceback."""
        return self.outcomes["died"] + self.outcomes["crashed"]

    @property
    def silent(self) -> int:
        """Files whose cells differ, and no warning says so."""
        return sum(finding.silent for finding in self.findings)


def cases(families: Iterable[Family], seed: int) -> list[Case]:
    """The files of some families; the same for the same seed."""
    return [case for family in families for case in family(Random(seed))]


def tallied(found: Sequence[Case]) -> dict[str, Tally]:
    """Read all; what may kill a process is read in a limited child."""
    apart = [case for case in found if case.child]
    read: dict[int, Reading] = (
        {id(case): reading for case, reading in zip(apart, in_children(apart), strict=True)}
        if apart
        else {}
    )
    tallies: dict[str, Tally] = {}
    for case in found:
        reading = read.get(id(case)) or read_case(case)
        tallies.setdefault(case.kind, Tally(case.kind)).add(weigh(case, reading))
    return tallies


def alarms(found: Iterable[Case]) -> dict[str, tuple[str, ...]]:
    """The warnings that ordinary files get when they are read with types, per file."""
    heard = {f"{case.kind} {case.detail}": typed(case.data, case.name) for case in found}
    return {name: reading.warnings for name, reading in heard.items() if reading.warnings}


def total(tallies: Iterable[Tally]) -> Tally:
    """All kinds as one."""
    whole = Tally("all")
    for each in tallies:
        whole.files += each.files
        whole.outcomes += each.outcomes
        whole.findings += each.findings
        whole.refusals += each.refusals
        whole.vague += each.vague
        whole.slowest = max(whole.slowest, each.slowest)
    return whole
