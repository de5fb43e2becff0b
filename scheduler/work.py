"""One piece of work as it travels to a worker: plain values, so that any process can do it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from storage.catalog.records import Actor, Address, Json


@dataclass(frozen=True, slots=True)
class Work:
    """One tool call of one job; `attempt` is the fencing token that may register a result.

    `refs` are the ids of what the turn made so far (`dataset`, `model`); `picked` are the arguments
    that a person was asked for. `subject` is what the log
    calls it by: the turn it belongs to, or the job itself.
    """

    job_id: str
    attempt: int
    tool: str
    args: Json
    address: Address
    actor: Actor
    refs: dict[str, str]
    picked: tuple[str, ...] = ()
    approved_by: Actor | None = None
    subject: str = ""


_WORK: Final = TypeAdapter(Work)


def dump_work(work: Work) -> Json:
    """As JSON values."""
    return _WORK.dump_python(work, mode="json")  # type: ignore[no-any-return]


def load_work(value: Json) -> Work:
    """The reverse of `dump_work`."""
    return _WORK.validate_python(value)
