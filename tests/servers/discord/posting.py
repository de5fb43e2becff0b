"""Writing, editing and deleting messages, and telling the gateway."""

from __future__ import annotations

import copy
import mimetypes
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord import components, validate
from tests.servers.discord.errors import Refused, form
from tests.servers.discord.gateway import (
    DIRECT_MESSAGES,
    GUILD_MESSAGES,
    GUILDS,
    MESSAGE_CONTENT,
    Gateway,
)
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.rest import Upload
from tests.servers.discord.world import (
    COMPONENTS_V2,
    DIRECT,
    EPHEMERAL,
    LOADING,
    NOTES,
    REPLY,
    SILENT,
    SUPPRESS_EMBEDS,
    THREAD,
    Channel,
    File,
    Message,
    World,
)

SETTABLE = SUPPRESS_EMBEDS | SILENT | COMPONENTS_V2
NONCE_LIFE_S = 300
MOST_REQUEST = 25 << 20


@dataclass(frozen=True)
class Draft:
    """A message to be written: its body as sent, its files, and whose it is."""

    channel: Channel
    author: int
    body: dict[str, Any]
    uploads: dict[int, Upload] = field(default_factory=dict)
    type: int | None = None
    flags: int | None = None
    interaction: dict[str, Any] | None = None
    whisper: int | None = None


class Posting:
    """Changes messages; every change is told to the sessions that may hear of it."""

    def __init__(self, world: World, payloads: Payloads, gateway: Gateway) -> None:
        self._world = world
        self._payloads = payloads
        self.gateway = gateway
        self.nonces: dict[tuple[int, str], Message] = {}

    def write(self, draft: Draft, *, deliver: bool = True) -> Message:
        """Check and keep a new message; a repeated enforced nonce gives the earlier one."""
        body, flags = draft.body, self._flags(draft)
        described = body.get("attachments") if isinstance(body, dict) else None
        names = _upload_names(draft.uploads, described)
        validate.check_body(body, names=names, flags=flags)
        earlier = self._same_nonce(draft)
        if earlier is not None:
            return earlier
        if validate.is_empty(body, len(draft.uploads)) and not flags & LOADING:
            raise Refused(400, 50006, "Cannot send an empty message")
        if draft.author == self._world.bot.id:
            # People may have paid for larger uploads.
            self._check_uploads(draft.channel, draft.uploads.values(), len(draft.uploads))
        reference, replied = self._reference(draft)
        message = Message(
            self._world.new_id(),
            draft.channel.id,
            draft.author,
            flags=flags,
            type=draft.type if draft.type is not None else (REPLY if reference else 0),
            nonce=body.get("nonce"),
            reference=reference,
            interaction=draft.interaction,
            whisper=draft.whisper,
        )
        self._fill(message, body)
        message.files = self._keep(draft.uploads, described, message)
        self._mention(message, body.get("allowed_mentions"), replied)
        self._store(message, deliver=deliver)
        return message

    def _flags(self, draft: Draft) -> int:
        given = draft.body.get("flags") if isinstance(draft.body, dict) else 0
        return (int(given or 0) & SETTABLE) | (draft.flags or 0)

    def _same_nonce(self, draft: Draft) -> Message | None:
        nonce = draft.body.get("nonce")
        if nonce is None or not draft.body.get("enforce_nonce"):
            return None
        earlier = self.nonces.get((draft.author, str(nonce)))
        recent = earlier is not None and time.time() - earlier.created_at < NONCE_LIFE_S
        return earlier if recent else None

    def _check_uploads(self, channel: Channel, uploads: Iterable[Upload], count: int) -> None:
        if count > validate.MOST_FILES:
            raise form({"files": {"_errors": [_too_many()]}})
        limit, sizes = self._world.upload_limit(channel), [len(one.data) for one in uploads]
        if max(sizes, default=0) > limit or sum(sizes) > max(limit, MOST_REQUEST):
            raise Refused(413, 40005, "Request entity too large")

    def _reference(self, draft: Draft) -> tuple[dict[str, Any] | None, int | None]:
        """What a reply points to, and whose message that is."""
        given = draft.body.get("message_reference")
        if not given:
            return None, None
        wanted = int(given.get("message_id") or 0)
        found = draft.channel.messages.get(wanted)
        if found is None and not given.get("fail_if_not_exists", True):
            return None, None
        if found is None:
            raise _no_reply("REPLYING_UNKNOWN_MESSAGE", "Unknown message")
        if found.type in NOTES:
            raise _no_reply("REPLYING_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "A system message")
        reference = {"type": 0, "channel_id": str(draft.channel.id), "message_id": str(wanted)}
        if draft.channel.guild:
            reference["guild_id"] = str(draft.channel.guild)
        return reference, found.author

    def _fill(self, message: Message, body: dict[str, Any]) -> None:
        if "content" in body:
            message.content = (body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = [{"type": "rich"} | embed for embed in body["embeds"] or []]
        if "components" in body:
            message.components = _numbered(copy.deepcopy(body["components"] or []))

    def _keep(self, uploads: dict[int, Upload], described: Any, message: Message) -> list[File]:
        notes = {str(one.get("id")): one for one in described or []}
        kept = []
        for index, upload in sorted(uploads.items()):
            note = notes.get(str(index), {})
            name = note.get("filename") or upload.name
            kind = mimetypes.guess_type(name)[0] or upload.content_type
            kept.append(
                self._world.file(
                    name,
                    upload.data,
                    message.channel,
                    title=note.get("title"),
                    description=note.get("description"),
                    content_type=kind,
                    ephemeral=message.whisper is not None,
                )
            )
        return kept

    def _mention(
        self, message: Message, allowed: dict[str, Any] | None, replied: int | None
    ) -> None:
        texts = [message.content]
        texts += [str(one.get("content", "")) for one in components.walk(message.components)]
        found = validate.mentions(
            self._world,
            self._world.channels[message.channel],
            "\n".join(texts),
            allowed=allowed,
            replied=replied,
        )
        message.mentions, message.mention_roles = found.users, found.roles
        message.mention_everyone = found.everyone
        message.pinged = found.pinged - {message.author}

    def _store(self, message: Message, *, deliver: bool) -> None:
        if message.whisper is not None:
            self._world.whispers[message.id] = message
            return
        channel = self._world.channels[message.channel]
        if channel.type == THREAD:
            channel.members.add(message.author)
            if channel.archived and not channel.locked:
                channel.archived = False
                self.tell_thread("THREAD_UPDATE", channel)
        channel.messages[message.id] = message
        if message.nonce is not None:
            self.nonces[message.author, str(message.nonce)] = message
        if deliver:
            self.tell("MESSAGE_CREATE", message)

    def edit(self, message: Message, body: dict[str, Any], uploads: dict[int, Upload]) -> None:
        """Change what the body names; files that `attachments` does not list are removed."""
        flags = message.flags & ~LOADING
        if isinstance(body, dict) and body.get("flags") is not None:
            wanted = int(body["flags"])
            if message.flags & COMPONENTS_V2 and not wanted & COMPONENTS_V2:
                error = {"code": "MESSAGE_FLAGS_COMPONENTS_V2", "message": "The flag must stay."}
                raise form({"flags": {"_errors": [error]}})
            flags = (flags & ~SUPPRESS_EMBEDS) | (wanted & (SUPPRESS_EMBEDS | COMPONENTS_V2))
        described = body.get("attachments") if isinstance(body, dict) else None
        kept = self._retained(message, described, uploads)
        names = {file.name for file in kept} | _upload_names(uploads, described)
        validate.check_body(body, names=names, flags=flags)
        channel = self._world.channels[message.channel]
        self._check_uploads(channel, uploads.values(), len(kept) + len(uploads))
        after = _after(message, body)
        if flags & COMPONENTS_V2:
            validate.check_body(after, names=names | _own_links(message), flags=flags)
        if validate.is_empty(after, len(kept) + len(uploads)):
            raise Refused(400, 50006, "Cannot send an empty message")
        # What replaces "is thinking" is no edit.
        waiting = bool(message.flags & LOADING)
        message.flags = flags
        self._fill(message, body)
        message.files = kept + self._keep(uploads, described, message)
        if not waiting:
            message.edits += 1
            message.edited_at = time.time()
        pinged = message.pinged
        self._mention(message, body.get("allowed_mentions"), None)
        # An edit pings nobody anew.
        message.pinged = pinged
        if message.whisper is None:
            self.tell("MESSAGE_UPDATE", message)

    def _retained(self, message: Message, described: Any, uploads: dict[int, Upload]) -> list[File]:
        if described is None:
            return list(message.files)
        wanted = {str(one.get("id")) for one in described} - {str(index) for index in uploads}
        return [file for file in message.files if str(file.id) in wanted]

    def note(
        self, channel: Channel, kind: int, text: str = "", *, author: int = 0, **more: Any
    ) -> None:
        """Put a message of Discord's own into a channel."""
        note = Message(
            self._world.new_id(), channel.id, author or self._world.bot.id, text, type=kind, **more
        )
        channel.messages[note.id] = note
        self.tell("MESSAGE_CREATE", note)

    def delete(self, message: Message) -> None:
        """Take a message away."""
        channel = self._world.channels[message.channel]
        self._world.whispers.pop(message.id, None)
        if channel.messages.pop(message.id, None) is None:
            return
        body = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild:
            body["guild_id"] = str(channel.guild)
        self.tell_channel("MESSAGE_DELETE", channel, body)

    def tell(self, name: str, message: Message, *, without_files: bool = False) -> None:
        """Tell sessions of a message; its text goes to those that may read it."""
        channel = self._world.channels[message.channel]
        if not self._world.bot_may(channel, "view_channel"):
            return
        needed = DIRECT_MESSAGES if channel.type == DIRECT else GUILD_MESSAGES

        def build(intents: int) -> dict[str, Any] | None:
            if not intents & needed:
                return None
            bare = self._payloads.is_bare(message, content=bool(intents & MESSAGE_CONTENT))
            body = self._payloads.dispatched(message, bare=bare)
            if without_files:
                body["attachments"] = []
            return body

        self.gateway.emit(name, build)

    def tell_channel(self, name: str, channel: Channel, body: dict[str, Any]) -> None:
        """Tell of something in a channel that is no message."""
        if not self._world.bot_may(channel, "view_channel"):
            return
        needed = DIRECT_MESSAGES if channel.type == DIRECT else GUILD_MESSAGES
        self.gateway.emit(name, lambda intents: body if intents & needed else None)

    def tell_thread(self, name: str, thread: Channel, **more: Any) -> None:
        """Tell of a thread."""
        if self._world.bot_may(thread, "view_channel"):
            body = self._payloads.channel(thread) | more
            self.gateway.emit(name, lambda intents: body if intents & GUILDS else None)

    def whispered(self, person: int) -> list[Message]:
        """The ephemeral messages that a person has before them."""
        return [one for one in self._world.whispers.values() if one.whisper == person]


def _upload_names(uploads: dict[int, Upload], described: Any) -> set[str]:
    named = {str(one.get("id")): one.get("filename") for one in described or []}
    return {named.get(str(index)) or upload.name for index, upload in uploads.items()}


def _own_links(message: Message) -> set[str]:
    return {file.name for file in message.files}


def _after(message: Message, body: dict[str, Any]) -> dict[str, Any]:
    """What a message holds once a body is applied to it."""
    before = {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
    }
    return before | {key: body[key] for key in before if key in body}


def _no_reply(code: str, message: str) -> Refused:
    return form({"message_reference": {"_errors": [{"code": code, "message": message}]}})


def _too_many() -> dict[str, str]:
    message = f"Must be {validate.MOST_FILES} or fewer in length."
    return {"code": "BASE_TYPE_MAX_LENGTH", "message": message}


def _numbered(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Components with the ids that were left out, counted from one."""
    taken = {one["id"] for one in components.walk(parts) if one.get("id")}
    free = (number for number in range(1, 1000) if number not in taken)
    for one in components.walk(parts):
        if not one.get("id"):
            one["id"] = next(free)
    return parts


def is_ephemeral(flags: Any) -> bool:
    """Whether a body asks for an ephemeral message."""
    return bool(int(flags or 0) & EPHEMERAL)
