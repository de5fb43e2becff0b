"""What an exported project has to say: the learning problem of a model, and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tools.ml.candidates import ALGORITHMS, CandidateSpec
from tools.ml.contract import Contract
from tools.ml.preparation import TrainingRequest, prepare
from tools.ml.recipe import Recipe
from tools.ml.replay import Plan, column_steps, parsed_dates, plan_recipe
from tools.ml.splits import Order


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a model beyond how it is made.

    Attributes:
        name: For people, `churn v3`.
        digest: SHA-256 of the artifact the assistant serves.
        made: Day of the training, ISO.
        by: Who trained it.
        data: File name of the table, `churn.parquet`.
        data_digest: SHA-256 of that file.
        rows: Rows it learnt from, was judged on, and learnt from in the end.
        score: `{"metric", "name", "value", "low", "high", "baseline", …}`.
        metrics: The same of every metric of the task.
        report: Reasons, warnings, what was left out, importance (`ModelVersion.report`).
        python: `3.11`.
        code_version: Of the assistant.
    """

    name: str
    digest: str
    made: str
    by: str
    data: str
    data_digest: str
    rows: Mapping[str, int]
    score: Mapping[str, Any]
    metrics: tuple[Mapping[str, Any], ...]
    report: Mapping[str, Any]
    python: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """All that the code of a project is written from.

    Attributes:
        contract: Features, target, classes, metric.
        spec: The candidate that won.
        plan: The cleaning, under original names.
        steps: The part of it that is fitted inside the pipeline.
        order: How rows are held out.
        dates: Columns that are read as dates, and whether days come first.
        flags: Columns of true and false.
        facts: For the papers.
    """

    contract: Contract
    spec: CandidateSpec
    plan: Plan
    steps: Recipe
    order: Order
    dates: Mapping[str, bool]
    flags: frozenset[str]
    facts: Facts

    @property
    def one_hot(self) -> bool:
        """Whether features are encoded for a linear model."""
        return ALGORITHMS[self.spec.algorithm].encoding == "onehot"

    @property
    def by_target(self) -> bool:
        """Whether categories are numbered in the order of the target."""
        return len(self.contract.classes) in {0, 2}


def draw(
    frame: pd.DataFrame, contract: Contract, spec: CandidateSpec, recipe: Recipe, *, seed: int,
    facts: Facts,
) -> Blueprint:  # fmt: skip
    """The blueprint of a model, from the data it was trained on.

    Raises:
        Refused: The data are no longer what it was trained on.
    """
    names = tuple(str(name) for name in frame.columns)
    plan = plan_recipe(recipe, names)
    now = {original: current for current, original in plan.names.items()}
    features = {feature.name for feature in contract.features}
    unused = [now[name] for name in names if name in now and name not in features]
    prepared = prepare(
        frame,
        TrainingRequest(
            target=now[contract.target],
            task="classification" if contract.classes else "regression_anyway",
            metric=contract.metric,
            exclude=tuple(name for name in unused if name != now[contract.target]),
            recipe=recipe,
            seed=seed,
        ),
    )
    problem = prepared.problem
    table = problem.frame
    there = [name for name in names if name not in plan.dropped]
    flags = (name for name in names if pd.api.types.is_bool_dtype(table[name].dtype))
    return Blueprint(
        contract=contract,
        spec=spec,
        plan=plan,
        steps=column_steps(plan, tuple(feature.name for feature in contract.features)),
        order=problem.split.order,
        dates=parsed_dates(table[there], plan),
        flags=frozenset(flags) | {one.name for one in contract.features if one.kind == "boolean"},
        facts=facts,
    )
