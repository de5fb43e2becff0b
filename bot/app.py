"""The composition root: the only place where real adapters meet the core."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from bot.agent.budgets import Allowance
from bot.agent.minds import Limits, Minds, Price
from bot.agent.models import check_model, offline_model, open_model, request_extras
from bot.agent.toolbelt import Toolbelt
from bot.alertmanager import alert_routes
from bot.assistant import Assistant
from bot.board import Plan
from bot.crash import Fuse, fuse
from bot.downloads import Downloads
from bot.errors import SetupError
from bot.front import Desk, FrontOffice
from bot.inbox import Inbox
from bot.journal import journal
from bot.keys import secret_of
from bot.leading import Leading
from bot.metrics import Metrics
from bot.offering import offered_tools
from bot.outbox import Outbox
from bot.pipelines import follower_for, open_ci
from bot.platforms import open_wanted
from bot.platforms.base import ChatPlatform, Platform, Routes
from bot.roles import Roles, own_surfaces
from bot.settings import Settings, split_address
from bot.turns import Services
from bot.webhooks import github_routes
from scheduler.leader import Leadership
from storage.blobs import open_blobs
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog, open_catalog
from storage.catalog.records import Grant, Scope
from storage.errors import StorageError
from tools.base import Tool
from tools.context import Site
from tools.registry import pressable_tools

if TYPE_CHECKING:
    from bot.agent.core import Agent

log = logging.getLogger(__name__)

RECOVER_S = 3.0
ALIVE = timedelta(seconds=12)


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass
class App:
    """A running or runnable installation; made by `build`."""

    settings: Settings
    site: Site
    catalog: Catalog
    blobs: BlobStore
    assistant: Assistant
    outbox: Outbox
    metrics: Metrics
    agent: Callable[[], Agent]
    leading: Leading
    leadership: Leadership
    office: FrontOffice
    fronting: Leadership
    owner: str
    now: Callable[[], datetime]
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Deliver messages, and lead if nobody else does."""
        await asyncio.to_thread(self._stay_alive)
        await self._stack.enter_async_context(self.leadership)
        self._tasks = [
            asyncio.create_task(self._warm_up()),
            asyncio.create_task(_forever(self.office.desk.inbox.run, "inbox")),
            asyncio.create_task(_forever(self.outbox.run, "outbox")),
            asyncio.create_task(self.metrics.watch_loop()),
            asyncio.create_task(_forever(self._show_life, "life")),
            asyncio.create_task(_forever(self._keep_going, "recovery")),
        ]
        if self.office.platforms:
            await self._stack.enter_async_context(self.fronting)

    async def _warm_up(self) -> None:
        """Load the agent's libraries before the first message needs them."""
        await asyncio.to_thread(self.agent)

    async def _show_life(self) -> None:
        """Renew the lease by which others know that this process carries its turns on."""
        while True:
            await asyncio.to_thread(self._stay_alive)
            await asyncio.sleep(RECOVER_S)

    def _stay_alive(self) -> None:
        now = self.now()
        with self.catalog.write() as unit:
            name, until = f"process:{self.owner}", now + ALIVE
            unit.leases.acquire(name, owner=self.owner, until=until, now=now)

    async def stop(self) -> None:
        """Hand jobs over, stop every process started here, and close the catalog."""
        await self._stack.aclose()
        await self.office.desk.inbox.flush()
        await self.outbox.deliver()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._leave)
        self.catalog.close()

    def _leave(self) -> None:
        with self.catalog.write() as unit:
            unit.leases.release(f"process:{self.owner}", owner=self.owner)

    def troubles(self) -> list[str]:
        """What keeps this process from doing all of its work."""
        ours = self.leading.troubles() if self.leadership.held else []
        return [*ours, *self.office.troubles()]

    @property
    def routes(self) -> Routes:
        """What the bot's own address answers besides its health."""
        told, now = self.outbox.notify, self.now
        heard = github_routes(self.settings, self.catalog, now=now, notify=told)
        alerts = alert_routes(self.settings, self.catalog, now=now, notify=told)
        return [*self.office.routes, *heard, *alerts]

    async def _keep_going(self) -> None:
        """Go on with interrupted turns and expired approvals, now and then."""
        while True:
            await self.assistant.recover()
            if self.leadership.held:
                await self.assistant.expire()
            await asyncio.sleep(RECOVER_S)


def build(
    settings: Settings,
    *,
    platforms: Sequence[Platform] = (),
    connect: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> App:
    """Put an installation together from its settings; nothing runs yet.

    `platforms` are surfaces of this process alone, a terminal for one; with `connect` it also
    talks to the chat platforms that are configured.

    Raises:
        SetupError: A setting is wrong, or a store cannot be reached.
    """
    site = _site(settings)
    catalog, blobs = _open_stores(settings)
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    metrics = Metrics(now=now, tools=pressable_tools(), version=code_version())
    hooks = (metrics.hook, journal)
    chats = _open_platforms(settings) if connect else []
    roles = _roles(settings, catalog, chats)
    burns, ci = fuse(settings.crash), open_ci(settings)
    shown = {platform.name: platform for platform in platforms}
    outbox = Outbox(catalog, shown, now=now, secret=site.secret, fuse=burns, hooks=hooks)
    leading = Leading(settings, site, catalog, owner=owner, now=now, hooks=hooks)
    tools = offered_tools(settings)
    toolbelt = Toolbelt(
        catalog=catalog,
        blobs=blobs,
        site=site,
        roles=roles,
        tools=pressable_tools() | tools,
        now=now,
        notify_jobs=leading.notify_jobs,
        hooks=hooks,
        ci=ci,
        allowance=_allowance(settings),
    )
    leading.follows = follower_for(settings, ci, toolbelt, owner=owner, fuse=burns)
    agent = _agent(settings, tools)
    minds = _minds(settings, catalog, blobs, now=now)
    told = outbox.notify
    services = Services(catalog, blobs, toolbelt, agent, roles, minds, now, told, owner, hooks)
    assistant = Assistant(services)
    leading.resume = assistant.resume_jobs
    desk = _desk(settings, site, services, assistant, outbox, fuse=burns)
    office = FrontOffice(desk, chats)
    leadership, fronting = _leases(services, site, leading, office)
    parts = (assistant, outbox, metrics, agent, leading, leadership, office, fronting)
    return App(settings, site, catalog, blobs, *parts, owner, now)


def _open_platforms(settings: Settings) -> list[ChatPlatform]:
    return open_wanted(settings)


def _leases(
    services: Services, site: Site, leading: Leading, office: FrontOffice
) -> tuple[Leadership, Leadership]:
    """Who does the work of all, and who talks to the chat platforms."""
    catalog, owner, now = services.catalog, services.owner, services.now
    told = {"pid": os.getpid(), "serving_url": site.serving_url}
    leads = Leadership(catalog, owner, now=now, gained=leading.begin, lost=leading.end, detail=told)
    talks = Leadership(catalog, owner, now=now, gained=office.begin, lost=office.end, name="front")
    return leads, talks


def _desk(
    settings: Settings,
    site: Site,
    services: Services,
    assistant: Assistant,
    outbox: Outbox,
    *,
    fuse: Fuse,
) -> Desk:
    catalog, blobs, now = services.catalog, services.blobs, services.now
    base = settings.public_url or f"http://{settings.http}"
    return Desk(
        catalog,
        blobs,
        assistant,
        Inbox(catalog, now=now, fuse=fuse),
        outbox,
        Downloads(blobs, base=base.rstrip("/"), secret=site.secret, now=now),
        now,
        uploads=settings.home / "incoming",
        max_upload=settings.max_upload_mb * 2**20,
        approvers=sorted(settings.approvers),
        roles=services.roles,
        plan=Plan(site.public_url.rstrip("/"), settings.tokens_per_channel),
        secret=site.secret,
    )


def _roles(settings: Settings, catalog: Catalog, chats: Sequence[ChatPlatform]) -> Roles:
    return Roles(
        settings.approvers,
        settings.default_role,
        own_surfaces=own_surfaces(settings.approvers, settings.http),
        two_person=settings.two_person,
        grants=_grants(catalog),
        groups=_groups(chats),
    )


def _grants(catalog: Catalog) -> Callable[[Scope], list[Grant]]:
    def read(scope: Scope) -> list[Grant]:
        with catalog.read() as unit:
            return unit.grants.list(scope)

    return read


def _groups(
    platforms: Sequence[ChatPlatform],
) -> Callable[[str, Scope], Awaitable[frozenset[str]]]:
    by_name = {platform.name: platform for platform in platforms}

    async def look_up(person: str, scope: Scope) -> frozenset[str]:
        platform = by_name.get(scope.platform)
        return await platform.groups_of(person, scope) if platform else frozenset()

    return look_up


def _open_stores(settings: Settings) -> tuple[Catalog, BlobStore]:
    try:
        blobs = open_blobs(settings.blobs, endpoint_url=settings.s3_endpoint_url)
        return open_catalog(settings.database), blobs
    except (StorageError, ValueError) as error:
        raise SetupError(f"The stores cannot be opened: {error}") from error


def _allowance(settings: Settings) -> Allowance:
    minutes = (settings.minutes_per_person, settings.minutes_per_channel)
    return Allowance(*minutes, settings.storage_per_channel_mb)


def _minds(
    settings: Settings, catalog: Catalog, blobs: BlobStore, *, now: Callable[[], datetime]
) -> Minds:
    price = Price(*settings.model_price) if settings.model_price else None
    limits = Limits(settings.tokens_per_person, settings.tokens_per_channel)
    model, level = settings.model, settings.privacy
    return Minds(catalog, blobs, now=now, level=level, model=model, price=price, limits=limits)


def _agent(settings: Settings, tools: dict[str, Tool[Any]]) -> Callable[[], Agent]:
    """Gives the agent; the first call loads its libraries."""
    check_model(settings)

    @cache
    def agent() -> Agent:
        from bot.agent.core import Agent

        fallback = None if settings.model == "offline" else offline_model()
        model = open_model(settings)
        patience, extras = settings.model_timeout_s, request_extras(settings)
        return Agent(model, fallback=fallback, tools=tools, timeout_s=patience, extras=extras)

    return agent


def code_version() -> str:
    """The version of this program, for receipts."""
    try:
        return version("mlops-assistant")
    except PackageNotFoundError:
        return "0.1.0"


def _site(settings: Settings) -> Site:
    settings.home.mkdir(parents=True, exist_ok=True)
    host, port = split_address(settings.serving)
    if port == 0:
        port = _free_port(host)
    serving = settings.serving_url or f"http://{host}:{port}"
    return Site(
        home=str(settings.home),
        database_url=settings.database,
        blobs_url=settings.blobs,
        s3_endpoint_url=settings.s3_endpoint_url,
        tracking_uri=settings.tracking,
        artifact_root=settings.artifacts,
        serving_url=serving,
        public_url=settings.public_url or serving,
        timezone=settings.timezone,
        code_version=code_version(),
        secret=secret_of(settings),
        sources=settings.sources,
        model="" if settings.model == "offline" else settings.model,
        privacy=settings.privacy,
        projects=settings.projects.repo if settings.projects else "",
        log=settings.log,
    )


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _forever(work: Callable[[], Awaitable[None]], name: str) -> None:
    """Run a loop again after a fault; one bad row must not silence the bot."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("the %s loop failed and is started again", name)
            await asyncio.sleep(1)
