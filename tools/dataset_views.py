"""Datasets looked at: described, shown, drawn, listed and handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from tools.base import Args
from tools.cards import moment, plural, shown, table
from tools.column_names import need_column
from tools.dataset_cards import (
    bare_dataset,
    columns_table,
    dataset_facts,
    dataset_receipt,
    next_for,
    preview_table,
    sample_text,
    schema_text,
    size_text,
    targets_text,
    what_matters,
)
from tools.errors import NeedsChoice, Option
from tools.handover import table_file
from tools.outcome import Headline, Outcome, Text
from tools.repairs_view import doubts_text, show_repairs

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext

_MOST_SHOWN: Final = 20
_MOST_PREVIEWED: Final = 50


PlotKind = Literal["auto", "histogram", "bar", "scatter", "box", "line", "heatmap"]


class ListDatasets(Args):
    """Arguments of `list_datasets`."""


class ProfileDataset(Args):
    """Arguments of `profile_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")


class PreviewDataset(Args):
    """Arguments of `preview_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    rows: int = Field(5, ge=1, description="How many rows to show, 50 at most.")
    repaired: bool = Field(
        False, description="Show the lines of the file that were repaired when it was read."
    )


class PlotDataset(Args):
    """Arguments of `plot_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    x: str | None = Field(None, description="Column along the horizontal axis.")
    y: str | None = Field(None, description="Column along the vertical axis.")
    color: str | None = Field(None, description="Column that colours.")
    kind: PlotKind = Field("auto", description="Kind of chart.")


class DownloadDataset(Args):
    """Arguments of `download_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    format: Literal["csv", "parquet", "xlsx"] = Field("csv", description="File format.")


def profile_dataset(args: ProfileDataset, context: ToolContext) -> Outcome:
    """The profile card of a dataset version.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    from tools.dataset_versions import profile_of
    from tools.ml.overview import overview_alt, overview_figure
    from tools.profile_report import report_file

    version = context.dataset(args.dataset)
    profile = profile_of(version, context)
    context.progress(0.5, "Drawing")
    size = size_text(version.rows, len(version.columns))
    picture = overview_figure(profile)
    report = report_file(version, profile, context)
    said = " ".join(shown(warning, 300) for warning in profile.warnings[:10])
    return Outcome(
        summary=f"Described {schema_text(version)} {said}".strip(),
        blocks=(
            Headline(f"{version.label}: {size}."),
            *what_matters(version, profile),
            *doubts_text(version),
            dataset_facts(version, profile),
            context.picture(picture, overview_alt(profile), title="At a glance"),
            columns_table(profile),
            *targets_text(version),
            report,
            next_for(version, profile),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        data={
            **bare_dataset(version),
            "report": {"file": report.name, "blob": report.blob, "size": report.size},
        },
    )


def preview_dataset(args: PreviewDataset, context: ToolContext) -> Outcome:
    """The first rows, for people; the summary has no value of any row.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    version = context.dataset(args.dataset)
    if args.repaired:
        return show_repairs(version, context)
    names = [column.name for column in version.columns]
    frame = context.frame(version, names[:_MOST_SHOWN]).head(min(args.rows, _MOST_PREVIEWED))
    rows = plural(len(frame), "row")
    hidden = len(names) - _MOST_SHOWN
    notes = [f"{plural(hidden, 'more column')}." if hidden > 0 else ""]
    if min(args.rows, version.rows) > _MOST_PREVIEWED:
        notes.append(f"A card shows {_MOST_PREVIEWED} rows at most: download the data for all.")
    preview = preview_table(frame, caption=" ".join(note for note in notes if note))
    return Outcome(
        summary=f"Showed the first {rows} of {version.label} to the person.",
        blocks=(
            Headline(f"The first {rows} of {version.label}."),
            preview,
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        sample=sample_text(preview),
    )


def list_datasets(args: ListDatasets, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The datasets of this channel, the newest first, each with its latest version."""
    with context.catalog.read() as unit:
        versions = unit.datasets.list(context.scope)
    if not versions:
        return Outcome(
            summary="There is no dataset in this channel yet.",
            blocks=(
                Headline("There is no dataset in this channel yet."),
                Text("Attach a file (CSV, Excel, Parquet or JSON lines) to begin."),
            ),
            data={"datasets": []},
        )
    current = context.current_id("dataset")
    latest: dict[str, DatasetVersion] = {}
    for version in versions:
        latest.setdefault(version.name, version)
    zone = context.site.timezone
    rows = [
        (each.label, each.rows, len(each.columns), shown(each.origin, 80), each.actor.name,
         moment(each.created_at, zone))
        for each in latest.values()
    ]  # fmt: skip
    now = next((each.label for each in versions if each.id == current), "")
    lines = "; ".join(
        f"{each.label}: {plural(each.rows, 'row')}, {plural(len(each.columns), 'column')}, "
        f"{each.origin}"
        for each in latest.values()
    )
    return Outcome(
        summary=f"Datasets: {lines}. Current here: {now or 'none'}.",
        blocks=(
            Headline(f"{plural(len(latest), 'dataset')} in this channel."),
            table(
                ("Dataset", "Rows", "Columns", "Made by", "Who", "When"),
                rows,
                caption=f"Current in this thread: {now}." if now else "",
            ),
        ),
        data={"datasets": [{"name": each.name, "version": each.version, "rows": each.rows}
                           for each in latest.values()]},
    )  # fmt: skip


def plot_dataset(args: PlotDataset, context: ToolContext) -> Outcome:
    """One picture of one to three columns.

    Raises:
        NotFound: No such dataset in this channel.
        NeedsChoice: A column is open.
        BadRequest: The kind of picture does not suit the columns.
    """
    from tools.ml.charts import chart

    version = context.dataset(args.dataset)
    names = [column.name for column in version.columns]
    x = need_column(args.x, names, argument="x") if args.x else _ask_x(version)
    y = need_column(args.y, names, argument="y") if args.y else None
    color = need_column(args.color, names, argument="color") if args.color else None
    wanted = list(dict.fromkeys(name for name in (x, y, color) if name))
    drawn = chart(context.frame(version, wanted), x=x, y=y, color=color, kind=args.kind)
    headline = f"{shown(drawn.alt, 160)} in {version.label}."
    return Outcome(
        summary=f"Drew a {drawn.kind} of {', '.join(map(shown, wanted))} in {version.label}.",
        blocks=(
            Headline(headline),
            context.picture(drawn.png, drawn.alt, title=f"{shown(x)} in {version.label}"),
            Text(shown(drawn.sentence, 300)),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        data={"kind": drawn.kind, "columns": wanted},
    )


def _ask_x(version: DatasetVersion) -> str:
    """No column was named: ask for one, those worth looking at first.

    Raises:
        NeedsChoice: Always, unless there is only one column.
    """
    if len(version.columns) == 1:
        return version.columns[0].name
    dull = sorted(version.columns, key=lambda c: (c.id_like, c.constant, c.kind == "text"))
    options = tuple(Option(shown(column.name), column.name) for column in dull[:5])
    raise NeedsChoice(f"Which column of {version.label} should I draw?", "x", options)


def download_dataset(args: DownloadDataset, context: ToolContext) -> Outcome:
    """A dataset version as a file.

    Raises:
        NotFound: No such dataset in this channel.
        Refused: The table does not fit into the format.
    """
    version = context.dataset(args.dataset)
    stem = f"{version.name}-v{version.version}"
    file = table_file(context.frame(version), stem, file_format=args.format, context=context)
    size = size_text(version.rows, len(version.columns))
    return Outcome(
        summary=f"Handed over {version.label} as {file.name}: {size}.",
        blocks=(
            Headline(f"{version.label} as {args.format.upper()}: {size}."),
            file,
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        data={"file": file.name, "blob": file.blob, "size": file.size},
    )
