"""What operators watch: requests, rows, times, and whether each slot serves what it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from tools.serving.request_log import RequestLog
from tools.serving.slots import Slots


@dataclass(frozen=True, slots=True)
class PredictionServed:
    """One request to a slot, answered or refused.

    Attributes:
        model: `{scope_id}.{name}`; empty when there is no such slot, or the key was wrong.
        environment: Of the slot; empty as above.
        version: Of the model that answered; empty as above.
        status: HTTP status.
        rows: Rows answered.
        seconds: From the head of the request to the answer.
    """

    model: str
    environment: str
    version: str
    status: int
    rows: int
    seconds: float


Hook = Callable[[PredictionServed], None]


class Metrics:
    """The server's own Prometheus registry; a hook for `PredictionServed`."""

    def __init__(self, slots: Slots, log: RequestLog) -> None:
        self._registry = CollectorRegistry()
        labels = ("model", "environment", "version")
        self._requests = Counter(
            "mlops_prediction_requests",
            "Requests for predictions.",
            (*labels, "status"),
            registry=self._registry,
        )
        self._rows = Counter(
            "mlops_predictions", "Rows predicted.", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "mlops_prediction_seconds",
            "Time from the head of a request to its answer.",
            labels,
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
            registry=self._registry,
        )
        pending = Gauge(
            "mlops_prediction_log_pending_rows",
            "Answered rows that are not in the prediction log yet.",
            registry=self._registry,
        )
        pending.set_function(lambda: log.pending)
        lost = Gauge(
            "mlops_prediction_log_lost_rows",
            "Answered rows that never reached the prediction log.",
            registry=self._registry,
        )
        lost.set_function(lambda: log.lost)
        self._registry.register(_SlotHealth(slots))

    def __call__(self, served: PredictionServed) -> None:
        """Count one request."""
        labels = (served.model, served.environment, served.version)
        self._requests.labels(*labels, str(served.status)).inc()
        if served.rows:
            self._rows.labels(*labels).inc(served.rows)
            self._seconds.labels(*labels).observe(served.seconds)

    def text(self) -> bytes:
        """All of it in the Prometheus text format."""
        return generate_latest(self._registry)


class _SlotHealth(Collector):
    def __init__(self, slots: Slots) -> None:
        self._slots = slots

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "mlops_endpoint_up",
            "1 when the slot serves the model it should.",
            labels=("model", "environment", "version"),
        )
        for slot in self._slots.all():
            version = str(slot.served.model.version) if slot.served else ""
            labels = (f"{slot.name.scope_id}.{slot.name.name}", slot.name.environment, version)
            family.add_metric(labels, 0.0 if slot.problem else 1.0)
        yield family
