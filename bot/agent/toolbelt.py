"""The one way to a tool: validate, check the role, ask for approval, run or submit, record."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.agent.arguments import resolved
from bot.agent.ask import ASK_PERSON, ask_choices
from bot.agent.budgets import Allowance, Budgets
from bot.agent.calls import PRESSED, Answered, Call, Suspended, dump_actor, waiting_key
from bot.agent.ended import outcome_of
from bot.agent.habits import Habits
from bot.agent.ordering import order_of
from bot.agent.own_words import need_own_words
from bot.agent.record import Record, seconds_of
from bot.approvals import alone
from bot.cards import failure
from bot.errors import NotAllowed
from bot.hooks import Hook, ToolCallFinished, tell
from bot.messages import ApprovalPrompt, Choices, Progress
from bot.roles import Roles
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import (
    Actor,
    Address,
    Approval,
    Job,
    Json,
    Turn,
    Waiting,
    WaitingKind,
)
from tools.base import Effect, Role, Tool
from tools.context import Site, ToolContext
from tools.errors import (
    BadRequest,
    NeedsChoice,
    Refused,
    ToolError,
)
from tools.outcome import Outcome, Text
from tools.trail import following, reference, span
from tools.workflows.allowed import Ci
from tools.workflows.order import STAGE, Order, begun

log = logging.getLogger(__name__)

INLINE_S = 10.0
APPROVAL_LIFE = timedelta(hours=24)


class Toolbelt:
    """Calls tools in the name of people; the same rules whichever brain or button asked."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        blobs: BlobStore,
        site: Site,
        roles: Roles,
        tools: dict[str, Tool[Any]],
        now: Callable[[], datetime],
        notify_jobs: Callable[[], None],
        hooks: tuple[Hook, ...] = (),
        inline_s: float = INLINE_S,
        ci: Ci | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self._catalog = catalog
        self._blobs = blobs
        self._site = site
        self._roles = roles
        self.now = self._now = now
        self._notify_jobs = notify_jobs
        self._hooks = hooks
        self._inline_s = inline_s
        self._ci = ci
        self._record = Record(catalog, now)
        self._habits = Habits(catalog, now)
        self._budgets = Budgets(catalog, allowance or Allowance(), now=now)
        self.tools = tools

    async def call(self, turn: Turn, call: Call) -> Answered | Suspended:
        """Make one call; every failure that people can act on comes back as an answer."""
        with following(turn.id), span("tool", tool=call.tool):
            return await self._make(turn, call)

    async def _make(self, turn: Turn, call: Call) -> Answered | Suspended:
        started = time.monotonic()
        effect: Effect = "read"
        try:
            if call.tool == ASK_PERSON:
                return await asyncio.to_thread(self._ask, turn, call, ask_choices(call.args))
            tool, args = resolved(self.tools, call.tool, call.args)
            context = self.context(turn, approved_by=call.approved_by)
            if call.approved_by is None and not turn.event_id.startswith(PRESSED):
                call = await asyncio.to_thread(self._habits.filled, turn, call, tool, context)
                tool, args = resolved(self.tools, call.tool, call.args)
            effect = await asyncio.to_thread(tool.effect_for, args, context)
            role = await asyncio.to_thread(tool.role_for, args, context)
            await self._check_role(turn, effect, role, tool)
            await asyncio.to_thread(
                need_own_words, tool, args, call, turn, self._catalog, role=role
            )
            await asyncio.to_thread(self._budgets.check, turn, tool)
            if effect in ("confirm", "deploy") and call.approved_by is None:
                return await asyncio.to_thread(self._ask_approval, turn, call, tool, args, context)
            outcome = await self._run(turn, call, tool, args, context)
        except NeedsChoice as choice:
            return await asyncio.to_thread(self._ask, turn, call, choice)
        except ToolError as error:
            took = time.monotonic() - started
            result = await asyncio.to_thread(self._failed, turn, call, effect, error, took)
        except Exception:
            took = time.monotonic() - started
            result = await asyncio.to_thread(self._broken, turn, call, effect, took)
        else:
            if isinstance(outcome, Suspended):
                return outcome
            took = time.monotonic() - started
            result = await asyncio.to_thread(self._finished, turn, call, effect, outcome, took)
        self._emit(call, turn, ok=result.ok, seconds=took)
        return result

    async def after_job(self, turn: Turn, call: Call, job: Job) -> Answered | Suspended:
        """The answer of a call whose job has ended."""
        seconds = (self._now() - job.created_at).total_seconds()
        try:
            outcome = outcome_of(job)
        except NeedsChoice as choice:
            return await asyncio.to_thread(self._ask, turn, call, choice)
        except ToolError as error:
            took = seconds_of(job)
            result = await asyncio.to_thread(self._failed, turn, call, "read", error, took)
        else:
            tool, args = resolved(self.tools, call.tool, call.args)
            effect = tool.effect if tool.effect_of is None else tool.effect_for(args, None)
            took = seconds_of(job)
            result = await asyncio.to_thread(self._finished, turn, call, effect, outcome, took)
        self._emit(call, turn, ok=result.ok, seconds=seconds)
        return result

    async def check_chooser(self, turn: Turn, waiting: Waiting, actor: Actor) -> None:
        """Let somebody answer the question of a call: who asked, or who may ask for the same.

        Raises:
            NotAllowed: Somebody else asked, and it is theirs to say, or takes more rights.
        """
        if actor.id == turn.actor.id:
            return
        if waiting.detail.get("consent"):
            raise NotAllowed(f"Only {turn.actor.name} can answer this one.")
        tool = self.tools.get(waiting.tool)
        effect: Effect = tool.effect if tool is not None else "write"
        if not await self._roles.may(actor, turn.address.scope, effect):
            raise NotAllowed(f"You can look, but not answer for {turn.actor.name} here.")

    def binding_now(self, turn: Turn, approval: Approval) -> str:
        """What a click on this approval would be for at this moment (checked at the click)."""
        tool, args = resolved(self.tools, approval.tool, approval.args)
        if tool.rehearse is None:
            raise BadRequest(f"{tool.name} needs no approval.")
        return tool.rehearse(args, self.context(turn)).binding

    def context(self, turn: Turn, *, approved_by: Actor | None = None) -> ToolContext:
        """The surroundings of a call in this process."""
        bare = self.context_of(turn.address, turn.actor)
        return replace(bare, refs=dict(turn.refs), approved_by=approved_by, turn=turn.id)

    def context_of(self, address: Address, actor: Actor) -> ToolContext:
        """The surroundings of somebody who has not asked for anything yet."""
        kept = (self._site, self._catalog, self._blobs)
        return ToolContext(*kept, address, actor, self._now, ci=self._ci)

    def _finished(
        self, turn: Turn, call: Call, effect: Effect, outcome: Outcome, took: float
    ) -> Answered:
        """Record a success; the turn's later calls bind to what it made."""
        refs = {
            kind: ref
            for kind, ref in (("dataset", outcome.dataset_id), ("model", outcome.model_id))
            if ref
        }
        self._record.write(
            turn, call, effect, summary=outcome.summary, ok=True, outcome=outcome, seconds=took
        )
        told = " ".join((outcome.summary, *call.notes))
        blocks = (*outcome.blocks[:1], *map(Text, call.notes), *outcome.blocks[1:])
        return Answered(told, blocks, refs, outcome.data, sample=outcome.sample)

    def _failed(
        self, turn: Turn, call: Call, effect: Effect, error: ToolError, took: float
    ) -> Answered:
        """Record a failure that was explained to the person."""
        self._record.write(turn, call, effect, summary=str(error), ok=False, seconds=took)
        told = {"type": type(error).__name__, "message": error.message, "hint": error.hint}
        return Answered(f"error: {error}", failure(error), error=told)

    def _broken(self, turn: Turn, call: Call, effect: Effect, took: float) -> Answered:
        ref = reference()
        log.exception("tool %s failed (ref %s)", call.tool, ref)
        error = ToolError(f"Something went wrong (ref {ref}).", "The log has the details.")
        return self._failed(turn, call, effect, error, took)

    async def _check_role(self, turn: Turn, effect: Effect, role: Role, tool: Tool[Any]) -> None:
        scope = turn.address.scope
        if not await self._roles.may(turn.actor, scope, effect, role=role):
            if role == "approver":
                raise Refused(
                    "Only an approver of this channel can do that, so nothing was changed.",
                    "“Who may approve here?” tells who that is.",
                )
            raise Refused(
                f"You can look, but not change anything here, so I did not run `{tool.name}`.",
                "An operator or approver of this channel can ask for it.",
            )

    async def _run(
        self, turn: Turn, call: Call, tool: Tool[Any], args: Any, context: ToolContext
    ) -> Outcome | Suspended:
        order = await asyncio.to_thread(order_of, call, tool, args, context)
        if tool.where == "bot" and order is None:
            assert tool.run is not None  # noqa: S101 - _resolve has checked it
            return await asyncio.to_thread(tool.run, args, context)
        job = await asyncio.to_thread(self._submit, turn, call, order)
        self._notify_jobs()
        if tool.where == "worker" and order is None:
            job = await self._wait(job)
        if job.finished_at is None:
            suspended = await asyncio.to_thread(self._suspend_on_job, turn, call, job)
            if suspended is not None:
                return suspended
            job = await asyncio.to_thread(self._job, job.id)
        return outcome_of(job)

    def _submit(self, turn: Turn, call: Call, order: Order | None) -> Job:
        context = {
            "refs": dict(turn.refs),
            "picked": list(call.picked),
            "approved_by": dump_actor(call.approved_by),
            **begun(order, self._now()),
        }
        with self._catalog.write() as unit:
            job, _ = unit.jobs.submit(
                turn.address.scope,
                thread=turn.address.thread,
                key=call.id,
                tool=call.tool,
                args=call.args,
                actor=turn.actor,
                context=context,
                now=self._now(),
                stage=STAGE if order else "",
            )
        return job

    async def _wait(self, job: Job) -> Job:
        deadline = time.monotonic() + self._inline_s
        pause = 0.01
        while job.finished_at is None and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.2)
            job = await asyncio.to_thread(self._job, job.id)
        return job

    def _job(self, job_id: str) -> Job:
        with self._catalog.read() as unit:
            return unit.jobs.get(job_id)

    def _suspend_on_job(self, turn: Turn, call: Call, job: Job) -> Suspended | None:
        """Wait for the job, unless it has ended meanwhile (then None)."""
        with self._catalog.write() as unit:
            if unit.jobs.get(job.id).finished_at is not None:
                return None
            detail = {"approved_by": dump_actor(call.approved_by), "notes": call.notes}
            self._suspend(unit, turn, call, kind="job", subject=job.id, detail=detail)
        notes = map(Text, call.notes)
        return Suspended((Progress(job.id, job.number, _working_on(call)), *notes))

    def _ask_approval(
        self, turn: Turn, call: Call, tool: Tool[Any], args: Any, context: ToolContext
    ) -> Suspended:
        if tool.rehearse is None:
            raise Refused(f"`{tool.name}` cannot show what it would do, so nobody can approve it.")
        rehearsal = tool.rehearse(args, context)
        own_click = tool.effect_for(args, context) == "confirm"
        role: Literal["approver", "requester"] = "requester" if own_click else "approver"
        now = self._now()
        with self._catalog.write() as unit:
            asked = _open(unit, turn, waiting_key(call, "approval"))
            if asked is not None:
                approval = unit.approvals.get(asked.subject)
            else:
                approval = unit.approvals.add(
                    turn.address,
                    tool=tool.name,
                    args=rehearsal.args,
                    binding=rehearsal.binding,
                    requester=turn.actor,
                    role=role,
                    now=now,
                    expires_at=now + APPROVAL_LIFE,
                )
            pinned = replace(call, args=rehearsal.args)
            detail = {"notes": call.notes}
            self._suspend(unit, turn, pinned, kind="approval", subject=approval.id, detail=detail)
        prompt = ApprovalPrompt(approval.id, approval.number, rehearsal.outcome.summary, role)
        shown = (*rehearsal.outcome.blocks, *map(Text, call.notes))
        return Suspended((*shown, *alone(self._roles, turn, role), prompt))

    def rejected(self, turn: Turn, approval: Approval, actor: Actor) -> Answered:
        """The answer to a call that somebody decided against; it enters the history."""
        sentence = f"{actor.name} rejected it; nothing changed."
        call = Call("", "", approval.tool, approval.args)
        summary = f"{actor.name} rejected: {approval.tool.replace('_', ' ')}"
        self._record.write(turn, call, "deploy", summary=summary, ok=False)
        told = {"type": "Refused", "message": sentence}
        return Answered(sentence, (Text(sentence),), error=told)

    def _ask(self, turn: Turn, call: Call, choice: NeedsChoice) -> Suspended:
        detail = {
            "question": choice.message,
            "argument": choice.argument,
            "options": [asdict(option) for option in choice.options],
            "approved_by": dump_actor(call.approved_by),
            "consent": choice.consent,
        }
        with self._catalog.write() as unit:
            waiting = self._suspend(unit, turn, call, kind="choice", subject="", detail=detail)
        labels = tuple(option.label for option in choice.options)
        question = Choices(waiting.id, waiting.number, choice.message, labels)
        return Suspended((*choice.blocks, question))

    def _suspend(
        self, unit: Unit, turn: Turn, call: Call, *, kind: WaitingKind, subject: str, detail: Json
    ) -> Waiting:
        """Let a call wait; one that waits already, as after a crash, is left as it is."""
        key = waiting_key(call, kind)
        return _open(unit, turn, key) or unit.waiting.add(
            turn.id,
            call_id=key,
            model_call_id=call.model_call_id,
            tool=call.tool,
            args=call.args,
            requester=turn.actor,
            kind=kind,
            subject=subject,
            detail=detail,
            now=self._now(),
        )

    def _emit(self, call: Call, turn: Turn, *, ok: bool, seconds: float) -> None:
        record = ToolCallFinished(call.tool, turn.address.scope.platform, ok, seconds)
        with following(turn.id):
            tell(self._hooks, record)


def _open(unit: Unit, turn: Turn, key: str) -> Waiting | None:
    """The call of the turn that waits under this key."""
    return next((row for row in unit.waiting.of_turn(turn.id) if row.call_id == key), None)


def _working_on(call: Call) -> str:
    return call.tool.replace("_", " ") + " is under way"
