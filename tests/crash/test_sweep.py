"""A seeded share of the sweep; `make crash` does all of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.crash.sweep import Case, chosen, play


@pytest.mark.parametrize("case", chosen(seed=11, count=4), ids=str)
def test_a_kill_loses_nothing_and_says_nothing_twice(case: Case, tmp_path: Path) -> None:
    """Killed at a named point and started again, the bot answers every message exactly once."""
    home = tmp_path / "home"
    home.mkdir()
    result = asyncio.run(play(case, home))
    assert result.good, result
