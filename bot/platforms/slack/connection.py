"""Socket Mode: one connection that is watched, and made anew when it is lost or deaf."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import LONG_S, SlackRefused, told_apart

log = logging.getLogger(__name__)

SETTING: Final = (
    "Slack refuses the app-level token ({code}): turn Socket Mode on, make an app-level token "
    "with the scope connections:write (Basic Information), and set SLACK_APP_TOKEN to it."
)
CUT_OFF: Final = "Slack's socket is not connected, so nothing is heard from Slack now."
PROBE_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Pulse:
    """The rhythm of the connection, in seconds.

    Attributes:
        ping: Between two pings of ours.
        silence: Without any frame, a pong included, after which the connection counts as lost.
        connect: For one attempt to connect.
        closed: That a closed connection may take to be replaced by the library.
        patience: Without a connection before that counts as trouble.
        poll: Between two looks into the histories.
        pace: Between two calls while looking.
        on_its_way: A younger message may still be delivered; that a look finds it proves nothing.
    """

    ping: float = 10.0
    silence: float = 60.0
    connect: float = 15.0
    closed: float = 2.0
    patience: float = 30.0
    poll: float = 180.0
    pace: float = 1.2
    on_its_way: float = 10.0


class _Link(SocketModeClient):
    """The library's client; what it does by itself on a lost connection is done here instead."""

    def __init__(
        self, api: Api, app_token: str, *, pulse: Pulse, connected: Callable[[], None]
    ) -> None:
        super().__init__(
            app_token,
            logger=log,
            web_client=api.client,
            ping_interval=pulse.ping,
            auto_reconnect_enabled=False,
        )
        self._connected = connected
        self.heard_at = time.time()
        self.on_message_listeners.append(self._heard)

    async def _heard(self, _: aiohttp.WSMessage) -> None:
        self.heard_at = time.time()

    async def connect(self) -> None:
        """Connect; also called by the library when Slack asks for a new connection."""
        await super().connect()  # type: ignore[no-untyped-call]
        self.heard_at = time.time()
        self._connected()

    def silent_for(self) -> float:
        """Seconds since anything came in."""
        return time.time() - max(self.heard_at, self.last_ping_pong_time or 0.0)

    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self.current_session is not None and not self.current_session.closed


class Connection:
    """Keeps a socket open; `on_connected` is called after each new one.

    The library's own reconnecting is not used: it tries one address, which is good for one
    connection, over and over.
    """

    def __init__(
        self,
        api: Api,
        bolt: AsyncApp,
        app_token: str,
        *,
        pulse: Pulse,
        on_connected: Callable[[], None],
    ) -> None:
        self._api = api
        self._bolt = bolt
        self._app_token = app_token
        self._pulse = pulse
        self._on_connected = on_connected
        self._anew = asyncio.Event()
        self._open_since: float | None = None
        self._down_since = time.monotonic()

    def renew(self) -> None:
        """Make a new connection: this one was found to be deaf."""
        self._anew.set()

    def troubles(self) -> list[str]:
        """A sentence while nothing is heard."""
        down = self._open_since is None
        late = time.monotonic() - self._down_since > self._pulse.patience
        return [CUT_OFF] if down and late else []

    async def run(self) -> None:
        """Be connected until cancelled."""
        pause = 0.5
        while True:
            began = time.monotonic()
            wait = await self._once()
            self._down()
            lasted = time.monotonic() - began > self._pulse.connect
            pause = 0.5 if lasted else min(pause * 2, self._pulse.ping)
            await asyncio.sleep(max(wait, pause))

    async def _once(self) -> float:
        """One connection from beginning to end; seconds to wait before the next."""
        self._anew.clear()
        link: _Link | None = None
        try:
            url = await self._address()
            link = _Link(self._api, self._app_token, pulse=self._pulse, connected=self._up)
            link.wss_uri = url
            link.socket_mode_request_listeners.append(self._hear)
            async with asyncio.timeout(self._pulse.connect):
                await link.connect()
            await self._watch(link)
        except _Refused as refused:
            log.warning("%s", refused)
            return refused.after_s
        except TimeoutError:
            log.warning("Slack's socket could not be opened; a new one is asked for")
        finally:
            if link is not None:
                await asyncio.shield(_closed(link))
        return 0.0

    async def _address(self) -> str:
        """Where to connect, once."""
        try:
            answer = await self._api.client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            told = told_apart(error, "apps.connections.open")
            if isinstance(told, SlackRefused):
                self._api.trouble("socket", SETTING.format(code=told.code))
                raise _Refused(str(told), LONG_S) from error
            raise _Refused(str(told), told.after_s) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _Refused(f"Slack cannot be reached ({error!r})", 0.0) from error
        self._api.trouble("socket")
        return str(answer["url"])

    async def _watch(self, link: _Link) -> None:
        """Return when the connection is of no use any more."""
        closed_for = 0.0
        while not self._anew.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PROBE_S):
                    await self._anew.wait()
            closed_for = 0.0 if link.is_open() else closed_for + PROBE_S
            if closed_for > self._pulse.closed:
                log.warning("Slack's socket was closed; connecting anew")
                return
            if link.silent_for() > self._pulse.silence:
                log.warning("Slack's socket is silent for %.0f s", link.silent_for())
                return

    async def _hear(self, client: Any, request: SocketModeRequest) -> None:
        """Hand an envelope to Bolt and acknowledge it, unless keeping it failed."""
        response = await run_async_bolt_app(self._bolt, request)
        try:
            await send_async_response(client, request, response, time.time())
        except Exception as error:  # Slack sends it again, and it is known by then
            log.info("an acknowledgement was lost: %r", error)

    def _up(self) -> None:
        self._open_since = time.monotonic()
        log.info("connected to Slack")
        self._on_connected()

    def _down(self) -> None:
        if self._open_since is not None:
            self._open_since = None
            self._down_since = time.monotonic()


class _Refused(Exception):
    """There is no address to connect to, for now."""

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


async def _closed(link: _Link) -> None:
    tasks = (link.message_processor, link.message_receiver, link.current_session_monitor)
    try:
        await link.close()  # type: ignore[no-untyped-call]
    except Exception as error:
        log.info("a socket was not closed cleanly: %r", error)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
