"""Cleaning a dataset: a new version, its recipe kept, taken back with one word."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words

Missing = Literal["keep", "drop_rows", "median", "mean", "most_frequent", "constant", "auto"]


class CleanDataset(Args):
    """Arguments of `clean_dataset`; nothing named means a sensible clean-up of everything."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    drop_columns: list[str] = Field([], description="Columns to leave out.")
    keep_columns: list[str] = Field([], description="Keep only these columns.")
    drop_non_numeric: bool = Field(
        False, description="Leave out every column that is not a number."
    )
    missing: Missing | None = Field(None, description="What to do with gaps.")
    fill_value: str | float | None = Field(None, description="The value for missing=constant.")
    fill_columns: list[str] = Field([], description="Only the gaps of these columns; all if empty.")
    drop_duplicates: bool = Field(False, description="Leave out repeated rows.")
    outliers: Literal["keep", "clip", "drop"] = Field(
        "keep", description="What to do with outliers."
    )
    parse_dates: list[str] = Field([], description="Text columns to read as dates.")
    rename: dict[str, str] = Field({}, description="New names by old name.")


clean_dataset_tool = Tool(
    name="clean_dataset",
    summary="Make a cleaned version: choose columns, fill gaps, drop duplicates, parse dates.",
    args=CleanDataset,
    run=None,
    effect="write",
    where="worker",
    words=Words(),
    examples=("drop the non-numeric columns", "fill in missing values with the median"),
)
