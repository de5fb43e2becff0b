"""The fault knobs: what goes wrong between Slack and the app, all off by default."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Planned:
    """A fault of the next calls of one method (`*` is any)."""

    method: str
    kind: str
    left: int
    status: int = 503
    retry_after: int = 1
    seconds: float = 0.0


@dataclass
class Faults:
    """What goes wrong; set a field at any time, or plan faults of the next calls.

    Attributes:
        duplicates: every event and interaction is delivered this many times more.
        delay_s: every delivery comes this much later.
        reorder_s: every delivery is late by a random time up to this, so that they overtake
            one another.
        drop_acks: so many of the next acknowledgements are lost on their way: Slack delivers again.
        deaf: sockets stay open and answer pings, but nothing is delivered nor retried.
        outage: every request and socket is cut until it is set to False.
        token_revoked: the bot token answers `token_revoked`.
        account_inactive: the bot token answers `account_inactive`.
        restricted: channels that answer posts with `restricted_action`.
        not_in: channels that answer as if the bot were no member.
        upload_forbidden: uploads answer `file_uploads_disabled`.
        absent: methods that this workspace does not know (`unknown_method`).
        errors: methods that answer this error.
        history_page: history and replies give at most this many messages a page.
        pace_s: a channel takes one post in so many seconds, further ones answer 429; Slack's
            own rule is about one a second, bursts aside.
        seed: of the random times.
        planned: the faults of the next calls.
        on_outage: called when an outage begins; the server cuts its sockets.
    """

    duplicates: int = 0
    delay_s: float = 0.0
    reorder_s: float = 0.0
    drop_acks: int = 0
    deaf: bool = False
    outage: bool = False
    token_revoked: bool = False
    account_inactive: bool = False
    restricted: set[str] = field(default_factory=set)
    not_in: set[str] = field(default_factory=set)
    upload_forbidden: bool = False
    absent: set[str] = field(default_factory=set)
    errors: dict[str, str] = field(default_factory=dict)
    history_page: int | None = None
    pace_s: float = 0.0
    seed: int = 0
    planned: list[Planned] = field(default_factory=list)
    on_outage: Callable[[], None] = field(default=lambda: None, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "outage" and value:
            self.on_outage()

    def rate_limit(self, method: str, times: int = 1, *, retry_after: int = 1) -> None:
        """The next calls of the method answer 429 with `Retry-After`."""
        self.planned.append(Planned(method, "rate", times, 429, retry_after))

    def server_error(self, method: str, times: int = 1, *, status: int = 503) -> None:
        """The next calls of the method answer with this status."""
        self.planned.append(Planned(method, "status", times, status))

    def lose_response(self, method: str, times: int = 1) -> None:
        """The next calls of the method are performed, but their answers never arrive."""
        self.planned.append(Planned(method, "lost", times))

    def slow_down(self, method: str, times: int = 1, *, seconds: float) -> None:
        """The next calls of the method are answered this much later."""
        self.planned.append(Planned(method, "slow", times, seconds=seconds))

    def take(self, method: str) -> Planned | None:
        """Use up the first planned fault of this method."""
        for plan in self.planned:
            if plan.left > 0 and plan.method in {method, "*"}:
                plan.left -= 1
                return plan
        return None

    def lateness(self) -> float:
        """How late the next delivery is, in seconds."""
        return self.delay_s + self._random.uniform(0.0, self.reorder_s)

    def loses_ack(self) -> bool:
        """Whether this acknowledgement is lost; counts it."""
        if self.drop_acks <= 0:
            return False
        self.drop_acks -= 1
        return True
