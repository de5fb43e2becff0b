"""Meets channels: what they are, who brought the assistant there, whether it may talk."""

from __future__ import annotations

import logging
from typing import Final

from bot.errors import Later
from bot.platforms.base import Door
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import GONE, SlackRefused
from bot.platforms.slack.incoming import Me, is_direct
from bot.platforms.slack.people import People
from storage.catalog.records import Json

log = logging.getLogger(__name__)

_OUTSIDE: Final = ("is_ext_shared", "is_pending_ext_shared")


class Places:
    """The channels of a workspace, as the bot knows them and as Slack does."""

    def __init__(self, api: Api, door: Door, people: People) -> None:
        self._api = api
        self._door = door
        self._people = people

    async def may_talk(
        self, me: Me, channel: str, *, user: str, thread: str = "", outside: bool = False
    ) -> bool:
        """Whether the assistant talks in a channel; one it never met is met now.

        Args:
            me: Who it is.
            channel: Where something was said.
            user: Who said it.
            thread: Where, in a direct message, hello is said.
            outside: Whether the event told that another organisation reads the channel.
        """
        scope = me.scope(channel)
        known = await self._door.channel(scope)
        joined = outside and known is not None and not known.shared
        if known is None or known.greeted_at is None or known.state == "gone" or joined:
            await self.meet(me, channel, user=user, thread=thread, outside=outside)
            known = await self._door.channel(scope)
        return known is None or known.state != "quiet"

    async def meet(
        self, me: Me, channel: str, *, user: str, thread: str = "", outside: bool = False
    ) -> None:
        """Be somewhere for the first time.

        Raises:
            Later: Slack has trouble; whether others read along must be known before saying hello.
        """
        about = {} if is_direct(channel) else await self._info(channel)
        outside = outside or any(about.get(name) for name in _OUTSIDE)
        owner = await self._people.of(user) if user else None
        await self._door.meet(
            me.scope(channel),
            name=str(about.get("name") or ""),
            owner=me.person(user) if user else "",
            owner_name=owner.name if owner else "",
            shared=outside,
            thread=thread if is_direct(channel) else "",
        )

    async def is_in(self, channel: str) -> bool:
        """Whether the assistant is a member of a channel."""
        return is_direct(channel) or bool((await self._info(channel)).get("is_member"))

    async def with_person(self, user: str, *, direct: str) -> list[str]:
        """The channels that the assistant and a person share, their direct messages too."""
        known = {channel.scope.channel for channel in await self._door.channels()}
        theirs = await self._list(user=user, types="public_channel,private_channel")
        return [channel for channel in (*theirs, direct) if channel in known]

    async def mine(self) -> list[str]:
        """The channels that the assistant is in."""
        return await self._list(types="public_channel,private_channel,im")

    async def _list(self, **args: str) -> list[str]:
        found: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(10):
            try:
                answer = await self._api.call(
                    "users.conversations", limit=200, exclude_archived=True, **args, **cursor
                )
            except (Later, SlackRefused) as error:
                log.info("channels are not listed: %s", error)
                return found
            found += [str(channel["id"]) for channel in answer.get("channels") or []]
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            if not following:
                break
            cursor = {"cursor": following}
        return found

    async def _info(self, channel: str) -> Json:
        try:
            answer = await self._api.call("conversations.info", channel=channel)
        except SlackRefused as refused:
            level = logging.INFO if refused.code in GONE else logging.WARNING
            log.log(level, "nothing is known of %s: %s", channel, refused)
            return {}
        about: Json = answer.get("channel") or {}
        return about
