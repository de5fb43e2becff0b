"""Writes a table for people to take away: CSV, Parquet or XLSX, safe to open anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tools.ml.writing.delimited import write_delimited
from tools.ml.writing.sheets import write_sheet

Format: TypeAlias = Literal["csv", "parquet", "xlsx"]


def write_table(table: pd.DataFrame, format: Format, path: Path, name: str) -> None:  # noqa: A002
    """Write the table to `path`; what is written reads in the same.

    Values, types, names and gaps come back as they were, in every format, as long as the table
    keeps the convention of `tools.ml.reading.columns`. What files cannot say is the limit: names
    lose blanks around them; a column without any value comes back as float64; units and
    categories are no part of a table; a row that repeats all names is taken for the header again.
    Control characters other than tabs and line ends do not survive a delimited file, nor what
    XML forbids and text like `_x005F_x0041_` a sheet. A sheet that another program saves again
    may lose the properties that say which columns are text or no integers.

    A text column that would be read as numbers, dates or booleans, and cells like "NA" or "=1+1",
    are kept text by an apostrophe in front, as in a spreadsheet; the reader takes it off again
    (see `tools.ml.reading.shield`). Numbers stay numbers, negative ones too.

    Args:
        table: With the types of `tools.ml.reading.columns`.
        format: "csv" (UTF-8, RFC 4180 with line feeds), "parquet" or "xlsx".
        path: Created or replaced.
        name: Of the dataset; names the sheet.

    Raises:
        Refused: A sheet cannot hold it.
    """
    if format == "csv":
        write_delimited(table, path)
    elif format == "parquet":
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    else:
        write_sheet(table, path, name)
