"""The command line starts quickly, and loads nothing it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.processes import ROOT, environment, run

HEAVY = {"sklearn", "mlflow", "pandas", "scipy", "matplotlib", "skops", "langchain", "openai"}
WORKERS_ONLY = {"sklearn", "mlflow", "pandas", "scipy", "matplotlib", "skops"}


def modules(home: Path, *argv: str) -> set[str]:
    """The packages that a command has imported when it ends, in its own process."""
    code = (
        "import atexit, json, sys\n"
        "names = lambda: sorted({name.partition('.')[0] for name in sys.modules})\n"
        f"atexit.register(lambda: open({str(home.parent / 'modules')!r}, 'w')"
        ".write(json.dumps(names())))\n"
        "from bot.cli import main\n"
        f"sys.exit(main({list(argv)!r}))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return set(json.loads((home.parent / "modules").read_text()))


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    """--help answers from the parser alone."""
    loaded = modules(tmp_path / "home", "--help")
    assert loaded & (HEAVY | {"pydantic", "sqlalchemy", "rich", "aiohttp"}) == set()


def test_asking_for_help_loads_no_data_science(tmp_path: Path) -> None:
    """The bot's own process never loads what only workers need."""
    loaded = modules(tmp_path / "home", "ask", "help")
    assert "sqlalchemy" in loaded
    assert loaded & WORKERS_ONLY == set()


@pytest.mark.parametrize("command", ["serve", "chat", "ask", "plan", "demo", "doctor", "fsck"])
def test_every_command_is_listed(command: str, tmp_path: Path) -> None:
    """--help lists every command, and each explains itself."""
    home = tmp_path / "home"
    if command == "serve":
        assert all(name in run(home, "--help").stdout for name in ("serve", "chat", "ask", "plan"))
    ended = run(home, command, "--help")
    assert (ended.returncode, f"bot {command}" in ended.stdout) == (0, True)
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("MLOPS_WORKERS", "many", "MLOPS_WORKERS"),
        ("MLOPS_MODEL", "clippy", "MLOPS_MODEL"),
        ("MLOPS_DATABASE_URL", "gopher://x", "database|stores|gopher"),
    ],
)
def test_a_wrong_setting_is_told_without_a_trace(
    tmp_path: Path, name: str, value: str, word: str
) -> None:
    """A setting that makes no sense ends with a sentence on stderr and exit code 1."""
    ended = run(tmp_path / "home", "ask", "help", **{name: value})
    assert ended.returncode == 1
    assert any(part in ended.stderr for part in word.split("|"))
    assert "Traceback" not in ended.stderr
