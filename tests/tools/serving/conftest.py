"""A site of its own for each test, and a server over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.serving.world import Running, World, running, trained


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World.in_folder(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
def served(world: World) -> Iterator[Running]:
    """A server with `survival` live in staging."""
    world.go_live(world.register(trained()))
    with running(world) as server:
        yield server
