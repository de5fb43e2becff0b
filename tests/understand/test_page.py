"""The examples in docs/understanding.md are understood as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.agent.offline.understand import understand
from bot.agent.state import DatasetState, ModelState, ThreadState
from tests.bot.agent.offline.sentences import TODAY, column
from tools.registry import TOOLS

PAGE = Path(__file__).parents[2] / "docs" / "understanding.md"
_COLUMNS = tuple(
    map(
        column,
        [
            "customer_id:id",
            "gender:cat=Female,Male",
            "tenure_months:int=0..72",
            "contract:cat=Month-to-month,One year,Two years",
            "monthly_charges:num=18..118",
            "total_charges:num=18..8684?",
            "churned:cat=No,Yes",
        ],
    )
)
CUSTOMERS = DatasetState("customers", 1, 7043, _COLUMNS, ("churned",))
MODEL = ModelState(
    "churn", 1, "m1", "churned", "classification", "ridge", _COLUMNS[1:-1], ("production",)
)


def examples() -> list[tuple[str, list[str]]]:
    """Every row of the page's tables of sentences, with the tools it names."""
    found: list[tuple[str, list[str]]] = []
    inside = False
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        inside = line.startswith("|") and (inside or cells[0].strip("| ") == "you say")
        told = inside and cells[0].strip("| ") not in {"you say", "---"} and "---" not in line
        if told:
            found.append((cells[0].strip("| "), re.findall(r"`(\w+)`", cells[1])))
    return found


@pytest.mark.parametrize(("said", "tools"), examples())
def test_examples(said: str, tools: list[str]) -> None:
    """A sentence of the page leads to the tools beside it, and to nothing where it says so."""
    state = ThreadState(TODAY, (CUSTOMERS,), (MODEL,))
    meant = understand(said, state, TOOLS)
    assert [step.tool for step in meant.steps] == tools
    assert [step.open for step in meant.steps if step.open] == []


def test_page_has_examples() -> None:
    """The tables are found: a page without examples would prove nothing."""
    assert len(examples()) > 30
