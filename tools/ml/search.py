"""The search for the best candidate within a wall-clock budget.

The clock only decides where the list of candidates ends and how many rows the costly ones get;
both are written into the list, so that replaying it needs no clock and gives the same models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np

from tools.cards import number
from tools.errors import Refused, Stopped
from tools.ml.candidates import ALGORITHMS, Candidate, CandidateSpec, drawn_spec, first_specs
from tools.ml.fitting import Problem, fit, judge
from tools.ml.scores import METRICS, score_of

Progress: TypeAlias = Callable[[float, str], None]

_PATIENCE: Final = 6
_LEAST_GAIN: Final = 5e-3
_PROBE_ROWS: Final = 1000
_PROBE_SHARE: Final = 0.1
_CLOSE: Final = 0.03
_FIXED_ROWS: Final = {"gradient_boosting": 20_000}
"""Binning makes boosting cost as much on few rows as on so many more."""
_MARGIN: Final = 0.95
_REPORT_SHARE: Final = 0.15
_REPORT_SECONDS: Final = 3.0
_DRAWS: Final = 20


@dataclass(frozen=True, slots=True)
class Budget:
    """Wall-clock seconds from `started` on, by an injected clock; and the Stop button."""

    seconds: float
    started: float
    clock: Callable[[], float]
    should_stop: Callable[[], bool]

    def elapsed(self) -> float:
        """Seconds since the training began."""
        return self.clock() - self.started

    @property
    def short(self) -> bool:
        """Whether only the plots still fit in."""
        return self.elapsed() > self.seconds - self.reserve / 2

    @property
    def reserve(self) -> float:
        """Seconds kept for importance and plots."""
        return min(_REPORT_SECONDS, _REPORT_SHARE * self.seconds)


@dataclass(slots=True)
class Costs:
    """How long fits take, learnt from the fits so far.

    Attributes:
        seen: Algorithm to (seconds, rows, weight of the parameters) of its latest fit.
    """

    seen: dict[str, tuple[float, int, float]] = field(default_factory=dict)

    def note(self, spec: CandidateSpec, rows: int, seconds: float) -> None:
        """A fit of this candidate on so many rows took so long."""
        self.seen[spec.algorithm] = (seconds, rows, _weight(spec))

    def of(self, spec: CandidateSpec, rows: int) -> float:
        """Seconds a fit is expected to take: a little more than linear in the rows."""
        if spec.algorithm not in self.seen:
            return 0.0
        seconds, measured, weight = self.seen[spec.algorithm]
        rows = min(rows, spec.rows) if spec.rows else rows
        fixed = _FIXED_ROWS.get(spec.algorithm, 0)
        growth = (rows + fixed) / (measured + fixed)
        scale = growth * max(1.0, growth) ** 0.1
        return float(seconds * scale * _weight(spec) / weight)


def _weight(spec: CandidateSpec) -> float:
    """How costly the parameters are, relative to others of the same algorithm."""
    params = spec.params
    if spec.algorithm == "gradient_boosting":
        leaves = float(params.get("max_leaf_nodes", 31))
        return float(params.get("max_iter", 100)) * float(np.sqrt(leaves))
    share = params.get("max_features", 1.0)
    return 0.4 if share == "sqrt" else float(share)


@dataclass(slots=True)
class Search:
    """One run of the search; `run` or `replay` fills `tried`."""

    problem: Problem
    budget: Budget
    progress: Progress
    seed: int
    tried: list[Candidate] = field(default_factory=list)
    costs: Costs = field(default_factory=Costs)
    stopped: bool = False
    ran_out: bool = False

    def run(self, algorithm: str) -> None:
        """Try the first candidates, then random ones until nothing improves or time is up.

        Raises:
            Stopped: Stop was pressed before any candidate was done.
            Refused: No candidate could be fitted.
        """
        first = first_specs(
            self.problem.task,
            algorithm=algorithm,
            metric=self.problem.metric,
            rows=len(self.problem.split.train),
            seed=self.seed,
        )
        for place, spec in enumerate(first):
            if not self._go_on():
                break
            sized = self._sized(spec, remaining=len(first) - place)
            if not self.done or self._fits(sized, folds=len(self.problem.folds)):
                self._try(sized)
        rng = np.random.default_rng(self.seed)
        misses, mark = 0, self.best.score if self.done else 0.0
        while misses < _PATIENCE and self.done and self._go_on():
            drawn = self._next(rng)
            if drawn is None:
                break
            self.ran_out = False
            self._try(drawn)
            misses += 1
            if self._gain(mark) > _LEAST_GAIN:
                misses, mark = 0, self.best.score
        self._need_one()

    def replay(self, specs: tuple[CandidateSpec, ...]) -> None:
        """Try exactly these candidates, whatever the time.

        Raises:
            Stopped: Stop was pressed before any candidate was done.
            Refused: No candidate could be fitted.
        """
        for spec in specs:
            if self.budget.should_stop():
                self.stopped = True
                break
            self._try(spec, timed=False)
        self._need_one()

    @property
    def done(self) -> list[Candidate]:
        """The candidates that have a score, in the order of trying."""
        return [candidate for candidate in self.tried if not candidate.failed]

    @property
    def best(self) -> Candidate:
        """The best one so far."""
        return self.ranking[0]

    @property
    def ranking(self) -> list[Candidate]:
        """The candidates that have a score, the best first; the earlier of equals."""
        sign = -1 if METRICS[self.problem.metric].higher_is_better else 1
        return sorted(self.done, key=lambda candidate: sign * candidate.score)

    def finishing_seconds(self, spec: CandidateSpec) -> float:
        """Expected seconds for the two last fits of a candidate and the report."""
        rows = len(self.problem.split.train)
        fits = self.costs.of(spec, rows) + self.costs.of(spec, len(self.problem.truth))
        return fits + self.budget.reserve

    def _go_on(self) -> bool:
        if self.budget.should_stop():
            self.stopped = True
        elif self.done and not self._fits(self.best.spec, folds=0):
            self.ran_out = True
        return not self.stopped and not self.ran_out

    def _fits(self, spec: CandidateSpec, *, folds: int) -> bool:
        """Whether so many folds of a candidate, and then the end, fit into the budget."""
        search = folds * self.costs.of(spec, len(self.problem.folds[0][0]))
        end = self.finishing_seconds(spec)
        if self.done:
            end = max(end, self.finishing_seconds(self.best.spec))
        return self.budget.elapsed() + search + end <= _MARGIN * self.budget.seconds

    def _sized(self, spec: CandidateSpec, *, remaining: int) -> CandidateSpec:
        """The candidate with as many rows as its share of the time allows."""
        rows = len(self.problem.split.train)
        if rows <= 2 * _PROBE_ROWS:
            return spec
        left = _MARGIN * self.budget.seconds - self.budget.elapsed() - self.budget.reserve
        share = max(left, 0.0) / remaining
        self._probe(spec, share)
        size = 0
        while True:
            sized = replace(spec, rows=size)
            cost = len(self.problem.folds) * self.costs.of(sized, len(self.problem.folds[0][0]))
            ends = 2 * self.costs.of(sized, rows)
            if (cost <= share and ends <= 0.4 * left) or 0 < size <= _PROBE_ROWS:
                return sized
            size = max(_PROBE_ROWS, (size or rows) // 2)

    def _probe(self, spec: CandidateSpec, share: float) -> None:
        """Learn the cost of an algorithm from fits on few rows, then more if that was cheap."""
        train, size = self.problem.split.train, _PROBE_ROWS
        while size < len(train):
            rows = train[:: len(train) // size][:size]
            begun = self.budget.clock()
            try:
                fit(self.problem, spec, rows)
            except (ValueError, ArithmeticError):
                return
            seconds = self.budget.clock() - begun
            self.costs.note(spec, size, seconds)
            size *= 4
            if 4 * seconds > _PROBE_SHARE * share:
                return

    def _next(self, rng: np.random.Generator) -> CandidateSpec | None:
        """More rows for the best one if it had to do with few, else new parameters."""
        grown = self._grown()
        if grown:
            return grown
        rivals = self._rivals()
        known = [candidate.spec for candidate in self.tried]
        for _ in range(_DRAWS):
            rival = rivals[0] if len(rivals) == 1 or rng.random() < 0.7 else rivals[1]
            spec = self._varied(rival.spec, rng)
            if spec in known:
                continue
            if self._fits(spec, folds=len(self.problem.folds)):
                return spec
            self.ran_out = True
        return None

    def _rivals(self) -> list[Candidate]:
        """The best candidate, and the best of another algorithm if it is almost as good."""
        best = self.best
        others = [one for one in self.ranking if one.spec.algorithm != best.spec.algorithm]
        close = _CLOSE * max(abs(best.score), 1e-9)
        return [best, *[one for one in others[:1] if abs(one.score - best.score) <= close]]

    def _varied(self, spec: CandidateSpec, rng: np.random.Generator) -> CandidateSpec:
        """Random parameters, or every other time one random parameter and the rest as they are."""
        drawn = drawn_spec(
            spec.algorithm,
            self.problem.task,
            metric=self.problem.metric,
            rows=len(self.problem.split.train),
            seed=self.seed,
            rng=rng,
        ).params
        if drawn and rng.random() < 0.5:
            name = list(drawn)[int(rng.integers(len(drawn)))]
            drawn = spec.params | {name: drawn[name]}
        return replace(spec, params=drawn)

    def _grown(self) -> CandidateSpec | None:
        best, rows = self.best.spec, len(self.problem.split.train)
        known = [candidate.spec for candidate in self.tried]
        if not best.rows:
            return None
        for size in (0, rows // 2, rows // 4):
            grown = replace(best, rows=size)
            bigger = not size or size > best.rows
            if bigger and grown not in known and self._fits(grown, folds=len(self.problem.folds)):
                return grown
        return None

    def _gain(self, before: float) -> float:
        """How much better the best has become, relative to its size."""
        return abs(self.best.score - before) / max(abs(before), 1e-9)

    def _try(self, spec: CandidateSpec, *, timed: bool = True) -> None:
        """Cross-validate a candidate; one that is cut short leaves no trace in the list."""
        label = ALGORITHMS[spec.algorithm].label
        self._tell(f"Trying {label.lower()}")
        begun = self.budget.clock()
        scores: list[float] = []
        for rows, judged in self.problem.folds:
            left = len(self.problem.folds) - len(scores)
            if scores and not self._may_finish(spec, left, timed=timed):
                return
            start = self.budget.clock()
            try:
                pipeline = fit(self.problem, spec, rows)
                score = score_of(self.problem.metric, judge(self.problem, pipeline, judged))
            except (ValueError, ArithmeticError) as error:
                reason = f"could not be fitted ({type(error).__name__})"
                seconds = self.budget.clock() - begun
                self.tried.append(Candidate(spec, float("nan"), (), seconds, reason))
                return
            self.costs.note(spec, len(rows) if not spec.rows else min(len(rows), spec.rows),
                            self.budget.clock() - start)  # fmt: skip
            scores.append(score)
        seconds = self.budget.clock() - begun
        defined = [score for score in scores if np.isfinite(score)]
        failed = "" if defined else "its score is undefined"
        mean = float(np.mean(defined)) if defined else float("nan")
        self.tried.append(Candidate(spec, mean, tuple(scores), seconds, failed))

    def _may_finish(self, spec: CandidateSpec, folds_left: int, *, timed: bool) -> bool:
        if self.budget.should_stop():
            self.stopped = True
            return False
        return not timed or not self.done or self._fits(spec, folds=folds_left)

    def _tell(self, words: str) -> None:
        expected = len(ALGORITHMS) // 2 + _PATIENCE
        share = max(len(self.tried) / expected, self.budget.elapsed() / self.budget.seconds)
        if self.done:
            about = METRICS[self.problem.metric]
            words += f"; best so far {about.label} {number(self.best.score)}"
        self.progress(0.1 + 0.7 * min(1.0, share), words)

    def _need_one(self) -> None:
        if self.done:
            return
        if self.stopped:
            raise Stopped("Stopped before any model was ready.")
        reasons = "; ".join(
            f"{ALGORITHMS[candidate.spec.algorithm].label}: {candidate.failed}"
            for candidate in self.tried
        )
        raise Refused(f"No model could be fitted to this data ({reasons}).")
