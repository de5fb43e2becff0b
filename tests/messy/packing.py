"""Puts tables into containers: archives, workbooks, Parquet, Feather, JSON."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from pyarrow import feather

from tests.messy.comparing import Grid
from tests.messy.tables import Table

_MADE: Final = datetime(2024, 5, 1, tzinfo=UTC)
_ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE: Final = "urn:oasis:names:tc:opendocument:xmlns"


def zst(data: bytes) -> bytes:
    """Zstandard, streamed."""
    target = pa.BufferOutputStream()
    with pa.CompressedOutputStream(target, "zstd") as stream:
        stream.write(data)
    content: bytes = target.getvalue().to_pybytes()
    return content


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)  # of a fixed date, so that a seed gives the same bytes
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return target.getvalue()


def gz(data: bytes) -> bytes:
    """gzip, without the time of packing."""
    return gzip.compress(data, mtime=0)


PACKED: Final = {
    "gz": gz,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zst,
    "zip": lambda data: zipped({"table.csv": data}),
}


def xlsx(sheets: Mapping[str, Grid], **options: Any) -> bytes:
    """A workbook; cells that look like numbers are numbers."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_numbers": True}) as book:
        book.set_properties({"created": _MADE})
        for name, grid in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(grid):
                sheet.write_row(row, 0, cells)
            if name in options.get("hidden", ()):
                sheet.hide()
            for first, last, text in options.get("merged", ()):
                sheet.merge_range(*first, *last, text)
    return target.getvalue()


def ods(sheets: Mapping[str, Grid]) -> bytes:
    """An OpenDocument spreadsheet of text cells."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{_ods_rows(grid)}</table:table>'
        for name, grid in sheets.items()
    )
    spaces = "".join(
        f' xmlns:{part}="{_OFFICE}:{part}:1.0"' for part in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kinds = (
        '<?xml version="1.0"?><manifest:manifest '
        f'xmlns:manifest="{_OFFICE}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{_ODS}"/></manifest:manifest>'
    )
    return zipped(
        {
            "mimetype": _ODS.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": kinds.encode(),
        }
    )


def _ods_rows(grid: Grid) -> str:
    def cell(text: str) -> str:
        if not text:
            return "<table:table-cell/>"
        return (
            '<table:table-cell office:value-type="string">'
            f"<text:p>{escape(text)}</text:p></table:table-cell>"
        )

    return "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in grid)


def arrow(table: Table) -> pa.Table:
    """As an Arrow table of text."""
    columns = zip(*table.rows, strict=True)
    return pa.table(dict(zip(table.header, map(list, columns), strict=True)))


def parquet(table: Table, **options: Any) -> bytes:
    """A Parquet file."""
    target = io.BytesIO()
    pq.write_table(arrow(table), target, **options)
    return target.getvalue()


def feathered(table: Table, **options: Any) -> bytes:
    """A Feather file."""
    target = io.BytesIO()
    feather.write_feather(arrow(table), target, **options)
    return target.getvalue()


def streamed(table: Table) -> bytes:
    """An Arrow stream."""
    target, content = io.BytesIO(), arrow(table)
    with pa.ipc.new_stream(target, content.schema) as writer:
        writer.write_table(content)
    return target.getvalue()


def records(table: Table) -> list[dict[str, str]]:
    """One mapping per row."""
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def json_lines(values: Sequence[Any]) -> bytes:
    """One JSON value per line."""
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values).encode()
