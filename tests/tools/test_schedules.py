"""Schedules: intervals, POSIX cron, daylight saving in IANA zones, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.catalog.records import Actor, Address, Monitor, Scope
from tools.durations import in_words, seconds_of
from tools.errors import BadRequest
from tools.schedules import check_zone, dues, missed, next_run, parse_cron, words_of

SCOPE = Scope("terminal", "local", "lab")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


def monitor(
    cron: str | None = None,
    *,
    every_s: int | None = None,
    zone: str = "UTC",
    created: datetime = START,
) -> Monitor:
    ann = Actor("terminal/local/ann", "Ann")
    return Monitor(
        "id", 1, SCOPE, "m", "staging", every_s, cron, zone, Address(SCOPE), ann, created
    )


def local(line: str, zone: str, after: str, count: int) -> list[str]:
    """The next `count` due times on the wall clock of a zone, with their offset."""
    begin = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    times = dues(monitor(line, zone=zone), begin)
    found = [next(times) for _ in range(count)]
    return [f"{each.astimezone(ZoneInfo(zone)):%m-%d %H:%M %z}" for each in found]


@pytest.mark.parametrize(
    ("line", "after", "expected"),
    [
        ("0 8 * * 1-5", "2026-03-06T08:00", ["03-09 08:00 +0000", "03-10 08:00 +0000"]),
        ("0 8 * * 0", "2026-03-02T00:00", ["03-08 08:00 +0000", "03-15 08:00 +0000"]),
        ("0 8 * * 7", "2026-03-02T00:00", ["03-08 08:00 +0000", "03-15 08:00 +0000"]),
        ("0 8 * * sat-7", "2026-03-02T00:00", ["03-07 08:00 +0000", "03-08 08:00 +0000"]),
        ("*/20 * * * *", "2026-03-02T09:05", ["03-02 09:20 +0000", "03-02 09:40 +0000"]),
        ("5/30 9-10 * * *", "2026-03-02T09:35", ["03-02 10:05 +0000", "03-02 10:35 +0000"]),
        ("0 0 29 2 *", "2026-03-02T00:00", ["02-29 00:00 +0000", "02-29 00:00 +0000"]),
        ("0 0 13 * 5", "2026-03-02T00:00", ["03-06 00:00 +0000", "03-13 00:00 +0000"]),
        ("0 0 1,15 JAN,jul *", "2026-03-02T00:00", ["07-01 00:00 +0000", "07-15 00:00 +0000"]),
        ("0 0 */10 * 1", "2026-03-02T00:00", ["05-11 00:00 +0000", "06-01 00:00 +0000"]),
    ],
)
def test_cron_is_posix(line, after, expected):
    """0 and 7 are Sunday, two restricted day fields mean either, names and steps are read."""
    assert local(line, "UTC", after, 2) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("30 2 * * *", ["03-28 02:30 +0100", "03-29 03:30 +0200", "03-30 02:30 +0200"]),
        ("0 8 * * *", ["03-28 08:00 +0100", "03-29 08:00 +0200", "03-30 08:00 +0200"]),
    ],
)
def test_a_skipped_local_time_comes_as_much_later_as_the_clock_jumped(line, expected):
    """On the day clocks go forward a check at 02:30 runs at 03:30, and 08:00 stays 08:00."""
    assert local(line, "Europe/Berlin", "2026-03-27T12:00", 3) == expected


def test_hourly_checks_run_every_real_hour_over_both_changes():
    """An hourly schedule has one check per hour of real time, forward and back."""
    for after in ("2026-03-28T23:30", "2026-10-24T23:30"):
        begin = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        times = dues(monitor("0 * * * *", zone="Europe/Berlin"), begin.astimezone(UTC))
        found = [next(times) for _ in range(6)]
        gaps = {later - earlier for earlier, later in pairwise(found)}
        assert gaps == {timedelta(hours=1)}


def test_a_repeated_local_time_counts_once():
    """On the day clocks go back a check at 02:30 runs once, at the first of the two."""
    expected = ["10-24 02:30 +0200", "10-25 02:30 +0200", "10-26 02:30 +0100"]

    assert local("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00", 3) == expected


def test_zones_with_half_hour_changes_and_midnight_changes():
    """Lord Howe's half hour and Havana's change at midnight lose and repeat nothing."""
    assert local("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00", 2) == [
        "10-04 02:45 +1100",
        "10-05 02:15 +1100",
    ]
    assert local("30 0 * * *", "America/Havana", "2026-03-07T12:00", 2) == [
        "03-08 01:30 -0400",
        "03-09 00:30 -0400",
    ]


@given(
    minute=st.integers(0, 59),
    hour=st.sampled_from(["*", "*/3", "2", "1-3", "0", "23"]),
    weekday=st.sampled_from(["*", "0", "7", "1-5"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    days=st.integers(0, 364),
)
@settings(max_examples=60, deadline=None)
def test_due_times_ascend_and_fit_the_line(minute, hour, weekday, zone, days):
    """Due times strictly ascend, and outside changes of the clock each fits its cron line."""
    line = f"{minute} {hour} * * {weekday}"
    cron = parse_cron(line)
    begin = START + timedelta(days=days)
    times = dues(monitor(line, zone=zone), begin)
    found = [next(times) for _ in range(30)]

    assert found == sorted(set(found))
    assert found[0] > begin
    for each in found:
        wall = each.astimezone(ZoneInfo(zone))
        jumped = (
            wall.utcoffset() != (each - timedelta(hours=2)).astimezone(ZoneInfo(zone)).utcoffset()
        )
        assert jumped or (wall.minute == minute and wall.hour in cron.hours and cron.on(wall))


@given(every_s=st.integers(10, 10**6), later_s=st.integers(-100, 10**7))
@settings(max_examples=60, deadline=None)
def test_intervals_count_from_the_creation(every_s, later_s):
    """The next run of an interval is the first whole multiple after now, counted from creation."""
    now = START + timedelta(seconds=later_s)
    due = next_run(monitor(every_s=every_s), now)

    assert due is not None
    passed = (due - START).total_seconds()
    assert passed % every_s == 0
    assert due > max(now, START)
    assert due - timedelta(seconds=every_s) <= max(now, START)


@given(
    rule=st.sampled_from(["*/7 * * * *", "0 8 * * 1-5", 10, 3600, 86_400]),
    since_s=st.integers(0, 10**6),
    length_s=st.integers(0, 10**5),
)
@settings(max_examples=60, deadline=None)
def test_what_was_missed_is_the_latest_due_time_and_a_count(rule, since_s, length_s):
    """Missed windows are one: the latest due time, with the number of those before it."""
    row = monitor(rule) if isinstance(rule, str) else monitor(every_s=rule)
    since = START + timedelta(seconds=since_s)
    now = since + timedelta(seconds=length_s)
    passed = list(takewhile(lambda due: due <= now, dues(row, since)))

    expected = (passed[-1], len(passed) - 1) if passed else None
    assert missed(row, since=since, now=now) == expected


@pytest.mark.parametrize(
    "line",
    ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
     "5-1 * * * *", "a * * * *", "*/0 * * * *", "0 0 31 2 *", "* * * * * *",
     "1,,2 * * * *", "-1 * * * *"],
)  # fmt: skip
def test_lines_that_are_no_cron_are_refused_in_words(line):
    """A wrong cron line is refused with what is wrong, and how one looks."""
    with pytest.raises(BadRequest) as refused:
        parse_cron(line)

    assert refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (monitor(every_s=3600), "every hour"),
        (monitor(every_s=5400), "every 90 minutes"),
        (monitor(every_s=604_800), "every week"),
        (monitor("0 * * * *", zone="Europe/Berlin"), "every hour"),
        (monitor("15 * * * *"), "every hour at minute 15"),
        (monitor("0 8 * * 1-5", zone="Europe/Berlin"), "on weekdays at 08:00 Europe/Berlin"),
        (monitor("30 18 * * *"), "every day at 18:30 UTC"),
        (monitor("0 9 * * 7"), "on Sundays at 09:00 UTC"),
        (monitor("0 9 * * 0,3"), "on Wednesdays and Sundays at 09:00 UTC"),
        (monitor("0 9 * * sat,sun"), "on weekends at 09:00 UTC"),
        (monitor("0 0 1 * *"), "at 00:00, on day 1 of the month (UTC)"),
    ],
)
def test_schedules_are_said_in_words(row, words):
    """A schedule reads as people say it, with the zone where the wall clock matters."""
    assert words_of(row) == words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("6h", 21_600), ("1d", 86_400), ("1w", 604_800),
     ("1d12h", 129_600), ("2 hours", 7200), ("45 min", 2700), ("hour", 3600),
     ("every day", 86_400)],
)  # fmt: skip
def test_durations_are_read(text, seconds):
    """Durations are written 90s, 30m, 6h, 1d, 1w, together or as words."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "6", "h", "-1h", "6x", "0m", "1.5h", "400d", "1h?"])
def test_what_is_no_duration_is_refused(text):
    """Anything else is refused with an example."""
    with pytest.raises(BadRequest):
        seconds_of(text)


@given(st.integers(1, 366 * 86_400))
def test_durations_in_words_read_back(seconds):
    """What is said in words means the same when it is read."""
    assert seconds_of(in_words(seconds).replace(",", "")) == seconds


def test_zones_are_checked():
    """Only IANA names are zones."""
    assert check_zone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(BadRequest):
        check_zone("Middle/Earth")
