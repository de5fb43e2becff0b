"""Posts replies and keeps them up to date: cards with their parts, pictures and files."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from bot.errors import Undeliverable
from bot.messages import Progress, Reply
from bot.platforms.base import Door
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import STALE, SlackRefused, undelivered
from bot.platforms.slack.history import History
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.incoming import Me, is_direct
from bot.platforms.slack.refs import Ref, mark_of
from bot.platforms.slack.render import Post, escape, files_of, pictures_of, render
from bot.platforms.slack.uploads import Forbidden, Uploads
from bot.platforms.slack.whispers import Whispers
from storage.catalog.records import Address, Json
from tools.outcome import File

log = logging.getLogger(__name__)

REPLY: Final = "mlops_reply"
NOTE: Final = "mlops_note"
WHISPERED: Final = "alone"
REMEMBERED: Final = 2_000
LOOK_BACK: Final = timedelta(hours=24)
_K = TypeVar("_K")
_V = TypeVar("_V")
ANSWERS: Final = "turn:"
"""Slots of answers; about alerts and headlines nobody is asked for an opinion."""


@dataclass
class _Way:
    """How one reply is shown; made plainer when Slack refuses it."""

    pictures: Mapping[str, str]
    links: dict[str, str] = field(default_factory=dict)
    native: bool = True
    words_only: bool = False

    def posts(self, reply: Reply) -> tuple[Post, ...]:
        """The messages it takes."""
        posts = render(
            reply,
            pictures=self.pictures,
            links=self.links,
            opinions=self.native and reply.slot.startswith(ANSWERS),
            tables=self.native,
        )
        return tuple(Post(post.text, ()) for post in posts) if self.words_only else posts


class Posting:
    """Brings replies to Slack.

    What was begun and not finished is looked for in the channel before it is posted again, since
    the answer to a post may be lost while the message is there.
    """

    def __init__(
        self,
        api: Api,
        identity: Identity,
        door: Door,
        *,
        uploads: Uploads,
        whispers: Whispers,
    ) -> None:
        self._api = api
        self._identity = identity
        self._door = door
        self._uploads = uploads
        self._whispers = whispers
        self._history = History(api)
        self._begun: set[int] = set()
        self._shown: OrderedDict[tuple[str, str], Post] = OrderedDict()
        self._cards: OrderedDict[str, str] = OrderedDict()

    async def send(self, address: Address, reply: Reply) -> str:
        """Post a reply; see `Platform.send`."""
        if reply.to:
            return await self._whisper(address, reply)
        known = await self._known(address, reply.id) if reply.id in self._begun else {}
        return await self._show(address, reply, Ref(), known)

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Edit the messages of a reply; see `Platform.update`."""
        if reply.to or ref.startswith(WHISPERED):
            under_way = any(isinstance(block, Progress) for block in reply.blocks)
            return ref if under_way else await self._whisper(address, reply)
        known = await self._known(address, reply.id) if reply.id in self._begun else {}
        return await self._show(address, reply, Ref.parse(ref), known)

    async def find(self, address: Address, reply: Reply) -> str | None:
        """Look for a reply in its channel, and finish what is missing of it."""
        if reply.to or not (known := await self._known(address, reply.id)):
            return None
        self._begun.add(reply.id)
        return await self._show(address, reply, Ref(), known)

    async def note(self, address: Address, key: str, text: str) -> None:
        """Say something that is no reply, once for each key."""
        me = await self._identity.me()
        for message in await self._recent(address):
            if _payload(message, NOTE, me).get("id") == key:
                return
        metadata = {"event_type": NOTE, "event_payload": {"id": key}}
        await self._say(address, Post(escape(text), ()), address.thread, metadata)

    # -- showing ---------------------------------------------------------------------------------

    async def _show(
        self, address: Address, reply: Reply, ref: Ref, known: Mapping[int, str]
    ) -> str:
        again = bool(ref.posts) or reply.id in self._begun  # an edit may be one taken up
        self._begun.add(reply.id)
        pictures = await self._uploads.pictures(pictures_of(reply), self._door.open)
        way = _Way(pictures)
        way.links = {
            f.blob: self._door.link(f) for f in files_of(reply) if not self._uploads.takes(f)
        }
        try:
            ref = replace(ref, posts=await self._place(address, reply, ref.posts, known, way))
            ref, left = await self._hand_over(address, reply, ref, way, again=again)
            if left:
                way.links |= {file.blob: self._door.link(file) for file in left}
                ref = replace(ref, posts=await self._place(address, reply, ref.posts, {}, way))
        except SlackRefused as refused:
            told = undelivered(refused)
            if isinstance(told, Undeliverable):
                self._begun.discard(reply.id)
            raise told from refused
        self._begun.discard(reply.id)
        return str(ref)

    async def _place(
        self,
        address: Address,
        reply: Reply,
        old: tuple[str, ...],
        known: Mapping[int, str],
        way: _Way,
    ) -> tuple[str, ...]:
        """Bring the messages to what they should be, plainer where Slack refuses them."""
        while True:
            posts = way.posts(reply)
            if old and len(posts) > len(old) and not known:
                known = await self._known(address, reply.id)
            try:
                return await self._lay_out(address, reply.id, posts, old, known)
            except SlackRefused as refused:
                if refused.code != "invalid_blocks" or not self._plainer(way, refused):
                    raise
                log.warning("outbox row %s is shown more plainly: %s", reply.id, refused)
                if len(posts) > 1:  # the first of them may be there by now
                    known = await self._known(address, reply.id)

    async def _lay_out(
        self,
        address: Address,
        reply_id: int,
        posts: tuple[Post, ...],
        old: tuple[str, ...],
        known: Mapping[int, str],
    ) -> tuple[str, ...]:
        placed: list[str] = []
        for part, post in enumerate(posts):
            below = placed[0] if placed and not is_direct(address.scope.channel) else ""
            thread = address.thread or below
            metadata = {"event_type": REPLY, "event_payload": {"id": reply_id, "part": part}}
            if part < len(old):
                ts = await self._edit(address, old[part], post, thread, metadata)
            elif part in known:
                ts = known[part]
            else:
                ts = await self._say(address, post, thread, metadata)
            placed.append(ts)
        for ts in old[len(posts) :]:
            await self._api.try_call("chat.delete", channel=address.scope.channel, ts=ts)
        return tuple(placed)

    def _plainer(self, way: _Way, refused: SlackRefused) -> bool:
        """Make do with less; False when there is nothing left to leave out."""
        about_pictures = "slack file" in refused.detail or "slack_file" in refused.detail
        if way.pictures and (about_pictures or not way.native):
            self._uploads.forget(way.pictures)
            way.pictures = {}
        elif way.native:
            way.native = False
        elif not way.words_only:
            way.words_only = True
        else:
            return False
        return True

    async def _say(self, address: Address, post: Post, thread: str, metadata: Json) -> str:
        where = {"thread_ts": thread} if thread else {}
        answer = await self._api.call(
            "chat.postMessage",
            channel=address.scope.channel,
            text=post.text,
            blocks=list(post.blocks) or None,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
            **where,
        )
        ts = str(answer["ts"])
        _note(self._shown, (address.scope.channel, ts), post)
        return ts

    async def _edit(
        self, address: Address, ts: str, post: Post, thread: str, metadata: Json
    ) -> str:
        channel = address.scope.channel
        if self._shown.get((channel, ts)) == post:
            return ts
        try:
            await self._api.call(
                "chat.update",
                channel=channel,
                ts=ts,
                text=post.text,
                blocks=list(post.blocks),
                metadata=metadata,
            )
        except SlackRefused as refused:
            if refused.code not in STALE:
                raise
            log.info("%s is posted anew: %s", ts, refused)
            return await self._say(address, post, thread, metadata)
        _note(self._shown, (address.scope.channel, ts), post)
        return ts

    async def _whisper(self, address: Address, reply: Reply) -> str:
        """To one person alone; files cannot be shared so, and are handed over as links."""
        pictures = await self._uploads.pictures(pictures_of(reply), self._door.open)
        links = {file.blob: self._door.link(file) for file in files_of(reply)}
        user = reply.to.rpartition("/")[2]
        for post in render(reply, pictures=pictures, links=links):
            await self._whispers.post(
                address.scope.channel, user, post.text, blocks=post.blocks, thread=address.thread
            )
        return WHISPERED

    # -- files -----------------------------------------------------------------------------------

    async def _hand_over(
        self, address: Address, reply: Reply, ref: Ref, way: _Way, *, again: bool
    ) -> tuple[Ref, list[File]]:
        """Share the files below the card, each once; those that cannot be come back."""
        files = dict(ref.files)
        wanted = [f for f in files_of(reply) if f.blob not in way.links and mark_of(f) not in files]
        if not wanted:
            return ref, []
        direct = is_direct(address.scope.channel)
        thread = address.thread or ("" if direct else ref.posts[0])
        card = ref.posts[0]
        there = await self._shared(address, thread, card) if again else {}
        left: list[File] = []
        for file in wanted:
            id_ = there.get((file.name, file.size), "")
            try:
                id_ = id_ or await self._uploads.share(
                    file, self._door.open, channel=address.scope.channel, thread=thread
                )
            except Forbidden:
                left.append(file)
            else:
                files[mark_of(file)] = id_
                _note(self._cards, id_, card)
        return replace(ref, files=files), left

    async def _shared(
        self, address: Address, thread: str, after: str
    ) -> dict[tuple[str, int], str]:
        """Files that were shared after a card, by name and size; not those of other cards."""
        me = await self._identity.me()
        channel = address.scope.channel
        try:
            said = await self._history.since(channel, thread, oldest=after)
        except SlackRefused as refused:
            log.warning("what was shared before is not known: %s", refused)
            return {}
        mine = [message for message in said if message.get("user") == me.user]
        files = [file for message in mine for file in message.get("files") or []]
        ours = [file for file in files if self._cards.get(str(file["id"]), after) == after]
        return {(f.get("name", ""), int(f.get("size") or 0)): str(f["id"]) for f in ours}

    # -- looking back ----------------------------------------------------------------------------

    async def _known(self, address: Address, reply_id: int) -> dict[int, str]:
        """Timestamps of the messages of a reply that are there, by their part."""
        me = await self._identity.me()
        try:
            found = _parts(await self._recent(address), reply_id, me)
            if 0 in found and not address.thread:
                below = await self._history.since(address.scope.channel, found[0], oldest=found[0])
                found |= _parts(below, reply_id, me)
        except SlackRefused as refused:
            raise undelivered(refused) from refused
        return found

    async def _recent(self, address: Address) -> list[Json]:
        oldest = f"{(datetime.now(UTC) - LOOK_BACK).timestamp():.6f}"
        return await self._history.since(address.scope.channel, address.thread, oldest=oldest)


def _note(known: OrderedDict[_K, _V], key: _K, value: _V) -> None:
    """Remember something, and forget what is oldest."""
    known[key] = value
    if len(known) > REMEMBERED:
        known.popitem(last=False)


def _parts(messages: list[Json], reply_id: int, me: Me) -> dict[int, str]:
    payloads = ((_payload(message, REPLY, me), str(message["ts"])) for message in messages)
    return {int(p.get("part") or 0): ts for p, ts in payloads if p.get("id") == reply_id}


def _payload(message: Json, kind: str, me: Me) -> dict[str, Any]:
    """What we attached to a message of ours; another assistant counts its replies as we do."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != kind or message.get("bot_id") != me.bot:
        return {}
    payload = metadata.get("event_payload")
    return payload if isinstance(payload, dict) else {}
