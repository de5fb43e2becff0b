"""The page about reading files says what can be said, and what is asked."""

from __future__ import annotations

import re

import pytest

from bot.agent.offline.understand import understand
from bot.agent.state import ColumnState, DatasetState, ThreadState
from tests.docs.pages import ROOT
from tools.errors import NeedsChoice
from tools.ml.reading.report import ReadHints, ReadLimits, ReadReport
from tools.registry import TOOLS
from tools.repairs_view import need_consent

PAGE = (ROOT / "docs/reading.md").read_text(encoding="utf-8")
SAID = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", PAGE.partition("| you say |")[2], re.MULTILINE)
COLUMNS = ("zip", "price", "date", "age", "country")


@pytest.mark.parametrize("said", SAID)
def test_a_correction_of_the_page_is_understood(said: str) -> None:
    """Each sentence of the table reads the file again, and does nothing else."""
    columns = tuple(ColumnState(name, "text") for name in COLUMNS)
    state = ThreadState("2026-01-02T10:00:00+00:00", (DatasetState("people", 1, 9, columns),))
    [step] = understand(said, state, TOOLS).steps
    assert (step.tool, step.open) == ("load_dataset", None)
    assert len(step.args) == 1


def test_the_page_has_the_corrections_there_are() -> None:
    """The table was found where it is looked for."""
    assert len(SAID) == 12


def test_the_question_of_the_page_is_the_one_asked() -> None:
    """The page names the three answers, and one row in a hundred is where the question begins."""
    report = ReadReport("csv", rows=200, rows_touched=2)
    need_consent(report, ReadHints(), file_name="a.csv", blob="", answer="")
    with pytest.raises(NeedsChoice) as asked:
        need_consent(
            ReadReport("csv", rows=200, rows_touched=3),
            ReadHints(),
            file_name="a.csv",
            blob="",
            answer="",
        )
    assert "more than 1 %" in PAGE
    for option in asked.value.options:
        assert f"*{option.label}*" in PAGE


def test_the_limits_of_the_page_are_those_of_the_reader() -> None:
    """Sizes, expansion, members and columns."""
    limits = ReadLimits()
    for said in (
        f"{limits.sent_bytes // 10**6} MB compressed",
        f"{limits.expanded_bytes // 10**6} MB",
        f"{limits.ratio} times",
        f"{limits.members:,} files",
        f"{limits.columns:,} columns",
    ):
        assert said in PAGE
