"""A language model's words grow on every surface, in one message that is edited in place."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.messages import grows, load_reply
from storage.catalog.records import OutboxRow
from tests.bot.stage import words
from tests.servers.openai import Writes, openai_server
from tests.surfaces.stages import SURFACES, Theatre, open_theatre

ANSWER = Writes(("Good morning. What", " shall we do today?"))


@pytest.fixture(params=SURFACES)
def online(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Theatre, int]]:
    """A surface whose brain listens at a port of this machine, once the scene opens it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/v1"
    home = tmp_path / "home"
    with open_theatre(request.param, home, model="openai:scripted", openai_base_url=url) as stage:
        yield stage, port


def of_turn(talk: Any) -> list[OutboxRow]:
    """The versions of the turn's message that people have seen."""
    with talk.app.catalog.read() as unit:
        rows: list[OutboxRow] = unit.outbox.of_channel(talk.address.scope)
    return [row for row in rows if row.slot.startswith("turn:") and row.state == "sent"]


def test_words_grow_in_place(online: tuple[Theatre, int]) -> None:
    """People read the first sentence while the model writes; the whole answer takes its place."""
    stage, port = online

    async def scene(talk: Any) -> None:
        async with openai_server([ANSWER], port=port) as server:
            saying = asyncio.create_task(talk.say("good morning"))
            while not await asyncio.to_thread(of_turn, talk):
                await asyncio.sleep(0.02)
            [growing] = await asyncio.to_thread(of_turn, talk)
            assert grows(load_reply(growing.body))
            server.on.release()
            reply = await saying
        assert "Good morning. What shall we do today?" in words(reply)
        shown = await asyncio.to_thread(of_turn, talk)
        assert [grows(load_reply(row.body)) for row in shown] == [True, False]
        assert len({str(row.platform_ref).split()[0] for row in shown}) == 1

    stage.play(scene)
