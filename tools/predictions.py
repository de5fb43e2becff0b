"""Predictions for rows typed by a person, and a dataset scored into a file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from storage.catalog.records import DatasetVersion, ModelVersion
from tools.artifacts import load_model, original_frame
from tools.base import Args
from tools.cards import facts, number, percent, plural, shown, steps, table
from tools.cards import warnings as warning_block
from tools.column_names import find_column
from tools.dataset_cards import preview_table
from tools.errors import BadRequest
from tools.handover import table_file
from tools.model_cards import model_receipt, predict_step, score_text
from tools.outcome import Block, Code, Headline, NextStep, Outcome, Text
from tools.prediction_form import example_sentence

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from tools.context import ToolContext
    from tools.ml.contract import Contract
    from tools.ml.explain import Reason
    from tools.ml.predictions import Predictions

_MOST_ROWS: Final = 20
_MOST_TOLD: Final = 5
_LEAST_POINTS: Final = 0.005
"""Half a percentage point: less is shown as 0."""


class Predict(Args):
    """Arguments of `predict`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    rows: list[dict[str, Any]] = Field([], description="Rows as column: value.")
    dataset: str | None = Field(None, description="Name of the dataset to score into a file.")


def predict(args: Predict, context: ToolContext) -> Outcome:
    """Answer rows in the conversation, or score a dataset into a CSV file; else ask for a row.

    Raises:
        NotFound: No such model or dataset in this channel.
        BadRequest: A row does not fit the model, or the dataset lacks a column it needs.
    """
    model = context.model(args.model)
    if args.rows:
        return _rows(model, args.rows, context)
    if args.dataset is None:
        return _for_what(model)
    return _dataset(model, context.dataset(args.dataset), context)


def _for_what(model: ModelVersion) -> Outcome:
    """Where no row was given: the form, and how to say it instead."""
    headline = f"For which row should {model.label} predict `{shown(model.target)}`?"
    return Outcome(
        summary=f"{headline} Neither a row nor a dataset was named, so nothing was predicted.",
        blocks=(
            Headline(headline),
            Text("Fill in the form, or say it in words, for example:"),
            Code(example_sentence(model)),
            Text("“Score this file” predicts for all rows of the current dataset."),
            steps(predict_step(model)),
        ),
        model_id=model.id,
        data={"model": model.handle, "predictions": []},
    )


def _rows(model: ModelVersion, rows: list[dict[str, Any]], context: ToolContext) -> Outcome:
    from tools.ml.explain import row_reasons
    from tools.ml.predictions import predict_frame
    from tools.ml.rows import check_rows

    pipeline, contract = load_model(model, context)
    names = [feature.name for feature in contract.features]
    spelled = [{find_column(key, names) or key: value for key, value in row.items()}
               for row in rows]  # fmt: skip
    checked = check_rows(contract, list(spelled), assume_typical=True)
    if checked.errors:
        said = " ".join(
            f"Row {error.row + 1}: {error.message}" if len(rows) > 1 else error.message
            for error in checked.errors[:_MOST_TOLD]
        )
        takes = f"The model takes {', '.join(names[:12])}{', …' if len(names) > 12 else ''}."
        raise BadRequest(said, "" if "The model knows" in said else takes)
    answers = predict_frame(pipeline, contract, checked.frame)
    reasons = row_reasons(pipeline, contract, checked.frame.head(_MOST_ROWS))
    headline = _answer_text(model, contract, answers, 0) if len(rows) == 1 else (
        f"Predicted `{shown(contract.target)}` for {plural(len(rows), 'row')}."
    )  # fmt: skip
    why: tuple[Block, ...] = ()
    if len(rows) == 1 and reasons[0]:
        why = (_reasons_table(reasons[0], contract),)
    shown_rows = (_rows_table(spelled, answers, contract),) if len(rows) > 1 else ()
    return Outcome(
        summary=f"Predicted {shown(contract.target)} for {plural(len(rows), 'row')} with "
        f"{model.label}: {_few(answers)}.",
        blocks=(
            Headline(headline, "good"),
            *shown_rows,
            *why,
            *warning_block(checked.warnings),
            Text(_trust(model)),
            steps(predict_step(model, "Predict another…")),
            model_receipt(model),
        ),
        model_id=model.id,
        data={"predictions": _as_json(answers, contract)},
    )


def _dataset(model: ModelVersion, version: DatasetVersion, context: ToolContext) -> Outcome:
    from tools.ml.predictions import answerable, feature_frame, predict_frame, unlike_training

    root, frame = original_frame(version, context)
    pipeline, contract = load_model(model, context)
    features = feature_frame(contract, frame)
    kept = answerable(contract, features)
    if not kept.any():
        raise BadRequest(
            f"No row of {root.label} can be answered: each has a gap in "
            f"{', '.join(contract.refuses_missing)}.",
            "Rows with such gaps were left out of training; fill them in the file.",
        )
    context.progress(0.3, f"Predicting {plural(int(kept.sum()), 'row')}")
    answers = predict_frame(pipeline, contract, features.loc[kept])
    scored = _scored(frame, kept, answers, contract)
    stem = f"{root.name}-v{root.version}-{model.name}-v{model.version}"
    file = table_file(scored, stem, file_format="csv", context=context)
    blank = int((~kept).sum())
    remarks = [
        f"{plural(blank, 'row')} with a gap in {', '.join(map(shown, contract.refuses_missing))} "
        "got no answer: such rows were left out of training."
    ] if blank else []  # fmt: skip
    remarks += unlike_training(contract, features.loc[kept])
    if contract.target in frame.columns:
        remarks.append(
            f"The data holds `{shown(contract.target)}` already; the file has both, side by side."
        )
    rows = plural(len(answers.values), "row")
    columns = [contract.target] if contract.target in scored else []
    columns += [name for name in scored.columns if name not in frame.columns]
    first_columns = [*[each.name for each in contract.features][:6], *columns]
    return Outcome(
        summary=f"Predicted {shown(contract.target)} for {rows} of {root.label} with "
        f"{model.label}. {_spread_text(answers)}",
        blocks=(
            Headline(f"Predicted `{shown(contract.target)}` for {rows} of {root.label}.", "good"),
            facts(
                answers=_spread_text(answers),
                model=f"{model.label}, {model.score['name']} {score_text(model.score)}",
            ),
            preview_table(scored[first_columns].head(5).round(3), title="First rows"),
            file,
            *warning_block(remarks),
            steps(
                NextStep("Judge it on this data", "evaluate_model",
                         {"model": model.handle, "dataset": root.label})
                if contract.target in frame.columns
                else NextStep("Explain the model", "explain_model", {"model": model.handle}),
                predict_step(model, "Predict one row…"),
            ),
            model_receipt(model),
        ),
        dataset_id=version.id,
        model_id=model.id,
        data={"file": file.name, "blob": file.blob, "rows": len(answers.values)},
    )  # fmt: skip


def _scored(
    frame: pd.DataFrame, kept: np.ndarray, answers: Predictions, contract: Contract
) -> pd.DataFrame:
    """The rows with the answer beside them; blank where there is none."""
    import pandas as pd

    index = frame.index[kept]
    scored = frame.copy()
    scored[_free(f"predicted_{contract.target}", frame)] = pd.Series(
        list(answers.values), index=index
    )
    if answers.probabilities is not None:
        code = contract.positive
        label = "probability" if code is None else f"probability_{contract.classes[code]}"
        values = answers.probabilities.max(axis=1) if code is None else (
            answers.probabilities[:, code]
        )  # fmt: skip
        scored[_free(label, frame)] = pd.Series(values.round(4), index=index)
    return scored


def _free(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name


def _answer_text(model: ModelVersion, contract: Contract, answers: Predictions, row: int) -> str:
    target, value = shown(contract.target), answers.values[row]
    if answers.probabilities is None:
        miss = next((each["value"] for each in model.report["metrics"] if each["metric"] == "mae"),
                    None)  # fmt: skip
        near = f" (average miss {number(float(miss))})" if miss is not None else ""
        return f"`{target}` is predicted to be {number(float(value))}{near}."
    sure = percent(float(answers.probabilities[row].max()))
    return f"`{target}` is predicted to be {shown(value, 40)} (probability {sure})."


def _reasons_table(reasons: tuple[Reason, ...], contract: Contract) -> Block:
    """What in the row moved the answer, against the typical value of each column."""
    from tools.ml.contract import plain_number

    unit = contract.task == "classification"
    least = _LEAST_POINTS if unit else 0.0
    rows = [
        (
            shown(reason.name),
            plain_number(reason.value),
            plain_number(reason.typical),
            f"{100 * reason.effect:+.0f} points" if unit else f"{_signed(reason.effect)}",
        )
        for reason in reasons
        if abs(reason.effect) >= least
    ]
    if not rows:
        return Text("No single value moves this answer away from that for a typical row.")
    return table(("Because of", "Value", "Typical", "Effect on the answer"), rows, title="Why")


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{number(abs(value))}"


def _rows_table(rows: list[dict[str, Any]], answers: Predictions, contract: Contract) -> Block:
    given = list(dict.fromkeys(key for row in rows for key in row))[:6]
    probable = answers.probabilities
    lines = [
        (
            number_,
            *(row.get(key) for key in given),
            answers.values[number_ - 1],
            None if probable is None else percent(float(probable[number_ - 1].max())),
        )
        for number_, row in enumerate(rows[:_MOST_ROWS], start=1)
    ]
    columns = ["Row", *map(shown, given), f"{shown(contract.target)} (predicted)", "Probability"]
    if probable is None:
        columns, lines = columns[:-1], [line[:-1] for line in lines]
    more = len(rows) - _MOST_ROWS
    return table(columns, lines, caption=f"{plural(more, 'more row')}." if more > 0 else "")


def _trust(model: ModelVersion) -> str:
    return f"By {model.label}; on held-out rows: {model.score['name']} {score_text(model.score)}."


def _few(answers: Predictions) -> str:
    """The answers themselves; they are the model's, not rows of a dataset."""
    values = [number(v) if isinstance(v, float) else shown(v, 40) for v in answers.values[:10]]
    return ", ".join(values) + (", …" if len(answers.values) > 10 else "")


def _spread_text(answers: Predictions) -> str:
    """How the answers are spread, in one line."""
    if answers.probabilities is not None:
        counts = Counter(answers.values).most_common(5)
        total = len(answers.values)
        return ", ".join(f"{shown(label, 30)}: {count:,} ({percent(count / total)})"
                         for label, count in counts)  # fmt: skip
    import numpy as np

    low, middle, high = np.quantile(np.asarray(answers.values, dtype=float), (0.05, 0.5, 0.95))
    return f"median {number(float(middle))}, 5–95 %: {number(float(low))} to {number(float(high))}"


def _as_json(answers: Predictions, contract: Contract) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row, value in enumerate(answers.values):
        line: dict[str, Any] = {"value": value}
        if answers.probabilities is not None:
            line["probabilities"] = {
                str(label): round(float(share), 6)
                for label, share in zip(contract.classes, answers.probabilities[row], strict=True)
            }
        found.append(line)
    return found
