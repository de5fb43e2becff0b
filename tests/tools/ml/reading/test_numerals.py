"""Numbers of every usual notation are read as what they mean, or stay text."""

from __future__ import annotations

import math

import pytest

from tests.tools.ml.reading.read import read
from tests.tools.ml.reading.typing import seen, table, typed


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["1", "-2", "3"], "integer", [1, -2, 3]),
        (["1.5", "2", "1e3", "1E+05"], "number", [1.5, 2.0, 1000.0, 100000.0]),
        (["1", "", "3"], "integer", [1, None, 3]),
        ([" 1", "2 ", "\u00a03"], "integer", [1, 2, 3]),
        (["+1", "-2"], "integer", [1, -2]),
        (["-0", "1"], "integer", [0, 1]),
        ([str(2**63 - 1), str(-(2**63))], "integer", [2**63 - 1, -(2**63)]),
        (["1,5", "2,25", "-3,0"], "number", [1.5, 2.25, -3.0]),
        (["0,125", "1,234"], "number", [0.125, 1.234]),
        (["1.234,5", "2,25", "3"], "number", [1234.5, 2.25, 3.0]),
        (["1,234.5", "2.25", "3"], "number", [1234.5, 2.25, 3.0]),
        (["1,234,567", "2", "3"], "integer", [1234567, 2, 3]),
        (["1.234.567", "2"], "integer", [1234567, 2]),
        (["12,34,567", "1,234"], "integer", [1234567, 1234]),
        (["1 234", "2 000 000", "3"], "integer", [1234, 2000000, 3]),
        (["1\u2009234,5", "1\u202f000,25"], "number", [1234.5, 1000.25]),
        (["1'234.5", "2", "3"], "number", [1234.5, 2.0, 3.0]),
        (["1’234", "12’000"], "integer", [1234, 12000]),
        (["\u22125", "\u20135", "3"], "integer", [-5, -5, 3]),
        (["１２", "３．５"], "number", [12.0, 3.5]),
        (["٣", "٤٫٥"], "number", [3.0, 4.5]),
        (["5-", "3", "2.5 -"], "number", [-5.0, 3.0, -2.5]),
        (["(5)", "5", "( 2 )"], "integer", [-5, 5, -2]),
        (["inf", "-Infinity", "∞", "1"], "number", [math.inf, -math.inf, math.inf, 1.0]),
        ([".5", "5.", "-.25"], "number", [0.5, 5.0, -0.25]),
    ],
)
def test_notations(cells, kind, values):
    """Thousands, decimals, signs and digits of many countries give the numbers they mean."""
    assert seen(cells) == (kind, values)


@pytest.mark.parametrize(
    ("cells", "values", "unit"),
    [
        (["5%", "12.5 %", "0"], [5.0, 12.5, 0.0], "%"),
        (["$1,234.50", "$2", "-$3", "$-4"], [1234.5, 2.0, -3.0, -4.0], "$"),
        (["1,50 €", "2,00 €", "(3,25 €)"], [1.5, 2.0, -3.25], "€"),
        (["EUR 5", "EUR 6"], [5, 6], "EUR"),
        (["R$ 5,50", "R$ 1.000,00"], [5.5, 1000.0], "R$"),
        (["12 kg", "7.5 kg"], [12.0, 7.5], "kg"),
        (["20°C", "-3°C"], [20, -3], "°C"),
    ],
)
def test_units_are_kept(cells, values, unit):
    """Percent, currency and unit, before or behind, become the unit of the column, with a note."""
    column = typed(cells)
    assert column.values.to_pylist() == values
    assert column.unit == unit
    assert f"numbers in {unit}" in column.notes


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "123", "010"],
        ["000012", "000013"],
        ["12345678901234567890", "1"],
        ["1e400", "1"],
        ["9007199254740993", "1.5"],
        [str(2**53 + 1), "", "7"],
        ["10%", "20", "30 €"],
        ["10 kg", "300 g"],
        ["0x1F", "12"],
        ["1_000", "2"],
        ["5²", "6²"],
        ["5,-", "6,-"],
        ["+49 301 234", "+49 302 345"],
        ["555 123 456", "555 123 457"],
        ["1.5", "1,5"],
        ["1,2,3", "4,5,6"],
        ["1.2.3", "1.2.4"],
        ["--5", "3"],
        ["(5", "3"],
        ["$5€", "$6€"],
    ],
)
def test_what_is_no_number_stays_text(cells):
    """Codes, telephone numbers, mixed notations and numbers too long to be exact stay as found."""
    assert seen(cells) == ("text", [cell or None for cell in cells])


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["007", "123"], "leading zeros"),
        (["12345678901234567890", "1"], "too long to be exact"),
        (["555 123 456", "555 123 457"], "telephone numbers"),
        (["10 kg", "300 g"], "different units"),
        (["1.5", "1,25"], "written in different ways"),
    ],
)
def test_why_numbers_stay_text_is_told(cells, why):
    """A column of digits that stays text says why."""
    assert any(why in note for note in typed(cells).notes)


def test_digits_that_floats_cannot_hold_are_told():
    """More digits than a float keeps are rounded with a note."""
    column = typed(["0.3333333333333333333333", "0.5"])
    assert column.values.to_pylist() == [1 / 3, 0.5]
    assert any("rounded" in note for note in column.notes)


@pytest.mark.parametrize(
    ("cells", "values", "doubtful"),
    [
        (["1,234", "5,678"], [1234, 5678], True),
        (["1,234", "567"], [1234, 567], False),
        (["1,234", "5,678", "1,234,567"], [1234, 5678, 1234567], False),
        (["1.234", "5.678"], [1.234, 5.678], False),
        (["1.799 €", "1.819 €"], [1.799, 1.819], True),
    ],
)
def test_thousands_or_three_decimals(cells, values, doubtful):
    """Three digits behind one sign are a warning only where nothing tells what the sign means."""
    column = typed(cells)
    assert column.values.to_pylist() == values
    assert bool(column.warnings) == doubtful


def test_other_columns_tell_what_a_sign_means():
    """A column that leaves no doubt decides for one that does, and no warning is left."""
    frame, remarks = table({"a": ["1,5", "2,25"], "b": ["1,234", "5,678"], "c": ["1.234", "2.500"]})
    assert frame["b"].tolist() == [1.234, 5.678]
    assert frame["c"].tolist() == [1234, 2500]
    assert remarks.warnings() == ()
    frame, remarks = table({"a": ["1.5", "2.25"], "b": ["1,234", "5,678"]})
    assert frame["b"].tolist() == [1234, 5678]
    assert remarks.warnings() == ()


def test_the_delimiter_tells_what_a_comma_means():
    """In a file with commas between cells, a comma within a number separates thousands."""
    result = read('a,b\n"1,234",x\n"5,678",y\n')
    assert result.table["a"].tolist() == [1234, 5678]
    assert result.report.warnings == ()
    result = read('a;b\n"1,234";x\n"5,678";y\n')
    assert "decimal commas" in result.report.warnings[0]


def test_percentages_tell_what_a_comma_means():
    """A neighbour with points before one or two decimals decides."""
    frame, remarks = table({"a": ["4.5%", "7.25%"], "b": ["1,234", "5,678"]})
    assert frame["b"].tolist() == [1234, 5678]
    assert remarks.warnings() == ()
