"""The tool by itself: what it tells, and what it says where there are no dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from mlops_freshness import CheckFreshness, check_freshness, check_freshness_tool

from storage.catalog.records import ColumnInfo
from tools.errors import BadRequest


@dataclass(frozen=True)
class Version:
    """As much of a dataset version as the tool looks at."""

    columns: tuple[ColumnInfo, ...]
    label: str = "sales v1"
    id: str = "d1"


@dataclass(frozen=True)
class Context:
    """As much of a call's surroundings as the tool looks at."""

    version: Version

    def dataset(self, named: str | None = None) -> Version:
        return self.version

    def now(self) -> datetime:
        return datetime(2026, 3, 31, tzinfo=UTC)


SALES = Context(
    Version(
        (
            ColumnInfo("sold", "datetime", 0, 9, "2025-01-01", "2026-03-01", ()),
            ColumnInfo("seen", "datetime", 0, 9, "2025-01-01", "2026-03-21T10:00:00", ()),
            ColumnInfo("price", "number", 0, 9, 1.0, 9.0, ()),
        )
    )
)


@pytest.mark.parametrize(
    ("column", "latest", "days"), [(None, "2026-03-21", 9), ("SOLD", "2026-03-01", 30)]
)
def test_the_latest_date_is_told(column, latest, days):
    """The latest date of all columns, or of the one that is named, with its age."""
    outcome = check_freshness(CheckFreshness(column=column), SALES)
    assert (outcome.data["latest"], outcome.data["days"]) == (latest, days)


@pytest.mark.parametrize("column", ["price", "gone"])
def test_no_date_is_told(column):
    """Without a date there is a sentence and no number."""
    with pytest.raises(BadRequest, match="no date"):
        check_freshness(CheckFreshness(column=column), SALES)


def test_it_only_reads():
    """Whoever may look may ask."""
    assert check_freshness_tool.effect == "read"
