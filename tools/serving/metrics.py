"""What operators watch of each deployment: requests, times, refusals, answers, health."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tools.ml.contract import Contract, Label
from tools.serving.distribution import Classes, Distribution, distribution_of
from tools.serving.request_log import RequestLog
from tools.serving.slots import Slots

LABELS: Final = ("model", "environment", "version")
SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30)


@dataclass(frozen=True, slots=True)
class PredictionServed:
    """One request to a slot, answered or refused.

    Attributes:
        status: HTTP status.
        seconds: From the head of the request to the answer.
        model: `{scope_id}.{name}`; empty when there is no such slot, or the key was wrong.
        environment: Of the slot; empty as above.
        version: Of the model that answered; empty as above.
        refused: Whether rows broke the model's contract.
        answers: One per row.
        unseen: Cells with a category that training never saw.
        contract: Of the model that answered; None where nothing was answered.
    """

    status: int
    seconds: float
    model: str = ""
    environment: str = ""
    version: str = ""
    refused: bool = False
    answers: tuple[Label, ...] = ()
    unseen: int = 0
    contract: Contract | None = None


Hook = Callable[[PredictionServed], None]
_Key: TypeAlias = tuple[str, str, str]


class Metrics:
    """The server's own Prometheus registry; a hook for `PredictionServed`.

    Labels come from deployments and contracts alone: what a caller sends never becomes one.
    """

    def __init__(self, slots: Slots, log: RequestLog) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = self._counter("requests_total", "Requests for predictions.", "status")
        self._rows = self._counter("rows_total", "Rows predicted.")
        self._refusals = self._counter(
            "contract_refusals_total", "Requests refused because rows broke the model's contract."
        )
        self._unseen = self._counter(
            "unseen_categories_total", "Cells with a category that training never saw."
        )
        self._seconds = Histogram(
            "mlops_prediction_duration_seconds",
            "From the head of a request to its answer.",
            LABELS,
            buckets=SECONDS,
            registry=self._registry,
        )
        self._gauge(
            "mlops_prediction_log_pending_rows",
            "Answered rows that are not in the prediction log yet.",
        ).set_function(lambda: log.pending)
        self._registry.register(_Lost(log))
        self._registry.register(_SlotHealth(slots))
        self._answers = _Answers()
        self._registry.register(self._answers)
        ProcessCollector(registry=self._registry)

    def _counter(self, what: str, text: str, *more: str) -> Counter:
        return Counter(f"mlops_prediction_{what}", text, (*LABELS, *more), registry=self._registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self._registry)

    def __call__(self, served: PredictionServed) -> None:
        """Count one request."""
        labels = (served.model, served.environment, served.version)
        self._requests.labels(*labels, str(served.status)).inc()
        if served.model:
            self._refusals.labels(*labels).inc(served.refused)
            self._unseen.labels(*labels).inc(served.unseen)
        if served.answers:
            self._rows.labels(*labels).inc(len(served.answers))
            self._seconds.labels(*labels).observe(served.seconds)
        if served.contract is not None:
            self._answers.add(labels, served.contract, served.answers)

    def text(self) -> bytes:
        """All of it in the Prometheus text format."""
        return generate_latest(self._registry)


class _Answers(Collector):
    """The distribution of the answers of each model."""

    def __init__(self) -> None:
        self._of: dict[_Key, Distribution] = {}

    def add(self, key: _Key, contract: Contract, answers: tuple[Label, ...]) -> None:
        if key not in self._of:
            self._of[key] = distribution_of(contract)
        self._of[key].add(answers)

    def collect(self) -> Iterator[Metric]:
        classes = CounterMetricFamily(
            "mlops_prediction_answers_total",
            "Answers of classifiers by class; classes beyond 20 are other.",
            labels=(*LABELS, "answer"),
        )
        numbers = HistogramMetricFamily(
            "mlops_prediction_value",
            "Answers of regressions; the ranges are parts of the training target's typical value.",
            labels=LABELS,
        )
        for key, each in list(self._of.items()):
            if isinstance(each, Classes):
                for name, count in sorted(each.counts.items()):
                    classes.add_metric((*key, name), count)
            else:
                numbers.add_metric(key, buckets=each.cumulated(), sum_value=each.total)
        yield classes
        yield numbers


class _Lost(Collector):
    def __init__(self, log: RequestLog) -> None:
        self._log = log

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "mlops_prediction_log_lost_rows_total",
            "Answered rows that never reached the prediction log.",
            value=self._log.lost,
        )


class _SlotHealth(Collector):
    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "mlops_endpoint_up", "1 when the slot serves the model it should.", labels=LABELS
        )
        for slot in self._slots.all():
            version = str(slot.served.model.version) if slot.served else ""
            labels = (f"{slot.name.scope_id}.{slot.name.name}", slot.name.environment, version)
            family.add_metric(labels, 0.0 if slot.problem else 1.0)
        yield family
