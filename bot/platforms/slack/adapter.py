"""Slack as a chat platform."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt.app.async_app import AsyncApp
from starlette.routing import BaseRoute

from bot.errors import BotError, Later, SetupError
from bot.messages import Reply
from bot.platforms.base import Capabilities, Door
from bot.platforms.slack.api import Api
from bot.platforms.slack.attachments import Attachments
from bot.platforms.slack.catchup import CatchUp
from bot.platforms.slack.connection import Connection, Pulse
from bot.platforms.slack.downloads import Downloads, Patience
from bot.platforms.slack.errors import LONG_S, SOON_S, SlackRefused, undelivered
from bot.platforms.slack.handling import Desk, Handling, filled_in, pressed
from bot.platforms.slack.identity import Identity
from bot.platforms.slack.incoming import PLATFORM, Heard, Me, heard, said
from bot.platforms.slack.interactions import interaction, is_interaction
from bot.platforms.slack.listen import NotYet, bolt_app, events_route
from bot.platforms.slack.modals import refused as refuse
from bot.platforms.slack.people import People
from bot.platforms.slack.places import Places
from bot.platforms.slack.posting import Posting
from bot.platforms.slack.uploads import Uploads
from bot.platforms.slack.whispers import Whispers
from bot.settings import Settings
from storage.catalog.records import Address, Json, Scope
from tools.forms import WrongFields

log = logging.getLogger(__name__)

CHECK_S: Final = 2.0
"""Seconds that looking at a form may take; Slack waits for three."""
LEFT_OUT: Final = "app_rate_limited"
NO_WAY_IN: Final = (
    "Slack has no way to reach the bot: set SLACK_APP_TOKEN for Socket Mode, or "
    "SLACK_SIGNING_SECRET for events at /slack/events."
)


@dataclass(frozen=True, slots=True)
class Keys:
    """How Slack is reached, and reaches us: by a socket, else by signed requests."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    api_url: str = "https://slack.com/api/"


@dataclass
class _Work:
    """What there is while the platform is connected."""

    door: Door
    handling: Handling
    posting: Posting
    attachments: Attachments
    catchup: CatchUp
    tasks: list[asyncio.Task[None]]


class SlackPlatform:
    """One workspace; see `ChatPlatform`."""

    name = PLATFORM
    address = None
    capabilities = Capabilities(forms=True, max_text=3000, pace_s=1.0)

    def __init__(
        self, keys: Keys, *, pulse: Pulse | None = None, patience: Patience | None = None
    ) -> None:
        self._keys = keys
        self._pulse = pulse or Pulse()
        self._patience = patience or Patience()
        self._api = Api(keys.bot_token, keys.api_url)
        self._identity = Identity(self._api)
        self._people = People(self._api)
        self._whispers = Whispers(self._api)
        self._bolt: AsyncApp = bolt_app(self._api, self._take, signing_secret=keys.signing_secret)
        self._work: _Work | None = None
        self._connection: Connection | None = None
        self._fresh = asyncio.Event()

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """`/slack/events`, where there is no socket."""
        secret = self._keys.signing_secret
        by_http = secret and not self._keys.app_token
        return [events_route(self._bolt, secret)] if by_http else []

    async def start(self, door: Door) -> None:
        """Connect in the background; see `ChatPlatform.start`."""
        places = Places(self._api, door, self._people)
        attachments = Attachments(self._api)
        downloads = Downloads(self._api, patience=self._patience)
        uploads = Uploads(self._api, look_s=self._patience.look_s)
        posting = Posting(self._api, self._identity, door, uploads=uploads, whispers=self._whispers)
        desk = Desk(
            self._api,
            self._identity,
            door,
            self._people,
            places,
            attachments,
            downloads,
            posting,
            self._whispers,
        )
        catchup = CatchUp(
            self._api, self._identity, door, places, keep=self._found, pulse=self._pulse
        )
        self._work = _Work(door, Handling(desk), posting, attachments, catchup, [])
        self._work.tasks.append(asyncio.create_task(self._listen(self._work)))

    async def stop(self) -> None:
        """Disconnect."""
        work, self._work, self._connection = self._work, None, None
        if work is not None:
            for task in work.tasks:
                task.cancel()
            await asyncio.gather(*work.tasks, return_exceptions=True)
        await self._api.close()

    async def handle(self, event: Json) -> None:
        """Deal with an event that was kept."""
        await self._now().handling.handle(event)

    async def send(self, address: Address, reply: Reply) -> str:
        """Post a reply; its reference is described at `refs.Ref`."""
        return await self._now().posting.send(address, reply)

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Bring a posted reply up to date."""
        return await self._now().posting.update(address, ref, reply)

    async def find(self, address: Address, reply: Reply) -> str | None:
        """Look for a reply whose sending was cut short; what is missing of it is added."""
        return await self._now().posting.find(address, reply)

    async def groups_of(self, person: str, scope: Scope) -> frozenset[str]:
        """The user groups that a person is in at this moment; none where Slack does not tell."""
        me = await self._identity.me()
        try:
            groups = await self._people.groups_of(person.rpartition("/")[2])
        except SlackRefused as refused:
            log.warning("user groups are not known: %s", refused)
            return frozenset()
        return frozenset(me.group(group) for group in groups)

    async def direct(self, person: str) -> Address:
        """The direct messages of a person."""
        me = await self._identity.me()
        try:
            opened = await self._api.call("conversations.open", users=person.rpartition("/")[2])
        except SlackRefused as refused:
            raise undelivered(refused) from refused
        return Address(me.scope(str(opened["channel"]["id"])))

    def troubles(self) -> list[str]:
        """What keeps it from hearing or speaking now."""
        unheard = self._connection.troubles() if self._connection is not None else []
        deaf = [] if self._keys.app_token or self._keys.signing_secret else [NO_WAY_IN]
        return [*deaf, *self._api.troubles(), *unheard]

    def _now(self) -> _Work:
        if self._work is None:
            raise Later("Slack is not connected", after_s=SOON_S)
        return self._work

    # -- hearing ---------------------------------------------------------------------------------

    async def _listen(self, work: _Work) -> None:
        """Find out who we are, connect, and look now and then for what was missed."""
        while self._identity.known is None:
            try:
                await self._identity.me()
            except Later as later:
                log.warning("Slack is not asked yet who we are: %s", later)
                await asyncio.sleep(min(later.after_s, LONG_S))
        await work.catchup.prepare()
        self._fresh.set()
        if self._keys.app_token:
            self._connection = Connection(
                self._api,
                self._bolt,
                self._keys.app_token,
                pulse=self._pulse,
                on_connected=self._fresh.set,
            )
            work.tasks.append(asyncio.create_task(self._connection.run()))
        await self._keep_up(work)

    async def _keep_up(self, work: _Work) -> None:
        strange = True
        while True:
            connected = await self._due()
            try:
                missed = await work.catchup.run(thorough=connected, strange=strange)
            except BotError as error:
                log.warning("catching up failed: %s", error)
                continue
            except Exception:
                log.exception("catching up failed")
                continue
            strange = False
            if missed and not connected and self._connection is not None:
                log.warning("%d messages were not delivered by Slack's socket", missed)
                self._connection.renew()

    async def _due(self) -> bool:
        """Wait until it is time to look; whether because of a new connection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pulse.poll):
                await self._fresh.wait()
        connected = self._fresh.is_set()
        self._fresh.clear()
        return connected

    async def _take(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """Keep what was delivered; what it returns goes along with the acknowledgement."""
        work, me = self._work, self._identity.known
        if work is None or me is None:
            raise NotYet
        if is_interaction(body):
            return await self._take_interaction(work, body, me)
        if body.get("type") == LEFT_OUT:
            log.warning("Slack left events out, for there were too many; looking for them")
            self._fresh.set()
        found = heard(body, me)
        if found is not None:
            work.attachments.seen(found.event)
            await _keep(work.door, found)
        return None

    async def _take_interaction(
        self, work: _Work, body: Mapping[str, Any], me: Me
    ) -> dict[str, Any] | None:
        found = interaction(body)
        if found is None:
            return None
        event = found.event
        self._whispers.may_answer_at(event["channel"], event["user"], body.get("response_url"))
        if event["kind"] == "submit" and (wrong := await _wrong(work.door, event, me)):
            return refuse(wrong, body["view"])
        await _keep(work.door, found)
        return None

    async def _found(self, message: Mapping[str, Any], me: Me) -> bool:
        """Keep a message of a channel's history; False when it is known, or not for us."""
        found = said(message, me)
        return found is not None and await _keep(self._now().door, found)


async def _keep(door: Door, found: Heard) -> bool:
    return await door.keep(
        found.key, found.event, lane=found.lane, scope=found.scope, cursor=found.cursor
    )


async def _wrong(door: Door, event: Json, me: Me) -> WrongFields | None:
    """What is wrong with a form; what else speaks against it is said when it is dealt with."""
    try:
        async with asyncio.timeout(CHECK_S):
            await door.check_form(pressed(event, me, filled_in(event)))
    except WrongFields as wrong:
        return wrong
    except (BotError, TimeoutError) as error:
        log.info("a form was not looked at: %r", error)
    return None


def open_slack(settings: Settings) -> SlackPlatform:
    """The platform that the settings describe; nothing is connected yet.

    Raises:
        SetupError: There is no bot token.
    """
    if settings.slack_bot_token is None:
        raise SetupError("SLACK_BOT_TOKEN is not set.")
    app, secret = settings.slack_app_token, settings.slack_signing_secret
    keys = Keys(
        settings.slack_bot_token.get_secret_value(),
        app.get_secret_value() if app else "",
        secret.get_secret_value() if secret else "",
        settings.slack_api_url,
    )
    return SlackPlatform(keys)
