"""How good models are and what drives them."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class ListModels(Args):
    """Arguments of `list_models`."""


class CompareModels(Args):
    """Arguments of `compare_models`."""

    models: list[str] = Field([], description="Models to compare; all recent ones if empty.")


class EvaluateModel(Args):
    """Arguments of `evaluate_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(None, description="Data to score on; its own hold-out if omitted.")


class ExplainModel(Args):
    """Arguments of `explain_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


list_models_tool = Tool(
    name="list_models",
    summary="List the models of this channel with their scores.",
    args=ListModels,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("what models do we have", "list the models"),
)


compare_models_tool = Tool(
    name="compare_models",
    summary="Compare models side by side on score, data and settings.",
    args=CompareModels,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("compare m1 and m2", "which model is best?"),
)


evaluate_model_tool = Tool(
    name="evaluate_model",
    summary="Tell how good a model is, on its hold-out or on another dataset.",
    args=EvaluateModel,
    run=None,
    effect="read",
    where="job",
    words=Words(),
    examples=("how accurate is it", "evaluate m2 on this file"),
)


explain_model_tool = Tool(
    name="explain_model",
    summary="Show which columns drive a model's predictions.",
    args=ExplainModel,
    run=None,
    effect="read",
    where="job",
    words=Words(),
    examples=("feature importance please", "why does it predict that?"),
)
