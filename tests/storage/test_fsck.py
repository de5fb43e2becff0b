"""The check of what is kept: silent when all is well, precise when it is not."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address
from storage.fsck import check
from tests.contracts.rows import ADA, HERE, add_dataset, add_model, add_monitor, deploy, submit

NOW = datetime.now(UTC)


def _age(blobs: BlobStore, digest: str, *, hours: float) -> None:
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(blobs.local_path(digest), (at, at))


def _kinds(catalog: Catalog, blobs: BlobStore, *, now: datetime = NOW) -> list[tuple[str, str]]:
    return [(finding.kind, finding.what) for finding in check(catalog, blobs, now=now)]


@pytest.fixture
def sound(catalog: Catalog, blobs: BlobStore) -> dict[str, str]:
    """One sound row of everything the check looks at; the digests of its blobs."""
    names = ("upload", "table", "profile", "model", "reference", "figure")
    digests = {name: blobs.put(name.encode()) for name in names}
    for digest in digests.values():
        _age(blobs, digest, hours=48)
    with catalog.write() as unit:
        unit.uploads.add(
            HERE, thread="", blob=digests["upload"], name="a", size=6, actor=ADA, now=NOW
        )
        dataset = add_dataset(unit, blob=digests["table"], profile=digests["profile"], now=NOW)
        model = add_model(
            unit,
            dataset_id=dataset.id,
            digest=digests["model"],
            reference=digests["reference"],
            report={"figures": [{"blob": digests["figure"]}]},
            now=NOW,
        )
        deploy(unit, model, now=NOW)
        add_monitor(unit, now=NOW)
        submit(unit, now=NOW)
        job = unit.jobs.claim("w", lease_until=NOW, now=NOW)
        assert job is not None
        unit.jobs.finish(job.id, attempt=1, state="succeeded", result={"n": 1}, now=NOW)
        unit.outbox.add("d", slot="s", address=Address(HERE), body={}, now=NOW)
    return digests


def test_a_sound_store_has_no_findings(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str]
) -> None:
    """Nothing is said when everything is in order; pictures named in JSON are in use."""
    blobs.put(b"just uploaded, its row comes next")
    assert check(catalog, blobs, now=NOW) == []


def test_a_missing_blob_is_found(catalog: Catalog, blobs: BlobStore, sound: dict[str, str]) -> None:
    """Every kind of row that needs a blob is looked at."""
    for name in ("upload", "table", "profile", "model", "reference"):
        blobs.delete(sound[name])
    found = _kinds(catalog, blobs)
    assert {kind for kind, _ in found} == {"missing_blob"}
    assert [what.split(" ")[0] for _, what in found] == [
        "uploads.blob",
        "datasets.blob",
        "datasets.profile",
        "models.digest",
        "models.reference",
    ]


def test_a_damaged_blob_is_found(catalog: Catalog, blobs: BlobStore, sound: dict[str, str]) -> None:
    """Bytes that changed are found by reading them."""
    blobs.local_path(sound["model"]).write_bytes(b"other")
    assert [kind for kind, _ in _kinds(catalog, blobs)] == ["damaged_blob"]


def test_a_wrong_size_is_found(catalog: Catalog, blobs: BlobStore) -> None:
    """A row that says another size than its blob has is wrong."""
    with catalog.write() as unit:
        unit.uploads.add(
            HERE, thread="", blob=blobs.put(b"abc"), name="a", size=4, actor=ADA, now=NOW
        )
    assert [kind for kind, _ in _kinds(catalog, blobs)] == ["damaged_blob"]


def test_an_unused_blob_is_found_once_it_is_old(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str]
) -> None:
    """A blob without a row is a finding after a day; before, its row may be on its way."""
    digest = blobs.put(b"nobody wants me")
    _age(blobs, digest, hours=23)
    assert _kinds(catalog, blobs) == []
    _age(blobs, digest, hours=25)
    assert _kinds(catalog, blobs) == [("unused_blob", digest)]


def test_a_live_line_of_another_model_is_found(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str]
) -> None:
    """What is live must be the very model the line names, of that name and digest."""
    with catalog.write() as unit:
        model = unit.models.find(HERE, "m1")
        wrong = deploy(unit, model, "production", digest="b" * 64, now=NOW)
    assert _kinds(catalog, blobs) == [("wrong_deployment", f"deployments {wrong.id}")]


def test_a_success_without_a_result_is_found(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str]
) -> None:
    """A job that succeeded has something to show."""
    with catalog.write() as unit:
        job = submit(unit, key="other", now=NOW)
        unit.jobs.claim("w", lease_until=NOW, now=NOW)
        unit.jobs.finish(job.id, attempt=1, state="succeeded", now=NOW)
    assert _kinds(catalog, blobs) == [("job_without_result", f"jobs {job.id}")]


def test_a_stuck_message_and_a_late_monitor_are_found(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str]
) -> None:
    """A message that is being sent for long, and a monitor that was passed over, are wrong."""
    with catalog.write() as unit:
        row = unit.outbox.due("slack", now=NOW)[0]
        unit.outbox.mark_sending(row.id)
        monitor = unit.monitors.list(HERE)[0]
    assert _kinds(catalog, blobs, now=NOW + timedelta(minutes=9)) == []
    later = NOW + timedelta(hours=3, minutes=1)
    assert _kinds(catalog, blobs, now=later) == [
        ("undelivered_message", f"outbox {row.id}"),
        ("late_monitor", f"monitors {monitor.id}"),
    ]
    with catalog.write() as unit:
        unit.monitors.checked(monitor.id, due=later)
        unit.outbox.mark_sent(row.id, platform_ref="x", now=later)
    assert _kinds(catalog, blobs, now=later) == []


def test_a_damaged_catalog_is_the_only_finding(
    catalog: Catalog, blobs: BlobStore, sound: dict[str, str], tmp_path: Path
) -> None:
    """Rows of a damaged database are not trusted to tell more."""
    catalog.close()
    path = tmp_path / "catalog.db"
    data = bytearray(path.read_bytes())
    data[8192:] = b"\x99" * (len(data) - 8192)
    path.write_bytes(data)
    assert [kind for kind, _ in _kinds(catalog, blobs)] == ["damaged_catalog"]
