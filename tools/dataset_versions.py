"""From a frame to a dataset version: Parquet, profile, schema, and the catalog row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from storage.catalog.records import ColumnInfo, DatasetVersion, Json, Upload
from tools.model_cards import finite

if TYPE_CHECKING:
    import pandas as pd

    from storage.catalog.catalog import Unit
    from tools.context import ToolContext
    from tools.ml.profiling import ColumnProfile, Profile
    from tools.ml.reading import ReadReport

_TOP = 20


def keep_version(
    frame: pd.DataFrame,
    *,
    name: str,
    origin: str,
    context: ToolContext,
    upload: Upload | None = None,
    report: ReadReport | None = None,
    parent: DatasetVersion | None = None,
    recipe: tuple[Json, ...] = (),
    corrections: Json | None = None,
) -> tuple[DatasetVersion, Profile]:
    """Keep a table as the next version of `name` and make it the thread's current one.

    Args:
        frame: The table.
        name: A slug.
        origin: What made it, in words.
        context: Of the call.
        upload: The file it was read from, for a root version.
        report: How that file was understood.
        parent: The version it was made from, for a cleaned one.
        recipe: All transforms from the root to this version.
        corrections: What people said about how the file is to be read.
    """
    import pyarrow as pa

    from tools.ml.profiling import dump_profile, profile_table

    profile = profile_table(frame, report=report)
    blob = context.datasets.put_table(pa.Table.from_pandas(frame, preserve_index=False))
    described = json.dumps(finite(dump_profile(profile)), allow_nan=False).encode()
    described_blob = context.blobs.put(described)
    now = context.now()
    with context.catalog.write() as unit:
        made = _made_before(unit, name, blob, context)
        version = made or unit.datasets.add(
            context.scope,
            name=name,
            blob=blob,
            rows=len(frame),
            columns=tuple(_info(column) for column in profile.columns),
            root_id=parent.root_id if parent else None,
            parent_id=parent.id if parent else None,
            recipe=recipe,
            upload_id=upload.id if upload else None,
            origin=origin,
            report=finite(_kept(report, corrections)) if report else {},
            targets=tuple(
                {"column": target.column, "task": target.task, "reason": target.reason}
                for target in profile.targets
            ),
            profile=described_blob,
            actor=context.actor,
            now=now,
        )
        unit.pointers.set(
            context.scope, thread=context.address.thread, kind="dataset", ref_id=version.id, now=now
        )
    return version, profile


def _kept(report: ReadReport, corrections: Json | None) -> Json:
    """A report as it is kept with a version, with what was said about the reading."""
    from tools.ml.reading import dump_report

    return dump_report(report) | ({"corrections": corrections} if corrections else {})


def _made_before(unit: Unit, name: str, blob: str, context: ToolContext) -> DatasetVersion | None:
    """The same table, if an attempt of this job that died has kept it already."""
    if context.job is None or context.job.attempt <= 1:
        return None
    newest = next(iter(unit.datasets.versions(context.scope, name)), None)
    began = unit.jobs.get(context.job.id).created_at
    same = newest is not None and newest.blob == blob and newest.created_at >= began
    return newest if same else None


def profile_of(version: DatasetVersion, context: ToolContext) -> Profile:
    """The profile that was made when the version was."""
    from tools.ml.profiling import load_profile

    return load_profile(json.loads(context.blobs.read(version.profile)))


def _info(column: ColumnProfile) -> ColumnInfo:
    """Aggregates only: values are listed where they repeat, never free text or identifiers."""
    listed = column.kind in {"category", "boolean", "integer"} and not column.id_like
    return ColumnInfo(
        name=column.name,
        kind=column.kind,
        missing=column.missing,
        distinct=column.distinct,
        low=finite(column.low),
        high=finite(column.high),
        top=tuple((str(value), count) for value, count in column.top[:_TOP]) if listed else (),
        constant=column.constant,
        id_like=column.id_like,
    )
