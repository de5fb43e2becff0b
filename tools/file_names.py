"""What tables are called by the endings of their files; what they are, their content decides."""

from __future__ import annotations

import re
from typing import Final

TABLES: Final = (
    *("csv", "tsv", "tab", "psv", "txt", "dat", "json", "jsonl", "ndjson", "parquet", "pq"),
    *("feather", "arrow", "xlsx", "xlsm", "xlsb", "xls", "ods"),
)
PACKED: Final = ("gz", "zip", "bz2", "xz", "zst")
TAKEN: Final = "CSV and other text, Excel, ODS, Parquet, Feather or JSON, also zipped"

_ENDING: Final = re.compile(rf"(\.({'|'.join(TABLES)}))?(\.({'|'.join(PACKED)}))?$", re.IGNORECASE)


def without_ending(name: str) -> str:
    """`sales` for `sales.csv.gz`."""
    return _ENDING.sub("", name)


def is_table_name(name: str) -> bool:
    """Whether a file is called like one that holds a table."""
    return _ENDING.search(name.rpartition("/")[2])[0] != ""  # type: ignore[index]
