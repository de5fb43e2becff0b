"""A terminal conversation with a running app: say something, wait for the whole answer."""

from __future__ import annotations

import asyncio
import getpass
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from bot.app import App, build
from bot.errors import SetupError
from bot.keys import reveal
from bot.messages import (
    IncomingFile,
    IncomingMessage,
    Press,
    Reply,
    asks,
    load_reply,
)
from bot.platforms.terminal.adapter import TerminalPlatform
from bot.settings import Settings
from storage.blobs import open_blobs
from storage.catalog.records import Actor, Address, Scope

POLL_S = 0.05


@dataclass
class Session:
    """One person in one thread of a terminal channel."""

    app: App
    platform: TerminalPlatform
    address: Address
    actor: Actor
    slot: str = field(default="", init=False)
    _answering: set[asyncio.Task[Reply]] = field(default_factory=set, init=False)

    async def say(
        self, text: str, *, files: Sequence[Path] = (), press: Press | None = None
    ) -> Reply:
        """Say or click something and wait until nothing but a person is waited for."""
        answering = asyncio.create_task(
            self.app.assistant.answer(self._message(text, files, press))
        )
        self._answering.add(answering)
        answering.add_done_callback(self._answering.discard)
        reply = await asyncio.shield(answering)  # who stops waiting does not stop the work
        self.slot = reply.slot
        return await self._settled(reply)

    def _message(self, text: str, files: Sequence[Path], press: Press | None) -> IncomingMessage:
        return IncomingMessage(
            event_id=f"terminal:{secrets.token_hex(8)}",
            address=self.address,
            actor=self.actor,
            text=text,
            files=tuple(IncomingFile(path.name, path) for path in files),
            press=press,
        )

    async def _settled(self, reply: Reply) -> Reply:
        """The last reply of the turn once it is done or waits for a person, and is shown."""
        while not (reply.done or asks(reply)):
            await asyncio.sleep(POLL_S)
            reply = await asyncio.to_thread(self.latest)
        await self.quiet()
        if not self.platform.has_shown(reply):  # another terminal in this thread was quicker
            await self.platform.send(self.address, reveal(reply, self.app.site.secret))
        return reply

    async def press_quietly(self, press: Press) -> None:
        """A click whose own answer nobody waits for (Stop)."""
        await self.app.assistant.answer(self._message("", (), press))

    async def quiet(self) -> None:
        """Wait until everything said in this thread has been shown."""
        while await asyncio.to_thread(self._undelivered):  # noqa: ASYNC110 - rows, not events
            await asyncio.sleep(POLL_S)

    def latest(self) -> Reply:
        """What was last said about the current turn, whichever thread it belongs to."""
        with self.app.catalog.read() as unit:
            row = unit.outbox.last_of(self.slot)
        assert row is not None  # noqa: S101 - a turn that was answered has said something
        return replace(load_reply(row.body), id=row.id)

    def _undelivered(self) -> bool:
        with self.app.catalog.read() as unit:
            rows = unit.outbox.list(self.address)
        return any(row.state in ("pending", "sending") for row in rows)


@asynccontextmanager
async def open_session(
    settings: Settings, *, channel: str, thread: str, console: Console | None = None
) -> AsyncIterator[Session]:
    """An app with a terminal, started for the block and stopped with everything it started."""
    address = address_of(channel, thread)
    blobs = open_blobs(settings.blobs, endpoint_url=settings.s3_endpoint_url)
    platform = TerminalPlatform(
        blobs, folder=settings.home / "files", address=address, console=console
    )
    app = build(settings, platforms=[platform])
    user = getpass.getuser()
    await app.start()
    try:
        yield Session(app, platform, address, Actor(f"terminal/local/{user}", user))
    finally:
        await app.stop()


def address_of(channel: str, thread: str) -> Address:
    """The address a command line names.

    Raises:
        SetupError: It is no terminal channel; others are reached from their own platform.
    """
    try:
        scope = Scope.parse(channel)
    except ValueError as error:
        raise SetupError(str(error)) from None
    if scope.platform != "terminal":
        raise SetupError(f"From here only terminal channels can be opened, not {channel}.")
    return Address(scope, thread)
