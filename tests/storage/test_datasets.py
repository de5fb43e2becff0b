"""Dataset versions: the table behind a row, and the rows behind a version."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.datasets import DatasetStore
from storage.errors import Corrupted, NotStored
from tests.contracts.rows import ADA, HERE, NOW, add_dataset

TABLE = pa.table(
    {
        "whole": pa.array([1, None, 3], pa.int64()),
        "real": [0.1, float("nan"), None],
        "flag": [True, None, False],
        "text": ["a", "", None],
        "category": pa.array(["x", "y", "x"]).dictionary_encode(),
        "when": [datetime(2026, 1, 1), None, datetime(1911, 4, 10)],  # noqa: DTZ001
        "exact": [Decimal("1.10"), None, Decimal("2.20")],
    }
)


@pytest.fixture
def store(catalog: Catalog, blobs: BlobStore) -> DatasetStore:
    return DatasetStore(catalog, blobs)


def test_a_table_comes_back_with_its_types(catalog: Catalog, store: DatasetStore) -> None:
    """Values, gaps and types survive, and single columns can be read alone."""
    with catalog.write() as unit:
        version = add_dataset(unit, blob=store.put_table(TABLE))
    read = store.read(version)
    assert read.schema == TABLE.schema
    assert str(read.to_pylist()) == str(TABLE.to_pylist())
    assert store.read(version, columns=["text", "whole"]).column_names == ["text", "whole"]


def test_the_same_table_is_one_blob(store: DatasetStore, blobs: BlobStore) -> None:
    """Doing a step again after a crash leaves one copy."""
    assert store.put_table(TABLE) == store.put_table(TABLE)
    assert len(list(blobs.list())) == 1


def test_the_file_of_a_version_is_parquet(catalog: Catalog, store: DatasetStore) -> None:
    """Tools that read out of core get a verified local file."""
    from pyarrow import parquet

    with catalog.write() as unit:
        version = add_dataset(unit, blob=store.put_table(TABLE))
    assert parquet.read_metadata(store.path(version)).num_rows == 3


def test_a_damaged_table_is_never_parsed(
    catalog: Catalog, store: DatasetStore, blobs: BlobStore
) -> None:
    """The bytes are verified before anything reads them."""
    with catalog.write() as unit:
        version = add_dataset(unit, blob=store.put_table(TABLE))
    store.path(version).write_bytes(b"PAR1 but not really")
    for access in (store.read, store.path):
        with pytest.raises(Corrupted):
            access(version)
    blobs.delete(version.blob)
    with pytest.raises(NotStored):
        store.read(version)


def test_lineage_leads_back_to_the_upload(
    catalog: Catalog, store: DatasetStore, blobs: BlobStore
) -> None:
    """A version tells what it was made from, up to the file as it came."""
    with catalog.write() as unit:
        blob = blobs.put(b"a,b\n1,2\n")
        upload = unit.uploads.add(
            HERE, thread="", blob=blob, name="a.csv", size=8, actor=ADA, now=NOW
        )
        root = add_dataset(unit, upload_id=upload.id)
        middle = add_dataset(unit, root_id=root.id, parent_id=root.id)
        leaf = add_dataset(unit, root_id=root.id, parent_id=middle.id)
    assert store.lineage(leaf) == [root, middle, leaf]
    assert store.lineage(root) == [root]
    original = store.original(leaf)
    assert original is not None
    with original:
        assert original.read() == b"a,b\n1,2\n"


def test_a_made_up_dataset_has_no_upload(catalog: Catalog, store: DatasetStore) -> None:
    """A table that came from no file has no original."""
    with catalog.write() as unit:
        version = add_dataset(unit)
    assert store.original(version) is None
