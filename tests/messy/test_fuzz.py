"""Mutated files of the corpus, a seeded share; `make messy` reads thousands."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.messy.fuzz import attacked
from tests.messy.readings import reading, typed

PIECES = st.sampled_from(
    [
        *('"', '""', "'", "\\", ",", ";", "\t", "|", " ", ":", "\n", "\r\n", "\r", "\x00", "#"),
        *("a", "12", "1,5", "2024-05-01", "NA", "é", "\ufeff", "\u2028", "€ 3", "[kg]", "Total"),
    ]
)


def test_mutated_files_never_crash():
    """Bytes turned, cut, spliced and repeated give a table or a typed refusal, in time."""
    attack = attacked(seed=23, count=300)
    assert attack.crashes == {}
    assert attack.slowest < 10


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=80).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_pieces_of_tables_never_crash(text, encoding):
    """Any row of delimiters, quotes, newlines and values gives a table or a typed refusal."""
    data = text.encode(encoding, errors="ignore")
    assert {reading(data).outcome, typed(data).outcome}.isdisjoint({"crashed"})
