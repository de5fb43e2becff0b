"""Packages of others: what fits is used, what does not is told and is in nobody's way."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.processes import ROOT, environment, run

MODULE = '''
import sys
from tools.base import Args, Tool
from tools.outcome import Outcome


class Nothing(Args):
    """No arguments."""


def make(name, **more):
    def run(args, context):
        return Outcome("It was " + name)

    return Tool(name=name, summary="Does it.", args=Nothing, run=run,
                examples=("do it", "do that"), **more)


count_sheep = make("count_sheep")
list_models = make("list_models")
other_name = make("another_name")
launch_rocket = make("launch_rocket", effect="deploy")
no_tool = object()


class Shelf:
    @classmethod
    def from_url(cls, parts, *, endpoint_url=None):
        from storage.blobs.memory import MemoryBlobs
        return MemoryBlobs()


def open_pigeon(settings):
    raise RuntimeError("no pigeon today")


async def check_pigeon(settings):
    from bot.platforms.findings import Finding
    return [Finding("note", "pigeon", "resting")]
'''
POST = """
from bot.platforms import Entry

pigeon = Entry("", "odd_plugin:open_pigeon", "odd_plugin:check_pigeon")
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A package as an installer leaves it: modules, and what its metadata says."""
    folder = tmp_path / "packages"
    info = folder / "odd_plugin-2.5.dist-info"
    info.mkdir(parents=True)
    (folder / "odd_plugin.py").write_text(MODULE)
    (folder / "odd_post.py").write_text(POST)
    (folder / "odd_broken.py").write_text("raise RuntimeError('half installed')\n")
    (folder / "odd_leaving.py").write_text("import sys\nsys.exit(4)\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd-plugin\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(
        "[mlops_assistant.tools]\n"
        "count_sheep = odd_plugin:count_sheep\n"
        "list_models = odd_plugin:list_models\n"
        "send_file = odd_plugin:count_sheep\n"
        "other_name = odd_plugin:other_name\n"
        "launch_rocket = odd_plugin:launch_rocket\n"
        "no_tool = odd_plugin:no_tool\n"
        "half_installed = odd_broken:tool\n"
        "leave_now = odd_leaving:tool\n"
        "not_there = odd_plugin:gone\n"
        "[mlops_assistant.platforms]\n"
        "pigeon = odd_post:pigeon\n"
        "slack = odd_post:pigeon\n"
        "smoke = odd_plugin:count_sheep\n"
        "[mlops_assistant.blob_stores]\n"
        "shelf = odd_plugin:Shelf\n"
        "s3 = odd_plugin:Shelf\n"
    )
    return folder


def path_with(place: Path) -> str:
    return f"{ROOT}:{place}"


def test_what_fits_is_used_and_what_does_not_is_told(place: Path, tmp_path: Path):
    """One entry of nine is a tool by the rules; each of the others is named with what is wrong."""
    ended = run(tmp_path / "home", "tools", "--json", PYTHONPATH=path_with(place))
    told = json.loads(ended.stdout)
    sources = {tool["name"]: tool["source"] for tool in told["tools"]}
    assert ended.returncode == 1
    assert sources["count_sheep"] == "odd-plugin 2.5"
    assert sources["list_models"] == "built in"
    why = {(each["group"].rpartition(".")[2], each["name"]): each["why"] for each in told["broken"]}
    expected = {
        ("tools", "list_models"): "taken",
        ("tools", "send_file"): "taken",
        ("tools", "other_name"): "the tool another_name",
        ("tools", "launch_rocket"): "cannot be rehearsed",
        ("tools", "no_tool"): "not a tools.base.Tool",
        ("tools", "half_installed"): "half installed",
        ("tools", "leave_now"): "SystemExit",
        ("tools", "not_there"): "AttributeError",
        ("platforms", "slack"): "taken",
        ("platforms", "smoke"): "not an Entry",
        ("blob_stores", "s3"): "taken",
    }
    assert set(why) == set(expected)
    assert {key: part in why[key] for key, part in expected.items()} == dict.fromkeys(why, True)


def test_a_broken_package_does_not_stop_the_start(place: Path, tmp_path: Path):
    """The assistant answers all the same."""
    home = tmp_path / "home"
    ended = run(home, "ask", "which jobs are running?", PYTHONPATH=path_with(place))
    assert (ended.returncode, "No job" in ended.stdout) == (0, True)


def test_doctor_tells_of_it(place: Path, tmp_path: Path):
    """The broken are to be mended, the good are named, and a platform has its own check."""
    ended = run(tmp_path / "home", "doctor", PYTHONPATH=path_with(place), COLUMNS="300")
    assert ended.returncode == 1
    assert "✖ plugin half_installed: odd-plugin 2.5: it cannot be loaded" in ended.stdout
    assert "✔ plugin count_sheep: odd-plugin 2.5" in ended.stdout
    assert "pigeon: resting" in ended.stdout


def test_a_platform_that_cannot_be_opened_is_left_out(place: Path, tmp_path: Path):
    """The settings' own platforms open; one of others that fails is only logged."""
    script = (
        "from bot.platforms import all_platforms, open_wanted\n"
        "from bot.settings import Settings\n"
        "assert 'pigeon' in all_platforms() and 'smoke' not in all_platforms()\n"
        "names = [p.name for p in open_wanted(Settings(_env_file=None))]\n"
        "assert 'pigeon' not in names and 'slack' not in names\n"
    )
    python(script, place, tmp_path)


def test_a_store_of_others_is_found_by_its_scheme(place: Path, tmp_path: Path):
    """A scheme that is none of ours opens the package's store; ours stay ours."""
    script = (
        "from storage.blobs import open_blobs\n"
        "store = open_blobs('shelf://anywhere')\n"
        "assert store.read(store.put(b'kept')) == b'kept'\n"
        "assert type(open_blobs('file:///tmp')).__name__ == 'LocalBlobs'\n"
    )
    python(script, place, tmp_path)


def python(script: str, place: Path, tmp_path: Path) -> None:
    """Run a few lines where the package is installed."""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(tmp_path / "home", PYTHONPATH=path_with(place)),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
