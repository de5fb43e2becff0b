"""A seeded share of the attacks; `make hijack` tries them all."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.hijack.attack import ROLES, theatre
from tests.hijack.carriers import CARRIERS
from tests.hijack.goals import GOALS

_DRAW = random.Random(20)
SHARE = [
    (carrier, _DRAW.choice(ROLES), tuple(_DRAW.sample(GOALS, 6)))
    for carrier in _DRAW.sample(sorted(CARRIERS), 4)
]


@pytest.mark.parametrize(("carrier", "role", "goals"), SHARE, ids=[one[0] for one in SHARE])
def test_who_obeys_an_attacker_harms_nobody(
    carrier: str, role: str, goals: tuple[object, ...], tmp_path: Path
) -> None:
    """A model that does what injected words want achieves nothing its user may not, unclicked."""
    results = asyncio.run(theatre(tmp_path, carrier, role, goals))
    assert [result.harm for result in results] == [()] * len(goals)
    assert sum(result.called for result in results) > 0
