"""The full report of a dataset version, as a file to hand over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.cards import moment, shown
from tools.outcome import File

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.ml.profiling import Profile
    from tools.ml.report_page import Sample

_ROWS: Final = 10
_COLUMNS: Final = 100


def report_file(version: DatasetVersion, profile: Profile, context: ToolContext) -> File:
    """Everything that is known of a version, as one HTML file; the same file each time."""
    from tools.ml.reading import load_report
    from tools.ml.report_page import Report, report_page

    root = context.root_of(version)
    report = Report(
        title=version.label,
        profile=profile,
        reading=load_report(root.report) if root.report else None,
        sample=_sample(version, context),
        receipt=_receipt(version, root, context),
    )

    def write(path: Path) -> None:
        path.write_text(report_page(report), encoding="utf-8", newline="\n")

    name = f"profile-{version.name}-v{version.version}.html"
    return context.file(write, name, media_type="text/html")


def _sample(version: DatasetVersion, context: ToolContext) -> Sample:
    from tools.ml.report_page import Sample

    names = [column.name for column in version.columns]
    table = context.datasets.first(version, rows=_ROWS, columns=names[:_COLUMNS])
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return Sample(
        columns=tuple(table.column_names),
        rows=tuple(tuple(_cell(value) for value in row) for row in rows),
        more=len(names) - len(table.column_names),
    )


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return str(value.date()) if midnight else value.isoformat(sep=" ")
    return str(value)


def _receipt(
    version: DatasetVersion, root: DatasetVersion, context: ToolContext
) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Data", version.label),
        ("SHA-256 of the table", version.blob),
        ("Made", shown(version.origin, 200)),
        ("When", f"{moment(version.created_at, context.timezone)} ({context.timezone})"),
        ("By", shown(version.actor.name)),
    ]
    if root.upload_id:
        with context.catalog.read() as unit:
            upload = unit.uploads.get(version.scope, root.upload_id)
        facts += [("File", shown(upload.name, 200)), ("SHA-256 of the file", upload.blob)]
    return (*facts, ("Code", context.site.code_version))
