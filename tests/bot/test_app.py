"""The composition root: started, stopped, and started twice on one home."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.app import App, build
from bot.errors import SetupError
from tests.bot.processes import alive, children
from tests.bot.stage import settings_for


async def until_workers(app: App) -> list[int]:
    while not (pids := children(os.getpid())):
        await asyncio.sleep(0.02)
    return pids


def test_a_stop_leaves_no_process(tmp_path: Path) -> None:
    """A stopped app has ended every process it started and given its leases back."""

    async def scene() -> None:
        app = build(settings_for(tmp_path))
        await app.start()
        assert app.leadership.held
        workers = await until_workers(app)
        await app.stop()
        assert alive(workers) == []

    asyncio.run(asyncio.wait_for(scene(), 60))

    async def again() -> None:
        app = build(settings_for(tmp_path))
        await app.start()
        assert app.leadership.held
        await app.stop()

    asyncio.run(asyncio.wait_for(again(), 60))


def test_one_leads_of_two_on_one_home(tmp_path: Path) -> None:
    """Of two apps on one home one leads; when it stops, the other takes over at once."""

    async def scene() -> None:
        first, second = build(settings_for(tmp_path)), build(settings_for(tmp_path))
        await first.start()
        await second.start()
        assert (first.leadership.held, second.leadership.held) == (True, False)
        await first.stop()
        await asyncio.wait_for(second.leadership.wait(), 5)
        await second.stop()

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_nothing_runs_before_the_start(tmp_path: Path) -> None:
    """Building an app starts no process."""
    before = children(os.getpid())
    app = build(settings_for(tmp_path))
    try:
        assert children(os.getpid()) == before
    finally:
        app.catalog.close()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"database_url": "sqlite:////proc/nowhere/catalog.db"}, "stores"),
        ({"blobs_url": "gopher://x"}, "gopher"),
        ({"model": "clippy"}, "MLOPS_MODEL"),
        ({"model": "openai:gpt", "openai_api_key": None}, "OPENAI_API_KEY"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, changes: dict[str, str], word: str) -> None:
    """What cannot be put together is told in a sentence that names the cause."""
    with pytest.raises(SetupError, match=word):
        build(settings_for(tmp_path, **changes))
