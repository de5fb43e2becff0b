"""How much a caller may ask of the prediction server, and how long that may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one server; times in seconds.

    Attributes:
        body_bytes: Longest body that is read; longer ones get a 413.
        rows: Most rows in one request.
        depth: Deepest nesting of JSON that is parsed.
        head_s: Time for the head of a request to arrive, from the first moment of waiting.
        body_s: Time for the body to arrive, once the head is there.
        connections: Open connections from which on requests get a 503.
        waiting: Requests that may wait for a thread; more get a 503.
        threads: Threads that predict.
        poll_s: How often the deployment log is looked at.
        retry_s: How long to wait before a model that could not be loaded is tried again.
        flush_s: Longest time an answer waits before it is in the prediction log.
        flush_rows: Rows from which on the log is written at once.
        backlog_rows: Rows kept while the log cannot be written; the oldest go first.
        drain_s: Time for open connections to end on their own at shutdown.
    """

    body_bytes: int = 10_000_000
    rows: int = 10_000
    depth: int = 32
    head_s: float = 10.0
    body_s: float = 30.0
    connections: int = 512
    waiting: int = 64
    threads: int = 2
    poll_s: float = 0.3
    retry_s: float = 5.0
    flush_s: float = 2.0
    flush_rows: int = 500
    backlog_rows: int = 200_000
    drain_s: float = 3.0
