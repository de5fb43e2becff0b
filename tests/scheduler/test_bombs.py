"""Files that would fill the memory are read in a limited child: refused, or ended with a reason."""

from __future__ import annotations

import asyncio
import gzip
import io
import zipfile
from pathlib import Path

import pytest

from scheduler.endings import ending_of
from scheduler.errors import SchedulerError
from scheduler.executor import LocalExecutor
from storage.blobs import open_blobs
from tests.scheduler.places import ADDRESS, ANN, SCOPE, catalog_in, now, site_in, work
from tools.errors import ToolError

MEMORY_MB = 700


def workbook(corner: str) -> bytes:
    """A workbook with a cell in the first place and one in a far corner."""
    office = "http://schemas.openxmlformats.org"
    inside = f"{office}/officeDocument/2006/relationships"
    relations = f'<Relationships xmlns="{office}/package/2006/relationships">'
    main = f'xmlns="{office}/spreadsheetml/2006/main"'
    cells = f'<c r="A1"><v>1</v></c><c r="{corner}"><v>2</v></c>'
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'{relations}<Relationship Id="r1" Type="{inside}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{inside}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{relations}<Relationship Id="r1" '
        f'Type="{inside}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData><row>{cells}</row></sheetData>"
        "</worksheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target.getvalue()


BOMBS = {
    "gz": (gzip.compress(b"a,b\n" + b"1,2\n" * 9_000_000, mtime=0), "100 times its size"),
    "xlsx": (workbook("XFD1048576"), "reaches to row 1,048,576"),
    "json": (b"[" + b'{"k":1},' * 3_000_000 + b'{"k":1}]', "more memory than a worker may use"),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_bombs_end_with_a_reason(kind: str, tmp_path: Path) -> None:
    """A real bomb, sent through a worker, ends in words; the worker or its heir goes on."""
    data, why = BOMBS[kind]
    site, catalog = site_in(tmp_path), catalog_in(tmp_path)
    blobs = open_blobs(site.blobs_url)
    sources = []
    for name, content in (("bomb.csv", data), ("good.csv", b"a,b\n1,2\n3,4\n")):
        blob = blobs.put(io.BytesIO(content))
        said = {"thread": ADDRESS.thread, "name": name, "size": len(content), "now": now()}
        with catalog.write() as unit:
            sources.append(f"upload {unit.uploads.add(SCOPE, blob=blob, actor=ANN, **said).id}")

    async def load(executor: LocalExecutor, source: str) -> str:
        call = work("load_dataset", source=source)
        try:
            return (await executor.run(call, progress=lambda share, text: None)).summary
        except (ToolError, SchedulerError) as error:
            ending = ending_of(error)
            assert ending is not None
            assert ending.error is not None
            assert ending.error["hint"]
            return str(ending.error["message"])

    async def both() -> list[str]:
        executor = LocalExecutor(site, size=1, memory_limit_mb=MEMORY_MB)
        await executor.start()
        try:
            return [await load(executor, source) for source in sources]
        finally:
            await executor.close()

    bomb, good = asyncio.run(both())
    catalog.close()

    assert why in bomb
    assert "2 rows × 2 columns" in good
