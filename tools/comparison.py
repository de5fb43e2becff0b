"""Compares data with the reference of a model: what its endpoint served, or a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Final

from storage.catalog.records import DatasetVersion, Environment, ModelVersion
from storage.prediction_log import FEATURE, PredictionLog

if TYPE_CHECKING:
    import pyarrow as pa

    from tools.context import ToolContext
    from tools.drift.result import DriftResult
    from tools.ml.contract import Contract

MIN_ROWS: Final = 100
"""Rows that a verdict needs."""

ENOUGH_ROWS: Final = 500
"""Where a window has too few rows, the latest that many are looked at."""

_BATCH_ROWS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Window:
    """What a check looks at: `[since, until]`; with too few rows further back, to `earliest`."""

    since: datetime
    until: datetime
    earliest: datetime | None


@dataclass(frozen=True, slots=True)
class Served:
    """Parts of the log with the rows that one model version answered in `[start, end]`."""

    tables: tuple[pa.Table, ...]
    start: datetime
    end: datetime

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(table.num_rows for table in self.tables)


def served(
    context: ToolContext, model: ModelVersion, *, environment: Environment, window: Window
) -> Served:
    """The rows that this very version answered; those of other versions say nothing about it."""
    found = _answered(context, model, environment, window.since, window.until)
    if found.rows >= MIN_ROWS:
        return found
    with context.catalog.read() as unit:
        parts = unit.predictions.parts(
            context.scope.id,
            name=model.name,
            environment=environment,
            since=window.earliest,
            until=window.until,
        )
    wanted, seen = ENOUGH_ROWS, 0
    for part in reversed(parts):
        seen += part.rows
        if seen < wanted and part is not parts[0]:
            continue
        since = min(part.start, window.since)
        found = _answered(context, model, environment, since, window.until)
        if found.rows >= ENOUGH_ROWS:
            break
        wanted *= 2
    return found


def _answered(
    context: ToolContext,
    model: ModelVersion,
    environment: Environment,
    since: datetime,
    until: datetime,
) -> Served:
    from pyarrow import compute

    log = PredictionLog(context.catalog, context.blobs)
    tables = []
    for part in log.parts(context.scope.id, model.name, environment, since=since, until=until):
        mine = part.filter(compute.equal(part["digest"], model.digest))
        if mine.num_rows:
            tables.append(mine)
    return Served(tuple(tables), since, until)


def compare_served(context: ToolContext, model: ModelVersion, found: Served) -> DriftResult:
    """Judge rows an endpoint answered, at least one, by the reference of its model."""
    from tools.ml.contract import load_contract

    contract = load_contract(model.contract)
    tables = (_as_trained(contract, batch) for batch in _batches(found.tables))
    return _judge(context, model, tables)


def compare_dataset(
    context: ToolContext, model: ModelVersion, dataset: DatasetVersion
) -> DriftResult:
    """Judge a dataset with the original columns, and the answers the model gives to it.

    Raises:
        BadRequest: It lacks a column the model needs.
    """
    from tools.ml.artifact import load_pipeline
    from tools.ml.contract import load_contract
    from tools.ml.predictions import answerable, feature_frame, predict_frame
    from tools.reference import drift_table

    contract = load_contract(model.contract)
    features = feature_frame(contract, context.frame(dataset))
    features = features.loc[answerable(contract, features)]
    pipeline = load_pipeline(context.blobs.read(model.digest))
    answers = predict_frame(pipeline, contract, features).values
    return _judge(context, model, [drift_table(contract, features, answers)])


def _judge(context: ToolContext, model: ModelVersion, tables: Iterable[pa.Table]) -> DriftResult:
    from tools.drift.detect import DriftSettings, detect
    from tools.summaries.summary import count_into, load_summary, merge

    reference = load_summary(context.blobs.read(model.reference))
    counts = reduce(merge, (count_into(reference, table) for table in tables))
    return detect(reference, counts, settings=DriftSettings(min_rows=MIN_ROWS))


def _batches(tables: Iterable[pa.Table]) -> Iterator[list[pa.Table]]:
    """The many small parts of a log, by the two hundred thousand rows."""
    batch: list[pa.Table] = []
    for table in tables:
        batch.append(table)
        if sum(each.num_rows for each in batch) >= _BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _as_trained(contract: Contract, batch: list[pa.Table]) -> pa.Table:
    """Rows of the log in the types of training; a field that callers left out is a gap."""
    import pandas as pd

    from tools.reference import drift_table

    rows = pd.concat([table.to_pandas() for table in batch], ignore_index=True)
    asked = rows[[name for name in rows.columns if name.startswith(FEATURE)]]
    asked = asked.rename(columns=lambda name: name.removeprefix(FEATURE))
    frame = asked.reindex(columns=[feature.name for feature in contract.features])
    return drift_table(contract, frame, rows["y"].tolist())
