"""Durations, schedules and moments as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.agent.offline.times import (
    Schedule,
    compact,
    duration_in,
    moment_in,
    schedule_in,
    seconds_in,
)
from tests.bot.agent.offline.sentences import TODAY


@pytest.mark.parametrize(
    ("said", "every"),
    [
        ("hourly", "1h"),
        ("every 30 minutes", "30m"),
        ("every six hours", "6h"),
        ("every half hour", "30m"),
        ("every quarter of an hour", "15m"),
        ("every other day", "2d"),
        ("every couple of hours", "2h"),
        ("once a week", "7d"),
    ],
)
def test_intervals(said: str, every: str) -> None:
    """Intervals become the duration the tools write."""
    assert schedule_in(said) == Schedule(every=every)


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("every weekday at 8", "0 8 * * 1-5"),
        ("twice a day", "0 */12 * * *"),
        ("every monday at 9:30", "30 9 * * 1"),
        ("daily at 6pm", "0 18 * * *"),
        ("mondays and thursdays at 7", "0 7 * * 1,4"),
        ("on weekends at noon", "0 12 * * 0,6"),
        ("on the first of every month", "0 0 1 * *"),
        ("monday to wednesday every week at 14:05", "5 14 * * 1-3"),
        ("with cron 15 3 * * 0", "15 3 * * 0"),
    ],
)
def test_crons(said: str, cron: str) -> None:
    """Days and times of day become a POSIX cron line, in which Sunday is 0."""
    assert schedule_in(said) == Schedule(cron=cron)


@pytest.mark.parametrize("said", ["drop x and d", "train on price", "a model for 3 people", ""])
def test_no_schedule_where_none_is_said(said: str) -> None:
    """Ordinary words are no schedule and no duration."""
    assert schedule_in(said) is None
    assert seconds_in(said) is None


@pytest.mark.parametrize(
    ("said", "duration"),
    [
        ("until tomorrow", "1d"),
        ("for 6 hours", "6h"),
        ("until friday", "4d"),
        ("until monday", "7d"),
        ("until 6pm", "8h"),
        ("until 3 march", "100d"),
        ("for an hour and a half", "90m"),
        ("over the weekend", "2d"),
    ],
)
def test_durations(said: str, duration: str) -> None:
    """How long something lasts, from now on where an end is named."""
    assert duration_in(said, TODAY) == duration


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("yesterday", "2026-11-22T00:00:00+00:00"),
        ("last tuesday", "2026-11-17T00:00:00+00:00"),
        ("on 3 march", "2026-03-03T00:00:00+00:00"),
        ("3 days ago", "2026-11-20T00:00:00+00:00"),
        ("since 2026-10-01", "2026-10-01T00:00:00+00:00"),
    ],
)
def test_moments(said: str, moment: str) -> None:
    """Moments are in the reader's zone and lie in the past."""
    assert moment_in(said, TODAY) == moment


@settings(max_examples=50)
@given(st.integers(1, 10_000), st.sampled_from(["seconds", "minutes", "hours", "days"]))
def test_durations_are_exact(count: int, unit: str) -> None:
    """Any whole number of units is read back to the second."""
    size = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[unit]
    assert seconds_in(f"for {count} {unit}") == count * size


@settings(max_examples=50)
@given(st.integers(1, 500), st.sampled_from("mhd"))
def test_compact_durations_survive(count: int, unit: str) -> None:
    """A duration as the tools write it says the same again when read."""
    seconds = seconds_in(f"{count}{unit}")
    assert seconds is not None
    assert seconds_in(compact(seconds)) == seconds
