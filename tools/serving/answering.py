"""From rows to answers: contract, model, and what the prediction log keeps of it."""

from __future__ import annotations

import logging
import math
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from storage.prediction_log import log_row
from tools.ml.contract import Contract, Label
from tools.ml.predictions import Predictions, predict_frame
from tools.ml.rows import check_rows
from tools.serving.errors import RequestError
from tools.serving.payload import Asked
from tools.serving.slots import Served

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to one request, row by row.

    Attributes:
        ids: Our id of each prediction.
        values: The answers.
        probabilities: Rows × classes, in the order of the contract; None for a regression.
        warnings: Sentences about unusual values in these rows.
        unseen: Cells with a category that training never saw.
        log: One line per row for the prediction log.
    """

    ids: tuple[str, ...]
    values: tuple[Label, ...]
    probabilities: list[list[float]] | None
    warnings: tuple[str, ...]
    log: list[dict[str, Any]]
    unseen: int


def answer(served: Served, asked: Asked, *, at: datetime) -> Answered:
    """Check the rows against the contract and predict them.

    Raises:
        RequestError: 422, with row and field of everything that is wrong.
    """
    checked = check_rows(served.contract, list(asked.rows))
    if checked.errors:
        places = tuple(
            {"row": each.row, "field": each.field, "problem": each.message}
            for each in checked.errors
        )
        first = checked.errors[0]
        raise RequestError(422, f"Row {first.row}: {first.message}", places, broken=True)
    found = _predict(served, checked.frame)
    batch = secrets.token_hex(8)
    ids = tuple(f"{batch}-{index}" for index in range(len(asked.rows)))
    chances = None if found.probabilities is None else found.probabilities.tolist()
    rows = _plain_rows(served.contract, checked.frame)
    log = [
        log_row(
            ids[index],
            time=at,
            digest=served.model.digest,
            row=row,
            answer=found.values[index],
            score=None if chances is None else max(chances[index]),
            key=asked.keys[index],
            warnings=checked.warnings if len(rows) == 1 else (),
        )
        for index, row in enumerate(rows)
    ]
    return Answered(ids, found.values, chances, checked.warnings, log, checked.unseen)


def _predict(served: Served, frame: pd.DataFrame) -> Predictions:
    try:
        found = predict_frame(served.pipeline, served.contract, frame)
    except Exception as exc:
        ref = secrets.token_hex(4)
        _log.exception("model %s fails on rows its contract allows (ref %s)", served.model.id, ref)
        raise RequestError(422, f"The model cannot answer these rows (ref {ref}).") from exc
    for index, value in enumerate(found.values):
        if isinstance(value, float) and not math.isfinite(value):
            raise RequestError(
                422,
                f"Row {index}: the model has no finite answer to these values.",
                ({"row": index, "field": None, "problem": "no finite answer"},),
            )
    if found.probabilities is not None and not np.isfinite(found.probabilities).all():
        raise RequestError(422, "The model has no finite answer to these values.")
    return found


def _plain_rows(contract: Contract, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values in the types of the training data; None where there is none."""
    columns: dict[str, list[Any]] = {}
    for feature in contract.features:
        series = frame[feature.name]
        pairs = zip(series.tolist(), series.isna().tolist(), strict=True)
        values = [None if gap else value for value, gap in pairs]
        if feature.kind == "boolean":
            values = [None if value is None else bool(value) for value in values]
        if feature.kind == "date":
            values = [_moment(value) for value in values]
        columns[feature.name] = values
    names = list(columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _moment(value: Any) -> Any:
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
