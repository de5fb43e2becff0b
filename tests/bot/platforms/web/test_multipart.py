"""Bodies with files: however they arrive, what is taken is whole, and the rest leaves no trace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.web.errors import Refusal
from bot.platforms.web.multipart import MOST_FILES, Received, file_name, receive

LIMIT = 1000
CSV = b"a,b\n1,2\n"


def part(name: str, content: bytes, *, file: str | None = None, kind: str = "text/csv") -> bytes:
    more = f'; filename="{file}"' if file is not None else ""
    media = f"Content-Type: {kind}\r\n" if file is not None else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{media}\r\n'
    return head.encode("utf-8", "surrogateescape") + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--x--\r\n"


def read(
    data: bytes, folder: Path, *, cuts: Sequence[int] = (), kind: str = "boundary=x"
) -> Received:
    async def stream() -> AsyncIterator[bytes]:
        ends = [0, *sorted(cuts), len(data)]
        for start, end in pairwise(ends):
            yield data[start:end]

    content_type = f"multipart/form-data; {kind}"
    return asyncio.run(receive(stream(), content_type, folder=folder, limit=LIMIT))


def refusal(data: bytes, folder: Path, *, kind: str = "boundary=x") -> tuple[int, str]:
    with pytest.raises(Refusal) as caught:
        read(data, folder, kind=kind)
    assert list(folder.iterdir()) == []
    return caught.value.status, caught.value.code


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    cuts=st.lists(st.integers(0, 400), max_size=6),
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    content=st.binary(max_size=100),
)
def test_a_body_in_any_pieces(tmp_path: Path, cuts: list[int], text: str, content: bytes) -> None:
    """However the network cuts a body, its fields and files are the same."""
    if b"--x" in content or "--x" in text:
        return
    data = body(part("text", text.encode()), part("files", content, file="t.csv"))
    received = read(data, tmp_path, cuts=[min(cut, len(data)) for cut in cuts])
    assert received.fields == {"text": text}
    assert [(f.name, f.path.read_bytes()) for f in received.files] == [("t.csv", content)]
    received.remove()
    assert list(tmp_path.iterdir()) == []


def test_several_files_in_their_order(tmp_path: Path) -> None:
    """All files come, each whole, in the order in which they were sent."""
    data = body(*(part("files", CSV * n, file=f"{n}.csv") for n in (1, 2, 3)))
    received = read(data, tmp_path)
    sizes = [(file.name, file.path.stat().st_size) for file in received.files]
    assert sizes == [("1.csv", 8), ("2.csv", 16), ("3.csv", 24)]


def test_a_file_that_is_too_large_does_not_keep_the_others_back(tmp_path: Path) -> None:
    """It is left out with a reason, nothing of it stays on disk, and the rest is taken."""
    data = body(
        part("files", b"x" * (LIMIT + 1), file="big.csv"),
        part("files", b"y" * LIMIT, file="fits.csv"),
        part("text", b"and this?"),
    )
    received = read(data, tmp_path, cuts=range(0, len(data), 100))
    assert [file.name for file in received.files] == ["fits.csv"]
    assert [(left.name, left.status) for left in received.left] == [("big.csv", 413)]
    assert "MLOPS_MAX_UPLOAD_MB" in received.left[0].why
    assert received.fields == {"text": "and this?"}
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image/png"),
        ("a.csv", "image/png"),
        ("a.pdf", "application/octet-stream"),
        ("run.EXE", "text/csv"),
        ("page.html", "text/html; charset=utf-8"),
    ],
)
def test_what_is_plainly_no_table(tmp_path: Path, name: str, kind: str) -> None:
    """A picture, a page or a program is left out, by its type or its name, with what is taken."""
    received = read(body(part("files", CSV, file=name, kind=kind)), tmp_path)
    assert [(left.status, "CSV" in left.why) for left in received.left] == [(415, True)]
    assert (received.files, list(tmp_path.iterdir())) == ([], [])


def test_more_files_than_are_taken(tmp_path: Path) -> None:
    """The first ones are taken, the others are named."""
    data = body(*(part("files", CSV, file=f"{n}.csv") for n in range(MOST_FILES + 2)))
    received = read(data, tmp_path)
    assert (len(received.files), len(received.left)) == (MOST_FILES, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"--x\r\n",
        body(part("files", CSV, file="a.csv"))[:-9],
        part("files", CSV * 20, file="a.csv"),
        b"--y--\r\n",
        body(part("text", b"x"))[2:],
        body(part("attachment", CSV, file="a.csv")),
        body(*(part(f"f{n}", b"") for n in range(21))),
        b"--x\r\n" + b"A" * 70_000 + b": b\r\n\r\n--x--\r\n",
    ],
    ids=["empty", "begun", "cut", "no end", "other", "no start", "name", "many", "long header"],
)
def test_a_body_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    """A body that is cut short, or none at all, leaves nothing behind."""
    assert refusal(data, tmp_path) == (400, "bad_request")


@pytest.mark.parametrize("kind", ["", "boundary=", f"boundary={'y' * 300}", "border=x"])
def test_a_body_without_its_boundary(tmp_path: Path, kind: str) -> None:
    """Without a boundary a body cannot be read."""
    assert refusal(body(part("text", b"x")), tmp_path, kind=kind) == (400, "bad_request")


def test_a_body_without_end(tmp_path: Path) -> None:
    """A body that grows beyond all that may be taken is cut off while it comes."""
    endless = part("files", b"", file="a.csv")[:-2] + b"z" * (MOST_FILES * LIMIT + (2 << 20))
    assert refusal(endless, tmp_path) == (413, "too_large")


def test_a_field_without_end(tmp_path: Path) -> None:
    """A field that is no file is held in memory, and so is small."""
    assert refusal(body(part("text", b"z" * 70_000)), tmp_path) == (413, "too_large")


@settings(max_examples=200)
@given(name=st.text(max_size=300))
def test_the_name_of_a_file_leads_nowhere(name: str) -> None:
    """A name has no folder, no NUL, an end, and is never empty or a way up."""
    kept = file_name(name)
    assert "/" not in kept
    assert "\\" not in kept
    assert "\x00" not in kept
    assert kept not in ("", ".", "..")
    assert len(kept) <= 255


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\data\\a.csv", "a.csv"),
        ("..", "file"),
        ("umsätze 2026.csv", "umsätze 2026.csv"),
    ],
)
def test_names_as_browsers_send_them(tmp_path: Path, sent: str, kept: str) -> None:
    """Folders are cut off; the name itself stays as it is."""
    received = read(body(part("files", CSV, file=sent.replace("\\", "\\\\"))), tmp_path)
    assert [file.name for file in received.files] == [kept]
