"""The commands that are documented are the commands there are."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, fences

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
CONSOLE = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(fences(page, "console"))
]


def test_every_make_command_in_the_pages_exists():
    """A `make` command that a page names is a target of the Makefile."""
    named = {
        target
        for page in PAGES
        for line in page.read_text(encoding="utf-8").splitlines()
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", line)
    }
    assert {"demo", "test", "chat", "check"} <= named
    assert named - TARGETS == set()


def test_help_lists_every_target():
    """`make help` has a line for each target of the Makefile."""
    listed = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {line.split()[1] for line in listed.stdout.splitlines()} == TARGETS
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == TARGETS


def test_every_bot_command_is_documented():
    """README names every command of `python -m bot`, itself or as a make target."""
    shown = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    commands = set(re.findall(r"^    ([a-z]+)  ", shown.stdout, re.MULTILINE))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "serve" in commands
    assert {name for name in commands if not re.search(rf"(bot|make) {name}\b", readme)} == set()


@pytest.mark.parametrize("block", CONSOLE)
def test_what_a_console_block_shows_is_what_happens(block: str, tmp_path: Path):
    """A command behind `$` prints the lines that follow it."""
    (tmp_path / "data.csv").write_text(
        "size,rooms,district,price\n"
        + "".join(f"{40 + i},{1 + i % 5},{'ABC'[i % 3]},{90000 + 1713 * i}\n" for i in range(60))
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MLOPS_", "OPENAI_"))}
    environment |= {"PYTHONPATH": str(ROOT), "MLOPS_HOME": str(tmp_path), "COLUMNS": "80"}
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, expected = part.partition("\n")
        command = line.replace(".venv/bin/python", shlex.quote(sys.executable))
        ran = subprocess.run(
            shlex.split(command),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.stdout.strip() == expected.strip(), ran.stderr
