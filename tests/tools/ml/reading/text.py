"""Short ways for tests of the text table: what was read, cell by cell, and what was remarked."""

from __future__ import annotations

import io

from tools.ml.reading import ReadHints, TextResult, read_text


def read_rows(text: str | bytes, **hints) -> tuple[list[list[str]], TextResult]:
    """All rows with the header first, if one was found, and the result."""
    data = text.encode() if isinstance(text, str) else text
    result = read_text(io.BytesIO(data), "file.csv", hints=ReadHints(**hints))
    table = result.table
    cells = [column.to_pylist() for column in table.columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return [list(table.names), *rows] if table.header else rows, result


def lines_of(text: str, delimiter: str = ",") -> list[list[str]]:
    """Rows of a text without quotes."""
    return [line.split(delimiter) for line in text.splitlines()]
