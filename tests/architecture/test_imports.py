"""Nothing heavy is imported before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

HEAVY = (
    "sklearn",
    "pandas",
    "mlflow",
    "matplotlib",
    "scipy",
    "numpy",
    "pyarrow",
    "skops",
    "langchain.agents",
    "langgraph",
    "langchain_openai",
    "openai",
    "boto3",
    "slack_sdk",
    "discord",
    "dateparser",
)


def _loaded(statement: str) -> set[str]:
    script = f"import sys, json; {statement}; print(json.dumps(list(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(ended.stdout))


@pytest.mark.parametrize("module", ["bot.app", "bot.commands.ask", "bot.commands.serve"])
def test_the_bot_starts_without_heavy_libraries(module: str):
    """Building the bot imports no data science, no model registry and no agent library."""
    assert _loaded(f"import {module}") & set(HEAVY) == set()


def test_help_needs_no_library_at_all():
    """`--help` answers from the standard library alone."""
    third_party = {"pydantic", "sqlalchemy", "rich", "langchain_core", "starlette", *HEAVY}
    assert _loaded("import bot.cli") & third_party == set()


def test_all_tools_are_known_without_heavy_libraries():
    """The registry names every tool without loading what a tool works with."""
    assert _loaded("import tools.registry") & set(HEAVY) == set()
