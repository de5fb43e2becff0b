"""A person in a thread of a chat platform, as a conversation that tests can lead.

What is said and clicked goes through the platform's local server and the real SDK; what came of
it is read from the catalog, and then looked for on the person's screen.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.agent.offers import OFFERED
from bot.app import App
from bot.messages import Button, Press, Reply, asks, buttons, load_reply
from storage.catalog.records import Actor, Address, OutboxRow, Scope
from tools.outcome import Headline

POLL_S = 0.03
PATIENCE_S = 90.0


class Chat(ABC):
    """The same that `bot.commands.session.Session` offers in a terminal."""

    def __init__(self, app: App, scope: Scope, actor: Actor) -> None:
        self.app = app
        self.scope = scope
        self.actor = actor
        self.thread = ""
        self.slot = ""

    @property
    def address(self) -> Address:
        """The thread of the conversation."""
        return Address(self.scope, self.thread)

    @property
    def alerts(self) -> Address:
        """Where alerts appear: in the channel itself."""
        return Address(self.scope)

    async def say(
        self, text: str, *, files: Sequence[Path] = (), press: Press | None = None
    ) -> Reply:
        """Say or click something, and wait until nothing but a person is waited for."""
        before = await asyncio.to_thread(self._last)
        if press is not None:
            await self.click(press)
        else:
            attached = [(path.name, path.read_bytes()) for path in files]
            self.thread = await self.speak(text, attached)
        began = await self.until(lambda: self._begun(before), hint=f"an answer to {text or press}")
        self.slot = began.slot
        await self.until(lambda: self.latest().done or asks(self.latest()), hint=f"after {text}")
        await self.quiet()
        reply = self.latest()
        await asyncio.to_thread(self._look_at, reply)
        return reply

    async def click(self, press: Press) -> None:
        """Press a button where it is shown; a form that opens is sent as it is filled in."""
        await self.quiet()
        with self.app.catalog.read() as unit:
            row = unit.outbox.get(press.reply_id)
            newest = unit.outbox.last_of(row.slot) or row
        button = buttons(load_reply(row.body))[press.index]
        decides = button.does in ("approve", "reject")
        await self.press(newest, press, button, as_approver=decides)
        if button.step is not None and button.step.form:
            await self.send_form()

    async def press_quietly(self, press: Press) -> None:
        """A click whose own answer nobody waits for (Stop)."""
        await self.click(press)

    def latest(self) -> Reply:
        """What was last said about the current turn."""
        with self.app.catalog.read() as unit:
            row = unit.outbox.last_of(self.slot)
        assert row is not None
        return replace(load_reply(row.body), id=row.id)

    async def quiet(self) -> None:
        """Wait until everything said in this channel has been shown."""
        await self.until(lambda: not self._undelivered(), hint="an empty outbox")

    async def until(self, what: Callable[[], Any], *, hint: str) -> Any:
        """Wait for something the assistant does."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := await asyncio.to_thread(what)):
            assert time.monotonic() < deadline, f"no {hint}; on the screen:\n{self.screen()}"
            await asyncio.sleep(POLL_S)
        return found

    # -- what a platform adds ------------------------------------------------------------------

    @abstractmethod
    async def speak(self, text: str, files: Sequence[tuple[str, bytes]]) -> str:
        """Say it: with a mention in the channel, then in the thread, which is returned."""

    @abstractmethod
    async def press(
        self, row: OutboxRow, press: Press, button: Button, *, as_approver: bool
    ) -> None:
        """Click the button where the person sees it."""

    @abstractmethod
    async def send_form(self) -> None:
        """Send the form that has just opened."""

    @abstractmethod
    def words(self, row: OutboxRow) -> str:
        """All that the person can read in the messages of a row."""

    @abstractmethod
    def screen(self) -> str:
        """All that the person sees in the channel and the thread."""

    # -- rows ------------------------------------------------------------------------------------

    def _rows(self) -> list[OutboxRow]:
        with self.app.catalog.read() as unit:
            return unit.outbox.of_channel(self.scope)

    def _last(self) -> int:
        return max((row.id for row in self._rows()), default=0)

    def _begun(self, before: int) -> OutboxRow | None:
        """The first row of an answer to what was just said; an offer answers nothing."""
        fresh = (r for r in self._rows() if r.id > before and r.slot.startswith("turn:"))
        return next((row for row in fresh if not self._offers(row)), None)

    def _offers(self, row: OutboxRow) -> bool:
        with self.app.catalog.read() as unit:
            turn = unit.turns.find(row.slot.partition(":")[2])
        return turn is not None and turn.event_id.startswith(OFFERED)

    def _undelivered(self) -> list[OutboxRow]:
        rows = self._rows()
        assert not [row for row in rows if row.state == "dead"], "a message was given up"
        return [row for row in rows if row.state in ("pending", "sending")]

    def _look_at(self, reply: Reply) -> None:
        """The person reads the headlines of the card, and in the channel what it came to."""
        with self.app.catalog.read() as unit:
            row = unit.outbox.get(reply.id)
        shown = _plain(self.words(row))
        for block in reply.blocks:
            if isinstance(block, Headline):
                assert _plain(block.text) in shown, f"{block.text!r} is not in {shown!r}"


def _plain(text: str) -> str:
    """Letters and digits only: how a platform marks and escapes text is its own affair."""
    return "".join(c for c in text if c.isalnum())
