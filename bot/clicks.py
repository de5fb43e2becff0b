"""What a click means: the button behind it, the form it opens, what was filled in."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.errors import Gone
from bot.messages import Button, IncomingMessage, Press, buttons, load_reply
from bot.turns import Services
from storage.catalog.records import Actor, Address
from storage.errors import NotStored
from tools.context import ToolContext
from tools.forms import Form, FormOf, Values
from tools.outcome import NextStep


class Clicks:
    """Reads clicks; what they do is the assistant's business."""

    def __init__(self, services: Services) -> None:
        self._s = services

    def button(self, address: Address, press: Press) -> Button:
        """The button that was pressed.

        Raises:
            Gone: It is not there any more, or belongs to another channel.
        """
        with self._s.catalog.read() as unit:
            try:
                row = unit.outbox.get(press.reply_id)
            except NotStored:
                raise Gone("That message is no longer here.") from None
        shown = buttons(load_reply(row.body))
        if row.address.scope != address.scope or press.index >= len(shown):
            raise Gone("That button is no longer here.")
        return shown[press.index]

    async def form(self, message: IncomingMessage) -> Form | None:
        """The form that a click opens; None for a button that does its work at once.

        Raises:
            Gone: The button is no longer there.
        """

        def show() -> Form | None:
            found = self._form_of(message)
            if found is None:
                return None
            step, maker = found
            return maker.show(step.args, self._context(message))

        return await asyncio.to_thread(show)

    async def check_form(self, message: IncomingMessage) -> None:
        """Raise WrongFields unless what was filled in fits."""

        def check() -> None:
            found = self._form_of(message)
            if found is not None:
                self.filled(message, found[0])

        await asyncio.to_thread(check)

    def filled(self, message: IncomingMessage, step: NextStep) -> NextStep:
        """The step with the arguments that were filled in; as it is where nothing was."""
        values: Values | None = message.press.values if message.press else None
        maker = self._maker(step)
        if values is None or maker is None:
            return step
        return replace(step, args=maker.read(step.args, values, self._context(message)))

    def opinion(self, address: Address, reply_id: int, actor: Actor, *, good: bool) -> None:
        """Note what a person thinks of an answer: one line of history, nothing else."""
        with self._s.catalog.write() as unit:
            try:
                row = unit.outbox.get(reply_id)
            except NotStored:
                return
            turn = unit.turns.find(row.slot.removeprefix("turn:"))
            if row.address.scope != address.scope or turn is None:
                return
            liked = "found this helpful" if good else "did not find this helpful"
            unit.actions.add(
                turn.address,
                actor=actor,
                tool="opinion",
                args={"good": good, "reply": reply_id},
                effect="read",
                sentence=turn.text,
                summary=f"{actor.name} {liked}",
                ok=True,
                dataset_id=None,
                model_id=None,
                inverse=None,
                approved_by=None,
                turn_id=turn.id,
                now=self._s.now(),
            )

    def _form_of(self, message: IncomingMessage) -> tuple[NextStep, FormOf] | None:
        if message.press is None:
            return None
        step = self.button(message.address, message.press).step
        maker = self._maker(step) if step is not None and step.form else None
        return (step, maker) if step is not None and maker is not None else None

    def _maker(self, step: NextStep) -> FormOf | None:
        tool = self._s.toolbelt.tools.get(step.tool)
        return tool.form if tool is not None else None

    def _context(self, message: IncomingMessage) -> ToolContext:
        return self._s.toolbelt.context_of(message.address, message.actor)
