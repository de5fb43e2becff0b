"""A language model's words grow on every surface, in one message that is edited in place."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.messages import grows, load_reply
from storage.catalog.records import OutboxRow
from tests.bot.stage import words
from tests.servers.openai import Writes, openai_server
from tests.surfaces.stages import Theatre

ANSWER = Writes(("Good morning. What", " shall we do today?"))


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
