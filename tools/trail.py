"""One reference through a message, its tool calls and jobs, and a check; spans where wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Final, TypeAlias

SHOWN: Final = 8
"""Digits of a reference that people are told and that every line of the log carries."""

Tracer: TypeAlias = Callable[[str, str, dict[str, str]], AbstractContextManager[None]]
"""Opens a span: its name, the reference it belongs to, its attributes."""

_subject: ContextVar[str] = ContextVar("subject", default="")
_tracers: list[Tracer] = []


def reference() -> str:
    """What all that happens here belongs to: the beginning of a turn's or a job's id."""
    return _subject.get()[:SHOWN]


@contextmanager
def following(subject: str) -> Iterator[None]:
    """Let everything in the block belong to a turn or, where nobody asked, to a job."""
    token = _subject.set(subject)
    try:
        yield
    finally:
        _subject.reset(token)


def subject_of(key: str, job_id: str) -> str:
    """What a job belongs to: the turn that its key begins with, or itself for a check."""
    turn, _, call = key.partition(":")
    return turn if call and not key.startswith("check:") else job_id


def trace_with(tracer: Tracer | None) -> None:
    """Open spans with this from now on; with None, no more."""
    _tracers[:] = [] if tracer is None else [tracer]


def span(name: str, **attributes: str) -> AbstractContextManager[None]:
    """A span around the block; nothing unless somebody traces."""
    if not _tracers:
        return nullcontext()
    return _tracers[0](name, _subject.get(), attributes)
