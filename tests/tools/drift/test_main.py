"""The command compares two files, and fails in one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.tools.drift.samples import mixed_table
from tools.drift.__main__ import main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A reference and a shifted current file."""
    rng = np.random.default_rng(0)
    paths = tmp_path / "reference.parquet", tmp_path / "current.parquet"
    for path, shifted in zip(paths, (False, True), strict=True):
        pq.write_table(mixed_table(rng, 5_000, shifted=shifted), path)
    return str(paths[0]), str(paths[1])


def test_text(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The answer starts with how long the reference took, then says what drifted and how."""
    assert main([*files]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Reference         5,000 rows   read in ")
    assert "2 of 12 columns drifted: moved, mix." in lines
    assert any(line.startswith("  moved  ks ") and "Higher values" in line for line in lines)
    assert lines[-1].startswith("No drift: normal, skewed")


def test_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The last line holds flagged and checked alone; the line before holds times and findings."""
    assert main([*files, "--json"]) == 0
    report, verdict = map(json.loads, capsys.readouterr().out.splitlines())
    assert list(verdict) == ["flagged", "checked"]
    assert sorted(verdict["flagged"]) == ["mix", "moved"]
    assert len(verdict["checked"]) == 12
    assert report["reference_s"] >= 0
    assert report["check_s"] >= 0
    assert report["columns"][0]["name"] == "moved"


def test_saved_summary(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A saved summary stands for its reference, which may be gone."""
    saved, picture = str(tmp_path / "saved"), tmp_path / "picture.png"
    assert main([*files, "--json", "--save", saved, "--plot", str(picture)]) == 0
    first = capsys.readouterr().out.splitlines()[-1]
    Path(files[0]).unlink()
    assert main([saved, files[1], "--json"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == first
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_unchecked_columns_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns that could not be compared are listed, and cannot steer the terminal."""
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    pq.write_table(pa.table({"a": [1, 2], "lost\x1b[2J": [1, 2]}), first)
    pq.write_table(pa.table({"a": [1, 2]}), second)
    assert main([str(first), str(second)]) == 0
    assert capsys.readouterr().out.endswith("lost·[2J is missing from the current data\n")


def test_errors_are_one_line(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No file, no Parquet, nothing in common, nowhere to write: one line each and exit code 1."""
    text, other = tmp_path / "text.csv", tmp_path / "other.parquet"
    text.write_text("a,b\n1,2\n")
    pq.write_table(pa.table({"unrelated": [1]}), other)
    wrong = [
        [str(tmp_path / "none"), files[1]],
        [files[0], str(tmp_path / "none")],
        [str(text), files[1]],
        [files[0], str(text)],
        [files[0], str(other)],
        [*files, "--save", str(tmp_path / "no folder" / "file")],
    ]
    said = []
    for arguments in wrong:
        assert main(arguments) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.count("\n") == 1
        said.append(captured.err)
    assert "There is no file" in said[0]
    assert "is not a Parquet file" in said[2]
    assert "no column in common" in said[4]


def test_process(files: tuple[str, str]) -> None:
    """As a process it needs neither pandas, scipy nor matplotlib, and prints the verdict last."""
    script = (
        "import sys; from tools.drift.__main__ import main; code = main(sys.argv[1:]);"
        "sys.exit(code or any(m in sys.modules for m in ('pandas', 'scipy', 'matplotlib')))"
    )
    for command in (["-m", "tools.drift"], ["-c", script]):
        done = subprocess.run(
            [sys.executable, *command, *files, "--json"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(json.loads(done.stdout.splitlines()[-1])["flagged"]) == ["mix", "moved"]
