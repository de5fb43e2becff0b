"""One recommendation: what to do, the arguments that do it, and the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from tools.cards import shown

Topic: TypeAlias = Literal["cleaning", "columns", "model", "metric", "split", "budget"]

ALGORITHM_WORDS: Final = {
    "ridge": "ridge regression",
    "linear": "a linear model",
    "elastic_net": "an elastic net",
    "decision_tree": "a decision tree",
    "random_forest": "a random forest",
}
METRIC_WORDS: Final = {
    "roc_auc": "ROC AUC",
    "f1": "F1",
    "mae": "MAE",
    "rmse": "RMSE",
    "r2": "R²",
}


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation.

    Attributes:
        topic: What it is about.
        do: What to do, as a phrase that opens a line.
        why: The reason, one sentence that names numbers of the profile; no value of a cell.
        args: What it adds to the arguments of `clean_dataset` (cleaning) or `train_model` (the
            rest); empty where a person must look, or where the product does it by itself.
    """

    topic: Topic
    do: str
    why: str
    args: dict[str, Any] = field(default_factory=dict)


def named(name: str) -> str:
    """A column's name in a sentence."""
    return f"`{shown(name, 40)}`"


def in_words(value: str) -> str:
    """An algorithm or a metric as people call it."""
    return ALGORITHM_WORDS.get(value) or METRIC_WORDS.get(value) or value.replace("_", " ")
