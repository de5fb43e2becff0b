"""The four packages and what may import what."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import files, packages_distributions
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT


def test_import_contracts_hold():
    """Every contract of import-linter in pyproject.toml is kept."""
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_tool_family_is_under_the_contract():
    """A tool family that is added is held apart from the others at once."""
    registry = (ROOT / "tools/registry.py").read_text(encoding="utf-8")
    families = {line.split()[1] for line in registry.splitlines() if line.startswith("from tools.")}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    apart = next(c for c in contracts if c["name"] == "Tool families do not know one another")
    assert families - {"tools.base", "tools.errors", "tools.plugins"} == set(apart["modules"])


def test_every_platform_is_under_the_contract():
    """A platform that is added is held apart from the others at once."""
    folders = {p.parent.name for p in (ROOT / "bot/platforms").glob("*/__init__.py")}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    apart = next(c for c in contracts if c["name"] == "Platforms do not know one another")
    assert {f"bot.platforms.{folder}" for folder in folders} == set(apart["modules"])


def test_nobody_else_ships_our_package_names():
    """No installed distribution brings a package that could be imported in place of ours.

    Loose files in a folder of our name (cron-descriptor leaves two in `tools/`) are harmless:
    Python prefers a folder with `__init__.py`, which is ours.
    """
    claimed = {
        (package, distribution)
        for package in PACKAGES
        for distribution in packages_distributions().get(package, ())
        if {f"{package}.py", f"{package}/__init__.py"} & {str(f) for f in files(distribution) or ()}
    }
    assert claimed == set()
