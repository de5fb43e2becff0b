"""The local Slack: one server, one workspace, one app."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.servers.slack import answers, api
from tests.servers.slack.acting import Acting
from tests.servers.slack.downloads import download, login_page, upload
from tests.servers.slack.watching import Watching
from tests.servers.slack.world import Channel, Kind, Person, UserGroup


class SlackServer(Acting, Watching):
    """A workspace with one installed app, behind the real API's shapes.

    It has four sides: `add_…` fills the workspace, what people do is in `Acting`, what they see
    in `Watching`, and the rest is in `Workspace`: tokens, faults, and what was written down.
    """

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
        kind: Kind = "group" if private else "channel"
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

    async def connected(self, *, within: float = 20.0) -> None:
        """Wait until the app has a socket open."""
        await self.until(lambda: self.socket.connections, within=within, hint="a socket")

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        await self.socket.disconnect(reason)

    async def reset_sockets(self) -> None:
        """Cut all sockets without a goodbye."""
        self.socket.reset()


@asynccontextmanager
async def slack_server(
    *, scopes: frozenset[str] | None = None, socket_mode: bool = True, team: str = "T1"
) -> AsyncIterator[SlackServer]:
    """A local Slack on a free loopback port while the block runs.

    Args:
        scopes: what the app was granted; None is all it could ask for.
        socket_mode: whether events go through sockets; else to `events_url`, signed.
        team: the workspace's id.

    Raises:
        AssertionError: at the end, when a malformed payload was refused; a test that means to
            send one clears `server.refusals`.
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
    server.check()


def _route(app: web.Application, verb: str, path: str, server: SlackServer, handler: Any) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await handler(server, request)
        except Exception as exc:
            server.broken.append(exc)
            raise
        return response

    app.router.add_route(verb, path, handle)
