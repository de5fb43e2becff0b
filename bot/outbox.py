"""Delivers what the outbox holds to the platforms of this process, each message once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from bot.crash import Fuse
from bot.errors import Later, Undeliverable
from bot.hooks import DeliveryTried, Hook, tell
from bot.keys import reveal
from bot.messages import Reply, grows, load_reply
from bot.pacing import Pace
from bot.platforms.base import Platform
from bot.progress import Moving
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address, OutboxRow, Scope
from tools.trail import following

log = logging.getLogger(__name__)

POLL_S: Final = 0.3
ATTEMPTS: Final = 8
PATIENCE: Final = timedelta(hours=24)

Lost: TypeAlias = Callable[[OutboxRow, Reply, Undeliverable], Awaitable[None]]
"""Told of a message that can never be posted where it should go."""


async def _nobody(_: OutboxRow, __: Reply, ___: Undeliverable) -> None:
    """Nobody wants to know."""


class Outbox:
    """Sends pending rows; a row is marked before it is sent and after.

    Channels do not wait for one another. Within one, messages go out in order, at its
    platform's pace; of several waiting versions of one message only the last is sent.

    Args:
        platforms: Those that are there from the start; others are attached when they connect.
        secret: Makes the keys that rows only refer to.
        lost: Told of every message that is given up because of its place.
    """

    def __init__(
        self,
        catalog: Catalog,
        platforms: Mapping[str, Platform],
        *,
        now: Callable[[], datetime],
        secret: str,
        fuse: Fuse | None = None,
        lost: Lost = _nobody,
        hooks: tuple[Hook, ...] = (),
    ) -> None:
        self._catalog = catalog
        self._secret = secret
        self._platforms = dict(platforms)
        self._now = now
        self._fuse = fuse or Fuse()
        self._hooks = hooks
        self.lost = lost
        self._wake = asyncio.Event()
        self._held: dict[Address, int] = {}  # a thread's later rows wait for the one that failed
        self._lanes: dict[Scope, asyncio.Task[int]] = {}
        self._pace = Pace()
        self._moving = Moving(catalog)

    def notify(self) -> None:
        """Look now; called by whoever wrote a row in this process."""
        self._wake.set()

    async def attach(self, platform: Platform) -> None:
        """Deliver to a platform from now on; first what a dead process was sending."""
        await self._take_up(platform)
        self._platforms[platform.name] = platform
        self.notify()

    async def detach(self, name: str) -> None:
        """Leave a platform's messages to whoever takes them next."""
        self._platforms.pop(name, None)
        tasks = [task for scope, task in self._lanes.items() if scope.platform == name]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self) -> None:
        """Deliver until cancelled."""
        for platform in list(self._platforms.values()):
            await self._take_up(platform)
        try:
            while True:
                self._wake.clear()
                await self._begin_lanes()
                await self._move_progress()
                try:
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            for task in self._lanes.values():
                task.cancel()

    async def deliver(self) -> int:
        """Send what is due in every channel; returns how many messages were sent."""
        await self._begin_lanes()
        return sum(await asyncio.gather(*self._lanes.values()))

    # -- lanes -----------------------------------------------------------------------------------

    async def _begin_lanes(self) -> None:
        for name, platform in list(self._platforms.items()):
            for scope in await asyncio.to_thread(self._due_in, name, platform):
                if scope not in self._lanes and self._pace.open(scope):
                    self._lanes[scope] = asyncio.create_task(self._work(platform, scope))

    async def _work(self, platform: Platform, scope: Scope) -> int:
        """Send what is due in one channel, in order."""
        sent = 0
        try:
            for row in await asyncio.to_thread(self._due, platform, scope):
                if not await asyncio.to_thread(self._must_wait, row):
                    await self._pace.wait(scope, platform.capabilities.pace_s)
                    sent += await self._send(platform, row)
        finally:
            self._lanes.pop(scope, None)
            if sent:
                self.notify()
        return sent

    async def _send(self, platform: Platform, row: OutboxRow) -> bool:
        with following(row.slot.partition(":")[2]):
            return await self._try(platform, row)

    async def _try(self, platform: Platform, row: OutboxRow) -> bool:
        if not await asyncio.to_thread(self._take, platform, row):
            return False
        reply = reveal(replace(load_reply(row.body), id=row.id), self._secret)
        ref = await asyncio.to_thread(self._slot_ref, row.slot)
        address = await asyncio.to_thread(self._place, row, reply)
        try:
            if ref and platform.capabilities.edit:
                ref = await platform.update(address, ref, reply)
            else:
                ref = await platform.send(address, reply)
        except Later as error:
            log.warning("outbox row %s waits %.0f s: %s", row.id, error.after_s, error)
            await self._later(row, error)
            self._count(row, "again")
            return False
        except Undeliverable as error:
            log.warning("outbox row %s is given up: %s", row.id, error)
            await asyncio.to_thread(self._dead, row)
            self._count(row, "lost")
            await self.lost(row, reply, error)
            return False
        except Exception:
            log.exception("outbox row %s was not delivered", row.id)
            self._held[row.address] = row.id
            again = await asyncio.to_thread(self._failed, row)
            self._count(row, "again" if again else "lost")
            return False
        self._fuse("post")
        await asyncio.to_thread(self._mark_sent, row, ref)
        self._fuse("mark")
        self._moving.note(row, ref, reply)
        self._count(row, "sent")
        return True

    def _count(self, row: OutboxRow, outcome: Literal["sent", "again", "lost"]) -> None:
        waited = max(0.0, (self._now() - row.created_at).total_seconds())
        tell(self._hooks, DeliveryTried(row.address.scope.platform, outcome, waited))

    async def _later(self, row: OutboxRow, error: Later) -> None:
        self._pace.pause(row.address.scope, error.after_s)
        self._held[row.address] = row.id
        until = self._now() + timedelta(seconds=error.after_s)
        if until - row.created_at > PATIENCE:
            await asyncio.to_thread(self._dead, row)
        else:
            await asyncio.to_thread(self._retry, row, until)

    # -- progress --------------------------------------------------------------------------------

    async def _move_progress(self) -> None:
        """Edit the messages of running jobs when there is news; best effort."""
        for moved in await asyncio.to_thread(self._moving.news):
            platform = self._platforms.get(moved.address.scope.platform)
            if platform is None or not self._pace.may_edit(
                moved.slot, platform.capabilities.pace_s
            ):
                continue
            try:
                ref = await platform.update(moved.address, moved.ref, moved.reply)
            except Exception as error:  # the next one, or the final card, makes up for it
                log.info("progress of %s was not shown: %s", moved.slot, error)
                self._pace.pause_edits(moved.slot, getattr(error, "after_s", 5.0))
            else:
                self._moving.shown(moved, ref)

    # -- after a crash ---------------------------------------------------------------------------

    async def _take_up(self, platform: Platform) -> None:
        """Look for what a dead process was sending; what did not arrive is sent again."""
        for row in await asyncio.to_thread(self._stuck, platform):
            reply = reveal(replace(load_reply(row.body), id=row.id), self._secret)
            edits = await asyncio.to_thread(self._slot_ref, row.slot)
            ref = None if edits else await self._find(platform, row, reply)
            if ref is None:
                await asyncio.to_thread(self._retry, row, self._now())
            else:
                await asyncio.to_thread(self._mark_sent, row, ref)
        await asyncio.to_thread(self._moving.take_up, platform.name)

    async def _find(self, platform: Platform, row: OutboxRow, reply: Reply) -> str | None:
        try:
            address = await asyncio.to_thread(self._place, row, reply)
            return await platform.find(address, reply)
        except Exception:
            log.exception("outbox row %s could not be looked for; it is sent again", row.id)
            return None

    # -- rows ------------------------------------------------------------------------------------

    def _stuck(self, platform: Platform) -> list[OutboxRow]:
        with self._catalog.read() as unit:
            return unit.outbox.stuck(platform.name, address=platform.address)

    def _due_in(self, name: str, platform: Platform) -> list[Scope]:
        with self._catalog.read() as unit:
            return unit.outbox.due_in(name, now=self._now(), address=platform.address)

    def _due(self, platform: Platform, scope: Scope) -> list[OutboxRow]:
        with self._catalog.read() as unit:
            return unit.outbox.due(
                platform.name, now=self._now(), address=platform.address, scope=scope
            )

    def _take(self, platform: Platform, row: OutboxRow) -> bool:
        """Take a row for sending; one that a later version makes needless is left out.

        So is one whose words still grow, where nothing can be edited.
        """
        paced = platform.capabilities.edit and platform.capabilities.pace_s > 0
        with self._catalog.write() as unit:
            if paced and unit.outbox.supersede(row):
                return False
            if not platform.capabilities.edit and grows(load_reply(row.body)):
                unit.outbox.dead(row.id)
                return False
            return unit.outbox.mark_sending(row.id)

    def _mark_sent(self, row: OutboxRow, ref: str) -> None:
        with self._catalog.write() as unit:
            unit.outbox.mark_sent(row.id, platform_ref=ref, now=self._now())

    def _slot_ref(self, slot: str) -> str | None:
        with self._catalog.read() as unit:
            return unit.outbox.slot_ref(slot)

    def _place(self, row: OutboxRow, reply: Reply) -> Address:
        """Where a reply goes: what belongs under a message of a channel goes to its thread."""
        if not reply.under or row.address.thread:
            return row.address
        ref = self._slot_ref(reply.under) or ""
        return replace(row.address, thread=ref.partition(" ")[0])

    def _must_wait(self, row: OutboxRow) -> bool:
        """Whether an earlier message of the thread still has to be tried again."""
        first = self._held.get(row.address, row.id)
        if first == row.id:
            return False
        with self._catalog.read() as unit:
            return unit.outbox.get(first).state == "pending"

    def _dead(self, row: OutboxRow) -> None:
        with self._catalog.write() as unit:
            unit.outbox.dead(row.id)

    def _retry(self, row: OutboxRow, not_before: datetime) -> None:
        with self._catalog.write() as unit:
            unit.outbox.retry(row.id, not_before=not_before)

    def _failed(self, row: OutboxRow) -> bool:
        """Note a failure; whether the message is tried again."""
        if row.attempts + 1 >= ATTEMPTS:
            self._dead(row)
            return False
        pause = min(2.0**row.attempts, 60.0) * random.uniform(0.75, 1.0)
        self._retry(row, self._now() + timedelta(seconds=pause))
        return True
