"""Knobs that make the local Discord misbehave as the real one sometimes does."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["limit", "error", "lose"]


@dataclass
class RestFault:
    """What happens to the next calls of a route."""

    kind: Kind
    left: int
    route: str
    status: int = 500
    retry_after: float = 0.1
    everywhere: bool = False

    def hits(self, call: str) -> bool:
        """Whether this call is meant; it is used up once."""
        if self.left <= 0 or not re.search(self.route, call):
            return False
        self.left -= 1
        return True


class Faults:
    """Set an attribute or call a method; all are off at the start.

    Events: `duplicate_events` and `reorder_events` count the next events that come twice or after
    the one that follows them; `late_files` counts the next messages of people whose event lacks
    the files that the message has; `delay_s` holds every event back.

    Sockets: `deaf` acknowledges heartbeats but sends no event (they are replayed at a resume);
    `zombie` sends nothing at all; `invalid_sessions` counts the next resumes that are refused.

    Access: `revoked` refuses the token everywhere; `outage` cuts all sockets and answers 503.

    Pace: `bucket` is (calls, seconds) that every route then allows per channel; without it the
    rate limit headers are there but never run out.

    Routes are regular expressions searched in "POST /channels/1/messages"; "" is every call.
    """

    def __init__(self) -> None:
        self.duplicate_events = 0
        self.reorder_events = 0
        self.delay_s = 0.0
        self.late_files = 0
        self.deaf = False
        self.zombie = False
        self.revoked = False
        self.invalid_sessions = 0
        self.bucket: tuple[int, float] | None = None
        self._outage = False
        self._rest: list[RestFault] = []
        self._cut: Callable[[int], Awaitable[None]] | None = None
        self._ask: Callable[[], Awaitable[None]] | None = None
        self._abort: Callable[[], None] | None = None
        self._expire: Callable[[], None] | None = None
        self._forget: Callable[[], None] | None = None
        self._forget_nonces: Callable[[], None] | None = None

    def rate_limit(
        self, times: int = 1, *, route: str = "", retry_after: float = 0.1, everywhere: bool = False
    ) -> None:
        """Answer the next calls with 429; `everywhere` is the global limit."""
        self._rest.append(
            RestFault("limit", times, route, retry_after=retry_after, everywhere=everywhere)
        )

    def server_errors(self, times: int = 1, *, route: str = "", status: int = 500) -> None:
        """Answer the next calls with a 5xx; nothing is done."""
        self._rest.append(RestFault("error", times, route, status=status))

    def lose_responses(self, times: int = 1, *, route: str = "") -> None:
        """Do what the next calls ask and cut the connection before the answer."""
        self._rest.append(RestFault("lose", times, route))

    @property
    def outage(self) -> bool:
        """Whether everything is down."""
        return self._outage

    @outage.setter
    def outage(self, down: bool) -> None:
        self._outage = down
        if down and self._abort:
            self._abort()

    async def reset_sockets(self, code: int = 4000) -> None:
        """Close every gateway socket with a code; 1006 cuts the connection without a word."""
        if self._cut:
            await self._cut(code)

    async def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        if self._ask:
            await self._ask()

    def forget_sessions(self) -> None:
        """Lose all sessions, so that a resume is refused and nothing is replayed."""
        if self._forget:
            self._forget()

    def forget_nonces(self) -> None:
        """Let the few minutes be over in which Discord remembers nonces."""
        if self._forget_nonces:
            self._forget_nonces()

    async def revoke(self) -> None:
        """Refuse the token from now on, and close the sockets that used it (4004)."""
        self.revoked = True
        await self.reset_sockets(4004)

    def expire_interactions(self) -> None:
        """Let every interaction token be older than its fifteen minutes."""
        if self._expire:
            self._expire()

    def take(self, call: str) -> RestFault | None:
        """The fault that hits this call, if one does."""
        return next((fault for fault in self._rest if fault.hits(call)), None)

    def connect(
        self,
        *,
        cut: Callable[[int], Awaitable[None]],
        ask: Callable[[], Awaitable[None]],
        abort: Callable[[], None],
        expire: Callable[[], None],
        forget: Callable[[], None],
        forget_nonces: Callable[[], None],
    ) -> None:
        """Give the knobs their machinery; the server does this."""
        self._cut, self._ask, self._abort = cut, ask, abort
        self._expire, self._forget, self._forget_nonces = expire, forget, forget_nonces
