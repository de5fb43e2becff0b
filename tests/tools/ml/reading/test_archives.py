"""Packed files are unpacked within limits; of several tables one is picked; bombs stay closed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile

import pyarrow as pa
import pytest

from tests.tools.ml.reading.read import columns, read, refusal
from tools.errors import BadRequest, NeedsChoice
from tools.ml.reading import ReadLimits

TABLE = b"a,b\n1,2\n3,4\n"
CELLS = {"a": [1, 3], "b": [2, 4]}


def zst(data: bytes) -> bytes:
    return pa.compress(data, codec="zstd", asbytes=True)


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


PACKERS = {"gz": gz, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for path, data in members:
            archive.writestr(path, data)
    return target.getvalue()


@pytest.mark.parametrize("compression", PACKERS)
def test_compressed_files_read_like_their_content(compression):
    """gz, bz2, xz and zst are unpacked, also where two streams follow one another."""
    pack = PACKERS[compression]
    for data in (pack(TABLE), pack(TABLE[:8]) + pack(TABLE[8:])):
        result = read(data)
        assert columns(result) == CELLS
        assert result.report.compression == compression
        assert result.report.warnings == ()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_a_zip_of_one_table_reads_like_it(method):
    """The one table of a ZIP archive is read, and its name told."""
    result = read(packed(("data/table.csv", TABLE), method=method))
    assert columns(result) == CELLS
    assert result.report.compression == "zip"
    assert result.report.notes[0] == "Read “data/table.csv” from the ZIP archive."
    assert result.report.warnings == ()


def test_what_is_no_table_in_a_zip_is_left_aside_and_told():
    """Read-me files, system files and pictures beside the one table are ignored with a note."""
    data = packed(
        ("__MACOSX/._t.csv", b"\x00\x05\x16\x07"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1"),
        ("README.txt", b"This archive holds a table, see table.csv for it"),
        ("plot.png", b"\x89PNG\r\n\x1a\n"),
        ("table.csv", TABLE),
    )
    result = read(data)
    assert columns(result) == CELLS
    assert any(note.startswith("Other files in the archive") for note in result.report.notes)
    assert result.report.warnings == ()


def test_several_tables_are_a_choice():
    """Which of several tables is meant is asked; it may be named by path or by name."""
    data = packed(("x/one.csv", TABLE), ("x/two.csv", b"c\n5\n6\n"), ("notes.md", b"hello"))
    with pytest.raises(NeedsChoice) as caught:
        read(data)
    assert caught.value.argument == "member"
    assert [option.value for option in caught.value.options] == ["x/one.csv", "x/two.csv"]
    assert columns(read(data, member="x/two.csv")) == {"c": [5, 6]}
    assert columns(read(data, member="ONE.csv")) == CELLS
    with pytest.raises(BadRequest, match=r"holds no file “three\.csv”"):
        read(data, member="three.csv")


def test_names_in_an_archive_are_only_names():
    """A path that climbs out of the folder, or holds control signs, does no harm."""
    result = read(packed(("../../etc/\x1b[31mtable\u202e.csv", TABLE)))
    assert columns(result) == CELLS
    assert result.report.notes[0] == "Read “../../etc/[31mtable.csv” from the ZIP archive."


def test_bytes_after_the_end_are_told():
    """What follows the packed data is left out with a warning."""
    result = read(gz(TABLE) + b"trailer")
    assert columns(result) == CELLS
    assert result.report.warnings == ("7 bytes after the end of the gz data were left out.",)


def encrypted() -> bytes:
    data = bytearray(packed(("t.csv", TABLE)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    """A member that declares ten bytes and unpacks to thirty million."""
    data = bytearray(packed(("t.csv", b"a,b\n" + b"1,2\n" * 7_500_000)))
    entry = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, 22, 10)
    struct.pack_into("<I", data, entry + 24, 10)
    return bytes(data)


BOMB = b"a,b\n" + b"1,2\n" * 500_000


@pytest.mark.parametrize(
    ("data", "limits", "why"),
    [
        *((p(BOMB), ReadLimits(), "100 times its size") for p in PACKERS.values()),
        *((p(TABLE * 99), ReadLimits(expanded_bytes=200), "unpacks to") for p in PACKERS.values()),
        *((p(TABLE * 99)[:-9], ReadLimits(), "damaged") for p in PACKERS.values()),
        *((p(gz(TABLE)), ReadLimits(), "archive within an archive") for p in PACKERS.values()),
        (gz(packed(("t.csv", TABLE))), ReadLimits(), "archive within an archive"),
        (packed(("t.csv.gz", gz(TABLE))), ReadLimits(), "archive within an archive"),
        (packed(("t.zip", packed(("t.csv", TABLE)))), ReadLimits(), "archive within an archive"),
        (packed(("t.csv", BOMB)), ReadLimits(), "100 times its size"),
        (lying(), ReadLimits(), "damaged"),
        (encrypted(), ReadLimits(), "protected with a password"),
        (packed(*((f"{n}.csv", b"") for n in range(30))), ReadLimits(members=20), "more than 20"),
        (packed(*((f"{n}.csv", b"") for n in range(50))), ReadLimits(members=20), "more than 20"),
        (packed(), ReadLimits(), "empty ZIP archive"),
        (packed(("t.csv", b"")), ReadLimits(), "is empty (0 bytes)"),
        (packed(("t.csv", TABLE * 9))[:-40], ReadLimits(), "damaged ZIP"),
        (packed(("scan.pdf", b"%PDF-1.7")), ReadLimits(), "“file.csv: scan.pdf” is a PDF document"),
        (packed(("word/document.xml", b"<x/>")), ReadLimits(), "Word document"),
        (packed(("ppt/presentation.xml", b"<x/>")), ReadLimits(), "PowerPoint presentation"),
        (packed(("arr.npy", b"\x93NUMPY")), ReadLimits(), "NumPy archive"),
        (gz(b""), ReadLimits(), "empty (0 bytes)"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)  # fmt: skip
def test_refusals_name_the_cause(data, limits, why):
    """What is damaged, nested, protected or too large is refused with cause and next step."""
    found = refusal(data, limits=limits, named=False)
    assert why in found.message


def test_a_broken_member_is_named():
    """Damage inside an archive is told with the member's name."""
    data = bytearray(packed(("t.csv", b"a,b\n" + bytes(range(48, 58)) * 99)))
    data[40] ^= 0xFF
    assert "“t.csv” in “file.csv” is damaged" in refusal(bytes(data)).message


def test_small_files_may_shrink_a_lot():
    """A small table that packs very well is no bomb."""
    assert len(read(gz(b"a,b\n" + b"1,2\n" * 100_000)).table) == 100_000
