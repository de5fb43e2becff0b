"""Who may ask the chat API: known hosts, no foreign pages, a good token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from bot.platforms.web.errors import Refusal, bad_request
from bot.platforms.web.tokens import NAME, BadToken, Person, read
from bot.settings import Settings, split_address
from storage.catalog.records import Actor, Address, Scope

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
CHANNEL: Final = "channel"
"""The name of the thread that is the channel itself."""

_ANY: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - a name to leave out, not to bind
_CHANNEL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_THREAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, in which channel, and until when their token is good."""

    person: Person
    scope: Scope
    until: datetime

    @property
    def actor(self) -> Actor:
        """The person as the rest of the bot knows them."""
        return Actor(self.person.id, self.person.name)

    def address(self, thread: str) -> Address:
        """A thread of the channel by its name.

        Raises:
            Refusal: No thread can be called so.
        """
        if not _THREAD.fullmatch(thread):
            raise bad_request("A thread is named by 1 to 64 letters, digits, '_' and '-'.")
        return Address(self.scope, "" if thread == CHANNEL else thread)


def thread_name(address: Address) -> str:
    """The reverse of `Visitor.address`."""
    return address.thread or CHANNEL


@dataclass(frozen=True, slots=True)
class Doors:
    """By which names the bot is reached.

    Attributes:
        hosts: Host names, without ports.
        origin: The origin of the public address, "" without one.
    """

    hosts: frozenset[str]
    origin: str = ""


def doors_of(settings: Settings) -> Doors:
    """The names that settings give the bot's address."""
    bound = split_address(settings.http)[0].strip("[]").lower()
    public = urlsplit(settings.public_url)
    named = {bound, public.hostname or "", *(host.lower() for host in settings.web_hosts)}
    origin = f"{public.scheme}://{public.netloc}".lower() if public.hostname else ""
    return Doors(frozenset(named - _ANY) | LOOPBACK, origin)


class Guard:
    """Lets people in by their token; what it says of their groups is handed on at once."""

    def __init__(
        self,
        doors: Doors,
        *,
        secret: str,
        now: Callable[[], datetime],
        admitted: Callable[[Person], None] = lambda _: None,
    ) -> None:
        self._doors = doors
        self._secret = secret
        self._now = now
        self._admitted = admitted

    def admit(self, headers: Mapping[str, str], channel: str) -> Visitor:
        """Who asks.

        Args:
            headers: Of the request; names in lower case, or a case-insensitive mapping.
            channel: The channel they ask about.

        Raises:
            Refusal: 403 for an unknown host or a foreign page, 401 without a good token, 400
                for a channel that cannot be.
        """
        host = headers.get("host", "").lower()
        if (urlsplit(f"//{host}").hostname if _is_host(host) else "") not in self._doors.hosts:
            raise Refusal(403, "wrong_host", "The bot is not known by this name (MLOPS_WEB_HOSTS).")
        origin = headers.get("origin")
        own = (f"http://{host}", f"https://{host}", self._doors.origin)
        if origin is not None and (not origin or origin.lower() not in own):
            raise Refusal(403, "foreign_origin", "Pages of other sites are not answered.")
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Refusal(401, "unauthorized", "A token is needed: Authorization: Bearer …")
        try:
            good = read(token.strip(), secret=self._secret, now=self._now())
        except BadToken as error:
            raise Refusal(401, "unauthorized", str(error)) from None
        if not _CHANNEL.fullmatch(channel):
            raise bad_request("A channel is named by at most 40 lower-case letters, digits or '-'.")
        self._admitted(good.person)
        scope = Scope(NAME, good.person.workspace, channel)
        return Visitor(good.person, scope, good.until)


def _is_host(text: str) -> bool:
    """Whether it can be parsed; a bracket in the wrong place makes `urlsplit` raise."""
    return re.fullmatch(r"[a-z0-9.:_-]+|\[[0-9a-f:.]+\](:\d+)?", text) is not None
