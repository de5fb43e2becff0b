"""The gateway of the local Discord, and the faults that it and the API can be told to have."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord import DiscordServer, discord_server
from tests.servers.example_bot import Stage, play

Break = Callable[[DiscordServer], Awaitable[None]]


async def says(stage: Stage, *texts: str) -> None:
    for text in texts:
        await stage.discord.say(stage.ada, stage.channel, text)


async def hears(stage: Stage, *texts: str) -> None:
    await stage.discord.until(lambda: len(stage.bot.heard) >= len(texts), within=10)
    assert [one.content for one in stage.bot.heard] == list(texts)


BREAKS: dict[str, Break] = {
    "closed": lambda server: server.faults.reset_sockets(4000),
    "cut": lambda server: server.faults.reset_sockets(1006),
    "asked to reconnect": lambda server: server.faults.reconnect(),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_session_is_resumed(how: str) -> None:
    """After a break the session goes on, and what was said meanwhile comes once, in order."""

    async def scene(stage: Stage) -> None:
        await says(stage, "one")
        await hears(stage, "one")
        await BREAKS[how](stage.discord)
        await says(stage, "two", "three")
        await stage.discord.until(lambda: stage.discord.gateway.resumed)
        await says(stage, "four")
        await hears(stage, "one", "two", "three", "four")
        assert stage.discord.gateway.identified == 1

    play(scene)


def test_a_session_that_is_lost() -> None:
    """A refused resume begins a new session, and nothing of the old one is replayed."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.forget_sessions()
        await stage.discord.faults.reset_sockets()
        await says(stage, "lost")
        await stage.discord.until(lambda: stage.discord.gateway.identified == 2)
        await says(stage, "found")
        await hears(stage, "found")
        assert stage.discord.gateway.resumed == 0

    play(scene)


def test_a_deaf_socket() -> None:
    """A deaf socket keeps its heartbeat but brings no event; a resume brings them all."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.deaf = True
        await says(stage, "unheard")
        beats = stage.discord.gateway.heartbeats
        await stage.discord.until(lambda: stage.discord.gateway.heartbeats > beats)
        await stage.discord.until(lambda: stage.bot.latency < 1)
        assert stage.bot.heard == []
        stage.discord.faults.deaf = False
        await stage.discord.faults.reset_sockets()
        await hears(stage, "unheard")

    play(scene, heartbeat_ms=50)


def test_a_zombie_socket() -> None:
    """When no heartbeat is acknowledged any more, discord.py gives the socket up and resumes."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.zombie = True
        await says(stage, "unheard")
        connections = stage.discord.gateway.connections
        await stage.discord.until(lambda: stage.discord.gateway.connections > connections)
        stage.discord.faults.zombie = False
        await hears(stage, "unheard")

    play(scene, heartbeat_ms=100, heartbeat_timeout=0.3)


def test_events_come_twice_or_in_another_order() -> None:
    """The counted events are doubled, and swapped with the one that follows."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.duplicate_events = 1
        await says(stage, "one", "two")
        await hears(stage, "one", "one", "two")
        stage.discord.faults.reorder_events = 1
        await says(stage, "three", "four")
        await hears(stage, "one", "one", "two", "four", "three")

    play(scene)


def test_events_come_late() -> None:
    """Every event is held back for the time that is set."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.delay_s = 0.2
        began = time.monotonic()
        await says(stage, "slow")
        await hears(stage, "slow")
        assert time.monotonic() - began >= 0.2

    play(scene)


def test_files_that_come_late() -> None:
    """The event lacks the file that the message has when it is fetched."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.late_files = 1
        await stage.discord.say(stage.ada, stage.channel, "here", files=[("a.csv", b"a")])
        await hears(stage, "here")
        heard = stage.bot.heard[0]
        assert heard.attachments == []
        fetched = await heard.channel.fetch_message(heard.id)
        assert [one.filename for one in fetched.attachments] == ["a.csv"]

    play(scene)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_rate_limit_is_waited_for(everywhere: bool) -> None:
    """A 429 makes discord.py wait as long as it says, and then the message is there once."""

    async def scene(stage: Stage) -> None:
        route = r"POST /channels/\d+/messages"
        faults = stage.discord.faults
        faults.rate_limit(route=route, retry_after=0.2, everywhere=everywhere)
        began = time.monotonic()
        await stage.bot.get_channel(stage.channel).send("patience")
        assert time.monotonic() - began >= 0.2
        sent = [call.status for call in stage.discord.calls if call.path.endswith("/messages")]
        assert sent == [429, 200]
        assert [one.content for one in stage.discord.seen(stage.channel)] == ["patience"]

    play(scene)


def test_a_bucket_runs_out() -> None:
    """With a bucket set, the headers make discord.py slow down before it is refused."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.bucket = (2, 0.3)
        channel = stage.bot.get_channel(stage.channel)
        began = time.monotonic()
        for number in range(3):
            await channel.send(str(number))
        assert time.monotonic() - began >= 0.25
        assert stage.discord.refusals == []

    play(scene)


def test_a_server_error_is_tried_again() -> None:
    """After a 500 nothing was done, and discord.py tries again."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.server_errors(route="POST .*/messages")
        await stage.bot.get_channel(stage.channel).send("again")
        assert [one.content for one in stage.discord.seen(stage.channel)] == ["again"]

    play(scene)


def test_a_lost_response() -> None:
    """The message is there though its sender saw a broken connection; the nonce finds it."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.lose_responses(route="POST .*/messages")
        channel = stage.bot.get_channel(stage.channel)
        with pytest.raises((aiohttp.ClientError, OSError)):
            await channel.send("once", nonce="n1")
        (seen,) = stage.discord.seen(stage.channel)
        assert (await channel.send("once", nonce="n1")).id == seen.id
        assert len(stage.discord.seen(stage.channel)) == 1

    play(scene)


def test_an_outage() -> None:
    """While everything is down calls fail; afterwards the bot comes back by itself."""

    async def scene(stage: Stage) -> None:
        stage.discord.faults.outage = True
        with pytest.raises(discord.DiscordServerError):
            await stage.bot.get_channel(stage.channel).send("anyone?")
        await says(stage, "waiting")
        stage.discord.faults.outage = False
        await hears(stage, "waiting")

    play(scene)


def test_a_revoked_token() -> None:
    """A token that is revoked closes the socket for good and refuses every call."""

    async def scene(stage: Stage) -> None:
        await stage.discord.faults.revoke()
        await stage.discord.until(stage.bot.is_closed)
        assert stage.discord.gateway.connected == 0

    with pytest.raises(discord.ConnectionClosed) as closed:
        play(scene)
    assert closed.value.code == 4004


def test_an_intent_that_was_not_granted() -> None:
    """A client that asks for message content without leave is turned away with 4014."""

    async def scene(stage: Stage) -> None:
        raise AssertionError("it must not become ready")

    with pytest.raises(discord.PrivilegedIntentsRequired):
        play(scene, message_content=True, granted=False)


class Raw:
    """A gateway socket without a library."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws = ws
        self._inflate = zlib.decompressobj()

    async def send(self, op: int, data: Any = None) -> None:
        await self._ws.send_str(json.dumps({"op": op, "d": data}))

    async def text(self, text: str) -> None:
        await self._ws.send_str(text)

    async def next(self) -> Any:
        """The next frame, or the code with which the socket was closed."""
        message = await self._ws.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            return json.loads(self._inflate.decompress(message.data))
        return message.data if message.type is not aiohttp.WSMsgType.TEXT else message.json()


def talk(scene: Callable[[DiscordServer, Raw], Awaitable[None]], query: str = "") -> None:
    """Open a socket and run a scene on it."""

    async def run() -> None:
        async with discord_server() as server, aiohttp.ClientSession() as session:
            url = server.gateway_url + (query or "?v=10&encoding=json")
            async with session.ws_connect(url) as ws:
                await scene(server, Raw(ws))

    asyncio.run(run())


def identity(server: DiscordServer, **change: Any) -> dict[str, Any]:
    return {"token": server.token, "properties": {}, "intents": 1} | change


def test_the_greeting() -> None:
    """HELLO, READY with a local address to resume at, the guilds; heartbeats are acknowledged."""

    async def scene(server: DiscordServer, raw: Raw) -> None:
        server.add_guild("crew")
        assert await raw.next() == {"op": 10, "d": {"heartbeat_interval": 41_250}}
        await raw.send(2, identity(server))
        ready, guild = await raw.next(), await raw.next()
        assert (ready["t"], ready["s"], guild["t"], guild["s"]) == ("READY", 1, "GUILD_CREATE", 2)
        assert ready["d"]["resume_gateway_url"] == server.gateway_url
        await raw.send(1, 2)
        assert await raw.next() == {"op": 11}

    talk(scene, "?v=10&encoding=json&compress=zlib-stream")


CLOSINGS = [
    ("unknown op", 4003, lambda server: {"op": 99}),
    ("no JSON", 4002, lambda server: None),
    ("wrong token", 4004, lambda server: {"op": 2, "d": identity(server, token="x")}),
    (
        "intents that are none",
        4013,
        lambda server: {"op": 2, "d": identity(server, intents=1 << 40)},
    ),
    ("not granted", 4014, lambda server: {"op": 2, "d": identity(server, intents=1 << 8)}),
]


@pytest.mark.parametrize(("what", "code", "frame"), CLOSINGS)
def test_closing_codes(what: str, code: int, frame: Callable[[DiscordServer], Any]) -> None:
    """What a client must not send closes the socket with the documented code."""

    async def scene(server: DiscordServer, raw: Raw) -> None:
        await raw.next()
        sent = frame(server)
        await raw.text(json.dumps(sent) if sent else "{")
        assert await raw.next() == code, what

    talk(scene)


def test_an_unknown_version() -> None:
    """Another version of the gateway is refused."""

    async def scene(server: DiscordServer, raw: Raw) -> None:
        assert await raw.next() == 4012

    talk(scene, "?v=9&encoding=json")


def test_a_resume_that_cannot_be() -> None:
    """An unknown session gets op 9."""

    async def scene(server: DiscordServer, raw: Raw) -> None:
        await raw.next()
        await raw.send(6, {"token": server.token, "session_id": "x", "seq": 1})
        assert await raw.next() == {"op": 9, "d": False}

    talk(scene)
