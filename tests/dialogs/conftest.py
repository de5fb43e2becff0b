"""One running assistant for all conversations, each in a channel of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bot.stage import Stage, open_stage


@pytest.fixture(scope="package")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The assistant, with two workers."""
    with open_stage(tmp_path_factory.mktemp("home"), workers=2) as opened:
        yield opened
