"""The page about metrics, written from the collectors themselves."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from bot.metrics import Metrics
from bot.readings import Readings
from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog
from storage.prediction_log import PredictionLog
from tools.serving.limits import Limits
from tools.serving.metrics import Metrics as ServingMetrics
from tools.serving.request_log import RequestLog
from tools.serving.slots import Slots

INTRODUCTION = """# Metrics

`make docs` writes this page from the code. The bot shows its metrics at `/metrics` of `MLOPS_HTTP`,
the prediction server at `/metrics` of `MLOPS_SERVING`, both in Prometheus' text format.
`deploy/prometheus/` has a configuration, alerts ([what to do about each](runbooks/README.md)) and
their tests; `deploy/grafana/` has two dashboards. [Deploying](deploying.md) puts them together.

Names follow Prometheus' conventions: base units, `_total` on counters. Labels have few values:
platforms, tools that exist, outcomes, the configured language model, the first 200 channels that
use it, deployed models and the first 20 classes that they may answer; what is beyond is `other`.
Nothing that people or callers write becomes a label, but for those classes. `model` is
`{scope id}.{model name}`, the same on both pages, so that they can be joined; the scope id stands
for the channel. `process_*` tell memory, processor time, open files and start time of each process.
"""
SECTIONS = {
    "bot": (
        "Of one bot",
        "Since its process began. With several bots, add them up: `sum by (platform) (…)`.",
    ),
    "catalog": (
        "Of the catalog",
        "Read from the database at each scrape. Every bot on one database tells the same, so take "
        "one: `max by (model) (…)`.",
    ),
    "serving": ("Of the prediction server", "By deployment: the model, its slot, its version."),
}


@dataclass(frozen=True, slots=True)
class Described:
    """One metric: its name, type, labels and meaning."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str


def metrics_page() -> str:
    """The whole page as Markdown."""
    parts = [INTRODUCTION]
    for key, metrics in all_metrics().items():
        title, text = SECTIONS[key]
        rows = [f"| `{m.name}` | {m.kind} | {_listed(m.labels)} | {m.text} |" for m in metrics]
        head = "| metric | type | labels | what it says |\n|---|---|---|---|"
        parts.append("\n".join([f"## {title}\n", f"{text}\n", head, *rows, ""]))
    return "\n".join(parts)


def _listed(labels: tuple[str, ...]) -> str:
    return ", ".join(f"`{label}`" for label in labels)


def all_metrics() -> dict[str, list[Described]]:
    """What each page shows, by its section here; Prometheus' own about the process apart."""
    with tempfile.TemporaryDirectory() as folder:
        catalog = open_catalog(f"sqlite:///{Path(folder) / 'catalog.db'}")
        blobs = open_blobs((Path(folder) / "blobs").as_uri())
        log = RequestLog(PredictionLog(catalog, blobs), limits=Limits())
        readings = Readings(lambda: datetime.now(UTC)).of(catalog)
        pages = {
            "bot": Metrics()._registry,
            "catalog": readings,
            "serving": ServingMetrics(Slots(catalog, blobs), log)._registry,
        }
        found = {
            key: [m for m in _described(registry) if not m.name.startswith("process_")]
            for key, registry in pages.items()
        }
        catalog.close()
    return found


def _described(registry: CollectorRegistry) -> Iterator[Described]:
    collectors: list[Any] = list(registry._collector_to_names)
    for collector in collectors:
        if hasattr(collector, "_documentation"):
            labels, text = tuple(collector._labelnames), str(collector._documentation)
            yield _one(str(collector._name), str(collector._type), labels, text)
            continue
        for family in collector.collect():
            labels = tuple(getattr(family, "_labelnames", ()))
            yield _one(family.name, family.type, labels, family.documentation)


def _one(name: str, kind: str, labels: tuple[str, ...], text: str) -> Described:
    return Described(f"{name}_total" if kind == "counter" else name, kind, labels, text)
