"""Stretches of time as people name them, with both ends."""

from __future__ import annotations

import pytest

from bot.agent.offline.periods import Period, period_in

TODAY = "2026-03-04T09:30:00+01:00"  # a Wednesday


def days(first: str, last: str) -> Period:
    """Whole days, both included."""
    return Period(f"{first}T00:00:00+01:00", f"{last}T23:59:59+01:00")


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("what happened last week?", days("2026-02-23", "2026-03-01")),
        ("what did we do in March?", days("2026-03-01", "2026-03-31")),
        ("who deployed in November?", days("2025-11-01", "2025-11-30")),
        ("what changed in March 2024", days("2024-03-01", "2024-03-31")),
        ("between 3 and 5 November", days("2025-11-03", "2025-11-05")),
        ("from 28 December to 2 January", days("2025-12-28", "2026-01-02")),
        ("what was done yesterday?", days("2026-03-03", "2026-03-03")),
        ("what did Bob do on Monday?", days("2026-03-02", "2026-03-02")),
        ("what happened last month?", days("2026-02-01", "2026-02-28")),
        ("everything of 2024, in 2024", days("2024-01-01", "2024-12-31")),
        ("last year", days("2025-01-01", "2025-12-31")),
        ("since Tuesday", Period("2026-03-03T00:00:00+01:00")),
        ("what did we do today?", Period("2026-03-04T00:00:00+01:00")),
        ("until yesterday", Period(until="2026-03-02T23:59:59+01:00")),
        ("what did we do?", None),
        ("train a model", None),
    ],
)
def test_a_period(said: str, period: Period | None) -> None:
    """Days, weeks, months and years that are over have an end; "since" has none."""
    assert period == period_in(said, TODAY)
