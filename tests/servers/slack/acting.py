"""The half of the server that acts: what people do in the workspace."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.servers.slack.interacting import Interacting
from tests.servers.slack.membership import admit, archive, delete, expel
from tests.servers.slack.payloads import person_json
from tests.servers.slack.posting import message_event, put, tell_changed, tell_deleted
from tests.servers.slack.workspace import Workspace
from tests.servers.slack.world import Channel, File, Json, Message

MARKUP = re.compile(r"(<(?:[@#!][^<>]+|https?://[^<>]+)>)")
ADDRESS = re.compile(r"(?<![<|])\bhttps?://[^\s<>]+")


class Acting(Interacting):
    """What a person does in this workspace; each act is told to the app as Slack tells it."""

    async def say(  # noqa: D417 -- the plain arguments say themselves
        self,
        person: str,
        channel: str,
        text: str,
        *,
        files: Sequence[tuple[str, bytes]] = (),
        thread: str | None = None,
        mention: bool = False,
        missing_file_in_event: bool = False,
        slow_upload_s: float = 0.0,
        reported_size: int | None = None,
        deliver: bool = True,
    ) -> str:
        """A person writes a message; gives its timestamp.

        A mention in a channel makes two events of one message, `app_mention` and `message`;
        in a direct message there is only the latter.

        Args:
            files: name and content of each attachment.
            thread: the root under which it is a reply.
            mention: put the app's mention in front.
            missing_file_in_event: the events lack the files, which are in history nevertheless.
            slow_upload_s: the files have neither size nor address for so long.
            reported_size: what the file objects say of their size, whatever it is.
            deliver: whether the app is told at all.
        """
        place = self.world.channels[channel]
        assert person in place.members, f"{person} is not in {channel}"
        typed = f"<@{self.bot_user}> {text}".strip() if mention else text
        ready_at = time.monotonic() + slow_upload_s
        uploaded = [_upload(self, person, name, data) for name, data in files]
        for file in uploaded:
            told = replace(file, ready_at=ready_at, reported_size=reported_size)
            self.world.files[file.id] = told
        written = as_written(typed)
        message = put(
            self,
            Message(
                channel,
                self.world.new_ts(),
                person,
                written,
                bot_id=self.world.people[person].bot_id,
                files=tuple(file.id for file in uploaded),
                thread_ts=thread,
                subtype="file_share" if uploaded else None,
                blocks=_rich(written),
                flags={"client_msg_id": str(uuid.uuid4())},
            ),
        )
        if deliver and self.bot_user in place.members:
            _announce(self, place, message, missing_file=missing_file_in_event)
        return message.ts

    async def edit(self, channel: str, ts: str, text: str) -> None:
        """A person edits their message."""
        before = self.world.messages[channel][ts]
        written = as_written(text)
        after = self.world.edit(before, text=written, blocks=_rich(written))
        tell_changed(self, before, after)

    async def delete(self, channel: str, ts: str) -> None:
        """A person deletes a message, an admin also the app's."""
        gone = self.world.messages[channel][ts]
        self.world.remove(gone)
        tell_deleted(self, gone)

    async def invite(self, channel: str, *, by: str) -> None:
        """A person adds the app to a channel."""
        admit(self, channel, by=by)

    async def remove_bot(self, channel: str) -> None:
        """A person removes the app from a channel."""
        expel(self, channel)

    async def archive(self, channel: str, *, by: str) -> None:
        """A person archives a channel."""
        archive(self, channel, by=by)

    async def delete_channel(self, channel: str) -> None:
        """An admin deletes a channel for good."""
        delete(self, channel)

    async def open_home(self, person: str, tab: str = "home") -> None:
        """A person opens the app's home or messages tab."""
        event: Json = {
            "type": "app_home_opened",
            "user": person,
            "channel": self.world.direct(person).id,
            "tab": tab,
            "event_ts": self.world.new_ts(),
        }
        view = self.world.homes.get(person)
        if tab == "home" and view is not None:
            event["view"] = self.describe_view(view)
        self.emit(event)

    async def open_assistant(
        self,
        person: str,
        *,
        looking_at: str | None = None,
    ) -> tuple[str, str]:
        """A person opens the assistant; gives the channel and the thread's timestamp.

        In the agent view there is no thread yet: the timestamp is empty, and the app is told by
        `app_home_opened` with the messages tab.
        """
        channel = self.world.direct(person)
        if self.agent_view:
            await self.open_home(person, "messages")
            return channel.id, ""
        root = put(
            self,
            Message(
                channel.id,
                self.world.new_ts(),
                self.bot_user,
                "New Assistant Thread",
                bot_id=self.bot_id,
                subtype="assistant_app_thread",
            ),
        )
        root = self.world.put_message(replace(root, thread_ts=root.ts))
        context = {"channel_id": looking_at, "team_id": self.team} if looking_at else {}
        self.emit(
            {
                "type": "assistant_thread_started",
                "assistant_thread": {
                    "user_id": person,
                    "context": {**context, "enterprise_id": None},
                    "channel_id": channel.id,
                    "thread_ts": root.ts,
                },
                "event_ts": root.ts,
            }
        )
        return channel.id, root.ts

    async def change_person(self, person: str, **changes: Any) -> None:
        """A person's record changes: `deleted=True`, another `tz` or `name`."""
        changed = replace(self.world.people[person], **changes)
        self.world.people[person] = changed
        ts = self.world.new_ts()
        user = person_json(changed, self.world)
        self.emit({"type": "user_change", "user": user, "event_ts": ts})


def as_written(text: str) -> str:
    """Typed text as Slack passes it on: `& < >` escaped, addresses in angle brackets."""
    parts = MARKUP.split(text)
    return "".join(part if MARKUP.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ADDRESS.sub(lambda found: f"<{found.group()}>", safe)


def _rich(text: str) -> tuple[Json, ...]:
    if not text:
        return ()
    parts = [_part(part) for part in re.split(r"(<@[^<>]+>)", text) if part]
    section = {"type": "rich_text_section", "elements": parts}
    return ({"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]},)


def _part(text: str) -> Json:
    if text.startswith("<@"):
        return {"type": "user", "user_id": text[2:-1].partition("|")[0]}
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return {"type": "text", "text": plain}


def _upload(server: Workspace, person: str, name: str, data: bytes) -> File:
    return File(server.world.new_id("F"), name, data, person, name, created=int(time.time()))


def _announce(server: Workspace, place: Channel, message: Message, *, missing_file: bool) -> None:
    event = message_event(server, message)
    event["client_msg_id"] = message.flags["client_msg_id"]
    if place.shared:
        event["files"] = [_only_its_id(file) for file in event.get("files", [])]
    if missing_file:
        for name in ("files", "upload", "subtype"):
            event.pop(name, None)
    if not event.get("files"):
        event.pop("files", None)
    server.emit(event, shared=place.shared)
    if place.kind != "im" and f"<@{server.bot_user}>" in message.text:
        mention = {k: v for k, v in event.items() if k not in {"channel_type", "subtype"}}
        server.emit({**mention, "type": "app_mention"}, shared=place.shared)


def _only_its_id(file: Json) -> Json:
    """In a channel shared with another organisation, the app must ask for the rest."""
    kept = {name: file[name] for name in ("id", "created", "timestamp", "user")}
    return {**kept, "mode": "file_access", "file_access": "check_file_info"}
