"""One running assistant a surface for all conversations, each in a channel of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.surfaces.stages import SURFACES, Theatre, open_theatre


@pytest.fixture(scope="package", params=SURFACES)
def theatre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Theatre]:
    """The assistant, with two workers."""
    with open_theatre(request.param, tmp_path_factory.mktemp("home"), workers=2) as opened:
        yield opened
