"""Deals with kept events: who said what where, and what the bot has to do about it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.errors import BotError, Later
from bot.messages import IncomingFile, IncomingMessage, Press
from bot.platforms.base import Door
from bot.platforms.slack.api import Api
from bot.platforms.slack.attachments import Attachments
from bot.platforms.slack.downloads import Downloads, remove
from bot.platforms.slack.errors import SlackRefused
from bot.platforms.slack.home import home_view
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.incoming import Me, address_of, is_direct
from bot.platforms.slack.mentions import for_another, named, plain
from bot.platforms.slack.modals import modal
from bot.platforms.slack.names import press_id
from bot.platforms.slack.people import People
from bot.platforms.slack.places import Places
from bot.platforms.slack.posting import Posting
from bot.platforms.slack.whispers import Whispers
from storage.catalog.records import Actor, Address, Json
from tools.errors import ToolError

log = logging.getLogger(__name__)

THINKS: Final = "is thinking…"
PROMPTS: Final = (
    {"title": "Try it with sample data", "message": "load the sample dataset"},
    {"title": "What is deployed?", "message": "what is deployed?"},
    {"title": "What is being watched?", "message": "list the monitors"},
    {"title": "What can you do?", "message": "help"},
)
QUIET: Final = (
    "This channel is shared with another organisation, so I keep quiet until an approver allows "
    "me here."
)
IN_WORDS: Final = "The form could not be opened in time; click again, or tell me in words."
NO_FILE: Final = "That message has no file. Choose one that has a table attached."
INVITE: Final = "I cannot read files here: invite me first with /invite @{name}."
SHUT_OUT: Final = (
    "The app was removed from the Slack workspace, or its token was revoked: install it again "
    "and set SLACK_BOT_TOKEN to its bot token."
)
GREETING: Final = "hello"
"""What is taken for said where somebody only mentions the assistant."""


@dataclass(frozen=True)
class Desk:
    """What dealing with events takes."""

    api: Api
    identity: Identity
    door: Door
    people: People
    places: Places
    attachments: Attachments
    downloads: Downloads
    posting: Posting
    whispers: Whispers


class Handling:
    """Deals with one kept event at a time; again after a crash, to the same end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kinds: dict[str, Callable[[Json, Me], Awaitable[None]]] = {
            "command": self._command,
            "home": self._home,
            "joined": self._joined,
            "left": self._left,
            "message": self._message,
            "moved": self._prompt,
            "opened": self._opened,
            "opinion": self._opinion,
            "press": self._press,
            "shut_out": self._shut_out,
            "submit": self._submit,
            "use_file": self._use_file,
        }

    async def handle(self, event: Json) -> None:
        """Deal with an event that was kept; see `ChatPlatform.handle`."""
        deal = self._kinds.get(str(event.get("kind")))
        if deal is None:
            log.warning("an event of another version is left alone: %s", event.get("kind"))
            return
        await deal(event, await self._desk.identity.me())

    # -- things said -----------------------------------------------------------------------------

    async def _message(self, event: Json, me: Me) -> None:
        desk = self._desk
        address, user = address_of(event, me), str(event["user"])
        if not await self._is_for_me(event, me, address):
            return
        channel = address.scope.channel
        if not await desk.places.may_talk(
            me, channel, user=user, thread=str(event["thread"]), outside=bool(event["outside"])
        ):
            return
        thinking = asyncio.create_task(self._status(event, THINKS))
        try:
            person = await desk.people.of(user)
            names = await desk.people.names(named(event["text"], me))
            text, people = plain(event["text"], me, names)
            files = await self._fetched(event, address)
        finally:
            await thinking  # or it would outlive the answer
        if files is None:
            await self._status(event, "")
            return
        message = IncomingMessage(
            str(event["key"]),
            address,
            Actor(me.person(user), person.name),
            text or ("" if files else GREETING),
            files,
            opens=not event["thread"] and not is_direct(channel),
            timezone=person.timezone,
            people=people,
            link=me.link(channel, str(event["ts"])),
        )
        if not await self._answered(message, event) or not address.thread:
            await self._status(event, "")

    async def _is_for_me(self, event: Json, me: Me, address: Address) -> bool:
        if event["named"] or is_direct(address.scope.channel):
            return True
        if not event["thread"] or for_another(str(event["text"]), me):
            return False
        return await self._desk.door.takes_part(address)

    async def _use_file(self, event: Json, me: Me) -> None:
        desk, channel, user = self._desk, str(event["channel"]), str(event["user"])
        thread = "" if event["opens"] else str(event["thread"])
        if not event["files"]:
            await desk.whispers.tell(channel, user, NO_FILE, thread=thread)
            return
        if not await desk.places.is_in(channel):
            await desk.whispers.tell(channel, user, INVITE.format(name=me.name))
            return
        if not await desk.places.may_talk(me, channel, user=user):
            await desk.whispers.tell(channel, user, QUIET)
            return
        address = Address(me.scope(channel), str(event["thread"]))
        person = await desk.people.of(user, called=event["name"])
        if files := await self._fetched(event, address):
            message = IncomingMessage(
                str(event["key"]),
                address,
                Actor(me.person(user), person.name),
                files=files,
                opens=bool(event["opens"]),
                timezone=person.timezone,
            )
            await self._answered(message, event)

    async def _command(self, event: Json, me: Me) -> None:
        desk, channel, user = self._desk, str(event["channel"]), str(event["user"])
        known = await desk.door.channel(me.scope(channel))
        if known is not None and known.state == "quiet":
            await desk.whispers.tell(channel, user, QUIET)
            return
        person = await desk.people.of(user, called=event["name"])
        names = await desk.people.names(named(event["text"], me))
        text, people = plain(event["text"], me, names)
        message = IncomingMessage(
            str(event["key"]),
            Address(me.scope(channel)),
            Actor(me.person(user), person.name),
            text,
            private=True,
            timezone=person.timezone,
            people=people,
        )
        await self._answered(message, event)

    async def _fetched(self, event: Json, address: Address) -> tuple[IncomingFile, ...] | None:
        """The attachments; None where none could be had, and the text is nothing without them."""
        desk = self._desk
        attached = await desk.attachments.of(event)
        if not attached:
            return ()
        fetched = await desk.downloads.fetch(
            attached, folder=desk.door.folder, most=desk.door.max_upload
        )
        if fetched.problems:
            await desk.posting.note(address, str(event["key"]), "\n".join(fetched.problems))
        return fetched.files or (None if fetched.problems else ())

    async def _answered(self, message: IncomingMessage, event: Json) -> bool:
        """Hand a message on; what its sender did wrong is told to them alone."""
        try:
            await self._desk.door.answer(message)
        except Later:
            raise
        except (BotError, ToolError) as error:
            thread = message.address.thread if not message.opens else ""
            await self._desk.whispers.tell(
                str(event["channel"]), str(event["user"]), str(error), thread=thread
            )
            return False
        finally:
            await asyncio.to_thread(remove, message.files)
        return True

    async def _status(self, event: Json, status: str) -> None:
        await self._desk.api.try_call(
            "assistant.threads.setStatus",
            channel_id=event["channel"],
            thread_ts=event["thread"] or event["ts"],
            status=status,
        )

    # -- things clicked --------------------------------------------------------------------------

    async def _press(self, event: Json, me: Me) -> None:
        message = await self._pressed(event, me, Press(int(event["reply"]), int(event["index"])))
        try:
            form = await self._desk.door.form(message)
        except (BotError, ToolError) as error:
            await self._whisper(event, str(error))
            return
        if form is None:
            await self._answered(message, event)
            return
        metadata = {
            "press": press_id(int(event["reply"]), int(event["index"])),
            "channel": str(event["channel"]),
            "thread": str(event["thread"]),
        }
        try:
            await self._desk.api.call(
                "views.open", trigger_id=event["trigger"], view=modal(form, metadata=metadata)
            )
        except SlackRefused as refused:
            log.warning("a form was not opened: %s", refused)
            if refused.code != "exchanged_trigger_id":  # that one is open already
                await self._whisper(event, IN_WORDS)

    async def _submit(self, event: Json, me: Me) -> None:
        await self._answered(await self._pressed(event, me, filled_in(event)), event)

    async def _opinion(self, event: Json, me: Me) -> None:
        message = await self._pressed(event, me, Press(int(event["reply"]), 0))
        await self._desk.door.opinion(
            message.address,
            int(event["reply"]),
            person=message.actor.id,
            name=message.actor.name,
            good=bool(event["good"]),
        )
        await self._whisper(event, "Thank you; it is noted in the history.")

    async def _pressed(self, event: Json, me: Me, press: Press) -> IncomingMessage:
        person = await self._desk.people.of(str(event["user"]), called=event["name"])
        return pressed(event, me, press, name=person.name, timezone=person.timezone)

    async def _whisper(self, event: Json, sentence: str) -> None:
        channel, user, thread = (str(event[name]) for name in ("channel", "user", "thread"))
        await self._desk.whispers.tell(channel, user, sentence, thread=thread)

    # -- places ----------------------------------------------------------------------------------

    async def _joined(self, event: Json, me: Me) -> None:
        await self._desk.places.meet(me, str(event["channel"]), user=str(event["user"]))

    async def _left(self, event: Json, me: Me) -> None:
        await self._desk.door.lost(me.scope(str(event["channel"])))

    async def _opened(self, event: Json, me: Me) -> None:
        channel, user = str(event["channel"]), str(event["user"])
        known = await self._desk.door.channel(me.scope(channel))
        if known is None or known.greeted_at is None:
            thread = str(event["thread"])
            await self._desk.places.meet(me, channel, user=user, thread=thread)
        await self._prompt(event, me)

    async def _prompt(self, event: Json, _: Me) -> None:
        thread = {"thread_ts": event["thread"]} if event["thread"] else {}
        await self._desk.api.try_call(
            "assistant.threads.setSuggestedPrompts",
            channel_id=event["channel"],
            prompts=list(PROMPTS),
            **thread,
        )

    async def _home(self, event: Json, me: Me) -> None:
        desk, user = self._desk, str(event["user"])
        channels: Sequence[str] = await desk.places.with_person(user, direct=event["channel"])
        overview = await desk.door.overview([me.scope(channel) for channel in channels])
        try:
            await desk.api.call("views.publish", user_id=user, view=home_view(overview))
        except SlackRefused as refused:
            log.warning("a home tab was not shown: %s", refused)

    async def _shut_out(self, _: Json, __: Me) -> None:
        self._desk.api.trouble("token", SHUT_OUT)


def filled_in(event: Json) -> Press:
    """The click on a form's button with what was filled in."""
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in event["values"].items()
    }
    return Press(int(event["reply"]), int(event["index"]), values)


def pressed(
    event: Json, me: Me, press: Press, *, name: str = "", timezone: str = ""
) -> IncomingMessage:
    """A click or a filled form as a message."""
    user, channel = str(event["user"]), str(event["channel"])
    return IncomingMessage(
        str(event.get("key") or ""),
        Address(me.scope(channel), str(event["thread"])),
        Actor(me.person(user), name or str(event["name"]) or user),
        press=press,
        timezone=timezone,
    )
