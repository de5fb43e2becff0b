"""The tables of dataset versions: immutable Parquet blobs, and how they came about."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import DatasetVersion

if TYPE_CHECKING:
    import pyarrow as pa


class DatasetStore:
    """Reads and writes what the dataset rows of the catalog point to."""

    def __init__(self, catalog: Catalog, blobs: BlobStore) -> None:
        self._catalog = catalog
        self._blobs = blobs

    def put_table(self, table: pa.Table) -> str:
        """Keep a table as Parquet; its digest, the same for the same table."""
        from pyarrow import parquet

        with tempfile.TemporaryDirectory(prefix="table-") as folder:
            path = Path(folder) / "table.parquet"
            parquet.write_table(table, path, compression="zstd")
            return self._blobs.put(path)

    def path(self, version: DatasetVersion) -> Path:
        """A verified local Parquet file; raises NotStored or Corrupted."""
        return self._blobs.local_path(version.blob)

    def read(self, version: DatasetVersion, columns: Sequence[str] | None = None) -> pa.Table:
        """The table, or some columns of it; raises NotStored or Corrupted."""
        from pyarrow import parquet

        names = None if columns is None else list(columns)
        with self._blobs.open(version.blob) as file:
            return parquet.ParquetFile(file).read(columns=names)

    def first(
        self, version: DatasetVersion, *, rows: int, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The first rows, without reading the others; raises NotStored or Corrupted."""
        import pyarrow as pa
        from pyarrow import parquet

        names = None if columns is None else list(columns)
        with self._blobs.open(version.blob) as opened:
            file = parquet.ParquetFile(opened)
            schema = file.read_row_groups([], columns=names).schema
            batches = file.iter_batches(batch_size=max(1, rows), columns=names)
            batch = next(batches, None)
            return pa.Table.from_batches([] if batch is None else [batch], schema)

    def lineage(self, version: DatasetVersion) -> list[DatasetVersion]:
        """The versions this one came from, the root first and itself last."""
        line = [version]
        with self._catalog.read() as unit:
            while (parent := line[0].parent_id) is not None:
                line.insert(0, unit.datasets.get(version.scope, parent))
        return line

    def original(self, version: DatasetVersion) -> BinaryIO | None:
        """The upload it all began with, as it came; None when there was no upload."""
        with self._catalog.read() as unit:
            root = unit.datasets.get(version.scope, version.root_id)
            if root.upload_id is None:
                return None
            upload = unit.uploads.get(version.scope, root.upload_id)
        return self._blobs.open(upload.blob)
