"""One set scored: what was right, what did harm, what was asked, and how long a sentence takes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bot.agent.offline.understand import understand
from bot.agent.state import DatasetState, ModelState, ThreadState
from tests.bot.agent.offline.asking import wrong
from tests.bot.agent.offline.questions import GROWN
from tests.bot.agent.offline.questions_fresh import FRESH
from tests.bot.agent.offline.questions_held import HELD
from tests.bot.agent.offline.sentences import TODAY, Case, Verdict, column, judge
from tests.understand.sets import Set
from tools.registry import TOOLS

MOST_MS = 50.0


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one set.

    Attributes:
        name: Of the set.
        floor: The share that must be right.
        total: How many sentences it has.
        right: How many were understood.
        harmful: How many led to a change nobody asked for.
        asked: How many led to a question.
        misses: The sentences that were not understood, each with what came of it.
    """

    name: str
    floor: float
    total: int
    right: int
    harmful: int
    asked: int
    misses: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing did harm and enough was understood."""
        return not self.harmful and self.right >= self.floor * self.total


def score(cases: Set) -> Score:
    """Understand every sentence of a set."""
    verdicts = [judge(case) for case in cases.cases]
    return Score(
        cases.name,
        cases.floor,
        len(verdicts),
        sum(verdict.right for verdict in verdicts),
        sum(bool(verdict.harmful) for verdict in verdicts),
        sum(any(step.open for step in verdict.meant.steps) for verdict in verdicts),
        tuple(map(told, (v for v in verdicts if not v.right or v.harmful))),
    )


def score_questions() -> Score:
    """Questions over the rows, each answered in the locked database and held against pandas."""
    asked = [
        (table, said, answer)
        for questions in (GROWN, HELD, FRESH)
        for table, pairs in questions.items()
        for said, answer in pairs
    ]
    faults = [
        (said, fault) for table, said, answer in asked if (fault := wrong(table, said, answer))
    ]
    misses = tuple(f"{said!r}: {fault}" for said, fault in faults)
    return Score("questions over data", 0.95, len(asked), len(asked) - len(faults), 0, 0, misses)


def told(verdict: Verdict) -> str:
    """A sentence that was misunderstood, in one line."""
    wanted = verdict.case.asks or list(verdict.case.calls) or "nothing"
    got = [(step.tool, step.args, step.open) for step in verdict.meant.steps]
    harm = "HARM " if verdict.harmful else ""
    return f"{harm}{verdict.case.said!r}: wanted {wanted}, got {got}"


def timings(cases: Sequence[Case]) -> tuple[float, float]:
    """Median and 95th percentile of the milliseconds a sentence takes in a crowded channel.

    Of processor time: what else runs on the machine does not count.
    """
    state = crowded()
    taken: list[float] = []
    for case in cases:
        start = time.thread_time()
        understand(case.said, state, TOOLS)
        taken.append((time.thread_time() - start) * 1000)
    return median(taken), quantiles(taken, n=20)[-1]


def crowded() -> ThreadState:
    """A channel with 200 columns and 1,000 names in scope."""
    columns = tuple(column(f"sensor_{i}_reading_{_PARTS[i % 10]}:num=0..1") for i in range(180))
    levels = tuple(
        column(f"{_PARTS[i % 10]}_group_{i}:cat=low{i},mid{i},high{i}") for i in range(20)
    )
    wide = DatasetState("wide", 1, 9000, (*columns, *levels), (columns[7].name,))
    others = tuple(DatasetState(f"dataset_{i}", 1, 10, columns[:1]) for i in range(499))
    models = tuple(ModelState(f"model_{i}", 1, f"m{i}", "y", "regression", "x") for i in range(500))
    return ThreadState(TODAY, (wide, *others), models)


_PARTS = ("value", "speed", "heat", "load", "flow", "level", "rate", "power", "weight", "price")
