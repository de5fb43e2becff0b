"""What it takes to use a registered model: its pipeline, its contract, and fitting rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.catalog.records import DatasetVersion, ModelVersion

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from tools.context import ToolContext
    from tools.ml.contract import Contract


def load_model(model: ModelVersion, context: ToolContext) -> tuple[Pipeline, Contract]:
    """The fitted pipeline and its contract; the blob store verifies the digest first."""
    from tools.ml.artifact import load_pipeline
    from tools.ml.contract import load_contract

    return load_pipeline(context.blobs.read(model.digest)), load_contract(model.contract)


def original_frame(
    version: DatasetVersion, context: ToolContext
) -> tuple[DatasetVersion, pd.DataFrame]:
    """The rows as they were read from the file: a model does its own cleaning."""
    root = context.root_of(version)
    return root, context.frame(root)
