"""Large files go through at memory speed, and what is odd in them is still found."""

from __future__ import annotations

import io

import pytest

from tests.tools.ml.reading.text import read_rows
from tools.errors import Refused
from tools.ml.reading.plan import plan_read

ROWS = 60_000
LINES = [
    "id,name,date,price,place",
    *(f"{i},n{i % 97},2020-01-{i % 28 + 1:02},{i * 0.5},some words {i % 13}" for i in range(ROWS)),
]


def text_of(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def test_a_clean_file_is_planned():
    """The plan of a clean file names its dialect, its columns and its rows."""
    plan = plan_read(io.BytesIO(text_of(LINES).encode()))
    assert plan is not None
    assert (plan.delimiter, plan.quote, plan.newline, plan.header) == (",", "", "LF", True)
    assert plan.names == ("id", "name", "date", "price", "place")
    assert (plan.rows, plan.newlines_in_values, plan.warnings) == (ROWS, False, ())


@pytest.mark.parametrize(
    "fault", ['5,"n,2020-01-01,1,x', "", '5,n"x,2020-01-01,1,x', '5,"n"x,2020-01-01,1,x']
)
def test_a_fault_far_from_the_start_is_no_clean_file(fault):
    """One stray quote or blank line anywhere means that the file is looked at line by line."""
    lines = [*LINES[:40_000], fault, *LINES[40_000:]]
    assert plan_read(io.BytesIO(text_of(lines).encode())) is None


def test_quoted_blank_lines_are_clean():
    """Line ends within quoted cells, two of them too, are part of the cell."""
    text = "id,note\n" + '1,"one\n\ntwo"\n' * 500
    plan = plan_read(io.BytesIO(text.encode()))
    assert plan is not None
    assert (plan.rows, plan.newlines_in_values) == (500, True)
    found, result = read_rows(text)
    assert found[1:] == [["1", "one\n\ntwo"]] * 500
    assert list(result.table.lines[:3]) == [2, 5, 8]


def test_a_few_odd_rows_among_many_are_mended():
    """Rows of another width in a large file are mended at their places, the others untouched."""
    lines = list(LINES)
    lines[100] = lines[100].replace(",n", "n", 1)
    lines[20_000] = "# a remark"
    lines[50_000] = ",".join(lines[50_000].split(",")[:2])
    found, result = read_rows(text_of(lines))
    expected = [line.split(",") for line in lines]
    expected[100] = LINES[100].split(",")
    expected[50_000] += ["", "", ""]
    del expected[20_000]
    assert found == expected
    assert [repair.line for repair in result.report.repairs] == [101, 20_001, 50_001]
    assert list(result.table.lines[19_998:20_000]) == [20_000, 20_002]


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (["Total,,,99,"], "looks like a total"),
        (
            [
                "code,capital,since,share,words",
                "FR,Paris,1800-01-01,60,x",
                "DE,Bonn,1800-01-01,8,x",
            ],
            "a second table",
        ),
        (["id,name,date,price,place", "1,a,2020-01-01,1,x"], "the header again"),
        (["Source: my office"], "words below the table"),
    ],
)
def test_the_end_of_a_large_file_is_looked_at(end, told):
    """Totals, second tables, headers and remarks far below are told with their line."""
    result = read_rows(text_of([*LINES, *end]))[1]
    assert [
        told in warning and f"Line {ROWS + 2}:" in warning for warning in result.report.warnings
    ] == [True]


def test_millions_of_broken_lines_are_refused():
    """A text of more lines than can be mended is refused with its reason, at once."""
    with pytest.raises(Refused, match="2,600,001 lines") as caught:
        read_rows('a,b\n"' + "1,2\n" * 2_600_000)
    assert caught.value.hint
