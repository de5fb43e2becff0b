"""What CI is asked to run, and how far that has come: plain values, kept in the job's row."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from pydantic import TypeAdapter

from storage.catalog.records import Json

STAGE: Final = "ci"
"""The stage of a job that waits for CI; workers leave it alone until it is green."""

KEY: Final = "ci"
"""Where a job's context has its trail."""

Phase: TypeAlias = Literal["asked", "sent", "following", "stopping", "green"]


@dataclass(frozen=True, slots=True)
class Order:
    """One run to be made, or made again.

    Attributes:
        inputs: As the workflow declares them.
        mark: Our word for this run; passed on where the workflow takes it.
        rerun: Id of the run to make again (0: a new one).
        attempt: The attempt that run was at.
        failed_only: Of a re-run, whether only what failed is made again.
        binding: Of a release: digest of what was approved; checked again when it is green.
    """

    repo: str
    file: str
    ref: str
    inputs: dict[str, str]
    mark: str
    rerun: int = 0
    attempt: int = 0
    failed_only: bool = False
    binding: str = ""

    @property
    def certain(self) -> bool:
        """Whether a run that may be another's must not be taken for it."""
        return bool(self.binding)


@dataclass(frozen=True, slots=True)
class Trail:
    """How far an order has come.

    Attributes:
        phase: asked, sent (from before the request on), following, stopping, green.
        since: When it was asked for.
        sent_at: When the request was made.
        before: The newest run's id before that; later ones have higher ids.
        run: The run's id, once known (0: not yet).
        taken: Whether the server said that it made a run, though not which.
        doubt: Since when the server denies what it said before.
        stopped_at: When the run was asked to stop.
        url: Where people see the run, once it has ended.
    """

    order: Order
    since: datetime
    phase: Phase = "asked"
    sent_at: datetime | None = None
    before: int = 0
    run: int = 0
    taken: bool = False
    doubt: datetime | None = None
    stopped_at: datetime | None = None
    url: str = ""


_TRAIL: Final = TypeAdapter(Trail)


def dump_trail(trail: Trail) -> Json:
    """As JSON values."""
    return _TRAIL.dump_python(trail, mode="json")  # type: ignore[no-any-return]


def load_trail(value: Json) -> Trail:
    """The reverse of `dump_trail`."""
    return _TRAIL.validate_python(value)


def trail_of(context: Json) -> Trail | None:
    """The trail in a job's context, if CI has to do with it."""
    found = context.get(KEY)
    return load_trail(found) if found else None


def new_mark() -> str:
    """A word by which a run can be found again."""
    return f"mlops-{secrets.token_hex(6)}"


def begun(order: Order | None, now: datetime) -> Json:
    """What a job's context has of its order at first."""
    return {KEY: dump_trail(Trail(order, now))} if order is not None else {}
