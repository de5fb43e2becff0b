"""The workspace: people, channels, messages, files and views, and how each is looked up."""

from __future__ import annotations

import itertools
import mimetypes
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["channel", "group", "im"]


class Refused(Exception):
    """What the real Slack would answer with `ok: false`.

    Args:
        error: Slack's error code.
        messages: lines for `response_metadata.messages`.
        extra: further fields of the answer, such as `needed` of `missing_scope`.
    """

    def __init__(self, error: str, *messages: str, **extra: Any) -> None:
        super().__init__(error, *messages)
        self.error, self.messages, self.extra = error, messages, extra


@dataclass(frozen=True)
class Person:
    """A member of the workspace, a bot included."""

    id: str
    name: str
    tz: str
    is_bot: bool = False
    deleted: bool = False
    team: str = ""

    @property
    def bot_id(self) -> str | None:
        """What a bot's messages carry beside its user id."""
        return f"B{self.id[1:]}" if self.is_bot else None


@dataclass(frozen=True)
class Channel:
    """A conversation: public channel, private one (group), or direct message (im)."""

    id: str
    name: str
    kind: Kind
    members: frozenset[str]
    archived: bool = False
    shared: bool = False
    created: int = 1_700_000_000


@dataclass(frozen=True)
class UserGroup:
    """A user group with its handle, such as `ml-leads`."""

    id: str
    handle: str
    members: tuple[str, ...]
    disabled: bool = False


@dataclass(frozen=True)
class Share:
    """Where a file was shared: the channel and the message that carries it."""

    channel: str
    ts: str
    thread_ts: str | None = None


@dataclass(frozen=True)
class File:
    """A file; until `ready_at` (monotonic) it is still uploading.

    Attributes:
        reported_size: what is said of its size when that is a lie.
    """

    id: str
    name: str
    data: bytes
    owner: str
    title: str
    alt_text: str = ""
    created: int = 0
    ready_at: float = 0.0
    reported_size: int | None = None
    shares: tuple[Share, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether the upload has ended."""
        return time.monotonic() >= self.ready_at

    @property
    def mimetype(self) -> str:
        """The type by the name's ending."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True)
class Message:
    """A message as it stands now; an edit replaces it by a new record."""

    channel: str
    ts: str
    user: str
    text: str
    bot_id: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[str, ...] = ()
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    metadata: Json | None = None
    edits: int = 0
    edited_at: str | None = None
    streaming: bool = False
    whisper_to: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()
    flags: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it stands inside a thread rather than at its root."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True)
class View:
    """A modal or home tab that a person has in front of them."""

    id: str
    person: str
    type: str
    title: str
    blocks: list[Json]
    private_metadata: str
    callback_id: str
    hash: str
    raw: Json
    external_id: str = ""
    root_id: str = ""
    previous_id: str | None = None


@dataclass
class Trigger:
    """A trigger id: who may see what is opened with it, until when, and whether it was used."""

    person: str
    expires: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Where an interaction may be answered: five times within thirty minutes."""

    person: str
    channel: str
    message: Message | None
    uses: int = 0


class World:
    """Everything that the workspace holds; records are replaced, never changed."""

    def __init__(self, team: str) -> None:
        self.team = team
        self.team_name = "Crew"
        self.bot_user, self.bot_id, self.app_id = "U0BOT", "B0BOT", "A0APP"
        self.bot_name = "assistant"
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.files: dict[str, File] = {}
        self.messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], dict[str, None]] = {}
        self.whispers: list[Message] = []
        self.modals: list[View] = []
        self.homes: dict[str, View] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.statuses: dict[tuple[str, str], str] = {}
        self.prompts: dict[tuple[str, str], list[Json]] = {}
        self.status_log: list[tuple[tuple[str, str], str]] = []
        self.titles: dict[tuple[str, str], str] = {}
        self._numbers = itertools.count(1)
        self._last_us = 0
        self.people[self.bot_user] = Person(self.bot_user, self.bot_name, "UTC", is_bot=True)

    def new_id(self, letter: str) -> str:
        """A fresh id such as `U00000007`."""
        return f"{letter}{next(self._numbers):08d}"

    def new_ts(self) -> str:
        """A fresh message timestamp; unique and rising in the whole workspace."""
        self._last_us = max(self._last_us + 1, time.time_ns() // 1000)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def channel(self, channel: str | None) -> Channel:
        """The channel by its id.

        Raises:
            Refused: `channel_not_found`.
        """
        found = self.channels.get(channel or "")
        if found is None:
            raise Refused("channel_not_found")
        return found

    def direct(self, person: str) -> Channel:
        """The direct channel of a person with the bot, made on first use."""
        for channel in self.channels.values():
            if channel.kind == "im" and person in channel.members:
                return channel
        members = frozenset({person, self.bot_user})
        return self.put_channel(Channel(self.new_id("D"), "", "im", members))

    def put_channel(self, channel: Channel) -> Channel:
        """Add the channel or put it in the place of the one with its id."""
        self.channels[channel.id] = channel
        self.messages.setdefault(channel.id, {})
        return channel

    def message(self, channel: str, ts: str) -> Message | None:
        """The message, if it is there and not deleted."""
        return self.messages.get(channel, {}).get(ts)

    def put_message(self, message: Message) -> Message:
        """Add the message or put it in the place of the one with its timestamp."""
        self.messages[message.channel][message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            self._threads.setdefault((message.channel, message.thread_ts), {})[message.ts] = None
        return message

    def replies(self, channel: str, ts: str) -> list[Message]:
        """The replies of a thread, oldest first, without its root."""
        return [self.messages[channel][reply] for reply in self._threads.get((channel, ts), ())]

    def top_level(self, channel: str) -> Iterator[Message]:
        """What stands in the channel itself: roots, single messages, broadcast replies."""
        return (m for m in self.messages[channel].values() if not m.is_reply or m.broadcast)

    def whisper(self, ts: str) -> Message | None:
        """The ephemeral message with this timestamp."""
        return next((m for m in self.whispers if m.ts == ts), None)

    def new_trigger(self, person: str) -> str:
        """A trigger id that is valid for three seconds."""
        trigger = f"{next(self._numbers)}.{self.team}.{next(self._numbers):016x}"
        self.triggers[trigger] = Trigger(person, time.monotonic() + 3.0)
        return trigger

    def edit(self, message: Message, **changes: Any) -> Message:
        """The message with changes, counted as an edit, whether posted or whispered."""
        edited = replace(message, edits=message.edits + 1, edited_at=self.new_ts(), **changes)
        if message.whisper_to is None:
            return self.put_message(edited)
        self.whispers[self.whispers.index(message)] = edited
        return edited

    def react(self, message: Message, reaction: tuple[str, str]) -> None:
        """Add a reaction: its name and who gives it."""
        self.put_message(replace(message, reactions=(*message.reactions, reaction)))

    def remove(self, message: Message) -> None:
        """Delete the message; the root of a thread leaves a tombstone while it has replies."""
        if message.whisper_to is not None:
            self.whispers.remove(message)
        elif self.replies(message.channel, message.ts):
            self.put_message(
                Message(
                    message.channel,
                    message.ts,
                    "USLACKBOT",
                    "This message was deleted.",
                    thread_ts=message.ts,
                    subtype="tombstone",
                )
            )
        else:
            del self.messages[message.channel][message.ts]
            self._threads.get((message.channel, message.thread_ts or ""), {}).pop(message.ts, None)
