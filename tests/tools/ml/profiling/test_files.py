"""A file profiled as a stream has the profile of the same file read as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tools.ml.profiling.mixtures import mixture
from tools.ml.profiling.__main__ import main
from tools.ml.profiling.files import profile_clean, profile_file, profile_read
from tools.ml.sample import passengers_csv

ROOT = Path(__file__).parents[4]
SEEDS = range(120)
SHARES = 4


def told(profile):
    """What two ways of reading have to agree on: of equally frequent values any may come first."""
    columns = tuple(replace(c, top=tuple(rows for _, rows in c.top)) for c in profile.columns)
    return replace(profile, columns=columns, summary="")


@pytest.mark.parametrize("share", range(SHARES))
def test_a_stream_has_the_profile_of_the_whole(share, tmp_path):
    """Whatever columns, blocks and memory: types and numbers are those of `read_table`."""
    streamed = 0
    for seed in SEEDS[share::SHARES]:
        path = tmp_path / f"{seed}.csv"
        path.write_text(mixture(seed), encoding="utf-8", newline="")
        block = (300, 1_000, 5_000, 1 << 20)[seed % 4]
        profile = profile_clean(path, block=block, memory=(1_000, 1 << 28)[seed % 2])
        if profile is not None:
            streamed += 1
            assert told(profile) == told(profile_read(path)), f"seed {seed}"
    assert streamed > 0.7 * len(SEEDS) / SHARES


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3\n",
        'a,b\n1,x"y\n2,z\n3,w\n',
        "a,b\n1,2\n3,4\na,b\n5,6\n",
        "a;b\n1,5;2,5\n3,5;4,5\n",
        "when,n\n01/02/2020,1\n03/04/2020,2\n",
        "a,b\n1,\x002\n3,4\n",
        "",
    ],
    ids=["ragged", "stray quote", "header again", "decimal commas", "day or month", "NUL", "empty"],
)
def test_what_is_not_clean_is_left_to_the_reader(text, tmp_path):
    """A file with any fault, or with columns that leave something open, is not streamed."""
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert profile_clean(path) is None


def test_a_file_with_a_fault_is_profiled_all_the_same(tmp_path):
    """What cannot be streamed is read, repaired and profiled."""
    path = tmp_path / "table.csv"
    path.write_text("a;b\n" + "1,5;x\n2,5;y\n" * 30, encoding="utf-8")
    profile = profile_file(path)
    assert (profile.rows, profile.column("a").kind) == (60, "number")


def test_memory_is_a_bound_not_a_limit(tmp_path):
    """Columns that do not fit in memory go to disk, and nothing in the profile changes."""
    path = tmp_path / "passengers.csv"
    path.write_text(passengers_csv(), encoding="utf-8")
    assert profile_clean(path, memory=0, block=2_000) == profile_clean(path, block=2_000)


def test_the_command_prints_one_json_object(tmp_path, capsys):
    """`--json` prints rows, columns and findings as one object, without what only machines read."""
    path = tmp_path / "passengers.csv"
    path.write_text(passengers_csv(), encoding="utf-8")
    assert main([str(path), "--json"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert (numbers["rows"], len(numbers["columns"])) == (900, 12)
    assert "summary" not in numbers
    assert main([str(path)]) == 0
    assert "900 rows × 12 columns" in capsys.readouterr().out


def test_a_refusal_is_the_last_line(tmp_path, capsys):
    """What is no table ends with code 3 and the reason."""
    path = tmp_path / "page.csv"
    path.write_text("<!doctype html><html><body>Log in</body></html>", encoding="utf-8")
    assert main([str(path), "--json"]) == 3
    assert "HTML" in capsys.readouterr().err.strip().splitlines()[-1]
    assert main([str(tmp_path / "none.csv")]) == 3


def loaded(path: Path) -> set[str]:
    """Libraries that a whole process has loaded at its end."""
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['profiling', {str(path)!r}, '--json']\n"
        "try:\n    runpy.run_module('tools.ml.profiling', run_name='__main__')\n"
        "except SystemExit:\n    pass\n"
        "print()\nprint(*sys.modules)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(ended.stdout.splitlines()[-1].split())


def test_the_command_starts_light(tmp_path):
    """Profiling a clean file loads neither pandas nor a modelling or drawing library."""
    path = tmp_path / "passengers.csv"
    path.write_text(passengers_csv(), encoding="utf-8")
    assert loaded(path) & {"pandas", "scipy", "sklearn", "matplotlib", "pyarrow.dataset"} == set()


def test_the_command_reads_what_needs_more(tmp_path):
    """A file that is not clean is profiled by the same command."""
    path = tmp_path / "table.csv"
    path.write_text("a;b\n" + "1,5;x\n2,5;y\n" * 30, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "tools.ml.profiling", str(path), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(ended.stdout)["columns"][0]["kind"] == "number"
