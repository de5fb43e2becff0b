"""Why a model answers as it does: importance of each column, and the reasons of single rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tools.ml.contract import Contract, Value
from tools.ml.fitting import predict
from tools.ml.pipelines import typed_frame
from tools.ml.scores import METRICS, Floats, Predicted, score_of

TOP: Final = 20
_REPEATS: Final = 5
_MOST_ROWS: Final = 1000
_FEWEST_ROWS: Final = 100
_MOST_CELLS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Importance:
    """How much worse the metric gets when a column is shuffled; its spread over repeats.

    Attributes:
        name: The original column.
        drop: Mean loss in the metric's own unit; around 0 or below: not used.
        spread: Standard deviation over the repeats.
    """

    name: str
    drop: float
    spread: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for the answer of one row.

    Attributes:
        name: The original column.
        value: What the row says.
        typical: What it was compared with.
        effect: How the answer (a number, or the probability of the class answered) changes
            because the row has its value instead of the typical one.
    """

    name: str
    value: Value
    typical: Value
    effect: float


def never() -> bool:
    """For callers that give an explanation all the time it needs."""
    return False


def permutation_importance(
    pipeline: Pipeline,
    contract: Contract,
    frame: pd.DataFrame,
    truth: Floats,
    *,
    metric: str,
    seed: int,
    enough: Callable[[], bool] = never,
) -> tuple[Importance, ...]:
    """The 20 most important columns, the strongest first (Breiman 2001).

    Args:
        pipeline: Fitted on other rows than these.
        contract: Of the same model.
        frame: Original columns; at most 1,000 of its rows are used, fewer of a wide table.
        truth: Class codes or numbers, one per row.
        metric: What gets worse.
        seed: Draws rows and shuffles.
        enough: Asked after each round over all columns; true ends the repeats.
    """
    rng = np.random.default_rng(seed)
    most = int(np.clip(_MOST_CELLS // len(contract.features), _FEWEST_ROWS, _MOST_ROWS))
    rows = np.arange(len(frame))
    if len(rows) > most:
        rows = np.sort(rng.choice(len(frame), most, replace=False))
    table = pipeline.named_steps["table"]
    matrix = table.transform(frame.iloc[rows])
    owners = np.array(table.owners)
    sign = 1.0 if METRICS[metric].higher_is_better else -1.0

    def judged(part: Floats) -> float:
        return sign * score_of(metric, _predict(pipeline[-1], contract, part, truth[rows]))

    whole = judged(matrix)
    drops: dict[str, list[float]] = {column.name: [] for column in contract.columns}
    for _ in range(_REPEATS):
        order = rng.permutation(len(rows))
        for name, found in drops.items():
            # Each column is encoded by itself, so shuffling its codes is shuffling it.
            shuffled = matrix.copy()
            shuffled[:, owners == name] = matrix[order][:, owners == name]
            found.append(whole - judged(shuffled))
        if enough():
            break
    ranked = sorted(
        (Importance(name, float(np.mean(found)), float(np.std(found)))
         for name, found in drops.items()),
        key=lambda importance: -importance.drop,
    )  # fmt: skip
    return tuple(ranked[:TOP])


def row_reasons(
    pipeline: Pipeline, contract: Contract, frame: pd.DataFrame, *, top: int = 3
) -> tuple[tuple[Reason, ...], ...]:
    """Per row the `top` strongest reasons for its answer, the strongest first.

    Each value in turn is replaced by the typical one of training, and the change of the answer
    measured. Of models with many columns only the first 20 of the contract are tried.
    """
    table = typed_frame(frame, contract.columns).reset_index(drop=True)
    answers = _predict(pipeline, contract, table, np.zeros(len(table)))
    whole = _answered(answers, answers)
    found: list[list[Reason]] = [[] for _ in range(len(table))]
    for feature in contract.features[:TOP]:
        neutral = pd.Series([feature.typical] * len(table))
        swapped = typed_frame(table.assign(**{feature.name: neutral}), contract.columns)
        changed = _answered(_predict(pipeline, contract, swapped, np.zeros(len(table))), answers)
        for number, effect in enumerate(whole - changed):
            value = _plain(table[feature.name].iloc[number])
            if feature.kind == "boolean" and value is not None:
                value = bool(value)
            found[number].append(Reason(feature.name, value, feature.typical, float(effect)))
    return tuple(
        tuple(sorted(
            (reason for reason in reasons if abs(reason.effect) > 1e-9),
            key=lambda reason: -abs(reason.effect),
        )[:top])
        for reasons in found
    )  # fmt: skip


def _predict(
    model: Any, contract: Contract, features: pd.DataFrame | Floats, truth: Floats
) -> Predicted:
    return predict(
        model, features, truth, classes=len(contract.classes), positive=contract.positive
    )


def _answered(predicted: Predicted, answers: Predicted) -> Floats:
    """The number, or the probability of the class that was answered."""
    if not predicted.probabilities.size:
        return predicted.values
    rows = np.arange(len(answers.values))
    return np.asarray(predicted.probabilities[rows, answers.values.astype(np.int64)])


def _plain(value: object) -> Value:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]
