"""A share of every set is scored with each run of the tests; `make understand` scores them all."""

from __future__ import annotations

import pytest

from tests.bot.agent.offline.sentences import own_cases
from tests.understand.scoring import MOST_MS, score, timings
from tests.understand.sets import Set, sets, share_of

_EVERY = 4


@pytest.mark.parametrize("each", list(sets()), ids=lambda each: each.name)
def test_a_share_of_each_set(each: Set) -> None:
    """Of a set, or every fourth sentence of a large one, enough is understood, none does harm."""
    found = score(share_of(each, every=_EVERY))
    assert found.harmful == 0, "\n".join(found.misses)
    slack = 1 / found.total
    assert found.right / found.total >= found.floor - slack, "\n".join(found.misses)


def test_time_in_a_crowded_channel() -> None:
    """Among 200 columns and 1,000 names a sentence takes less than 50 ms of the processor."""
    half, most = timings(list(own_cases())[::60])
    assert half < MOST_MS
    assert most < 2 * MOST_MS
