"""A terminal conversation waits for the turn it is about, whichever thread that belongs to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.commands.session import Session
from tests.bot.stage import open_stage


def test_what_another_thread_asked_for_is_waited_for(tmp_path: Path) -> None:
    """“approve 1” said elsewhere is about a turn of the first thread: its last word is found."""

    async def scene(session: Session) -> None:
        reply = await session.say("list the datasets")
        address = replace(session.address, thread="elsewhere")
        elsewhere = Session(session.app, session.platform, address, session.actor)
        elsewhere.slot = reply.slot
        assert elsewhere.latest() == reply

    with open_stage(tmp_path / "home") as stage:
        stage.play(scene)
