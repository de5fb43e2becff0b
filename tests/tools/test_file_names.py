"""What tables are called."""

from __future__ import annotations

import pytest

from tools.file_names import is_table_name, without_ending


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("sales.csv", "sales"),
        ("Sales 2024.CSV.GZ", "Sales 2024"),
        ("sales.tsv.bz2", "sales"),
        ("sales.parquet", "sales"),
        ("sales.feather", "sales"),
        ("sales.jsonl.zst", "sales"),
        ("sales.ods", "sales"),
        ("sales.xlsb", "sales"),
        ("sales.zip", "sales"),
        ("sales.dat.xz", "sales"),
        ("v1.2.csv", "v1.2"),
    ],
)
def test_names_of_tables(name: str, stem: str) -> None:
    """All that the reader reads is known by its ending, packed or not."""
    assert is_table_name(f"some.csv/{name}")
    assert without_ending(name) == stem


@pytest.mark.parametrize("name", ["notes.md", "photo.png", "csv", "table.csv.exe", ""])
def test_other_names(name: str) -> None:
    """Anything else is no table by its name, and keeps it."""
    assert not is_table_name(name)
    assert without_ending(name) == name
