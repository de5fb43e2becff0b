"""Prometheus counters of the bot, fed by the hooks."""

from __future__ import annotations

import asyncio
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.hooks import Event, ModelAnswered, ToolCallFinished, TurnFinished
from storage.catalog.catalog import Catalog

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

LOOK_S = 0.05


class Metrics:
    """The bot's metrics; labels are tool, platform, result, and the configured model."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Histogram(
            "mlops_tool_call_seconds",
            "Time from asking for a tool to its answer.",
            ("tool", "platform", "result"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._turns = Histogram(
            "mlops_turn_seconds",
            "Time from a message to its answer or suspension.",
            ("platform", "result"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "mlops_model_answers",
            "Answers of the language model, by what it may see.",
            ("model", "level"),
            registry=self._registry,
        )
        self._tokens = Counter(
            "mlops_model_tokens",
            "Tokens that the language model read and wrote.",
            ("model", "level", "direction"),
            registry=self._registry,
        )
        self._outbox = Gauge(
            "mlops_outbox_messages", "Messages waiting for delivery.", registry=self._registry
        )
        self._jobs = Gauge(
            "mlops_jobs_queued", "Jobs waiting for a worker.", registry=self._registry
        )

        self._lag = Gauge(
            "mlops_loop_lag_seconds",
            "Longest time the loop was late since this was last asked for.",
            registry=self._registry,
        )
        self._latest = 0.0

    async def watch_loop(self) -> None:
        """Note how late the loop comes to what it was to do, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self._latest = max(self._latest, loop.time() - due)

    def hook(self, event: Event) -> None:
        """Count one event."""
        match event:
            case ToolCallFinished():
                result = "ok" if event.ok else "error"
                self._calls.labels(event.tool, event.platform, result).observe(event.seconds)
            case TurnFinished():
                self._turns.labels(event.platform, event.result).observe(event.seconds)
            case ModelAnswered():
                self._answers.labels(event.model, event.level).inc()
                read = self._tokens.labels(event.model, event.level, "read")
                read.inc(event.tokens_in)
                written = self._tokens.labels(event.model, event.level, "written")
                written.inc(event.tokens_out)
            case _:
                assert_never(event)

    def page(self, catalog: Catalog) -> bytes:
        """The metrics in Prometheus' text format; depths are read from the catalog."""
        self._lag.set(self._latest)
        self._latest = 0.0
        with catalog.read() as unit:
            self._outbox.set(unit.outbox.depth())
            self._jobs.set(unit.jobs.queued())
        return generate_latest(self._registry)
