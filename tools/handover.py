"""A table as a file to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tools.outcome import File

if TYPE_CHECKING:
    import pandas as pd

    from tools.context import ToolContext

_MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_file(
    frame: pd.DataFrame,
    stem: str,
    *,
    file_format: Literal["csv", "parquet", "xlsx"],
    context: ToolContext,
) -> File:
    """Write a table, safe to open in a spreadsheet, and keep it under `stem.file_format`.

    Raises:
        Refused: A sheet cannot hold it.
    """
    from tools.ml.writing import write_table

    return context.file(
        lambda path: write_table(frame, file_format, path, stem),
        f"{stem}.{file_format}",
        media_type=_MEDIA_TYPES[file_format],
    )
