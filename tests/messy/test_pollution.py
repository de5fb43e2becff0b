"""A seeded share of the polluted tables; `make messy` reads all of them."""

from __future__ import annotations

import pytest

from tests.messy.comparing import differences, told
from tests.messy.polluter import clean_tables, judged, pollutions, share, total

SEED, FILES = 7, 900


@pytest.fixture(scope="module")
def sums():
    cases = share(pollutions(clean_tables(SEED, rows=5)), FILES, SEED)
    return judged(cases)


def test_no_fault_crashes_the_reader(sums):
    """A fault of any kind gives a table or a typed refusal."""
    assert total(sums.values()).crashed == []


def test_nothing_is_changed_in_silence(sums):
    """Where a cell differs from the clean table's, a remark names the line."""
    assert {v.kind: (v.place, v.data) for v in total(sums.values()).silent} == {}


def test_what_is_well_formed_is_not_warned_of(sums):
    """Clean files get no warning."""
    assert {(one.kind, one.remarks) for one in total(sums.values()).alarmed} == set()


def test_nearly_all_cells_are_right(sums):
    """At least 99 % of the cells that can be known are as in the clean table."""
    assert total(sums.values()).share >= 99.0


def test_rows_are_compared_from_both_ends():
    """A row too many costs only itself; a missing row costs its own cells."""
    right = (("a", "b"), ("1", "2"), ("3", "4"))
    assert differences(right, (right[0], ("9", "9"), *right[1:])) == set()
    assert differences(right, (right[0], right[2])) == {(1, 0), (1, 1)}


def test_a_remark_tells_of_its_line():
    """A remark about another line tells nothing; one about the whole file tells of all."""
    assert told(["Line 12: a blank line; left out."], 12)
    assert told(["Lines 3–9 were left out."], 5)
    assert not told(["Line 2: a blank line; left out."], 12)
    assert told(["The delimiter could also be “;”."], 12)
