"""The candidates a training tries: algorithms, their first parameters and where to search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from pydantic import TypeAdapter
from sklearn.base import BaseEstimator
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tools.ml.scores import Task

Encoding: TypeAlias = Literal["ordinal", "onehot"]
Params: TypeAlias = dict[str, Any]

_LEAVES_PER_TREE: Final = 4000
_BALANCED_METRICS: Final = frozenset({"balanced_accuracy", "f1"})


@dataclass(frozen=True, slots=True)
class CandidateSpec:
    """All that is needed to train one candidate again, bit by bit.

    Attributes:
        algorithm: A key of `ALGORITHMS`.
        params: Parameters of the estimator that differ from scikit-learn's defaults.
        seed: For the estimator and for drawing rows.
        rows: At most so many training rows are used, in each fold and in the end; 0 means all.
    """

    algorithm: str
    params: Params
    seed: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate that was tried: its cross-validated scores, or why there are none."""

    spec: CandidateSpec
    score: float
    fold_scores: tuple[float, ...]
    seconds: float
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One family of models.

    Attributes:
        label: For people.
        tasks: Which tasks it can do.
        encoding: How its features are prepared.
        make: Estimator from task and parameters.
        first: The parameters tried first, from the number of training rows and the metric.
        draw: Parameters of a random search.
        automatic: Whether "auto" tries it.
    """

    label: str
    tasks: tuple[Task, ...]
    encoding: Encoding
    make: Callable[[Task, Params, int], BaseEstimator]
    first: Callable[[Task, int], Params]
    draw: Callable[[Task, int, np.random.Generator], Params]
    automatic: bool = True


def make_estimator(spec: CandidateSpec, *, task: Task) -> BaseEstimator:
    """The unfitted estimator of a candidate; one thread, fixed seed."""
    return ALGORITHMS[spec.algorithm].make(task, spec.params, spec.seed)


def first_specs(task: Task, *, algorithm: str, metric: str, rows: int, seed: int) -> list[
    CandidateSpec
]:  # fmt: skip
    """The candidates every training begins with, cheapest first."""
    names = [algorithm] if algorithm != "auto" else [
        name for name, about in ALGORITHMS.items() if about.automatic and task in about.tasks
    ]  # fmt: skip
    return [
        CandidateSpec(name, _for_metric(name, ALGORITHMS[name].first(task, rows), metric), seed)
        for name in names
    ]


def drawn_spec(
    name: str, task: Task, *, metric: str, rows: int, seed: int, rng: np.random.Generator
) -> CandidateSpec:
    """A candidate with random parameters."""
    return CandidateSpec(name, _for_metric(name, ALGORITHMS[name].draw(task, rows, rng), metric),
                         seed)  # fmt: skip


_SPECS: Final[TypeAdapter[tuple[CandidateSpec, ...]]] = TypeAdapter(tuple[CandidateSpec, ...])


def dump_specs(specs: tuple[CandidateSpec, ...]) -> list[dict[str, Any]]:
    """The list of candidates as JSON values, for the receipt."""
    return _SPECS.dump_python(specs, mode="json")  # type: ignore[no-any-return]


def load_specs(value: list[dict[str, Any]]) -> tuple[CandidateSpec, ...]:
    """The reverse of `dump_specs`."""
    return _SPECS.validate_python(value)


def _for_metric(name: str, params: Params, metric: str) -> Params:
    """Point the training at what will be measured."""
    weighted = {"logistic_regression", "linear", "random_forest", "extra_trees",
                "gradient_boosting", "decision_tree"}  # fmt: skip
    if metric in _BALANCED_METRICS and name in weighted:
        return params | {"class_weight": "balanced"}
    if metric == "mae" and name == "gradient_boosting":
        return params | {"loss": "absolute_error"}
    return params


def _smallest_leaf(rows: int) -> int:
    """Keeps forests small enough to ship: at most about 4,000 leaves a tree."""
    return max(1, -(-rows // _LEAVES_PER_TREE))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    value = np.exp(rng.uniform(np.log(low), np.log(high)))
    return float(f"{value:.3g}")


def _one_of(rng: np.random.Generator, values: tuple[Any, ...]) -> Any:
    return values[int(rng.integers(len(values)))]


def _make_logistic(task: Task, params: Params, seed: int) -> BaseEstimator:
    del task, seed  # lbfgs draws nothing
    return LogisticRegression(max_iter=1000, **params)


def _make_linear(task: Task, params: Params, seed: int) -> BaseEstimator:
    if task == "classification":
        return _make_logistic(task, params, seed)
    return LinearRegression(**params)


def _make_ridge(task: Task, params: Params, seed: int) -> BaseEstimator:
    del task
    return Ridge(random_state=seed, **params)


def _make_elastic_net(task: Task, params: Params, seed: int) -> BaseEstimator:
    del task
    return ElasticNet(max_iter=5000, random_state=seed, **params)


def _make_neighbours(task: Task, params: Params, seed: int) -> BaseEstimator:
    del seed
    kind = KNeighborsClassifier if task == "classification" else KNeighborsRegressor
    return kind(n_jobs=1, **params)


def _make_tree(task: Task, params: Params, seed: int) -> BaseEstimator:
    kind = DecisionTreeClassifier if task == "classification" else DecisionTreeRegressor
    return kind(random_state=seed, **params)


def _make_forest(task: Task, params: Params, seed: int) -> BaseEstimator:
    kind = RandomForestClassifier if task == "classification" else RandomForestRegressor
    return kind(n_jobs=1, random_state=seed, **params)


def _make_extra_trees(task: Task, params: Params, seed: int) -> BaseEstimator:
    kind = ExtraTreesClassifier if task == "classification" else ExtraTreesRegressor
    return kind(n_jobs=1, random_state=seed, **params)


def _make_boosting(task: Task, params: Params, seed: int) -> BaseEstimator:
    kind = (
        HistGradientBoostingClassifier
        if task == "classification"
        else HistGradientBoostingRegressor
    )
    return kind(random_state=seed, **params)


def _first_forest(task: Task, rows: int) -> Params:
    share = "sqrt" if task == "classification" else 0.5
    return {"n_estimators": 100, "max_features": share,
            "min_samples_leaf": max(2, _smallest_leaf(rows))}  # fmt: skip


def _draw_forest(task: Task, rows: int, rng: np.random.Generator) -> Params:
    del task
    return {
        "n_estimators": 100,
        "max_features": _one_of(rng, ("sqrt", 0.3, 0.5, 0.8, 1.0)),
        "min_samples_leaf": max(_one_of(rng, (1, 2, 3, 5, 8, 12)), _smallest_leaf(rows)),
    }


def _first_boosting(task: Task, rows: int) -> Params:
    del task
    return {
        "learning_rate": 0.1 if rows >= 5000 else 0.06,
        "max_iter": 200 if rows >= 5000 else 100,
        "max_leaf_nodes": 31 if rows >= 5000 else 12,
        "min_samples_leaf": int(np.clip(rows // 20, 2, 20)),
    }


def _draw_boosting(task: Task, rows: int, rng: np.random.Generator) -> Params:
    del task
    return {
        "learning_rate": _log_uniform(rng, 0.02, 0.2),
        "max_iter": _one_of(rng, (60, 100, 150, 250, 400)),
        "max_leaf_nodes": _one_of(rng, (6, 12, 20, 31, 63)),
        "min_samples_leaf": min(_one_of(rng, (5, 10, 20, 40)), max(2, rows // 20)),
        "l2_regularization": _one_of(rng, (0.0, 0.1, 1.0, 10.0)),
    }


def _draw_tree(task: Task, rows: int, rng: np.random.Generator) -> Params:
    del task, rows
    return {"max_depth": _one_of(rng, (3, 4, 5, 6, 8, 12)),
            "min_samples_leaf": _one_of(rng, (2, 5, 10, 20))}  # fmt: skip


def _nothing(task: Task, rows: int) -> Params:
    del task, rows
    return {}


def _draw_linear(task: Task, rows: int, rng: np.random.Generator) -> Params:
    del rows
    return {"C": _log_uniform(rng, 0.003, 100)} if task == "classification" else {}


_BOTH: Final[tuple[Task, ...]] = ("classification", "regression")
_CLASSES: Final[tuple[Task, ...]] = ("classification",)
_NUMBERS: Final[tuple[Task, ...]] = ("regression",)

ALGORITHMS: Final[dict[str, Algorithm]] = {
    "logistic_regression": Algorithm(
        "Logistic regression", _CLASSES, "onehot", _make_logistic, _nothing, _draw_linear
    ),
    "ridge": Algorithm(
        "Ridge regression", _NUMBERS, "onehot", _make_ridge, _nothing,
        lambda _task, _rows, rng: {"alpha": _log_uniform(rng, 0.01, 1000)},
    ),
    "gradient_boosting": Algorithm(
        "Gradient boosting", _BOTH, "ordinal", _make_boosting, _first_boosting, _draw_boosting
    ),
    "random_forest": Algorithm(
        "Random forest", _BOTH, "ordinal", _make_forest, _first_forest, _draw_forest
    ),
    "extra_trees": Algorithm(
        "Extra trees", _BOTH, "ordinal", _make_extra_trees, _first_forest, _draw_forest
    ),
    "linear": Algorithm(
        "Linear model", _BOTH, "onehot", _make_linear, _nothing, _draw_linear, automatic=False
    ),
    "elastic_net": Algorithm(
        "Elastic net", _NUMBERS, "onehot", _make_elastic_net,
        lambda _task, _rows: {"alpha": 0.1, "l1_ratio": 0.5},
        lambda _task, _rows, rng: {"alpha": _log_uniform(rng, 0.0001, 10),
                                   "l1_ratio": _one_of(rng, (0.1, 0.5, 0.9))},
        automatic=False,
    ),
    "nearest_neighbours": Algorithm(
        "Nearest neighbours", _BOTH, "onehot", _make_neighbours,
        lambda _task, _rows: {"n_neighbors": 10},
        lambda _task, _rows, rng: {"n_neighbors": _one_of(rng, (3, 5, 10, 20, 40)),
                                   "weights": _one_of(rng, ("uniform", "distance"))},
        automatic=False,
    ),
    "decision_tree": Algorithm(
        "Decision tree", _BOTH, "ordinal", _make_tree,
        lambda _task, rows: {"max_depth": 6, "min_samples_leaf": max(2, min(20, rows // 20))},
        _draw_tree,
        automatic=False,
    ),
}  # fmt: skip
"""In the order in which "auto" tries them."""
