"""Training a model: checks first, an honest score after, and everything on record."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words

Algorithm = Literal[
    "auto",
    "linear",
    "logistic_regression",
    "ridge",
    "elastic_net",
    "decision_tree",
    "random_forest",
    "extra_trees",
    "gradient_boosting",
    "nearest_neighbours",
]
Metric = Literal[
    "auto",
    "accuracy",
    "balanced_accuracy",
    "roc_auc",
    "f1",
    "log_loss",
    "mae",
    "rmse",
    "r2",
]


class TrainModel(Args):
    """Arguments of `train_model`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    target: str | None = Field(None, description="Column to predict.")
    task: Literal["auto", "classification", "regression"] = Field(
        "auto", description="Kind of task."
    )
    algorithm: Algorithm = Field("auto", description="Family of models to try; auto tries several.")
    metric: Metric = Field("auto", description="What to optimise.")
    time_budget_s: int = Field(60, ge=1, le=3600, description="Wall-clock seconds to spend.")
    exclude: list[str] = Field([], description="Columns not to learn from.")
    name: str | None = Field(None, description="Name for the model.")


train_model_tool = Tool(
    name="train_model",
    summary="Train, compare and keep the best model for a target, with an honest score.",
    args=TrainModel,
    run=None,
    effect="write",
    where="job",
    words=Words(),
    examples=("train a model to predict Fare", "which species is it? build a classifier"),
)
