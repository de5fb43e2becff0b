"""What people, groups and channels are called, remembered for a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from bot.errors import Later
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import SlackRefused
from bot.platforms.slack.mentions import Named
from storage.catalog.records import Json
from tools.cards import shown

log = logging.getLogger(__name__)

TTL_S: Final = 600.0
MOST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """How somebody is called and which clock they look at (an IANA zone, "" if unknown)."""

    name: str
    timezone: str = ""


class People:
    """The people of a workspace; a name that cannot be had now is no reason to stop."""

    def __init__(self, api: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[str, tuple[float, Person]] = {}
        self._groups: tuple[float, dict[str, str]] = (-TTL_S, {})

    async def of(self, user: str, *, called: str = "") -> Person:
        """A person by their bare id; `called` is what a payload calls them."""
        until, person = self._known.get(user, (0.0, Person(called or user)))
        if self._clock() < until:
            return person
        try:
            answer = await self._api.call("users.info", user=user)
        except (Later, SlackRefused) as error:
            log.info("%s stays without a fresh name: %s", user, error)
            return person
        person = _person(answer.get("user") or {}, called or user)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[user] = (self._clock() + TTL_S, person)
        return person

    async def names(self, who: Named) -> dict[str, str]:
        """What the people and groups of a text are called, by their bare ids."""
        people = {user: (await self.of(user)).name for user in who.users}
        return people | (await self._group_names(who.groups) if who.groups else {})

    async def groups_of(self, user: str) -> list[str]:
        """Bare ids of the user groups that a person is in at this moment."""
        answer = await self._api.call("usergroups.list", include_users=True)
        groups = answer.get("usergroups") or []
        return [str(group["id"]) for group in groups if user in (group.get("users") or ())]

    async def _group_names(self, groups: Iterable[str]) -> dict[str, str]:
        until, known = self._groups
        if self._clock() >= until or not known.keys() >= set(groups):
            try:
                answer = await self._api.call("usergroups.list")
            except (Later, SlackRefused) as error:
                log.info("user groups stay without names: %s", error)
                return known
            listed = answer.get("usergroups") or []
            known = {str(group["id"]): str(group.get("handle") or "") for group in listed}
            self._groups = (self._clock() + TTL_S, known)
        return known


def _person(user: Json, otherwise: str) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
    name = next((shown(name) for name in names if name and shown(name)), otherwise)
    return Person(name, str(user.get("tz") or ""))
