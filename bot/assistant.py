"""The assistant: the one door that platforms, buttons, finished jobs and restarts knock on."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from dataclasses import replace
from typing import Literal

from bot import approvals
from bot.agent.calls import PRESSED, Answered, Suspended, call_of, with_choice
from bot.agent.memory import said
from bot.cards import with_picked, without_progress
from bot.clicks import Clicks
from bot.errors import Gone, NotAllowed
from bot.hooks import TurnFinished, tell
from bot.messages import (
    IncomingFile,
    IncomingMessage,
    Press,
    Reply,
    ReplyBlock,
)
from bot.picking import picked_in
from bot.turns import Services, Turns, blocks_of, dump_blocks
from storage.catalog.records import Actor, Address, Approval, Job, Json, Turn, Waiting
from storage.errors import NotStored
from tools.errors import ToolError
from tools.outcome import Text

DECISION = re.compile(r"^\W*(approve|reject)\s+#?(\d+)\W*$", re.IGNORECASE)


class Assistant:
    """Answers messages, decides approvals, and goes on with what had to wait."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._turns = Turns(services)
        self.clicks = Clicks(services)
        self._locks: defaultdict[Address, asyncio.Lock] = defaultdict(asyncio.Lock)

    # -- the doors ---------------------------------------------------------------------------

    async def answer(self, message: IncomingMessage) -> Reply:
        """Answer a message; a repeated event gets the reply it already had.

        Raises:
            NotAllowed: A click by somebody who may not decide it.
            Gone: A click on something that is no longer open.
        """
        began = time.monotonic()
        try:
            return await self._answer(message)
        except (NotAllowed, Gone):
            platform = message.address.scope.platform
            record = TurnFinished(platform, "refused", time.monotonic() - began)
            tell(self._s.hooks, record)
            raise

    async def _answer(self, message: IncomingMessage) -> Reply:
        if message.press is not None:
            return await self._press(message, message.press)
        if match := DECISION.match(message.text):
            approve, number = match[1].lower() == "approve", int(match[2])
            return await self.decide_number(message, number, approve=approve)
        if not message.files and (picked := await self._picked_in_words(message)):
            waiting, index = picked
            return await self.choose(waiting.id, index, message.actor)
        return await self._open(message)

    async def call(self, message: IncomingMessage, tool: str, args: Json) -> Reply:
        """Make one call that another program asks for in a person's name; nothing is thought."""
        return await self._begin(message, "", [{"tool": tool, "args": args}])

    async def decide(self, approval_id: str, actor: Actor, *, approve: bool) -> Reply:
        """Approve or reject what waits for a click, in the name of the person who clicked."""
        approval, waiting, turn = await asyncio.to_thread(
            approvals.find, self._s.catalog, approval_id
        )
        await approvals.check_decider(self._s.roles, approval, actor)
        state: Literal["approved", "rejected"] = "approved" if approve else "rejected"
        async with self._locks[turn.address]:
            binding = await self._binding_now(turn, approval) if approve else approval.binding
            await asyncio.to_thread(
                approvals.claim,
                self._s.catalog,
                approval,
                waiting,
                actor=actor,
                state=state,
                now=self._s.now(),
            )
            turn = await self._show(
                turn, approvals.shown_as(blocks_of(turn), approval.id, state=state, by=actor.name)
            )
            if approve and binding != approval.binding:
                changed = _plain("What was shown has changed meanwhile, so nothing was done.")
                return await self._turns.settled(turn, waiting, changed)
            return await self._carry_out(turn, waiting, approval, actor, approve=approve)

    async def _carry_out(
        self, turn: Turn, waiting: Waiting, approval: Approval, actor: Actor, *, approve: bool
    ) -> Reply:
        if approve:
            call = replace(call_of(waiting), args=approval.args, approved_by=actor)
            result = await self._s.toolbelt.call(turn, call)
        else:
            result = await asyncio.to_thread(self._s.toolbelt.rejected, turn, approval, actor)
        return await self._turns.settled(turn, waiting, result)

    async def _carry_on(self, waiting: Waiting) -> None:
        """Do what was decided just before a process died; it was checked at the click."""
        if waiting.kind == "choice":
            await self._carry_on_choice(waiting)
            return
        approval, waiting, turn = await asyncio.to_thread(
            approvals.find, self._s.catalog, waiting.subject
        )
        async with self._locks[turn.address]:
            if approval.decided_by is None or not await asyncio.to_thread(self._claim, waiting):
                return
            approve = approval.state == "approved"
            await self._carry_out(turn, waiting, approval, approval.decided_by, approve=approve)

    async def _carry_on_choice(self, waiting: Waiting) -> None:
        _, turn = await asyncio.to_thread(self._waiting, waiting.id)
        async with self._locks[turn.address]:
            if await asyncio.to_thread(self._claim, waiting):
                await self._go_on_with(turn, waiting, int(waiting.detail["picked"]))

    async def decide_number(self, message: IncomingMessage, number: int, *, approve: bool) -> Reply:
        """`approve 17`: the same as the click, for surfaces without buttons."""
        scope = message.address.scope
        approval_id = await asyncio.to_thread(approvals.id_of, self._s.catalog, scope, number)
        return await self.decide(approval_id, message.actor, approve=approve)

    async def choose(self, waiting_id: str, index: int, actor: Actor) -> Reply:
        """Go on with the option that somebody picked.

        Raises:
            NotAllowed: It is not theirs to pick.
            Gone: It was picked before.
        """
        waiting, turn = await asyncio.to_thread(self._waiting, waiting_id)
        await self._s.toolbelt.check_chooser(turn, waiting, actor)
        async with self._locks[turn.address]:
            options = waiting.detail["options"]
            if index >= len(options) or not await asyncio.to_thread(self._claim, waiting, index):
                raise Gone("That question is already answered.")
            return await self._go_on_with(turn, waiting, index)

    async def _go_on_with(self, turn: Turn, waiting: Waiting, index: int) -> Reply:
        option = waiting.detail["options"][index]
        turn = await self._show(turn, with_picked(blocks_of(turn), waiting.id, option["label"]))
        if waiting.tool == "ask_person":
            result: Answered | Suspended = _silently(option["label"])
        else:
            call = with_choice(call_of(waiting), waiting.detail["argument"], option["value"])
            result = await self._s.toolbelt.call(turn, call)
        return await self._turns.settled(turn, waiting, result)

    async def resume_jobs(self) -> int:
        """Go on with every call whose job has ended; returns how many."""
        jobs = await asyncio.to_thread(self._finished_jobs)
        resumed = 0
        for job in jobs:
            waiting, turn = await asyncio.to_thread(self._waiting_for, job.id)
            if waiting is None or turn is None:
                continue
            async with self._locks[turn.address]:
                if not await asyncio.to_thread(self._claim, waiting):
                    continue
                turn = await self._show(turn, without_progress(blocks_of(turn)))
                result = await self._s.toolbelt.after_job(turn, call_of(waiting), job)
                await self._turns.settled(turn, waiting, result)
                resumed += 1
        return resumed

    async def expire(self) -> None:
        """Close approvals nobody decided in time."""
        for approval in await asyncio.to_thread(self._expired):
            _, waiting, turn = await asyncio.to_thread(approvals.find, self._s.catalog, approval.id)
            async with self._locks[turn.address]:
                if await asyncio.to_thread(self._claim, waiting):
                    shown = approvals.shown_as(blocks_of(turn), approval.id, state="expired", by="")
                    turn = await self._show(turn, shown)
                    await self._turns.settled(turn, waiting, _plain("Nobody approved it in time."))

    async def recover(self) -> int:
        """Go on with what nobody carries on since a process died; returns how many turns."""
        for waiting in await asyncio.to_thread(self._lost_decisions):
            await self._carry_on(waiting)
        taken = 0
        for turn in await asyncio.to_thread(self._turns.interrupted):
            async with self._locks[turn.address]:
                if await asyncio.to_thread(self._turns.take, turn):
                    await self._turns.go_on(await asyncio.to_thread(self._turns.get, turn.id))
                    taken += 1
        return taken

    # -- a new message -----------------------------------------------------------------------

    async def _open(self, message: IncomingMessage) -> Reply:
        pending = [
            await asyncio.to_thread(self._keep_upload, message, file) for file in message.files
        ]
        if pending and not message.text.strip():
            pending.append({"tool": "profile_dataset", "args": {}})
        return await self._begin(message, message.text.strip(), pending)

    async def _begin(self, message: IncomingMessage, text: str, pending: list[Json]) -> Reply:
        turn, created = await asyncio.to_thread(self._open_turn, message, text, pending)
        if not created:
            return await asyncio.to_thread(self._turns.last_reply, turn)
        async with self._locks[turn.address]:
            return await self._turns.go_on(turn)

    def _open_turn(
        self, message: IncomingMessage, text: str, pending: list[Json]
    ) -> tuple[Turn, bool]:
        """The turn of a message and what it says, at once: neither is ever there alone."""
        told = {"timezone": message.timezone, "link": message.link}
        brought = {name: value for name, value in told.items() if value}
        with self._s.catalog.write() as unit:
            turn, created = unit.turns.open(
                message.event_id,
                address=message.address,
                actor=message.actor,
                text=text,
                owner=self._s.owner,
                pending=tuple(pending),
                now=self._s.now(),
                refs={**brought, **message.people},
                opens=message.opens,
                private=message.private,
            )
            if created:
                self._turns.memory.store_in(unit, turn, said(text or _unsaid(message)))
            return turn, created

    def _keep_upload(self, message: IncomingMessage, file: IncomingFile) -> Json:
        digest = self._s.blobs.put(file.path)
        with self._s.catalog.write() as unit:
            upload = unit.uploads.add(
                message.address.scope,
                thread=message.address.thread,
                blob=digest,
                name=file.name,
                size=file.path.stat().st_size,
                actor=message.actor,
                now=self._s.now(),
            )
        return {"tool": "load_dataset", "args": {"source": f"upload {upload.id}"}}

    # -- clicks ------------------------------------------------------------------------------

    async def _press(self, message: IncomingMessage, press: Press) -> Reply:
        button = await asyncio.to_thread(self.clicks.button, message.address, press)
        if button.does in ("approve", "reject"):
            approve = button.does == "approve"
            return await self.decide(button.subject, message.actor, approve=approve)
        if button.does == "choose":
            return await self.choose(button.subject, button.option, message.actor)
        if button.does == "stop":
            return await self._stop(message, button.subject)
        assert button.step is not None  # noqa: S101 - `buttons` gives every step its call
        step = await asyncio.to_thread(self.clicks.filled, message, button.step)
        pending = {"tool": step.tool, "args": step.args}
        event = replace(message, event_id=f"{PRESSED}{message.event_id}")
        return await self._begin(event, button.label, [pending])

    async def _stop(self, message: IncomingMessage, job_id: str) -> Reply:
        number = await asyncio.to_thread(self._job_number, job_id)
        pending = {"tool": "cancel_job", "args": {"job": str(number)}}
        event = replace(message, event_id=f"{PRESSED}{message.event_id}")
        return await self._begin(event, "Stop", [pending])

    def _job_number(self, job_id: str) -> int:
        with self._s.catalog.read() as unit:
            return unit.jobs.get(job_id).number

    async def _picked_in_words(self, message: IncomingMessage) -> tuple[Waiting, int] | None:
        """An open question of this thread that the text answers by an option or its number."""
        return await asyncio.to_thread(self._answered_by, message)

    def _answered_by(self, message: IncomingMessage) -> tuple[Waiting, int] | None:
        with self._s.catalog.read() as unit:
            waitings = unit.waiting.of_thread(message.address)
            last = unit.turns.list(message.address, limit=1)
        if not waitings or waitings[0].kind != "choice":
            return None
        if waitings[0].detail.get("consent") and message.actor.id != waitings[0].requester.id:
            return None
        options = waitings[0].detail["options"]
        latest = bool(last) and last[-1].id == waitings[0].turn_id
        picked = picked_in(message.text, options, latest=latest)
        return None if picked is None else (waitings[0], picked)

    async def _binding_now(self, turn: Turn, approval: Approval) -> str:
        try:
            return await asyncio.to_thread(self._s.toolbelt.binding_now, turn, approval)
        except ToolError:
            return ""

    # -- rows --------------------------------------------------------------------------------

    def _claim(self, waiting: Waiting, picked: int | None = None) -> bool:
        """Take a call up again, with the option that was picked: it outlives this process."""
        now = self._s.now()
        with self._s.catalog.write() as unit:
            if not unit.waiting.claim(waiting.id, until=now + approvals.CLAIM, now=now):
                return False
            if picked is not None:
                unit.waiting.note(waiting.id, detail={**waiting.detail, "picked": picked})
            return True

    def _expired(self) -> list[Approval]:
        with self._s.catalog.write() as unit:
            return unit.approvals.expire(self._s.now())

    def _waiting(self, waiting_id: str) -> tuple[Waiting, Turn]:
        with self._s.catalog.read() as unit:
            try:
                waiting = unit.waiting.get(waiting_id)
            except NotStored:
                raise Gone("That question is no longer open.") from None
            return waiting, unit.turns.get(waiting.turn_id)

    def _waiting_for(self, subject: str) -> tuple[Waiting | None, Turn | None]:
        with self._s.catalog.read() as unit:
            waiting = unit.waiting.by_subject(subject)
            turn = unit.turns.get(waiting.turn_id) if waiting else None
            return (waiting, turn) if turn and turn.state == "suspended" else (None, None)

    def _lost_decisions(self) -> list[Waiting]:
        with self._s.catalog.read() as unit:
            now = self._s.now()
            return [*unit.waiting.lost("approval", now=now), *unit.waiting.lost("choice", now=now)]

    def _finished_jobs(self) -> list[Job]:
        with self._s.catalog.read() as unit:
            return unit.jobs.finished_unsettled()

    async def _show(self, turn: Turn, blocks: tuple[ReplyBlock, ...]) -> Turn:
        return await asyncio.to_thread(self._turns.set, turn, blocks=dump_blocks(blocks))


def _plain(sentence: str) -> Answered:
    """An answer that is one sentence, and ends the plan it was part of."""
    return Answered(sentence, (Text(sentence),), error={"type": "Refused", "message": sentence})


def _unsaid(message: IncomingMessage) -> str:
    """What a turn is about in which nobody said a word."""
    return "(a file)" if message.files else "(a call by a program)"


def _silently(text: str) -> Answered:
    """An answer only the model reads: the card shows it already."""
    return Answered(text)
