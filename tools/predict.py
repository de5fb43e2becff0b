"""Predictions in the conversation, row by row or file by file."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class Predict(Args):
    """Arguments of `predict`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    rows: list[dict[str, Any]] = Field([], description="Rows as column: value.")
    dataset: str | None = Field(None, description="Dataset to score into a file.")


class RecordOutcomes(Args):
    """Arguments of `record_outcomes`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(None, description="Dataset with what really happened.")


predict_tool = Tool(
    name="predict",
    summary="Predict for rows given in words, or score a whole dataset into a file.",
    args=Predict,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("predict for Pclass=3, Sex=male, Age=22", "run the model over this file"),
)


record_outcomes_tool = Tool(
    name="record_outcomes",
    summary="Join what really happened to past predictions.",
    args=RecordOutcomes,
    run=None,
    effect="write",
    where="worker",
    words=Words(),
    examples=("here is what really happened", "record these outcomes"),
)
