"""Values of every type as people see them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.tools.queries.tables import answer
from tools.queries.values import as_cell, as_words


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (5 * 2**62, 5 * 2**62),
        (0.5, 0.5),
        (float("nan"), None),
        (float("inf"), None),
        (Decimal("103.31"), 103.31),
        (Decimal("4.00"), 4),
        (datetime.fromisoformat("2024-01-01"), "2024-01-01"),
        (datetime.fromisoformat("2024-01-01 12:30"), "2024-01-01 12:30:00"),
        (datetime(2024, 1, 1, 12, 30, tzinfo=UTC), "2024-01-01 12:30:00 UTC"),
        (date(2024, 1, 1), "2024-01-01"),
        (time(8, 5), "08:05:00"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=1, hours=2), "1 day 2:00:00"),
        (timedelta(seconds=-10), "-0:00:10"),
        ([1, 2.5, None], "1, 2.5, –"),
        (list(range(12)), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 2 more"),
        (b"ab", "2 bytes"),
        ("a`b\u202ec\nd", "a b c d"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_cells(value: object, cell: object) -> None:
    """Numbers stay numbers, gaps are gaps, all else is one line of plain text."""
    assert as_cell(value) == cell


def test_every_type_of_a_dataset_can_be_shown() -> None:
    """Whatever a column holds, its rows become cells."""
    found = answer("SELECT * FROM data")
    cells = [as_cell(value) for row in found.rows for value in row]
    assert {type(cell) for cell in cells} == {type(None), bool, int, float, str}


@pytest.mark.parametrize(
    ("cell", "words"), [(None, "–"), (True, "true"), (1234567, "1,234,567"), (0.123456, "0.123")]
)
def test_words(cell: object, words: str) -> None:
    """Within a sentence numbers have separators and sensible digits."""
    assert as_words(cell) == words  # type: ignore[arg-type]
