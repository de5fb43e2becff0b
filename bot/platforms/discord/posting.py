"""Posts, edits and finds the assistant's messages in channels, threads and direct messages."""

from __future__ import annotations

import hashlib
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

import discord

from bot.errors import Later, Undeliverable
from bot.messages import Reply
from bot.platforms.discord import texts
from bot.platforms.discord.api import SOON_S, Api, Upload
from bot.platforms.discord.errors import (
    ARCHIVED,
    NO_PERMISSION,
    TOO_LARGE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    code_of,
    is_passing,
    translated,
)
from bot.platforms.discord.places import Places
from bot.platforms.discord.render import Post
from bot.platforms.discord.threads import Target, Threads
from bot.platforms.discord.uploads import Ready, Store, posts_of
from storage.catalog.records import Address, Json

log = logging.getLogger(__name__)

INERT: Final[Json] = {"parse": [], "replied_user": False}
NO_UNFURLS: Final = 1 << 2
PAGES: Final = 5
REMEMBERED: Final = 1000
LONGEST: Final = 2000

CHANNEL: Final = "/channels/{channel_id}"
MESSAGES: Final = "/channels/{channel_id}/messages"
MESSAGE: Final = "/channels/{channel_id}/messages/{message_id}"


class Poster:
    """Writes replies to Discord, each of its messages once."""

    def __init__(self, api: Api, places: Places, threads: Threads, store: Store) -> None:
        self._api = api
        self._places = places
        self._threads = threads
        self._store = store
        self._unsure: set[int] = set()  # replies that may be there, though nobody said so
        self._attached: OrderedDict[str, tuple[str, ...]] = OrderedDict()  # blobs, by message

    async def send(self, address: Address, reply: Reply) -> str:
        """Post a reply; the ids of its messages."""
        if reply.id in self._unsure:
            if not self._api.attached:
                raise Later("Discord is not connected yet", after_s=SOON_S)
            if found := await self.find(address, reply):
                return found
        with translated():
            try:
                return " ".join(await self._post_all(address, reply, after=0))
            except Exception as error:
                if is_passing(error):
                    self._unsure.add(reply.id)
                raise

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Edit the messages of a reply; those it no longer needs are deleted, new ones added."""

        async def replace(posts: list[Ready]) -> list[str]:
            old, kept = ref.split(), list[str]()
            for number, one in zip(old, posts, strict=False):
                if not await self._edit(address, number, one):
                    break  # deleted by somebody; it and what follows is posted anew
                kept.append(number)
            for number in old[len(kept) :]:
                await self._delete(address, number)
            if len(posts) > len(kept):  # a process that died may have added them
                there = [one for one in await self._search(address, reply) if one not in old]
                kept += there[: len(posts) - len(kept)]
            return [*kept, *await self._post_from(address, reply, posts, after=len(kept))]

        with translated():
            return " ".join(await self._as_allowed(address, reply, replace))

    async def find(self, address: Address, reply: Reply) -> str | None:
        """Look for a reply in the channel; what is missing of it is added."""
        if not self._api.attached:
            self._unsure.add(reply.id)  # it is looked for before it is sent
            return None
        with translated():
            found = await self._search(address, reply)
            self._unsure.discard(reply.id)
            if not found:
                return None
            missing = await self._post_all(address, reply, after=len(found))
            return " ".join([*found, *missing])

    async def tell(self, address: Address, text: str, *, key: str) -> None:
        """Say something plain that no reply is about, once for an event."""
        lines = next(texts.fitted(text, LONGEST, texts.escape), "")
        post = Ready(Post(lines, (), (), ()), ())
        with translated():
            body = {**body_of(post), "nonce": f"t{key}", "enforce_nonce": True}
            await self._write(address, body, ())

    # -- posting ---------------------------------------------------------------------------------

    async def _post_all(self, address: Address, reply: Reply, *, after: int) -> list[str]:
        """Post the messages of a reply from the one after `after`."""

        async def post(posts: list[Ready]) -> list[str]:
            return await self._post_from(address, reply, posts, after=after)

        found = await self._as_allowed(address, reply, post)
        self._unsure.discard(reply.id)
        return found

    async def _as_allowed(
        self, address: Address, reply: Reply, write: Callable[[list[Ready]], Awaitable[list[str]]]
    ) -> list[str]:
        """Write a reply with its files; where they are refused, with links to them."""
        posts = await self._ready(address, reply)
        try:
            return await write(posts)
        except discord.HTTPException as error:
            if not _upload_refused(error) or not any(one.uploads for one in posts):
                raise self._named(error, address) from error
            log.info("files are handed over as links: %s", error)
        try:
            return await write(await self._ready(address, reply, attach=False))
        except discord.HTTPException as error:
            raise self._named(error, address) from error

    def _named(self, error: discord.HTTPException, address: Address) -> Exception:
        """The error, which names the permissions that are missing where we know them."""
        lacking = self._places.lacking(address.scope)
        if code_of(error) != NO_PERMISSION or not lacking:
            return error
        return Undeliverable(f"Discord forbids it: give my role there {', '.join(lacking)}.")

    async def _post_from(
        self, address: Address, reply: Reply, posts: list[Ready], *, after: int
    ) -> list[str]:
        parts = list(enumerate(posts))[after:]
        return [await self._post(address, reply, part, one) for part, one in parts]

    async def _ready(self, address: Address, reply: Reply, *, attach: bool = True) -> list[Ready]:
        limit = self._places.upload_limit(address.scope)
        return await posts_of(reply, self._store, limit=limit, attach=attach)

    async def _post(self, address: Address, reply: Reply, part: int, one: Ready) -> str:
        body = {
            **body_of(one),
            "attachments": described(one.uploads),
            "nonce": nonce(address, reply, part),
            "enforce_nonce": True,
        }
        message = await self._write(address, body, one.uploads)
        self._note(str(message["id"]), one)
        return str(message["id"])

    async def _write(self, address: Address, body: Json, uploads: tuple[Upload, ...]) -> Json:
        target = await self._threads.target(address)
        try:
            return await self._write_to(target, body, uploads)
        except discord.HTTPException as error:
            if target.channel == address.scope.channel:
                raise
            if code_of(error) == UNKNOWN_CHANNEL:
                await self._threads.open(address)
            elif code_of(error) == NO_PERMISSION and not uploads:
                self._threads.is_flat(address.thread)
            else:
                raise
        return await self._write_again(address, body, uploads)

    async def _write_again(self, address: Address, body: Json, uploads: tuple[Upload, ...]) -> Json:
        target = await self._threads.target(address)
        try:
            return await self._write_to(target, body, uploads)
        except discord.NotFound as error:
            if code_of(error) != UNKNOWN_CHANNEL or target.channel == address.scope.channel:
                raise
            self._threads.deleted(address.thread)
            raise Undeliverable("The thread was deleted.") from error

    async def _write_to(self, target: Target, body: Json, uploads: tuple[Upload, ...]) -> Json:
        if target.reply_to:
            reference = {"message_id": target.reply_to, "fail_if_not_exists": False}
            body = {**body, "message_reference": reference}
        ids = {"channel_id": target.channel}
        found: Json = await self._api.call("POST", MESSAGES, ids, body=body, uploads=uploads)
        return found

    # -- editing ---------------------------------------------------------------------------------

    async def _edit(self, address: Address, number: str, one: Ready) -> bool:
        """Edit one message; False when it is not there any more.

        Discord does not list files that an embed shows, so a set of files that changes is sent
        anew as a whole; one that stays is not mentioned, and so is kept.
        """
        body = body_of(one)
        uploads = () if self._attached.get(number) == _blobs(one) else one.uploads
        if uploads or not one.uploads:
            body["attachments"] = described(uploads)
        for channel in self._threads.candidates(address):
            try:
                await self._patch(channel, number, body, uploads)
            except discord.NotFound as error:
                if code_of(error) not in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE):
                    raise
            else:
                self._note(number, one)
                return True
        return False

    async def _patch(
        self, channel: str, number: str, body: Json, uploads: tuple[Upload, ...]
    ) -> None:
        ids = {"channel_id": channel, "message_id": number}
        try:
            await self._api.call("PATCH", MESSAGE, ids, body=body, uploads=uploads)
        except discord.HTTPException as error:
            if code_of(error) != ARCHIVED:
                raise
            await self._api.call("PATCH", CHANNEL, ids, body={"archived": False})
            await self._api.call("PATCH", MESSAGE, ids, body=body, uploads=uploads)

    async def _delete(self, address: Address, number: str) -> None:
        for channel in self._threads.candidates(address):
            ids = {"channel_id": channel, "message_id": number}
            try:
                await self._api.call("DELETE", MESSAGE, ids)
            except discord.NotFound:
                continue
            return

    # -- finding ---------------------------------------------------------------------------------

    async def _search(self, address: Address, reply: Reply) -> list[str]:
        """The ids of a reply's messages, in order."""
        for channel in self._threads.candidates(address):
            try:
                found = await self._search_in(channel, address, reply)
            except discord.HTTPException as error:
                if error.status not in (403, 404):
                    raise
                continue
            if found:
                return found
        return []

    async def _search_in(self, channel: str, address: Address, reply: Reply) -> list[str]:
        found: list[str] = []
        before: dict[str, str] = {}
        for _ in range(PAGES):
            query = {"limit": "100", **before}
            page: list[Json] = await self._api.get(MESSAGES, {"channel_id": channel}, query=query)
            found += [str(one["id"]) for one in page if self._is_of(one, address, reply)]
            if len(page) < 100:
                break
            before = {"before": str(page[-1]["id"])}
        return sorted(found, key=int)

    def _is_of(self, message: Json, address: Address, reply: Reply) -> bool:
        if str((message.get("author") or {}).get("id")) != self._api.user:
            return False
        if str(message.get("nonce") or "").startswith(nonce(address, reply, 0)[:-1]):
            return True
        return is_marked(message, reply.id)

    def _note(self, number: str, one: Ready) -> None:
        self._attached[number] = _blobs(one)
        self._attached.move_to_end(number)
        if len(self._attached) > REMEMBERED:
            self._attached.popitem(last=False)


def body_of(one: Ready) -> Json:
    """What is said of a message however it is sent; it can call nobody."""
    post = one.post
    body: Json = {
        "content": post.content,
        "embeds": list(post.embeds),
        "components": list(post.components),
        "allowed_mentions": INERT,
    }
    return {**body, "flags": 0 if post.embeds else NO_UNFURLS}


def described(uploads: tuple[Upload, ...]) -> list[Json]:
    """The files of a message as its body names them."""
    return [
        {"id": index, "filename": one.name, **({"description": one.alt[:1024]} if one.alt else {})}
        for index, one in enumerate(uploads)
    ]


def nonce(address: Address, reply: Reply, part: int) -> str:
    """Discord gives a message that was sent under it before, for some minutes.

    The address is in it, so that an installation that counts from one again is not mistaken.
    """
    place = f"{address.scope}/{address.thread}"
    return f"m{reply.id}.{hashlib.sha256(place.encode()).hexdigest()[:6]}.{part}"


def is_marked(message: Json, reply_id: int) -> bool:
    """Whether a message of ours says which reply it is: in small print, or by its buttons."""
    embeds = message.get("embeds") or []
    footer = str(((embeds[-1] if embeds else {}).get("footer") or {}).get("text") or "")
    pressed = re.compile(rf"(?:press|menu):{reply_id}:\d+")
    return bool(re.search(rf"\bref {reply_id}$", footer)) or any(
        pressed.fullmatch(str(one.get("custom_id") or ""))
        for row in message.get("components") or []
        for one in row.get("components") or []
    )


def _blobs(one: Ready) -> tuple[str, ...]:
    return tuple(f"{a.name}:{a.blob}" for a in one.post.attachments)


def _upload_refused(error: discord.HTTPException) -> bool:
    return error.status == 413 or code_of(error) in (TOO_LARGE, NO_PERMISSION)
