"""A seeded share of the deaths in the middle of a release; `make crash` plays all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.releases import play, some, trained


@pytest.mark.timeout(900)
def test_a_release_survives_a_kill(tmp_path: Path) -> None:
    """Killed while the checks run, a release is asked for once, moves once, and is told."""
    model = trained(tmp_path / "model")
    results = [
        play(death, model, tmp_path / f"home-{place}")
        for place, death in enumerate(some(seed=5, count=1))
    ]
    assert [result for result in results if not result.good] == []
