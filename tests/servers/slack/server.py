"""The local Slack: one server, one workspace, one app."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.servers.slack import answers, api
from tests.servers.slack.acting import Acting
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.downloads import download, login_page, upload
from tests.servers.slack.faults import Faults
from tests.servers.slack.payloads import view_json
from tests.servers.slack.records import Ack, Call, Refusal
from tests.servers.slack.scopes import ALL_SCOPES, event_scope
from tests.servers.slack.signing import HttpDelivery
from tests.servers.slack.socket_mode import Socket
from tests.servers.slack.watching import Watching
from tests.servers.slack.world import (
    Channel,
    File,
    Json,
    Message,
    Person,
    ResponseUrl,
    UserGroup,
    View,
    World,
)


class SlackServer(Acting, Watching):
    """A workspace with one installed app, behind the real API's shapes.

    Attributes:
        api_url: for `AsyncWebClient(base_url=…)` and `SLACK_API_URL`.
        bot_token: the app's `xoxb-` token; `app_token` is its `xapp-` one.
        events_url: where HTTP delivery posts; to be set when Socket Mode is off.
        scopes: what the app was granted.
        agent_view: whether the app has the agent view (`agent_view` in its manifest) instead of
            the assistant view.
        subscriptions: the events that the app subscribed to, such as `message.channels`;
            None is all.
        faults: what goes wrong.
        calls: every request to the Web API.
        refusals: every request that was refused as the real Slack would, planned faults aside.
        ack_within: seconds until Slack delivers again.
        retry_after: seconds before the first, second, third retry of an event.
    """

    def __init__(self, *, scopes: frozenset[str] | None, socket_mode: bool, team: str) -> None:
        self.world = World(team)
        self.team = team
        self.bot_user, self.bot_id = self.world.bot_user, self.world.bot_id
        self.app_id = self.world.app_id
        self.bot_token = f"xoxb-{secrets.token_hex(8)}"
        self.app_token = f"xapp-1-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self.scopes = ALL_SCOPES if scopes is None else scopes
        self.subscriptions: frozenset[str] | None = None
        self.socket_mode = socket_mode
        self.events_url = ""
        self.base_url = ""
        self.ack_within = 3.0
        self.retry_after: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.faults = Faults()
        self.refusals: list[Refusal] = []
        self.calls: list[Call] = []
        self.agent_view = False
        self.last_posts: dict[str, float] = {}
        self.broken: list[Exception] = []
        self.pending: dict[str, tuple[File, int]] = {}
        self.socket = Socket(self)
        self.http = HttpDelivery(self)
        self.delivery = Delivery(self)

    @property
    def api_url(self) -> str:
        """The base address of the Web API, ending in `/api/`."""
        return f"{self.base_url}/api/"

    @property
    def acks(self) -> list[Ack]:
        """Every attempt to deliver something, with the latency of its acknowledgement."""
        return self.delivery.acks

    def add_person(
        self,
        name: str,
        *,
        tz: str = "Europe/Berlin",
        is_bot: bool = False,
        id: str | None = None,  # noqa: A002
        team: str = "",
    ) -> str:
        """A new member of the workspace, or of another one (`team`); gives their id."""
        identity = id or self.world.new_id("U")
        self.world.people[identity] = Person(identity, name, tz, is_bot, team=team)
        return identity

    def add_channel(
        self,
        name: str,
        *,
        members: Iterable[str] = (),
        bot: bool = True,
        private: bool = False,
        shared: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> str:
        """A new channel, with the app in it unless told otherwise; gives its id."""
        inside = frozenset(members) | ({self.bot_user} if bot else frozenset())
        kind = "group" if private else "channel"
        channel = Channel(id or self.world.new_id("C"), name, kind, inside, shared=shared)
        return self.world.put_channel(channel).id

    def add_direct(self, person: str) -> str:
        """The direct channel of a person with the app; gives its id."""
        return self.world.direct(person).id

    def add_group(self, handle: str, members: Iterable[str]) -> str:
        """A new user group; gives its id."""
        group = UserGroup(self.world.new_id("S"), handle, tuple(members))
        self.world.groups[group.id] = group
        return group.id

    def add_member(self, channel: str, person: str) -> None:
        """A person joins a channel."""
        place = self.world.channels[channel]
        self.world.put_channel(replace(place, members=place.members | {person}))

    def emit(self, event: Json, *, shared: bool = False) -> None:
        """Tell the app of an event, if it may know and wants to."""
        scope = event_scope(event)
        if scope is not None and scope not in self.scopes:
            return
        if self.subscriptions is not None and _name(event) not in self.subscriptions:
            return
        self.delivery.event(
            {
                "token": "verification",
                "team_id": self.team,
                "context_team_id": self.team,
                "api_app_id": self.app_id,
                "event": event,
                "type": "event_callback",
                "event_id": self.world.new_id("Ev"),
                "event_time": int(time.time()),
                "authorizations": [
                    {
                        "enterprise_id": None,
                        "team_id": self.team,
                        "user_id": self.bot_user,
                        "is_bot": True,
                        "is_enterprise_install": False,
                    }
                ],
                "is_ext_shared_channel": shared,
            }
        )

    def response_url(self, person: str, channel: str, message: Message | None = None) -> str:
        """A fresh address at which an interaction may be answered."""
        secret = secrets.token_hex(8)
        self.world.response_urls[secret] = ResponseUrl(person, channel, message)
        return f"{self.base_url}/actions/{self.team}/{secret}"

    def describe_view(self, view: View) -> Json:
        """The view as the API shows it."""
        return view_json(view, self.world)

    async def connected(self, *, within: float = 20.0) -> None:
        """Wait until the app has a socket open."""
        await self.until(lambda: self.socket.connections, within=within, hint="a socket")

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        await self.socket.disconnect(reason)

    def reset_sockets(self) -> None:
        """Cut all sockets without a goodbye."""
        self.socket.reset()

    def outage(self, *, on: bool = True) -> None:
        """Cut everything and refuse everything, until it is lifted."""
        self.faults.outage = on
        if on:
            self.socket.reset()


def _name(event: Json) -> str:
    if event["type"] != "message":
        return str(event["type"])
    plural = {"channel": "channels", "group": "groups", "im": "im"}
    return f"message.{plural[event['channel_type']]}"


@asynccontextmanager
async def slack_server(
    *, scopes: frozenset[str] | None = None, socket_mode: bool = True, team: str = "T1"
) -> AsyncIterator[SlackServer]:
    """A local Slack on a free loopback port while the block runs.

    Args:
        scopes: what the app was granted; None is all it could ask for.
        socket_mode: whether events go through sockets; else to `events_url`, signed.
        team: the workspace's id.
    """
    server = SlackServer(scopes=scopes, socket_mode=socket_mode, team=team)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_get("/link/", server.socket.serve)
    _route(app, "*", "/api/{method}", server, api.answer)
    _route(app, "POST", "/upload/v1/{file}", server, upload)
    _route(app, "GET", "/files-pri/{file}/{name:.+}", server, download)
    app.router.add_get("/login", login_page)
    _route(app, "POST", "/actions/{team}/{secret}", server, answers.respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await server.delivery.close()
        await server.http.close()
        await server.socket.close()
        await runner.cleanup()
    if server.broken:
        raise ExceptionGroup("the local Slack itself failed", server.broken)


def _route(app: web.Application, verb: str, path: str, server: SlackServer, handler: Any) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(server, request)
        except Exception as exc:
            server.broken.append(exc)
            raise
        return response

    app.router.add_route(verb, path, handle)
