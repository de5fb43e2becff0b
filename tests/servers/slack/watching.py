"""The half of the server that looks: what people see, and waiting for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from tests.servers.slack.records import Call
from tests.servers.slack.seen import Seen, seen
from tests.servers.slack.workspace import Workspace
from tests.servers.slack.world import View

T = TypeVar("T")


class Watching(Workspace):
    """What a person sees in this workspace."""

    def seen(self, channel: str, thread: str | None = None) -> list[Seen]:
        """The messages of a channel (with broadcasts), or of a thread with its root, in order."""
        there = self.world.messages[channel].values()
        if thread is None:
            shown = [m for m in there if not m.is_reply or m.broadcast]
        else:
            shown = [m for m in there if thread in {m.ts, m.thread_ts}]
        return [seen(self, m) for m in sorted(shown, key=lambda m: Decimal(m.ts))]

    def message(self, channel: str, ts: str) -> Seen:
        """One message as it stands now."""
        found = self.world.message(channel, ts)
        assert found is not None, f"no message {ts} in {channel}"
        return seen(self, found)

    def whispers(self, person: str) -> list[Seen]:
        """The ephemeral messages to a person, in order."""
        return [seen(self, m) for m in self.world.whispers if m.whisper_to == person]

    def views(self, person: str) -> list[View]:
        """The person's open modals, the newest last."""
        return [view for view in self.world.modals if view.person == person]

    def home(self, person: str) -> View | None:
        """The person's home tab, if one was published."""
        return self.world.homes.get(person)

    def called(self, method: str) -> list[Call]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    def status(self, channel: str, thread: str) -> str:
        """The assistant's status under a thread, empty when there is none."""
        return self.world.statuses.get((channel, thread), "")

    def prompts(self, channel: str, thread: str = "") -> list[dict[str, str]]:
        """The suggested prompts of an assistant thread."""
        return self.world.prompts.get((channel, thread), [])

    async def until(self, what: Callable[[], T], *, within: float = 20.0, hint: str = "") -> T:
        """Wait until `what` gives something true, and give that back.

        Raises:
            AssertionError: when it does not within so many seconds; says what is to be seen.
        """
        end = time.monotonic() + within
        while not (found := what()):
            assert not self.broken, self.broken
            assert time.monotonic() < end, self._story(hint or "what was waited for", within)
            await asyncio.sleep(0.01)
        return found

    async def settled(self, *, within: float = 20.0) -> None:
        """Wait until the app has acknowledged all that happened, retries included."""
        await self.until(lambda: self.delivery.idle, within=within, hint="all acknowledgements")

    def _story(self, hint: str, within: float) -> str:
        said = [m for channel in self.world.messages.values() for m in channel.values()]
        last = "\n".join(f"  {m.channel} {m.user}: {m.text[:200]}" for m in said[-8:])
        refused = "\n".join(f"  {refusal}" for refusal in self.refusals[-5:])
        return f"not seen within {within} s: {hint}\nsaid:\n{last}\nrefused:\n{refused}"
