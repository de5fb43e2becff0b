"""What people say, press and fill in: kept first, acknowledged then, answered later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import Gone
from bot.messages import IncomingMessage, buttons
from bot.platforms.base import Door
from bot.platforms.web.api import BODY_S, answer, object_of
from bot.platforms.web.errors import Busy, Refusal, bad_request
from bot.platforms.web.feed import Feed
from bot.platforms.web.guard import Visitor, thread_name
from bot.platforms.web.incoming import (
    SAMPLE,
    Attached,
    Said,
    dump_said,
    event_id,
    message_of,
    press_of,
    said_of,
)
from bot.platforms.web.multipart import Left, Received, receive
from bot.platforms.web.render import form_of
from tools.cards import shown
from tools.errors import ToolError
from tools.forms import WrongFields

MOST_AT_ONCE: Final = 8
"""Bodies with files that are read at a time; each may take disk."""

_MULTIPART: Final = "multipart/form-data"
_JSON: Final = ("application/json", "")


class Speaking:
    """The requests by which people act; `door` gives the way in while there is one."""

    def __init__(self, door: Callable[[], Door], feed: Feed) -> None:
        self._door = door
        self._feed = feed
        self._reading = 0

    async def say(self, request: Request, visitor: Visitor) -> Response:
        """Keep a message with its files."""
        event = event_id(visitor, request.headers.get("idempotency-key"))
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in _JSON:
            said = said_of(visitor, await object_of(request), event=event)
            return await self._kept(_spoken(said))
        if kind != _MULTIPART:
            raise Refusal(415, "wrong_kind", f"Send JSON or {_MULTIPART}.")
        received = await self._receive(request)
        try:
            return await self._say_with_files(visitor, received, event)
        finally:
            await asyncio.to_thread(received.remove)

    async def sample(self, request: Request, visitor: Visitor) -> Response:
        """Begin with the sample dataset."""
        event = event_id(visitor, request.headers.get("idempotency-key"))
        fields = await object_of(request)
        return await self._kept(said_of(visitor, {**fields, "text": SAMPLE}, event=event))

    async def form(self, request: Request, visitor: Visitor) -> Response:
        """The form that a button opens."""
        message, _ = await self._pressed(
            visitor, dict(request.query_params), event_id(visitor, None)
        )
        try:
            form = await self._door().form(message)
        except (Gone, ToolError) as error:
            raise Refusal(410, "gone", str(error)) from None
        return answer({"form": None if form is None else form_of(form)})

    async def press(self, request: Request, visitor: Visitor) -> Response:
        """Keep a click, once what was filled in fits."""
        event = event_id(visitor, request.headers.get("idempotency-key"))
        message, said = await self._pressed(visitor, await object_of(request), event)
        if message.press is not None and message.press.values is not None:
            try:
                await self._door().check_form(message)
            except WrongFields as error:
                sentence = "Some of it does not fit."
                raise Refusal(422, "wrong_fields", sentence, fields=error.fields) from None
            except (Gone, ToolError) as error:
                raise Refusal(410, "gone", str(error)) from None
        return await self._kept(said)

    async def _pressed(
        self, visitor: Visitor, fields: Mapping[str, Any], event: str
    ) -> tuple[IncomingMessage, Said]:
        """A click as a message, where its button is still there for this person.

        Raises:
            Refusal: It is not.
        """
        press = press_of(fields)
        found = await self._door().chronicle.posted(
            visitor.scope, press.reply_id, viewer=visitor.person.id
        )
        offered = buttons(found.reply) if found is not None else ()
        if found is None or press.index >= len(offered):
            raise Refusal(410, "gone", "That button is no longer here.")
        label = offered[press.index].label
        groups = visitor.person.groups
        said = Said(event, found.address, visitor.actor, label, press=press, groups=groups)
        return message_of(said, ()), said

    # -- keeping ---------------------------------------------------------------------------------

    async def _receive(self, request: Request) -> Received:
        door = self._door()
        if self._reading >= MOST_AT_ONCE:
            raise Busy(503, "Many files are coming in just now.")
        self._reading += 1
        try:
            async with asyncio.timeout(BODY_S):
                return await receive(
                    request.stream(),
                    request.headers.get("content-type", ""),
                    folder=door.folder(),
                    limit=door.max_upload,
                )
        except TimeoutError:
            raise bad_request("The body did not arrive in time.") from None
        finally:
            self._reading -= 1

    async def _say_with_files(self, visitor: Visitor, received: Received, event: str) -> Response:
        said = said_of(visitor, received.fields, event=event)
        if received.left and not (received.files or said.text):
            raise _nothing_left(received.left)
        chronicle = self._door().chronicle
        files = [
            Attached(file.name, await chronicle.keep_file(file.path)) for file in received.files
        ]
        return await self._kept(_spoken(replace(said, files=tuple(files))), received.left)

    async def _kept(self, said: Said, left: Sequence[Left] = ()) -> Response:
        """Keep it, show it to everybody, and only then say so."""
        door = self._door()
        lane = "" if said.press else f"{said.address.scope}/{said.address.thread}"
        fresh = await door.keep(said.id, dump_said(said), lane=lane, scope=said.address.scope)
        post = await note(door, said)
        if fresh:
            self._feed.changed(post.address)
            await tell_left(door, said, left)
        refused = [{"name": shown(each.name), "why": each.why} for each in left]
        body = {"message": post.id, "thread": thread_name(post.address), "fresh": fresh}
        return answer({**body, "refused": refused}, status=202)


async def note(door: Door, said: Said) -> Any:
    """Write down what was said, once; the post."""
    return await door.chronicle.note(
        said.address,
        key=said.id,
        actor=said.actor,
        text=said.text,
        files=[file.name for file in said.files],
        pressed=said.press is not None,
    )


async def tell_left(door: Door, said: Said, left: Sequence[Left]) -> None:
    """Say which files were not taken, to the person who sent them."""
    if left:
        lines = "\n".join(each.why for each in left)
        await door.chronicle.tell(said.address, lines, key=f"left:{said.id}", to=said.actor.id)


def _spoken(said: Said) -> Said:
    """What was said, if it was anything.

    Raises:
        Refusal: There is neither a word nor a file.
    """
    if not (said.text or said.files):
        raise bad_request("Say something, or send a file.")
    return said


def _nothing_left(left: Sequence[Left]) -> Refusal:
    status = left[0].status
    code = "too_large" if status == 413 else "wrong_kind"
    return Refusal(status, code, "\n".join(each.why for each in left))
