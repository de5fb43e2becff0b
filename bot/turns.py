"""One turn from its first pending call to its reply: calls, thinking, waiting, going on."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolCall, ToolMessage

from bot.agent.calls import PRESSED, Answered, Call, Suspended
from bot.agent.memory import Memory, unanswered
from bot.agent.minds import Minds
from bot.agent.offers import offered
from bot.agent.privacy import SAMPLE, reduced
from bot.agent.prompts import system_message
from bot.agent.run import Run
from bot.agent.saying import Saying
from bot.agent.scene import read_scene
from bot.agent.toolbelt import Toolbelt
from bot.cards import compose, headline_of
from bot.hooks import Hook, TurnFinished, TurnOutcome, tell
from bot.messages import Draft, Reply, ReplyBlock, asks, dump_reply, load_reply
from bot.roles import Roles
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Json, OutboxRow, Turn, Waiting
from tools.outcome import Headline, Text
from tools.trail import following, reference, span

if TYPE_CHECKING:
    from bot.agent.core import Agent

log = logging.getLogger(__name__)

_GIVEN = "given"
"""Marks a call that came with the message or the click, before any thinking."""


@dataclass(frozen=True, slots=True)
class Services:
    """What the assistant is made of.

    `agent` gives the agent; its first call loads the agent's libraries, which takes a moment.
    """

    catalog: Catalog
    blobs: BlobStore
    toolbelt: Toolbelt
    agent: Callable[[], Agent]
    roles: Roles
    minds: Minds
    now: Callable[[], datetime]
    notify_outbox: Callable[[], None]
    owner: str
    hooks: tuple[Hook, ...] = ()


class Turns:
    """Carries turns forward; the caller holds the lock of the turn's thread."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self.memory = Memory(services.catalog)

    async def go_on(self, turn: Turn) -> Reply:
        """Make the pending calls, then let the agent think, until the turn ends or waits."""
        platform, began = turn.address.scope.platform, time.monotonic()
        with following(turn.id), span("turn", platform=platform):
            try:
                reply = await self._step(turn)
                outcome: TurnOutcome = "answered" if reply.done else "waiting"
            except Exception:
                ref, outcome = reference(), "failed"
                log.exception("turn %s failed (ref %s)", turn.id, ref)
                blocks = (Headline(f"Something went wrong (ref {ref}).", "bad"),)
                reply = await asyncio.to_thread(self._end, turn, blocks, "done")
        took = time.monotonic() - began
        tokens, cost = await asyncio.to_thread(self._cost_of, turn) if reply.done else (0, None)
        with following(turn.id):
            tell(self._s.hooks, TurnFinished(platform, outcome, took, tokens, cost))
        if outcome == "answered" and (offer := await asyncio.to_thread(self._offered, turn)):
            await self.go_on(offer)
        return reply

    def _cost_of(self, turn: Turn) -> tuple[int, float | None]:
        """Tokens and money that language models took for an answer; None without a price."""
        with self._s.catalog.read() as unit:
            calls = unit.model_calls.of_turn(turn.id)
        costs = [call.cost for call in calls if call.cost is not None]
        tokens = sum(call.tokens_in + call.tokens_out for call in calls)
        return tokens, sum(costs) if costs else None

    def _offered(self, turn: Turn) -> Turn | None:
        """A turn that offers to keep what was chosen twice in a row."""
        tools, owner, now = self._s.toolbelt.tools, self._s.owner, self._s.now()
        try:
            return offered(self._s.catalog, turn, tools, owner=owner, now=now)
        except Exception:
            log.exception("nothing could be offered after turn %s", turn.id)
            return None

    async def _step(self, turn: Turn) -> Reply:
        messages = await asyncio.to_thread(self.memory.of_turn, turn)
        for model_call_id, tool, args in unanswered(messages):
            answer = await self._call(turn, model_call_id, tool, dict(args))
            turn = await asyncio.to_thread(self.get, turn.id)
            if answer is None:
                return await asyncio.to_thread(self._end, turn, (), "suspended")
        failed = _failed_before(await asyncio.to_thread(self.memory.of_turn, turn))
        while turn.pending and not (failed and turn.pending[0]["tool"] != "load_dataset"):
            answer = await self._next_pending(turn)
            turn = await asyncio.to_thread(self.get, turn.id)
            if answer is None:
                return await asyncio.to_thread(self._end, turn, (), "suspended")
            failed = failed or answer.status == "error"
        if failed or not turn.text or turn.event_id.startswith(PRESSED):
            return await asyncio.to_thread(self._end, turn, (), "done")
        return await self._think(turn)

    async def _think(self, turn: Turn) -> Reply:
        mind = await asyncio.to_thread(self._s.minds.of, turn)

        async def describe(*, abroad: bool) -> SystemMessage:
            current = await asyncio.to_thread(self.get, turn.id)
            state = await asyncio.to_thread(read_scene, self._s.catalog, current, now=self._s.now())
            return system_message(reduced(state, mind.level) if abroad else state)

        async def store(message: BaseMessage) -> None:
            await asyncio.to_thread(self.memory.store, turn, message)

        async def call(call_id: str, tool: str, args: dict[str, Any]) -> ToolMessage | None:
            return await self._call(await asyncio.to_thread(self.get, turn.id), call_id, tool, args)

        saying = Saying(
            turn,
            mind,
            memory=self.memory,
            minds=self._s.minds,
            draft=partial(self._draft, turn.id),
            hooks=self._s.hooks,
        )

        async def account(answer: AIMessage, sent: list[BaseMessage]) -> str:
            return await asyncio.to_thread(saying.account, answer, sent)

        async def say(words: str, sent: list[BaseMessage]) -> None:
            await asyncio.to_thread(saying.grow, words, sent)

        async def failed(error: str, sent: list[BaseMessage]) -> None:
            await asyncio.to_thread(saying.failed, error, sent)

        run = Run(mind, describe, store, call, account, say, failed)
        messages = await asyncio.to_thread(self.memory.before_model, turn)
        agent = await asyncio.to_thread(self._s.agent)
        words = await agent.go(messages, run)
        turn = await asyncio.to_thread(self.get, turn.id)
        waits = bool(unanswered(await asyncio.to_thread(self.memory.of_turn, turn)))
        shown = tuple(Text(text) for text in (words, *run.notes) if text)
        return await asyncio.to_thread(self._end, turn, shown, "suspended" if waits else "done")

    def _draft(self, turn_id: str, words: str) -> None:
        """Show what is being written, above what the turn has shown so far."""
        turn = self.get(turn_id)
        blocks = (Draft(words), *compose(blocks_of(turn)))
        reply = Reply(blocks, f"turn:{turn.id}", done=False)
        with self._s.catalog.write() as unit:
            self._post(unit, turn, reply)
        self._s.notify_outbox()

    async def _next_pending(self, turn: Turn) -> ToolMessage | None:
        """A call nobody had to think about: an attachment to load, a button's step."""
        first, *rest = turn.pending
        call_id = f"call_{secrets.token_hex(8)}"
        asked = AIMessage(
            "", tool_calls=[{**_named(first), "id": call_id}], additional_kwargs={_GIVEN: True}
        )

        def begin() -> None:
            with self._s.catalog.write() as unit:
                unit.turns.set(turn.id, pending=tuple(rest))
                self.memory.store_in(unit, turn, asked)

        await asyncio.to_thread(begin)
        return await self._call(turn, call_id, first["tool"], first["args"])

    async def _call(
        self, turn: Turn, model_call_id: str, tool: str, args: dict[str, Any]
    ) -> ToolMessage | None:
        """One tool call of the turn; None when it waits."""
        call = Call(f"{turn.id}:{model_call_id}", model_call_id, tool, args)
        result = await self._s.toolbelt.call(turn, call)
        return await asyncio.to_thread(self._take_in, turn, model_call_id, tool, result)

    def _take_in(
        self,
        turn: Turn,
        model_call_id: str,
        tool: str,
        result: Answered | Suspended,
        *,
        settles: str | None = None,
    ) -> ToolMessage | None:
        """Add a result to the turn, in one transaction.

        Its blocks, what it made, the message for the model, and the end of the wait `settles`.
        """
        shown = blocks_of(turn)
        again = isinstance(result, Suspended)
        blocks = (*shown, *(b for b in result.blocks if not (again and b in shown)))
        refs = {**turn.refs, **(result.refs if isinstance(result, Answered) else {})}
        message = _message(model_call_id, tool, result) if isinstance(result, Answered) else None
        with self._s.catalog.write() as unit:
            unit.turns.set(turn.id, blocks=dump_blocks(blocks), refs=refs)
            if message is not None:
                self.memory.store_in(unit, turn, message)
            if settles is not None:
                unit.waiting.settle(settles)
        return message

    async def settled(self, turn: Turn, waiting: Waiting, result: Answered | Suspended) -> Reply:
        """A suspended call has its result (or waits again): go on with the rest of the turn."""
        message = await asyncio.to_thread(
            self._take_in, turn, waiting.model_call_id, waiting.tool, result, settles=waiting.id
        )
        current = await asyncio.to_thread(self.get, turn.id)
        if message is None:
            return await asyncio.to_thread(self._end, current, (), "suspended")
        if not await asyncio.to_thread(self.take, current):
            return await asyncio.to_thread(self.last_reply, current)
        return await self.go_on(await asyncio.to_thread(self.get, turn.id))

    def _end(
        self, turn: Turn, shown: tuple[ReplyBlock, ...], state: Literal["suspended", "done"]
    ) -> Reply:
        """Close or suspend the turn and put its reply into the outbox, in one transaction."""
        blocks = compose((*shown, *blocks_of(turn)))
        to = turn.actor.id if turn.private else ""
        shown = blocks or (Text("Done."),)
        reply = Reply(shown, f"turn:{turn.id}", done=state == "done", to=to)
        with self._s.catalog.write() as unit:
            unit.turns.set(turn.id, state=state, blocks=dump_blocks(blocks))
            row = self._post(unit, turn, reply)
            self._head(unit, turn, reply)
        self._s.notify_outbox()
        return replace(reply, id=row.id)

    def _post(self, unit: Unit, turn: Turn, reply: Reply) -> OutboxRow:
        """The next version of a message of the turn's thread."""
        row, _ = unit.outbox.add(
            f"{reply.slot}:{secrets.token_hex(4)}",
            slot=reply.slot,
            address=turn.address,
            body=dump_reply(reply),
            now=self._s.now(),
        )
        return row

    def _head(self, unit: Unit, turn: Turn, reply: Reply) -> None:
        """Tell the channel in one line what its thread has come to, once there is something."""
        if not turn.opens or not (reply.done or asks(reply)):
            return
        slot = f"head:{turn.id}"
        head = headline_of(reply)
        last = unit.outbox.last_of(slot)
        if last is not None and load_reply(last.body).blocks == (head,):
            return
        unit.outbox.add(
            f"{slot}:{secrets.token_hex(4)}",
            slot=slot,
            address=replace(turn.address, thread=""),
            body=dump_reply(Reply((head,), slot)),
            now=self._s.now(),
        )

    # -- rows ------------------------------------------------------------------------------------

    def get(self, turn_id: str) -> Turn:
        """The turn as it is now."""
        with self._s.catalog.read() as unit:
            return unit.turns.get(turn_id)

    def set(self, turn: Turn, **changes: Any) -> Turn:
        """Change some of a turn's fields."""
        with self._s.catalog.write() as unit:
            return unit.turns.set(turn.id, **changes)

    def take(self, turn: Turn) -> bool:
        """Go to work on a turn; False when somebody was first, or a call of it is still open.

        A turn at work whose process died may have an open call that nobody was told of; its call
        is made again, under its id, and so the question is asked at last.
        """
        with self._s.catalog.write() as unit:
            if turn.state == "suspended" and unit.waiting.of_turn(turn.id):
                return False
            return unit.turns.take(turn, owner=self._s.owner)

    def interrupted(self) -> list[Turn]:
        """The turns that nobody carries on."""
        with self._s.catalog.read() as unit:
            return unit.turns.interrupted(now=self._s.now())

    def last_reply(self, turn: Turn) -> Reply:
        """What was last said about the turn."""
        with self._s.catalog.read() as unit:
            rows = [row for row in unit.outbox.list(turn.address) if row.slot == f"turn:{turn.id}"]
        if not rows:
            return Reply((), f"turn:{turn.id}", done=False)
        return replace(load_reply(rows[-1].body), id=rows[-1].id)


def _failed_before(messages: Sequence[BaseMessage]) -> bool:
    """Whether a call that nobody had to think about failed, so that nothing can build on it.

    The other files of a message are read all the same: they do not hang on each other.
    """
    given = {
        call["id"]
        for message in messages
        if isinstance(message, AIMessage) and _GIVEN in message.additional_kwargs
        for call in message.tool_calls
    }
    return any(
        isinstance(message, ToolMessage)
        and message.status == "error"
        and message.tool_call_id in given
        for message in messages
    )


def _named(pending: Json) -> ToolCall:
    return ToolCall(name=pending["tool"], args=pending["args"], id=None)


def _message(model_call_id: str, tool: str, result: Answered) -> ToolMessage:
    """The result as a model reads it, its rows apart; what scripts read is its artifact."""
    return ToolMessage(
        result.text,
        tool_call_id=model_call_id,
        name=tool,
        status="success" if result.ok else "error",
        artifact={"data": result.data, "error": result.error},
        additional_kwargs={SAMPLE: result.sample} if result.sample else {},
    )


def blocks_of(turn: Turn) -> tuple[ReplyBlock, ...]:
    """The blocks of the turn's card so far."""
    return load_reply({"blocks": list(turn.blocks)}).blocks


def dump_blocks(blocks: tuple[ReplyBlock, ...]) -> tuple[Json, ...]:
    """Blocks as JSON values."""
    return tuple(dump_reply(Reply(blocks))["blocks"])
