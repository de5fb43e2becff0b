"""Calls of other agents: made through the one door, followed to their end, stopped, asked about."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from bot.agent.calls import CALLED
from bot.app import App
from bot.errors import Gone
from bot.mcp.place import Place
from bot.mcp.told import Told, look, stop_job, turn_of
from bot.messages import IncomingFile, IncomingMessage, Reply
from storage.catalog.records import Turn, Waiting
from tools.base import Tool
from tools.errors import Refused

log = logging.getLogger(__name__)

_POLL_S: Final = 0.1
_SOON_S: Final = 20.0

Report: TypeAlias = Callable[[float, str], Awaitable[None]]


@dataclass
class Calls:
    """Makes calls in one place.

    Attributes:
        tools: What may be called, by name.
        patience_s: How long a call is waited for where nobody watches its progress; then it is
            still running.
        ending: Set once the connection or the process ends: work goes on without a listener.
    """

    app: App
    place: Place
    tools: dict[str, Tool[Any]]
    patience_s: float = 45.0
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    async def make(self, tool: str, args: dict[str, Any], *, report: Report | None) -> Told:
        """Call a tool and wait for what comes of it.

        Cancelled, it stops the job of the call; what was found so far is kept.
        """
        message = self._message()
        return await self._follow(
            message.event_id, self.app.assistant.call(message, tool, args), report
        )

    async def hand_over(
        self, opened: AbstractContextManager[IncomingFile], *, report: Report | None
    ) -> Told:
        """Attach a file, as people do: it is loaded and described."""
        message = self._message()

        async def attach() -> Reply:
            with opened as file:
                return await self.app.assistant.answer(replace(message, files=(file,)))

        return await self._follow(message.event_id, attach(), report)

    async def result(self, call: str, *, report: Report | None) -> Told:
        """What has become of an earlier call.

        Raises:
            Gone: There is no such call here.
        """
        await asyncio.to_thread(self._turn, call)
        return await self._settled(call, report)

    async def pick(self, call: str, option: str, *, report: Report | None) -> Told:
        """Answer the question of an earlier call with one of its options, or its number.

        Raises:
            Gone: There is no such question here, or no such option.
            Refused: Only a person can answer it.
        """
        waiting, index = await asyncio.to_thread(self._question, call, option)
        choosing = self._keep(self.app.assistant.choose(waiting.id, index, self.place.actor))
        try:
            await asyncio.shield(choosing)
        except asyncio.CancelledError:
            self._stop_soon(call)
            raise
        return await self._settled(call, report, stops=True)

    async def close(self) -> None:
        """Let what was begun reach a state in which it is safe."""
        self.ending.set()
        await asyncio.wait(self._tasks, timeout=_SOON_S) if self._tasks else None

    # -- waiting ---------------------------------------------------------------------------------

    async def _follow(
        self, event_id: str, work: Coroutine[Any, Any, Reply], report: Report | None
    ) -> Told:
        answering = self._keep(work)
        try:
            reply = await asyncio.shield(answering)  # the work outlives whoever waits for it
        except asyncio.CancelledError:
            self._stop_soon("", event_id)
            raise
        return await self._settled(reply.slot.removeprefix("turn:"), report, stops=True)

    async def _settled(self, call: str, report: Report | None, *, stops: bool = False) -> Told:
        """Wait until the call has ended or waits for a person, or patience does."""
        clock = asyncio.get_running_loop().time
        until = clock() + self.patience_s
        share = -1.0
        try:
            while True:
                told = await asyncio.to_thread(self._look, call)
                if told.status != "running" or (report is None and clock() > until):
                    return told
                if report is not None and told.job is not None:
                    share = await _report_news(told, share, report)
                await asyncio.sleep(_POLL_S)
        except asyncio.CancelledError:
            if stops:
                self._stop_soon(call)
            raise

    def _stop_soon(self, call: str, event_id: str = "") -> None:
        """Stop the job of a call that nobody wants any more, unless we are only going away."""
        if not self.ending.is_set():
            self._keep(self._stop(call, event_id))

    async def _stop(self, call: str, event_id: str) -> None:
        """The job may not be there yet, so it is looked for until it is or the call has ended."""
        clock = asyncio.get_running_loop().time
        until = clock() + _SOON_S
        while clock() < until:
            turn = await asyncio.to_thread(self._found, call, event_id)
            if turn is not None and turn.state == "done":
                return
            if turn is not None and await asyncio.to_thread(
                stop_job, self.app.catalog, turn, now=self.app.now
            ):
                return
            await asyncio.sleep(_POLL_S)

    def _keep(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        """What goes wrong with nobody waiting is for the log."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.info("a call ended with: %s", error)

    # -- rows ------------------------------------------------------------------------------------

    def _message(self) -> IncomingMessage:
        event_id = f"{CALLED}{secrets.token_hex(16)}"
        return IncomingMessage(event_id, self.place.address, self.place.actor)

    def _look(self, call: str) -> Told:
        return look(self.app.catalog, call, level=self.app.settings.privacy)

    def _found(self, call: str, event_id: str) -> Turn | None:
        if call:
            return self._turn(call)
        return turn_of(self.app.catalog, self.place.address, event_id)

    def _turn(self, call: str) -> Turn:
        """A turn that was begun here by a call; any other is as good as none."""
        with self.app.catalog.read() as unit:
            turn = unit.turns.find(call)
        ours = turn is not None and turn.event_id.startswith(CALLED)
        if turn is None or not ours or turn.address != self.place.address:
            raise Gone("There is no such call here.")
        return turn

    def _question(self, call: str, option: str) -> tuple[Waiting, int]:
        turn = self._turn(call)
        with self.app.catalog.read() as unit:
            asked = [row for row in unit.waiting.of_turn(turn.id) if row.kind == "choice"]
        if not asked:
            raise Gone("That call asks nothing, or not any more.")
        waiting = asked[0]
        index = _index(option, [str(each["label"]) for each in waiting.detail["options"]])
        self._need_no_person(waiting, waiting.detail["options"][index]["value"])
        return waiting, index

    def _need_no_person(self, waiting: Waiting, value: object) -> None:
        """What only a person's own words can say, an agent cannot pick in their name."""
        tool = self.tools.get(waiting.tool)
        if tool is None or tool.spoken is None:
            return
        argument = str(waiting.detail["argument"])
        args = tool.args.model_construct(**{**waiting.args, argument: value})
        if any(spoken.argument == argument and spoken.value for spoken in tool.spoken(args)):
            raise Refused(
                "Only a person can answer that, in the thread.",
                "Ask the person you work for to answer it there.",
            )


async def _report_news(told: Told, share: float, report: Report) -> float:
    """Tell how far the job is, where it got further: shares only ever grow."""
    progress = told.job.progress if told.job else {}
    reached = float(progress.get("share") or 0.0)
    if reached <= share:
        return share
    shown = told.level in ("aggregates", "samples")  # the words of a training have its scores
    text = str(progress.get("text") or "waiting for a worker")
    await report(reached, text if shown else "at work")
    return reached


def _index(option: str, labels: list[str]) -> int:
    """Which option is meant: by its label, or by its number from 1.

    Raises:
        Gone: None of them.
    """
    wanted = option.strip().casefold()
    folded = [label.casefold() for label in labels]
    if wanted in folded:
        return folded.index(wanted)
    if wanted.isdecimal() and 1 <= int(wanted) <= len(labels):
        return int(wanted) - 1
    raise Gone(f"“{option[:80]}” is not one of: {'; '.join(labels)}.")
