"""A seeded share of the corpus; `make messy` reads all of it."""

from __future__ import annotations

from random import Random

import pytest

from tests.messy.cases import Case, read_case, weigh, well_said
from tests.messy.corpus import HOSTILE, ORDINARY, alarms, cases, tallied, total
from tests.messy.hostile_bombs import BOMBS, archives, tricky_workbooks
from tests.messy.hostile_containers import CONTAINERS
from tests.messy.hostile_kinds import KINDS
from tests.messy.readings import Reading

SEED = 11
HARMLESS = tuple(family for family in HOSTILE if family not in BOMBS)
SMALL = 300_000


@pytest.fixture(scope="module")
def harmless():
    return cases(HARMLESS, SEED)


@pytest.fixture(scope="module")
def everyday():
    return cases(ORDINARY, SEED)


@pytest.fixture(scope="module")
def hostile(harmless):
    found = [case for case in harmless if len(case.data) < SMALL]
    return tallied(Random(SEED).sample(found, 260))


@pytest.fixture(scope="module")
def ordinary(everyday):
    return Random(SEED).sample(everyday, 80)


def test_every_outcome_of_a_hostile_file_is_typed(hostile):
    """A hostile file gives a table, a choice or a refusal; never a traceback."""
    assert total(hostile.values()).dead == 0


def test_a_hostile_file_comes_out_as_promised(hostile):
    """Nothing differs in silence; at least 97 % come out exactly as is right for the file."""
    whole = total(hostile.values())
    silent = [(f.case.kind, f.case.detail, f.faults) for f in whole.findings if f.silent]
    assert (silent, len(whole.findings) <= 0.03 * whole.files) == ([], True)


def test_refusals_say_what_where_why_and_what_next(hostile):
    """At least 98 % of the refusals name file, place, cause and next step."""
    whole = total(hostile.values())
    assert whole.refusals > 50
    assert whole.vague <= 0.02 * whole.refusals


def test_bombs_are_refused_without_a_dead_process():
    """Archives and workbooks that lie leave the limited child alive that reads them."""
    bombs = [case for family in (archives, tricky_workbooks) for case in family(Random(SEED))]
    whole = total(tallied(bombs).values())
    assert (whole.dead, whole.findings) == (0, [])


def test_ordinary_files_are_read_right(ordinary):
    """What spreadsheets, statistics, databases and web services write is read cell by cell."""
    findings = [weigh(case, read_case(case)) for case in ordinary]
    assert [(f.case.kind, f.case.detail, f.faults) for f in findings if f.faults] == []


def test_ordinary_files_get_hardly_any_warning(ordinary):
    """At most 5 % of ordinary files get a warning."""
    assert len(alarms(ordinary)) <= 0.05 * len(ordinary)


def test_the_corpus_is_large(harmless, everyday):
    """At least 400 hostile and 200 ordinary files."""
    assert (len(harmless) >= 400, len(everyday) >= 200) == (True, True)


def test_a_seed_makes_the_same_files_again():
    """Every byte of the corpus comes from the seed."""
    families = (*KINDS, *CONTAINERS)
    assert cases(families, SEED) == cases(families, SEED)


def test_a_silent_change_is_found():
    """A cell that differs without a warning is silent; with a warning it is told."""
    case = Case("", "", b"a\n1\n", right=(("a",), ("1",)))
    silent = weigh(case, Reading("clean", (("a",), ("2",))))
    assert silent.silent
    assert not weigh(case, Reading("warned", (("a",), ("2",)), warnings=("Line 2: …",))).silent
    assert not weigh(case, Reading("clean", (("a",), ("1",)))).faults


def test_a_vague_refusal_is_found():
    """A refusal needs the file, a place or kind, a cause and a next step."""
    good = Reading("refused", message="“f.csv” is a PDF document.", hint="Send a table instead.")
    assert well_said("f.csv", good)
    assert not well_said("g.csv", good)
    assert not well_said("f.csv", Reading("refused", message=good.message))
    assert not well_said("f.csv", Reading("refused", message="“f.csv” went wrong.", hint="Try it."))
