"""Times of day, durations and words for yes and no."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.typing import seen, table, typed


@pytest.mark.parametrize(
    ("cells", "values", "said"),
    [
        (["10:30", "23:59"], [37800.0, 86340.0], "since midnight"),
        (["10:30:15.250", "00:00"], [37815.25, 0.0], "since midnight"),
        (["10:30 PM", "12:00 AM"], [81000.0, 0.0], "since midnight"),
        (["1:02:03", "0:00:05"], [3723.0, 5.0], "read as seconds"),
        (["26:00:00", "-1:00:00"], [93600.0, -3600.0], "durations"),
        (["1 day, 2:03:04", "0:00:01"], [93784.0, 1.0], "durations"),
        (["1:02.5", "0:59.25"], [62.5, 59.25], "minutes and seconds"),
        (["2h 5m", "5m", "1h"], [7500.0, 300.0, 3600.0], "durations"),
        (["12 min", "1 hour 3 min"], [720.0, 3780.0], "durations"),
        (["2 Std. 5 Min.", "1 Tag"], [7500.0, 86400.0], "durations"),
        (["PT5M", "P1DT2H", "-PT0.5S"], [300.0, 93600.0, -0.5], "durations"),
    ],
)
def test_durations(cells, values, said):
    """Times of day and durations are kept as seconds, with the unit and a note."""
    column = typed(cells)
    assert (column.kind, column.values.to_pylist(), column.unit) == ("duration", values, "s")
    assert any(said in note for note in column.notes)
    assert column.warnings == ()


@pytest.mark.parametrize(
    "cells",
    [["5m", "6m"], ["90s", "80s"], ["2D", "3D"], ["24:60", "10:00"], ["13:00 PM"], ["P1Y"], ["P"]],
)
def test_what_may_be_something_else_stays_text(cells):
    """Metres, decades and impossible times are no durations."""
    assert seen(cells) == ("text", cells)


@pytest.mark.parametrize(
    ("cells", "values", "doubt"),
    [
        (["75:30", "2:10"], [4530.0, 130.0], "hours and minutes"),
        (["9:30", "10:15"], [34200.0, 36900.0], "minutes and seconds"),
    ],
)
def test_an_undecided_pair_is_a_warning(cells, values, doubt):
    """Two numbers that could be hours or minutes are a warning that names what was assumed."""
    column = typed(cells)
    assert column.values.to_pylist() == values
    assert doubt in column.warnings[0]


@pytest.mark.parametrize("name", ["start", "opening time", "Hours", "Uhrzeit"])
def test_a_name_may_tell_hours_from_minutes(name):
    """A column that is named like hours holds hours and minutes, without a warning."""
    column = typed(["9:30", "10:15"], name)
    assert column.values.to_pylist() == [34200.0, 36900.0]
    assert column.warnings == ()


@pytest.mark.parametrize(
    ("other", "values"),
    [(["07:30", "15:15"], [24300.0, 26100.0]), (["59:59", "1:02.5"], [405.0, 435.0])],
)
def test_another_column_tells_hours_from_minutes(other, values):
    """A column of padded times of day, or of fractions of seconds, decides for its neighbours."""
    frame, remarks = table({"a": other, "b": ["6:45", "7:15"]})
    assert frame["b"].tolist() == values
    assert remarks.warnings() == ()


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["yes", "No", "YES"], [True, False, True]),
        (["true", "", "false"], [True, None, False]),
        (["TRUE", "TRUE"], [True, True]),
        (["t", "f"], [True, False]),
        (["y", "n"], [True, False]),
        (["on", "off"], [True, False]),
        (["ja", "Nein"], [True, False]),
        (["oui", "non"], [True, False]),
        (["sí", "no"], [True, False]),
        (["si", "no"], [True, False]),
    ],
)
def test_booleans(cells, values):
    """Pairs of words for yes and no, in several languages, are booleans."""
    assert seen(cells) == ("boolean", values)


def test_booleans_in_words_are_told():
    """Words other than true and false are named in a note."""
    assert typed(["ja", "nein"]).notes == ("“ja”, “nein” read as true or false",)
    assert typed(["true", "false"]).notes == ()


@pytest.mark.parametrize("cells", [["yes", "yes"], ["yes", "ja"], ["no", "unknown", "yes"]])
def test_lone_or_mixed_words_stay_text(cells):
    """One word alone, words of two languages and a third answer are categories."""
    assert seen(cells) == ("text", cells)


def test_nought_and_one_stay_integers():
    """0 and 1 are counts as well as flags."""
    assert seen(["0", "1"]) == ("integer", [0, 1])
