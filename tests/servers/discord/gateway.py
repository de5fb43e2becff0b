"""The gateway: sockets, sessions, intents, heartbeats, and replay at a resume."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import WSMessage, WSMsgType, web

from tests.servers.discord.faults import Faults

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 0, 1, 2, 3, 4, 6
RECONNECT, MEMBERS, INVALID, HELLO, ACK = 7, 8, 9, 10, 11

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, GUILD_REACTIONS, GUILD_TYPING = 1 << 9, 1 << 10, 1 << 11
DIRECT_MESSAGES, DIRECT_REACTIONS, DIRECT_TYPING = 1 << 12, 1 << 13, 1 << 14
MESSAGE_CONTENT = 1 << 15
KNOWN_INTENTS = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
# The application flags (full and limited) that allow a privileged intent.
PRIVILEGED = {
    PRESENCES: 1 << 12 | 1 << 13,
    GUILD_MEMBERS: 1 << 14 | 1 << 15,
    MESSAGE_CONTENT: 1 << 18 | 1 << 19,
}
EVENTS_PER_MINUTE = 120

Build = Callable[[int], dict[str, Any] | None]


@dataclass
class Session:
    """What a client that identified has been told; it outlives its socket."""

    intents: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    seq: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)
    socket: Socket | None = None
    resumable: bool = True

    def note(self, name: str, data: Any) -> dict[str, Any]:
        """Number an event and keep it for a replay."""
        self.seq += 1
        frame = {"op": DISPATCH, "t": name, "s": self.seq, "d": data}
        self.told.append(frame)
        return frame


class Socket:
    """One connection; frames leave in order, compressed as the client asked."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, faults: Faults) -> None:
        self.ws = ws
        self._request = request
        self.session: Session | None = None
        self.received = 0
        self._faults = faults
        packed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if packed else None
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._held: dict[str, Any] | None = None
        self.sender = asyncio.create_task(self._send_all())

    def push(self, frame: dict[str, Any]) -> None:
        """Put a frame in the queue."""
        self._queue.put_nowait(frame)

    def push_event(self, frame: dict[str, Any]) -> None:
        """Put an event in the queue, twice or late as the faults want."""
        if self._faults.reorder_events > 0 and self._held is None:
            self._faults.reorder_events -= 1
            self._held = frame
            return
        self.push(frame)
        if self._faults.duplicate_events > 0:
            self._faults.duplicate_events -= 1
            self.push(frame)
        if self._held is not None:
            self.push(self._held)
            self._held = None

    async def _send_all(self) -> None:
        with suppress(ConnectionError, RuntimeError):
            while True:
                frame = await self._queue.get()
                if frame["op"] == DISPATCH and self._faults.delay_s:
                    await asyncio.sleep(self._faults.delay_s)
                if not self._faults.zombie:
                    await self._send(frame)

    async def _send(self, frame: dict[str, Any]) -> None:
        text = json.dumps(frame, separators=(",", ":"))
        if self._deflate is None:
            await self.ws.send_str(text)
            return
        packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.ws.send_bytes(packed)

    async def close(self, code: int) -> None:
        """Close with a code; 1006 is no closing handshake at all."""
        self.sender.cancel()
        if code == 1006:
            self.abort()
        else:
            await self.ws.close(code=code)

    def abort(self) -> None:
        """Cut the connection."""
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass(frozen=True)
class Credentials:
    """What a client must present, and which flags the application has."""

    token: str
    flags: int


class Welcome(Protocol):
    """Who writes the first events of a session."""

    def ready(self, session: Session) -> dict[str, Any]: ...
    def guilds(self, intents: int) -> list[dict[str, Any]]: ...
    def members(self, wanted: dict[str, Any]) -> dict[str, Any]: ...


class Gateway:
    """All sessions and sockets.

    Attributes:
        connections: How many sockets were opened so far.
        identified: How many sessions began.
        resumed: How often one went on.
        heartbeats: How many were received.
    """

    def __init__(
        self, credentials: Credentials, faults: Faults, welcome: Welcome, *, heartbeat_ms: int
    ) -> None:
        self._credentials = credentials
        self._faults = faults
        self._heartbeat_ms = heartbeat_ms
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self._welcome = welcome
        self.connections = 0
        self.heartbeats = 0
        self.identified = 0
        self.resumed = 0

    @property
    def connected(self) -> int:
        """How many sessions have a socket now."""
        return sum(session.socket is not None for session in self._sessions.values())

    def emit(self, name: str, build: Build) -> None:
        """Tell every session an event; `build` makes its data for a session's intents."""
        for session in self._sessions.values():
            data = build(session.intents)
            if data is None:
                continue
            frame = session.note(name, data)
            if session.socket is not None and not self._faults.deaf:
                session.socket.push_event(frame)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection from HELLO to its end."""
        if self._faults.outage:
            return web.Response(status=503, text="upstream connect error")
        ws = web.WebSocketResponse(autoping=True, compress=False, max_msg_size=1 << 16)
        await ws.prepare(request)
        socket = Socket(request, ws, self._faults)
        self._sockets.add(socket)
        self.connections += 1
        try:
            if request.query.get("v") != "10" or request.query.get("encoding") != "json":
                await socket.close(4012)
                return ws
            socket.push({"op": HELLO, "d": {"heartbeat_interval": self._heartbeat_ms}})
            await self._listen(socket)
        finally:
            socket.sender.cancel()
            self._sockets.discard(socket)
            self._part(socket)
        return ws

    async def _listen(self, socket: Socket) -> None:
        while True:
            try:
                message = await socket.ws.receive(timeout=self._heartbeat_ms / 500)
            except TimeoutError:
                await socket.close(4009)
                return
            if message.type != WSMsgType.TEXT:
                self._take_leave(socket, message)
                return
            socket.received += 1
            code = self._take(socket, message.data)
            if code:
                await socket.close(code)
                return

    def _take(self, socket: Socket, text: str) -> int:
        """Handle one frame; a close code, or 0 to go on."""
        try:
            frame = json.loads(text)
            op, data = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError):
            return 4002
        if op == HEARTBEAT:
            self.heartbeats += 1
            socket.push({"op": ACK})
            return 0
        opening = {IDENTIFY: self._identify, RESUME: self._resume}.get(op)
        if opening is not None:
            return opening(socket, data)
        return 4003 if socket.session is None else self._go_on(socket, socket.session, op, data)

    def _go_on(self, socket: Socket, session: Session, op: int, data: Any) -> int:
        if op == MEMBERS:
            socket.push_event(session.note("GUILD_MEMBERS_CHUNK", self._welcome.members(data)))
        return 0 if op in (MEMBERS, PRESENCE, VOICE) else 4001

    def _identify(self, socket: Socket, data: Any) -> int:
        if socket.session is not None:
            return 4005
        if not isinstance(data, dict) or not isinstance(data.get("properties"), dict):
            return 4002
        if self._faults.revoked or data.get("token") != self._credentials.token:
            return 4004
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            return 4013
        if any(
            intents & intent and not flags & self._credentials.flags
            for intent, flags in PRIVILEGED.items()
        ):
            return 4014
        session = Session(intents)
        self._sessions[session.id] = session
        self._join(socket, session)
        socket.push_event(session.note("READY", self._welcome.ready(session)))
        if intents & GUILDS:
            for guild in self._welcome.guilds(intents):
                socket.push_event(session.note("GUILD_CREATE", guild))
        self.identified += 1
        return 0

    def _resume(self, socket: Socket, data: Any) -> int:
        if not isinstance(data, dict) or self._faults.revoked:
            return 4004
        if data.get("token") != self._credentials.token:
            return 4004
        wanted = str(data.get("session_id"))
        session = self._sessions.get(wanted)
        if self._faults.invalid_sessions > 0:
            self._faults.invalid_sessions -= 1
            self._sessions.pop(wanted, None)
            session = None
        if session is None or not session.resumable:
            socket.push({"op": INVALID, "d": False})
            return 0
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            return 4007
        self._join(socket, session)
        for frame in session.told[seq:]:
            socket.push_event(frame)
        socket.push_event(session.note("RESUMED", {}))
        self.resumed += 1
        return 0

    def _join(self, socket: Socket, session: Session) -> None:
        if session.socket is not None:
            session.socket.session = None
            session.socket.abort()
        socket.session, session.socket = session, socket

    def _part(self, socket: Socket) -> None:
        if socket.session is not None:
            socket.session.socket = None

    def _take_leave(self, socket: Socket, message: WSMessage) -> None:
        # A client that closes with 1000 or 1001 gives its session up.
        given_up = message.type == WSMsgType.CLOSE and message.data in (1000, 1001)
        if given_up and socket.session is not None:
            self._sessions.pop(socket.session.id, None)

    async def cut(self, code: int) -> None:
        """Close all sockets from our side; the sessions stay."""
        for socket in list(self._sockets):
            await socket.close(code)

    async def ask_to_reconnect(self) -> None:
        """Send op 7 to everybody."""
        for socket in self._sockets:
            socket.push({"op": RECONNECT, "d": None})

    def abort(self) -> None:
        """Cut all connections without a word."""
        for socket in self._sockets:
            socket.abort()

    def forget(self) -> None:
        """Let no session be resumed; what is connected stays so."""
        for session in self._sessions.values():
            session.resumable = False
