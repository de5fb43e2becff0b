"""Delivers what the outbox holds to the platforms of this process, and keeps progress moving."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.keys import reveal
from bot.messages import Progress, Reply, load_reply
from bot.platforms.base import Platform
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address, Job, OutboxRow

log = logging.getLogger(__name__)

POLL_S = 0.3
ATTEMPTS = 8


class Outbox:
    """Sends pending rows in order; a row is marked before it is sent and after.

    `secret` makes the keys that rows only refer to.
    """

    def __init__(
        self,
        catalog: Catalog,
        platforms: Mapping[str, Platform],
        *,
        now: Callable[[], datetime],
        secret: str,
    ) -> None:
        self._catalog = catalog
        self._secret = secret
        self._platforms = platforms
        self._now = now
        self._wake = asyncio.Event()
        self._held: dict[Address, int] = {}  # a thread's later rows wait for the one that failed
        self._moving: dict[str, tuple[Address, str, Reply]] = {}

    def notify(self) -> None:
        """Look now; called by whoever wrote a row in this process."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; first again what a dead process was sending."""
        await asyncio.to_thread(self._take_up_stuck)
        while True:
            self._wake.clear()
            await self.deliver()
            await self._move_progress()
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue

    async def deliver(self) -> int:
        """Send what is due; returns how many rows were sent."""
        sent = 0
        for name, platform in self._platforms.items():
            for row in await asyncio.to_thread(self._due, name, platform):
                if not await asyncio.to_thread(self._must_wait, row):
                    sent += await self._send(platform, row)
        return sent

    async def _send(self, platform: Platform, row: OutboxRow) -> bool:
        if not await asyncio.to_thread(self._mark_sending, row):
            return False
        reply = reveal(replace(load_reply(row.body), id=row.id), self._secret)
        ref = await asyncio.to_thread(self._slot_ref, row)
        try:
            if ref and platform.capabilities.edit:
                await platform.update(row.address, ref, reply)
            else:
                ref = await platform.send(row.address, reply)
        except Exception:
            log.exception("outbox row %s was not delivered", row.id)
            self._held[row.address] = row.id
            await asyncio.to_thread(self._failed, row)
            return False
        await asyncio.to_thread(self._mark_sent, row, ref)
        if reply.done:
            self._moving.pop(row.slot, None)
        else:
            self._moving[row.slot] = (row.address, ref, reply)
        return True

    async def _move_progress(self) -> None:
        """Edit the messages of running jobs when there is news; best effort."""
        for slot, (address, ref, reply) in list(self._moving.items()):
            current = await asyncio.to_thread(self._with_progress, reply)
            if current is None or current == reply:
                continue
            self._moving[slot] = (address, ref, current)
            await self._platforms[address.scope.platform].update(address, ref, current)

    def _with_progress(self, reply: Reply) -> Reply | None:
        jobs: dict[str, Job] = {}
        with self._catalog.read() as unit:
            for block in reply.blocks:
                if isinstance(block, Progress):
                    jobs[block.job_id] = unit.jobs.get(block.job_id)
        if not jobs:
            return None
        blocks = tuple(
            _moved(block, jobs[block.job_id]) if isinstance(block, Progress) else block
            for block in reply.blocks
        )
        return replace(reply, blocks=blocks)

    def _take_up_stuck(self) -> None:
        now = self._now()
        with self._catalog.write() as unit:
            for name, platform in self._platforms.items():
                for row in unit.outbox.stuck(name, address=platform.address):
                    unit.outbox.retry(row.id, not_before=now)

    def _due(self, name: str, platform: Platform) -> list[OutboxRow]:
        with self._catalog.read() as unit:
            return unit.outbox.due(name, now=self._now(), address=platform.address)

    def _mark_sending(self, row: OutboxRow) -> bool:
        with self._catalog.write() as unit:
            return unit.outbox.mark_sending(row.id)

    def _mark_sent(self, row: OutboxRow, ref: str) -> None:
        with self._catalog.write() as unit:
            unit.outbox.mark_sent(row.id, platform_ref=ref, now=self._now())

    def _slot_ref(self, row: OutboxRow) -> str | None:
        with self._catalog.read() as unit:
            return unit.outbox.slot_ref(row.slot)

    def _must_wait(self, row: OutboxRow) -> bool:
        """Whether an earlier message of the thread still has to be tried again."""
        first = self._held.get(row.address, row.id)
        if first == row.id:
            return False
        with self._catalog.read() as unit:
            return unit.outbox.get(first).state == "pending"

    def _failed(self, row: OutboxRow) -> None:
        with self._catalog.write() as unit:
            if row.attempts + 1 >= ATTEMPTS:
                unit.outbox.dead(row.id)
            else:
                pause = timedelta(seconds=min(2.0**row.attempts, 60.0))
                unit.outbox.retry(row.id, not_before=self._now() + pause)


def _moved(block: Progress, job: Job) -> Progress:
    share = float(job.progress.get("share") or 0.0)
    text = str(job.progress.get("text") or block.text)
    eta = job.progress.get("eta_s")
    return replace(block, share=share, text=text, eta_s=float(eta) if eta else None)
