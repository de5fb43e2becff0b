"""What a model saw and answered, as the table that drift is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.ml.contract import Contract

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from tools.ml.contract import Label


def answer_column(contract: Contract) -> str:
    """The column that holds the model's answers; no feature has this name."""
    name = f"predicted {contract.target}"
    while name in {feature.name for feature in contract.features}:
        name += " (answer)"
    return name


def drift_table(contract: Contract, frame: pd.DataFrame, answers: Sequence[Label]) -> pa.Table:
    """Features and answers with the same types, whether from training or from an endpoint.

    Args:
        contract: Of the model.
        frame: Original columns in any type; one row per answer.
        answers: Class labels or numbers.

    Raises:
        BadRequest: A column is not there.
    """
    import pyarrow as pa

    from tools.ml.pipelines import dates_of
    from tools.ml.predictions import feature_frame

    typed = feature_frame(contract, frame)
    columns = {}
    for feature in contract.features:
        series = typed[feature.name]
        if feature.kind == "date":
            columns[feature.name] = pa.array(dates_of(series), pa.timestamp("us"), from_pandas=True)
        elif feature.kind == "category":
            columns[feature.name] = pa.array(series, pa.string(), from_pandas=True)
        else:
            columns[feature.name] = pa.array(series, pa.float64(), from_pandas=True)
    if contract.task == "classification":
        said = pa.array([str(answer) for answer in answers], pa.string())
    else:
        said = pa.array([float(answer) for answer in answers], pa.float64())
    return pa.table(columns | {answer_column(contract): said})
