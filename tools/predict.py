"""Predictions in the conversation, row by row or file by file."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.prediction_form import PREDICTION_FORM
from tools.predictions import Predict, predict
from tools.words import Slot, Words


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
    run=predict,
    effect="read",
    where="worker",
    form=PREDICTION_FORM,
    words=Words(
        verbs=(
            "predict|score|run|apply|use|classify|forecast|estimate|get|make|give|do|infer|add|"
            "append|write|attach|put",
        ),
        nouns=("predictions|prediction|batch|scores",),
        phrases=(
            "predict|score|run|apply|use|classify|put|push|forecast ~~ over|on|through|against|"
            "for|to ~ "
            "file|data|dataset|csv|batch|table|rows|everyone|everything|everybody|these|those|"
            "this|<dataset>",
            "score|classify ~ file|data|dataset|csv|batch|table|rows|these|those|this|all|"
            "everyone|<dataset>",
            "run|apply|use ~ model|<model>|it ~ on|over|to|against|for|through ~ "
            "file|data|dataset|csv|batch|table|rows|everyone|these|those|this|all|<dataset>",
            "what would|will|do|does|might it|model|<model>|you|we say|predict|give|guess|expect|"
            "get|answer|think",
            "predict|classify|score|estimate|forecast|guess|infer for|with|if|: ~ <column>",
            "predict|classify|score|estimate|guess ~~ <column> =|:",
            "predict|classify|score|estimate|guess|forecast ~ for|of a|one|someone|man|woman|"
            "person|house|"
            "customer|passenger|row|case|new|record",
            "try it|model|<model> with|for|on",
            "try|take|with|for|given <column> =|:",
            "what if|about <column> =|is|be|was|were",
            "predict|score|classify everything|everyone|everybody|all|each",
            "batch prediction|predictions|score|scoring|predict",
        ),
        unless=(
            "classify ~ by|into|as",
            "run|walk|go|talk through",
            "train|retrain|fit|build|learn|evaluate|test|drift|metric|workflow|compare",
            "accurate|accuracy|outcomes",
            "form|dialog",
        ),
        slots={
            "rows": Slot("rows"),
            "dataset": Slot(
                "dataset",
                values={
                    "current": (
                        "file|data|dataset|csv|batch|table|rows|records|sheet|spreadsheet",
                        "everyone|everything|everybody|all|each|whole|these|those|this",
                    ),
                },
            ),
        },
    ),
    examples=("predict for Pclass=3, Sex=male, Age=22", "run the model over this file"),
)


record_outcomes_tool = Tool(
    name="record_outcomes",
    summary="Join what really happened to past predictions.",
    args=RecordOutcomes,
    run=None,
    effect="write",
    where="worker",
    words=Words(
        verbs=("record|log|store|register|add|save|join|attach|feed|upload|match|import",),
        nouns=("outcomes|outcome|actuals|truth|labels|results|feedback",),
        phrases=(
            "what really|actually happened",
            "here be what happened",
            "here|these|those are|is|be ~ outcomes|actuals|truth|labels",
            "ground truth",
            "actual|real|true outcomes|labels|results|values|answers",
            "how ~ really|actually turned|turn out",
        ),
        unless=("what did", "happened here", "train|target", "label column", "label be"),
        slots={"dataset": Slot("dataset")},
    ),
    examples=("here is what really happened", "record these outcomes"),
)
