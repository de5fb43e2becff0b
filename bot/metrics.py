"""Prometheus metrics of this process, fed by the hooks; docs/metrics.md lists them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final, assert_never, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.hooks import (
    CheckFinished,
    CheckQueued,
    DeliveryTried,
    Event,
    JobFinished,
    ModelAnswered,
    ModelFailed,
    ToolCallFinished,
    TurnFinished,
    TurnOutcome,
)
from bot.readings import Readings
from storage.catalog.catalog import Catalog

TALK_S: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
TOOL_S: Final = (0.05, 0.25, 1, 2.5, 5, 10, 30, 60, 300, 1200, 3600)
LATE_S: Final = (0.5, 1, 5, 15, 60, 300, 900, 3600)
CHECKS: Final = ("ok", "drift", "no_data", "failed")
DELIVERIES: Final = ("sent", "again", "lost")
MOST_CHANNELS: Final = 200
LOOK_S: Final = 0.05
ERRORS: Final = {
    "TimeoutError": "timeout",
    "APITimeoutError": "timeout",
    "RateLimitError": "rate_limit",
    "AuthenticationError": "not_allowed",
    "PermissionDeniedError": "not_allowed",
    "APIConnectionError": "connection",
    "InternalServerError": "server",
    "BadRequestError": "bad_request",
}


REPLY_TOKENS = (300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
REPLY_COST = (0.0001, 0.001, 0.01, 0.1, 1, 10)


class Metrics:
    """What this process has done since it started, and how the catalog stands.

    Every label has few values: platforms, tools that exist, outcomes, the configured model,
    deployed models. Nothing that people wrote becomes one.

    Args:
        now: The clock, aware UTC.
        tools: Names of tools that exist; what else a language model asked for is `unknown`.
        version: Of this program.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        tools: Collection[str] = (),
        version: str = "",
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._tools = frozenset(tools)
        self._channels: set[str] = set()
        self._registry = CollectorRegistry()
        self._readings = Readings(now)
        self._talking()
        self._thinking()
        self._working()
        self._lag = self._gauge(
            "mlops_event_loop_lag_seconds",
            "Longest time the event loop was late since this was last asked for.",
        )
        self._build = self._gauge("mlops_build_info", "Always 1; which version runs.", "version")
        self._build.labels(version).set(1)
        ProcessCollector(registry=self._registry)
        self._latest = 0.0

    def _talking(self) -> None:
        self._messages = self._counter(
            "mlops_messages_total",
            "Messages and clicks worked on, by what came of it.",
            "platform", "outcome",
        )  # fmt: skip
        self._turns = self._histogram(
            "mlops_turn_duration_seconds",
            "Work on a message until it was answered or had to wait.",
            "platform", "outcome",
            buckets=TALK_S,
        )  # fmt: skip
        self._platforms: set[str] = set()
        self._deliveries = self._counter(
            "mlops_deliveries_total",
            "Messages that were sent, are tried again, or were given up.",
            "platform", "outcome",
        )  # fmt: skip
        self._delivery = self._histogram(
            "mlops_delivery_lag_seconds",
            "From the moment a message could go out until the platform had it.",
            "platform",
            buckets=TALK_S,
        )

    def _thinking(self) -> None:
        self._answers = self._counter(
            "mlops_model_answers_total",
            "Answers of the language model, by what it may see.",
            "model", "level",
        )  # fmt: skip
        self._tokens = self._counter(
            "mlops_model_tokens_total",
            "Tokens that the language model read and wrote.",
            "model", "level", "direction",
        )  # fmt: skip
        self._cost = self._counter(
            "mlops_model_cost_total",
            "Cost of the language model, in the currency of MLOPS_MODEL_PRICE.",
            "model",
        )
        self._channel_tokens = self._counter(
            "mlops_channel_tokens_total",
            "Tokens that the language model read and wrote for a channel, by its scope id.",
            "channel", "direction",
        )  # fmt: skip
        self._channel_cost = self._counter(
            "mlops_channel_cost_total",
            "Cost of the language model for a channel, in the currency of MLOPS_MODEL_PRICE.",
            "channel",
        )
        self._reply_tokens = self._histogram(
            "mlops_reply_tokens",
            "Tokens of the language model for one answer, both ways; answers without are not in.",
            buckets=REPLY_TOKENS,
        )
        self._reply_cost = self._histogram(
            "mlops_reply_cost",
            "Cost of one answer, in the currency of MLOPS_MODEL_PRICE, where that is set.",
            buckets=REPLY_COST,
        )
        self._errors = self._counter(
            "mlops_model_errors_total",
            "Requests the language model did not answer; the offline brain went on.",
            "model", "reason",
        )  # fmt: skip

    def _working(self) -> None:
        self._calls = self._counter(
            "mlops_tool_calls_total", "Tool calls, by result.", "tool", "platform", "outcome"
        )
        self._call = self._histogram(
            "mlops_tool_call_duration_seconds",
            "From asking for a tool to its answer, its job included.",
            "tool",
            buckets=TOOL_S,
        )
        self._ended = self._counter(
            "mlops_jobs_finished_total", "Jobs that ended in this process.", "tool", "state"
        )
        self._job = self._histogram(
            "mlops_job_duration_seconds", "Work on a job, every attempt.", "tool", buckets=TOOL_S
        )
        self._waited = self._histogram(
            "mlops_job_wait_seconds", "What a job waited for its first worker.", buckets=LATE_S
        )
        self._checks = self._counter(
            "mlops_checks_total", "Scheduled checks that ended, by their verdict.", "status"
        )
        self._late = self._histogram(
            "mlops_check_delay_seconds", "From the due time of a check to its job.", buckets=LATE_S
        )
        for status in CHECKS:
            self._checks.labels(status)
        self._missed = self._counter(
            "mlops_checks_missed_total", "Due times for which no check ran; a later one covered it."
        )

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, registry=self._registry)

    def _histogram(
        self, name: str, text: str, *labels: str, buckets: tuple[float, ...]
    ) -> Histogram:
        return Histogram(name, text, labels, buckets=buckets, registry=self._registry)

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
            case TurnFinished():
                self._talk(event)
            case DeliveryTried():
                self._begin_with_0(event.platform)
                self._deliveries.labels(event.platform, event.outcome).inc()
                if event.outcome == "sent":
                    self._delivery.labels(event.platform).observe(event.seconds)
            case ToolCallFinished():
                tool = self._known(event.tool)
                outcome = "ok" if event.ok else "error"
                self._calls.labels(tool, event.platform, outcome).inc()
                self._call.labels(tool).observe(event.seconds)
            case ModelAnswered() | ModelFailed():
                self._think(event)
            case JobFinished():
                self._ended.labels(self._known(event.tool), event.state).inc()
                self._job.labels(self._known(event.tool)).observe(event.seconds)
                self._waited.observe(event.waited)
            case CheckQueued():
                self._late.observe(event.late)
                self._missed.inc(event.missed)
            case CheckFinished():
                self._checks.labels(event.status).inc()
            case _:
                assert_never(event)

    def _talk(self, event: TurnFinished) -> None:
        self._begin_with_0(event.platform)
        self._messages.labels(event.platform, event.outcome).inc()
        self._turns.labels(event.platform, event.outcome).observe(event.seconds)
        if event.tokens:
            self._reply_tokens.observe(event.tokens)
            if event.cost is not None:
                self._reply_cost.observe(event.cost)

    def _think(self, event: ModelAnswered | ModelFailed) -> None:
        if isinstance(event, ModelFailed):
            self._errors.labels(event.model, ERRORS.get(event.error, "other")).inc()
            return
        for reason in {*ERRORS.values(), "other"}:
            self._errors.labels(event.model, reason)
        self._answers.labels(event.model, event.level).inc()
        self._tokens.labels(event.model, event.level, "read").inc(event.tokens_in)
        self._tokens.labels(event.model, event.level, "written").inc(event.tokens_out)
        self._cost.labels(event.model).inc(event.cost or 0.0)
        channel = self._channel(event.channel)
        self._channel_tokens.labels(channel, "read").inc(event.tokens_in)
        self._channel_tokens.labels(channel, "written").inc(event.tokens_out)
        self._channel_cost.labels(channel).inc(event.cost or 0.0)

    def _begin_with_0(self, platform: str) -> None:
        """Let the counters of a platform begin: the first of a kind is else no increase."""
        if platform not in self._platforms:
            self._platforms.add(platform)
            for outcome in get_args(TurnOutcome):
                self._messages.labels(platform, outcome)
            for outcome in DELIVERIES:
                self._deliveries.labels(platform, outcome)

    def _channel(self, scope_id: str) -> str:
        """The channel's label; those that come after the first hundreds share one."""
        if len(self._channels) < MOST_CHANNELS:
            self._channels.add(scope_id)
        return scope_id if scope_id in self._channels else "other"

    def _known(self, tool: str) -> str:
        return tool if tool in self._tools else "unknown"

    def page(self, catalog: Catalog) -> bytes:
        """The metrics in Prometheus' text format, those read from the catalog included."""
        self._lag.set(self._latest)
        self._latest = 0.0
        return generate_latest(self._registry) + generate_latest(self._readings.of(catalog))
