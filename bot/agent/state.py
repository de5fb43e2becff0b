"""What both brains know of the thread when a turn begins: names, types and aggregates, no rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class ColumnState:
    """One column: its kind and, as text, its commonest values or its range."""

    name: str
    kind: str
    missing: int = 0
    distinct: int = 0
    low: float | str | None = None
    high: float | str | None = None
    top: tuple[str, ...] = ()
    id_like: bool = False


@dataclass(frozen=True, slots=True)
class DatasetState:
    """One dataset version in scope; `targets` are suggestions, likeliest first."""

    name: str
    version: int
    rows: int
    columns: tuple[ColumnState, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelState:
    """One model version in scope; `features` are the columns its endpoint takes."""

    name: str
    version: int
    handle: str
    target: str
    task: str
    algorithm: str
    features: tuple[ColumnState, ...] = ()
    live_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallState:
    """An earlier tool call of this thread, for "same again" and "now with …"."""

    tool: str
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThreadState:
    """The thread as a turn begins.

    Attributes:
        today: ISO date-time with offset, in the reader's zone.
        datasets: All in scope, newest first, the current one first of all.
        models: All in scope, the current one first.
        monitors: Names of models that are watched.
        alerts: Names of models with an open alert.
        jobs: Numbers and tools of running jobs, such as "3 train_model".
        facts: What people asked to remember.
        calls: Recent tool calls of this thread, the latest first.
    """

    today: str
    datasets: tuple[DatasetState, ...] = ()
    models: tuple[ModelState, ...] = ()
    monitors: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    calls: tuple[CallState, ...] = ()

    @property
    def dataset(self) -> DatasetState | None:
        """The current dataset."""
        return self.datasets[0] if self.datasets else None

    @property
    def model(self) -> ModelState | None:
        """The current model."""
        return self.models[0] if self.models else None


_STATE: TypeAdapter[ThreadState] = TypeAdapter(ThreadState)


def dump_state(state: ThreadState) -> dict[str, Any]:
    """The state as JSON values."""
    return _STATE.dump_python(state, mode="json")  # type: ignore[no-any-return]


def load_state(value: dict[str, Any]) -> ThreadState:
    """The reverse of `dump_state`."""
    return _STATE.validate_python(value)
