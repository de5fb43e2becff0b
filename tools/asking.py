"""Forms asked for in words: a card with the button that opens one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import shown, steps
from tools.column_names import need_column
from tools.dataset_cards import train_step
from tools.errors import NeedsChoice, Option
from tools.model_cards import predict_step
from tools.outcome import Block, Code, Headline, Outcome, Text
from tools.prediction_form import example_sentence
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext


class OpenForm(Args):
    """Arguments of `open_form`."""

    tool: Literal["train_model", "predict"] | None = Field(
        None, description="What the form is for."
    )
    model: str | None = Field(
        None, description="Model to ask: name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(None, description="Dataset to train on; current if omitted.")
    target: str | None = Field(None, description="Column that a training shall predict.")


def open_form(args: OpenForm, context: ToolContext) -> Outcome:
    """Offer the form of a training or of a prediction; nothing runs before it is sent.

    Raises:
        NotFound: There is no model to ask, or no dataset to train on.
        NeedsChoice: It is open what the form is for, or which column is meant.
    """
    if args.tool == "predict" or (args.tool is None and args.model):
        return _for_a_prediction(args, context)
    if args.tool == "train_model" or args.dataset or args.target:
        return _for_a_training(args, context)
    options = (Option("A training", "train_model"), Option("A prediction", "predict"))
    raise NeedsChoice("What is the form for?", "tool", options)


def _for_a_prediction(args: OpenForm, context: ToolContext) -> Outcome:
    model = context.model(args.model)
    headline = f"Ask {model.label} for `{shown(model.target)}`"
    step = predict_step(model, "Open the form…")
    return Outcome(
        summary=f"{headline}: the form is behind the button.",
        blocks=(Headline(headline), *_or_in_words(example_sentence(model)), steps(step)),
        model_id=model.id,
    )


def _for_a_training(args: OpenForm, context: ToolContext) -> Outcome:
    version = context.dataset(args.dataset)
    step = train_step(version)
    if args.target:
        names = [column.name for column in version.columns]
        target = need_column(args.target, names, argument="target")
        label = f"Train on {shown(target, 40)}"
        step = replace(step, label=label, args={**step.args, "target": target})
    headline = f"Train a model on {version.label}"
    target = shown(step.args.get("target", version.columns[-1].name))
    said = f"train a model to predict {target} in 60 seconds"
    return Outcome(
        summary=f"{headline}: target, metric, time and columns are asked for behind the button.",
        blocks=(Headline(headline), *_or_in_words(said), steps(step)),
        dataset_id=version.id,
    )


def _or_in_words(sentence: str) -> tuple[Block, ...]:
    return (Text("Press the button to fill in the form, or say it in words:"), Code(sentence))


open_form_tool = Tool(
    name="open_form",
    summary="Offer the form for a training or for one prediction.",
    args=OpenForm,
    run=open_form,
    effect="read",
    where="bot",
    words=Words(
        verbs=(
            "open|show|give|bring|pull|see|get|display|launch|start|want|need|fill|use|complete",
        ),
        nouns=("form|forms|dialog|questionnaire",),
        phrases=(
            "train|training|predict|prediction|predictions form|dialog",
            "form|dialog for|to ~ train|training|predict|prediction|predicting|model|row",
            "train|retrain|fit|build|predict|score|classify|estimate ~~ with|by|using|through|via|"
            "in form|dialog",
        ),
        unless=("in form of", "form of|do|does", "what form", "as form", "long|wide form"),
        slots={
            "tool": Slot(
                "choice",
                values={
                    "predict": ("predict|prediction|predictions|predicting|score|classify|"
                                "estimate",),
                    "train_model": ("train|training|retrain|fit|build|model",),
                },
            ),
            "target": Slot(
                "column",
                says=("train|training|fit|build ~~ predict|predicting|for|on|to|of <>",),
            ),
        },
    ),
    examples=("open the training form", "predict with a form"),
)  # fmt: skip
