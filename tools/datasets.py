"""Datasets in conversation: load, describe, look at, plot, hand over, delete."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tools.base import Args, Rehearsal, Tool
from tools.cards import moment, plural, shown, steps, table
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.words import Words

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext

PlotKind = Literal["auto", "histogram", "bar", "scatter", "box", "line", "heatmap"]


class LoadDataset(Args):
    """Arguments of `load_dataset`."""

    source: str | None = Field(None, description="An attachment; the latest one if omitted.")
    name: str | None = Field(None, description="Name for the dataset; the file's if omitted.")
    sheet: str | None = Field(None, description="Sheet of a workbook.")


class ListDatasets(Args):
    """Arguments of `list_datasets`."""


class ProfileDataset(Args):
    """Arguments of `profile_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")


class PreviewDataset(Args):
    """Arguments of `preview_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    rows: int = Field(5, ge=1, le=50, description="How many rows to show.")


class QueryDataset(Args):
    """Arguments of `query_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    sql: str | None = Field(None, description="One read-only SELECT over the table `data`.")


class PlotDataset(Args):
    """Arguments of `plot_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    x: str = Field(description="Column along the horizontal axis.")
    y: str | None = Field(None, description="Column along the vertical axis.")
    color: str | None = Field(None, description="Column that colours.")
    kind: PlotKind = Field("auto", description="Kind of chart.")


class DownloadDataset(Args):
    """Arguments of `download_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    format: Literal["csv", "parquet", "xlsx"] = Field("csv", description="File format.")


class DeleteDataset(Args):
    """Arguments of `delete_dataset`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")


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


def delete_dataset(args: DeleteDataset, context: ToolContext) -> Outcome:
    """Hide a dataset, all its versions; `undo` brings it back for 30 days.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    name = context.dataset(args.dataset).name
    with context.catalog.write() as unit:
        count = unit.datasets.delete(context.scope, name, now=context.now())
    headline = f"Deleted {name} with {plural(count, 'version')}."
    restore = NextStep("Undo", "undo")
    return Outcome(
        summary=f"{headline} It can be brought back for 30 days.",
        blocks=(
            Headline(headline),
            Text(
                "It can be brought back for 30 days: say *undo*. Models built on it keep working."
            ),
            steps(restore),
        ),
        inverse=NextStep(f"Bring {name} back", "restore_dataset", {"name": name}),
        data={"deleted": name, "versions": count},
    )


def rehearse_delete_dataset(args: DeleteDataset, context: ToolContext) -> Rehearsal:
    """What would go: the versions, and the models that were built on them.

    Raises:
        NotFound: There is none of that name in this channel.
    """
    version = context.dataset(args.dataset)
    with context.catalog.read() as unit:
        versions = unit.datasets.versions(context.scope, version.name)
        ids = {each.id for each in versions}
        built = [model for model in unit.models.list(context.scope) if model.dataset_id in ids]
    rows = [
        (each.label, each.rows, shown(each.origin, 80),
         ", ".join(model.handle for model in built if model.dataset_id == each.id) or None)
        for each in versions
    ]  # fmt: skip
    used = (
        f"{plural(len(built), 'model')} built on it will keep working."
        if built
        else "No model was built on it."
    )
    headline = f"Delete {version.name} with {plural(len(versions), 'version')}?"
    return Rehearsal(
        args={"dataset": version.name},
        binding=hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest(),
        outcome=Outcome(
            summary=f"{headline} {used}",
            blocks=(
                Headline(headline, "warning"),
                table(("Version", "Rows", "Made by", "Models"), rows),
                Text(f"{used} The data can be brought back for 30 days."),
            ),
            dataset_id=version.id,
        ),
    )


load_dataset_tool = Tool(
    name="load_dataset",
    summary="Read a file people attached into a new dataset.",
    args=LoadDataset,
    run=None,
    effect="write",
    where="worker",
    words=Words(),
    examples=("load the file", "read this csv as sales"),
)


list_datasets_tool = Tool(
    name="list_datasets",
    summary="List the datasets of this channel.",
    args=ListDatasets,
    run=list_datasets,
    effect="read",
    where="bot",
    words=Words(),
    examples=("list my datasets", "which data do we have?"),
)


profile_dataset_tool = Tool(
    name="profile_dataset",
    summary="Describe a dataset: size, types, gaps, odd columns, suggested targets.",
    args=ProfileDataset,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("what's in this?", "summarise the data"),
)


preview_dataset_tool = Tool(
    name="preview_dataset",
    summary="Show the first rows of a dataset.",
    args=PreviewDataset,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("show me the first 10 rows", "preview the data"),
)


query_dataset_tool = Tool(
    name="query_dataset",
    summary="Answer a question over the rows of a dataset with one SELECT.",
    args=QueryDataset,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("how many rows per island?", "average tip by day"),
)


plot_dataset_tool = Tool(
    name="plot_dataset",
    summary="Draw a chart of one or two columns, coloured by a third.",
    args=PlotDataset,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("histogram of carat", "plot price against carat by cut"),
)


download_dataset_tool = Tool(
    name="download_dataset",
    summary="Hand over a dataset as a CSV, Parquet or Excel file.",
    args=DownloadDataset,
    run=None,
    effect="read",
    where="worker",
    words=Words(),
    examples=("send me the cleaned data as parquet", "give me the csv back"),
)


delete_dataset_tool = Tool(
    name="delete_dataset",
    summary="Delete a dataset and all its versions (recoverable for 30 days).",
    args=DeleteDataset,
    run=delete_dataset,
    rehearse=rehearse_delete_dataset,
    effect="confirm",
    where="bot",
    words=Words(),
    examples=("delete this dataset", "remove the sales dataset"),
)
