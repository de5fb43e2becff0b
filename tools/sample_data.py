"""The sample table as a dataset, and whether a model was made of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.catalog.records import ModelVersion
from storage.errors import NotStored

if TYPE_CHECKING:
    from tools.context import ToolContext

SAMPLE: Final = "sample"
"""The source of a dataset that is made up here."""
FILE: Final = "passengers.csv"
ORIGIN: Final = "made up here as sample data"
"""What no upload can say of itself: its origin begins with "read from"."""


def learnt_from_sample(model: ModelVersion, context: ToolContext) -> bool:
    """Whether a model's data came from the sample table, cleaned or not."""
    with context.catalog.read() as unit:
        try:
            dataset = unit.datasets.get(context.scope, model.dataset_id)
            root = unit.datasets.get(context.scope, dataset.root_id)
        except NotStored:  # deleted for good since
            return False
    return root.origin == ORIGIN
