"""One running app for the scenes of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.mcp.agents import Agents, open_agents


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agents]:
    with open_agents(tmp_path_factory.mktemp("agents")) as opened:
        yield opened
