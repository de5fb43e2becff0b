"""The answers of a model in the target's own terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from tools.errors import BadRequest
from tools.ml.contract import Contract, Feature, Label
from tools.ml.fitting import predict
from tools.ml.pipelines import typed_frame
from tools.ml.scores import Floats


@dataclass(frozen=True, slots=True)
class Predictions:
    """One answer per row.

    Attributes:
        values: Class labels or numbers.
        probabilities: Rows × classes in the order of the contract; `None` for a regression.
    """

    values: tuple[Label, ...]
    probabilities: Floats | None


def feature_frame(contract: Contract, frame: pd.DataFrame) -> pd.DataFrame:
    """The model's columns of a dataset, typed; names match in any case.

    Raises:
        BadRequest: A column is not there.
    """
    return typed_frame(_picked(contract, frame), contract.columns)


def _picked(contract: Contract, frame: pd.DataFrame) -> pd.DataFrame:
    """The model's columns under the contract's names."""
    folded = {str(name).casefold(): name for name in frame.columns}
    names = {
        column.name: column.name
        if column.name in frame.columns
        else folded.get(column.name.casefold())
        for column in contract.columns
    }
    absent = [name for name, there in names.items() if there is None]
    if absent:
        shown = ", ".join(f"`{name}`" for name in absent[:10])
        raise BadRequest(
            f"The dataset lacks {shown}, which the model needs.",
            "Use a dataset with the columns the model was trained on.",
        )
    return frame[list(names.values())].set_axis(list(names), axis=1)


def answerable(contract: Contract, frame: pd.DataFrame) -> np.ndarray:
    """Which rows of a typed frame may be answered: no gap where training refused gaps."""
    refused = list(contract.refuses_missing)
    return ~frame[refused].isna().any(axis=1).to_numpy() if refused else np.ones(len(frame), bool)


def unlike_training(contract: Contract, frame: pd.DataFrame) -> tuple[str, ...]:
    """What a typed frame holds that training never saw: a sentence per column, no values."""
    said = []
    for feature in contract.features:
        values = frame[feature.name]
        gaps = int(values.isna().sum()) if feature.required else 0
        if gaps and feature.name not in contract.refuses_missing:
            said.append(f"{_rows(gaps)} a gap in `{feature.name}`, which training never saw.")
        strange = int(_strange(feature, values).sum())
        if strange:
            words = "values" if feature.kind == "category" else "values beyond the range"
            said.append(f"{_rows(strange)} {words} of `{feature.name}` that training never saw.")
    return tuple(said)


def _strange(feature: Feature, values: pd.Series) -> np.ndarray:
    there = values.notna().to_numpy()
    if feature.kind == "category" and not feature.more_categories:
        known = {value for value, _ in feature.categories}
        return np.asarray(there & ~values.isin(known).to_numpy())
    low, high = feature.low, feature.high
    if feature.kind == "date" and isinstance(low, str) and isinstance(high, str):
        return np.asarray(there & ~values.between(pd.Timestamp(low), pd.Timestamp(high)))
    if feature.kind == "number" and isinstance(low, float) and isinstance(high, float):
        return np.asarray(there & ~values.between(low, high))
    return np.zeros(len(values), dtype=bool)


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def predict_frame(pipeline: Pipeline, contract: Contract, frame: pd.DataFrame) -> Predictions:
    """Predict rows of original columns, in any order and type.

    Raises:
        BadRequest: A column is not there.
    """
    table = _picked(contract, frame)
    answers = predict(
        pipeline, table, np.zeros(len(table)), classes=len(contract.classes), positive=None
    )
    if not contract.classes:
        return Predictions(tuple(float(value) for value in answers.values), None)
    labels = tuple(contract.classes[int(code)] for code in answers.values)
    return Predictions(labels, answers.probabilities)
