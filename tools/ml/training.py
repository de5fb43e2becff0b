"""Training: prepare, search, judge once on held-out rows, refit the best on all rows.

The score comes from the best candidate fitted on the training part only, judged on rows that
neither it nor the search has seen. The pipeline that is handed over is that same candidate,
fitted again on all usable rows, held-out ones included.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tools.cards import number
from tools.ml.candidates import ALGORITHMS, Candidate, CandidateSpec
from tools.ml.columns import Excluded
from tools.ml.contract import Contract, learn_features
from tools.ml.evaluation import all_scores, score_warnings
from tools.ml.explain import Importance, permutation_importance
from tools.ml.fitting import fit, judge, rows_to_learn
from tools.ml.plots import Plot, importance_plot, result_plots
from tools.ml.preparation import Prepared, TrainingRequest, prepare
from tools.ml.replay import outlier_columns, refuses_missing
from tools.ml.scores import Predicted, Score, Task, learn_naive
from tools.ml.search import Budget, Progress, Search
from tools.ml.splits import related_rows
from tools.ml.tasks import Chosen


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A trained model and everything that is known about it.

    Attributes:
        pipeline: Fitted on all usable rows; takes original columns.
        contract: Its input and output.
        task: With the reason.
        metric: With the reason.
        best: The candidate that won.
        candidates: All that were tried, in order.
        score: The chosen metric on held-out rows.
        metrics: Every metric of the task on held-out rows.
        split_reason: How rows were held out, and why.
        rows_train: Rows the judged model learnt from.
        rows_holdout: Rows it was judged on.
        rows_final: Rows the handed-over pipeline learnt from.
        excluded: Columns that are not features, with reasons.
        warnings: What to know before trusting the score; sentences.
        importance: Permutation importance on held-out rows, at most 20 columns.
        figures: The plots that fit the task, and importance.
        holdout: Answers of the judged model beside the truth.
        seed: Of everything random.
        ended: Why the search ended: "finished", "budget", "stopped" or "replayed".
        seconds: Wall clock of the whole training.
    """

    pipeline: Pipeline
    contract: Contract
    task: Chosen
    metric: Chosen
    best: Candidate
    candidates: tuple[Candidate, ...]
    score: Score
    metrics: tuple[Score, ...]
    split_reason: str
    rows_train: int
    rows_holdout: int
    rows_final: int
    excluded: tuple[Excluded, ...]
    warnings: tuple[str, ...]
    importance: tuple[Importance, ...]
    figures: tuple[Plot, ...]
    holdout: Predicted
    seed: int
    ended: str
    seconds: float

    @property
    def algorithm(self) -> str:
        """Key of the winning algorithm."""
        return self.best.spec.algorithm

    @property
    def label(self) -> str:
        """The winning algorithm, for people."""
        return ALGORITHMS[self.algorithm].label

    @property
    def features(self) -> tuple[str, ...]:
        """Original names of the columns it learnt from."""
        return tuple(feature.name for feature in self.contract.features)

    @property
    def replay(self) -> tuple[CandidateSpec, ...]:
        """The list that, given as `TrainingRequest.replay`, makes the same model again."""
        return tuple(candidate.spec for candidate in self.candidates if not candidate.failed)


def train(
    frame: pd.DataFrame,
    request: TrainingRequest,
    *,
    progress: Progress,
    should_stop: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> TrainedModel:
    """Train the best model that fits into the time budget.

    Args:
        frame: The original columns of the root dataset.
        request: What is asked.
        progress: Gets a share of the work done (0 … 1) and what is being done.
        should_stop: Asked between folds; once true, the best so far is kept.
        clock: Seconds; only decides where the search ends.

    Raises:
        BadRequest: No such target or column; task, algorithm and metric contradict one another.
        NeedsChoice: Task or metric must be picked by the person.
        Refused: The data cannot teach anything.
        Stopped: Stop was pressed before any candidate was done.
    """
    budget = Budget(request.time_budget_s, clock(), clock, should_stop)
    # One thread: the same sums in the same order on every machine, and no fight for cores.
    with threadpool_limits(1):
        progress(0.02, "Checking the data")
        prepared = prepare(frame, request)
        search = Search(prepared.problem, budget, progress, request.seed)
        if request.replay is None:
            search.run(request.algorithm)
        else:
            search.replay(request.replay)
        progress(0.82, f"Judging {ALGORITHMS[search.best.spec.algorithm].label.lower()} "
                 "on held-out rows")  # fmt: skip
        trained = _finish(prepared, search, request)
    progress(1.0, "Done")
    return trained


def _finish(prepared: Prepared, search: Search, request: TrainingRequest) -> TrainedModel:
    """Judge the best candidate once, refit it on everything, and draw."""
    problem, best = prepared.problem, search.best
    judged = fit(problem, best.spec, problem.split.train)
    holdout = replace(
        judge(problem, judged, problem.split.holdout), groups=related_rows(problem.split)
    )
    everything = np.arange(len(problem.truth))
    final = fit(problem, best.spec, everything)
    learnt = rows_to_learn(problem, best.spec, everything)
    contract = _contract(prepared, learnt)
    metrics = all_scores(holdout, contract, seed=request.seed)
    own = next(one for one in metrics if one.metric == problem.metric)
    search.progress(0.9, "Explaining and drawing")
    importance = permutation_importance(
        judged,
        contract,
        problem.frame.iloc[problem.split.holdout],
        holdout.truth,
        metric=problem.metric,
        seed=request.seed,
        enough=lambda: search.budget.short or search.budget.should_stop(),
    )
    figures = (*result_plots(holdout, contract),
               importance_plot(importance, metric=problem.metric))  # fmt: skip
    return TrainedModel(
        pipeline=final,
        contract=contract,
        task=prepared.task,
        metric=prepared.metric,
        best=best,
        candidates=tuple(search.tried),
        score=own,
        metrics=metrics,
        split_reason=problem.split.order.reason,
        rows_train=len(rows_to_learn(problem, best.spec, problem.split.train)),
        rows_holdout=len(problem.split.holdout),
        rows_final=len(learnt),
        excluded=prepared.excluded,
        warnings=(*prepared.warnings, *score_warnings(own), *_score_doubts(best, own)),
        importance=importance,
        figures=figures,
        holdout=holdout,
        seed=request.seed,
        ended=_ended(search, replayed=request.replay is not None),
        seconds=search.budget.elapsed(),
    )


def _contract(prepared: Prepared, learnt: np.ndarray) -> Contract:
    problem = prepared.problem
    task: Task = problem.task
    features = learn_features(
        problem.frame.iloc[learnt],
        problem.columns,
        refuses_missing=refuses_missing(problem.plan),
        outliers_dropped=outlier_columns(problem.plan),
    )
    return Contract(
        features=features,
        target=prepared.target,
        task=task,
        classes=prepared.classes,
        positive=problem.positive,
        metric=problem.metric,
        naive=learn_naive(problem.truth[problem.split.train], classes=problem.classes),
        ignored=tuple(column.name for column in prepared.excluded),
    )


def _score_doubts(best: Candidate, own: Score) -> tuple[str, ...]:
    """Signs that the held-out score is not what to expect."""
    doubts = []
    spread = float(np.std(best.fold_scores)) if len(best.fold_scores) > 1 else 0.0
    loss = best.score - own.value if own.higher_is_better else own.value - best.score
    if loss > max(3 * spread, 0.1 * abs(best.score)):
        doubts.append(
            f"Cross-validation promised {own.label} {number(best.score)}, held-out rows gave "
            f"{number(own.value)}: expect the lower one or worse."
        )
    perfect = {"roc_auc", "accuracy", "balanced_accuracy", "f1", "r2"}
    if own.metric in perfect and own.value > 0.999:
        doubts.append("The score is perfect, which is rarely true: look for a column that is "
                      "only known afterwards.")  # fmt: skip
    return tuple(doubts)


def _ended(search: Search, *, replayed: bool) -> str:
    if search.stopped:
        return "stopped"
    if replayed:
        return "replayed"
    return "budget" if search.ran_out else "finished"
