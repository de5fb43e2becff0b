"""Short ways for the reader's tests to read text and bytes."""

from __future__ import annotations

import io

import pytest

from tools.errors import Refused
from tools.ml.reading import ReadHints, ReadLimits, ReadResult, read_table


def read(data: str | bytes, **hints) -> ReadResult:
    """The result for text (as UTF-8) or bytes."""
    content = data.encode() if isinstance(data, str) else data
    return read_table(io.BytesIO(content), "file.csv", hints=ReadHints(**hints))


def refusal(data: bytes, *, limits: ReadLimits | None = None, named: bool = True) -> Refused:
    """The refusal of bytes that are no table; the sentence begins with the file's name."""
    with pytest.raises(Refused) as caught:
        read_table(io.BytesIO(data), "file.csv", limits=limits or ReadLimits())
    assert ("“file.csv”" if named else "file.csv") in caught.value.message
    assert caught.value.hint
    return caught.value


def columns(result: ReadResult) -> dict[str, list]:
    """Cells by column, gaps as None."""
    return {
        str(name): [
            None if gap else value for value, gap in zip(column, column.isna(), strict=True)
        ]
        for name, column in result.table.items()
    }
