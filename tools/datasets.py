"""Datasets in conversation: load, describe, look at, plot, hand over, delete."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words

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
    run=None,
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
    run=None,
    effect="confirm",
    where="bot",
    words=Words(),
    examples=("delete this dataset", "remove the sales dataset"),
)
