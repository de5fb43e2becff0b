"""One running assistant a surface for all conversations, each in a channel of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.surfaces.stages import SURFACES, Theatre, open_theatre


@pytest.fixture(scope="package", params=SURFACES)
def theatre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Theatre]:
    """The assistant, with two workers."""
    with open_theatre(request.param, tmp_path_factory.mktemp("home"), workers=2) as opened:
        yield opened


@pytest.fixture(params=SURFACES)
def online(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Theatre, int]]:
    """A surface whose brain listens at a port of this machine, once the scene opens it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"
    home = tmp_path / "home"
    with open_theatre(request.param, home, model="openai:scripted", openai_base_url=url) as stage:
        yield stage, port
