"""A check of everything that is kept: rows against blobs, and rows against one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.inspection import BlobReference
from storage.catalog.records import Monitor
from storage.errors import Corrupted, NotStored

Kind: TypeAlias = Literal[
    "damaged_catalog",
    "missing_blob",
    "damaged_blob",
    "unused_blob",
    "wrong_deployment",
    "job_without_result",
    "undelivered_message",
    "late_monitor",
]
_YOUNG: Final = timedelta(hours=24)
_SENDING: Final = timedelta(minutes=10)
_LATE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: `what` names the row or blob."""

    kind: Kind
    what: str
    sentence: str


def check(catalog: Catalog, blobs: BlobStore, *, now: datetime) -> list[Finding]:
    """All findings; none when everything is in order. Reads every blob."""
    try:
        catalog.check()
    except Corrupted as damage:
        return [Finding("damaged_catalog", catalog.url, f"{damage}.")]
    # Blobs first: one that is kept meanwhile is then neither missing nor unused.
    old = {info.digest for info in blobs.list() if info.modified < now - _YOUNG}
    with catalog.read() as unit:
        references = list(unit.inspection.references())
        mentions = unit.inspection.mentions()
        wrong = unit.inspection.wrong_deployments()
        empty = unit.inspection.jobs_without_result()
        undelivered = unit.inspection.undelivered(
            sending_before=now - _SENDING, pending_before=now - _YOUNG
        )
        monitors = unit.monitors.active()
    findings = list(_blob_findings(blobs, references))
    for digest in sorted(old - mentions - {each.digest for each in references}):
        findings.append(Finding("unused_blob", digest, f"No row refers to blob {digest}."))
    for what in wrong:
        sentence = f"The live line {what} names a model that is not of its slot."
        findings.append(Finding("wrong_deployment", what, sentence))
    for what in empty:
        findings.append(Finding("job_without_result", what, f"{what} succeeded without a result."))
    for what in undelivered:
        findings.append(Finding("undelivered_message", what, f"{what} was never delivered."))
    return findings + [_late(monitor) for monitor in monitors if _is_late(monitor, now=now)]


def _blob_findings(blobs: BlobStore, references: list[BlobReference]) -> Iterator[Finding]:
    known: dict[str, int | Finding] = {}
    for reference in references:
        digest, what = reference.digest, reference.what
        if digest not in known:
            known[digest] = _size(blobs, digest)
        state = known[digest]
        if isinstance(state, Finding):
            yield Finding(state.kind, what, f"{what}: {state.sentence}")
        elif reference.size not in (None, state):
            sentence = f"{what}: blob {digest} has {state} bytes instead of {reference.size}."
            yield Finding("damaged_blob", what, sentence)


def _size(blobs: BlobStore, digest: str) -> int | Finding:
    """The size of a sound blob in bytes, else what is wrong with it."""
    try:
        with blobs.open(digest) as file:
            return file.seek(0, 2)
    except NotStored:
        return Finding("missing_blob", digest, f"blob {digest} is missing.")
    except Corrupted:
        return Finding("damaged_blob", digest, f"blob {digest} does not have its own bytes.")


def _is_late(monitor: Monitor, *, now: datetime) -> bool:
    """Whether the scheduler passed over at least one whole interval."""
    if monitor.every_s is None:
        return False
    since = monitor.last_due or monitor.created_at
    return now - since > 2 * timedelta(seconds=monitor.every_s) + _LATE


def _late(monitor: Monitor) -> Finding:
    what = f"monitors {monitor.id}"
    since = monitor.last_due or monitor.created_at
    return Finding("late_monitor", what, f"{what} has not run since {since:%Y-%m-%d %H:%M} UTC.")
