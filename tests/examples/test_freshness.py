"""The example package: installed beside the assistant, its tool is understood, run and listed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.processes import ROOT, environment, run

EXAMPLE = ROOT / "examples/freshness"
SALES = "sold,amount\n" + "".join(f"2025-{1 + i % 12:02}-{1 + i % 28:02},{i}\n" for i in range(60))


def uv() -> str | None:
    """The installer that the Makefile uses."""
    beside = Path(sys.executable).parent / "uv"
    return shutil.which("uv") or (str(beside) if beside.exists() else None)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the package is installed, without any network."""
    program = uv()
    if program is None:
        pytest.skip("uv, with which the example is installed, is not here")
    folder = tmp_path_factory.mktemp("installed")
    source = shutil.copytree(EXAMPLE, folder / "source")
    target = folder / "packages"
    subprocess.run(
        [program, "pip", "install", "--offline", "--no-deps", "--target", target, source],
        check=True,
        capture_output=True,
        env={**os.environ, "UV_CACHE_DIR": str(folder / "cache")},
    )
    return target


def path_with(place: Path) -> str:
    return os.pathsep.join((str(ROOT), str(place)))


def test_it_is_understood_and_run(place: Path, tmp_path: Path):
    """Asked in its own words, the offline brain calls the tool; the answer is its outcome."""
    (tmp_path / "sales.csv").write_text(SALES)
    with_it = {"PYTHONPATH": path_with(place)}
    home = tmp_path / "home"
    ended = run(home, "ask", "--json", "--file", "sales.csv", "how fresh is the data?", **with_it)
    told = json.loads(ended.stdout)
    assert [result["tool"] for result in told["results"]] == ["load_dataset", "check_freshness"]
    assert told["results"][-1]["data"]["latest"] == "2025-12-24"


def test_it_is_listed_with_its_origin(place: Path, tmp_path: Path):
    """`tools` names package and version; without the package the tool is not there."""
    ended = run(tmp_path / "home", "tools", "--json", PYTHONPATH=path_with(place))
    listed = {tool["name"]: tool for tool in json.loads(ended.stdout)["tools"]}
    assert listed["check_freshness"] == {
        "name": "check_freshness",
        "effect": "read",
        "source": "mlops-freshness 0.1.0",
    }
    bare = run(tmp_path / "home", "tools", "--json")
    assert "check_freshness" not in bare.stdout


def test_its_own_tests_pass(place: Path):
    """The package is tested by itself, against the interface that tools have."""
    plain = ("-q", "-p", "no:cacheprovider", "-c", os.devnull)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, "."],
        cwd=place.parent / "source/tests",
        env=environment(place.parent / "home", PYTHONPATH=path_with(place)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
