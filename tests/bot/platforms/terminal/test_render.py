"""Cards on a terminal: recorded ones, and what must hold for any."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.messages import ApprovalPrompt, Choices, Progress, ReplyBlock
from bot.platforms.terminal.render import plain
from tests.bot.blocks import blocks
from tests.bot.platforms.terminal.show import shown
from tools.outcome import (
    Code,
    Fact,
    Facts,
    Figure,
    File,
    Headline,
    NextStep,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)

GOLDEN = Path(__file__).parents[3] / "golden" / "terminal"
TABLE = Table(
    ("column", "kind", "missing", "mean"),
    (("Age", "number", 177, 29.699), ("Fare", "number", 0, 32.2042), ("Sex", "text", 0, None)),
    title="Columns",
    caption="3 of 12 columns",
)
STEPS = NextSteps((NextStep("Clean it", "clean_dataset"), NextStep("Train", "train_model")))

CARDS: dict[str, tuple[ReplyBlock, ...]] = {
    "headline": tuple(
        Headline(f"It went {tone}.", tone)  # type: ignore[arg-type]
        for tone in ("neutral", "good", "warning", "bad")
    ),
    "text": (
        Text("Some `code` and *emphasis*, and a sentence long enough to reach the next line."),
    ),
    "facts": (
        Facts(
            (Fact("Rows", "1,309"), Fact("A longer label", "a value")),
        ),
    ),
    "table": (TABLE,),
    "figure": (Figure("b1", "Bars: Age has the most gaps", "Missing values"),),
    "file": (File("b2", "cleaned.parquet", 123456),),
    "code": (
        Code("curl -X POST http://127.0.0.1:8081/models/1/m/staging/predict " + "x" * 40, "bash"),
    ),
    "warnings": (Warnings(("Two columns are nearly the same.", "Few rows.")),),
    "next_steps": (Headline("Read it."), STEPS),
    "receipt": (Receipt((Fact("data", "ab12cd34"), Fact("seed", "7"))),),
    "approval": (
        ApprovalPrompt("a1", 17, "Ship m3 to production?", "approver"),
        ApprovalPrompt("a1", 17, "Ship m3 to production?", "approver", "approved", "Grace"),
        ApprovalPrompt("a2", 18, "Delete it?", "requester"),
    ),
    "choices": (
        Choices("w1", 1, "Which column?", ("Fare", "Survived")),
        Choices("w2", 2, "And which metric?", ("mae", "rmse"), "mae"),
    ),
    "progress": (
        Progress("j1", 3, "Trying ridge; best so far R² 0.71", 0.4, 31.0),
        Progress("j2", 4, "Reading"),
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_looks_as_recorded(name: str) -> None:
    """Each kind of block looks as recorded in tests/golden/terminal."""
    assert shown(*CARDS[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@given(blocks())
@settings(max_examples=300, deadline=None)
def test_no_name_steers_the_terminal(block: ReplyBlock) -> None:
    """No control, bidirectional or invisible character reaches the screen, whatever a file says."""
    text = shown(block)
    bad = [
        c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert bad == []


def letters(text: str) -> str:
    """What of a text must be seen: everything but spaces."""
    return "".join(plain(text).split())


@pytest.mark.parametrize("width", [24, 40, 60, 100])
@pytest.mark.parametrize("name", CARDS)
def test_nothing_is_lost_when_narrow(name: str, width: int) -> None:
    """On a narrow screen a card gets longer, and still says everything."""
    wide = shown(*CARDS[name], width=200)
    narrow = letters(shown(*CARDS[name], width=width))
    missing = [word for word in wide.split() if letters(word) not in narrow]
    assert missing == []


def test_a_table_too_wide_becomes_lines() -> None:
    """Where the columns do not fit, each cell is a line with its column's name."""
    columns = tuple(f"measurement_{n}" for n in range(8))
    table = Table(columns, (tuple(f"value {n}" for n in range(8)),))
    lines = shown(table, width=40).splitlines()
    assert [line.split() for line in lines if line.strip()] == [
        [f"measurement_{n}", "value", str(n)] for n in range(8)
    ]


def test_code_is_copied_whole() -> None:
    """A command stays on one line, however long, so that what is copied is what was meant."""
    command = "curl " + "x" * 300
    assert command in shown(Code(command, "bash"), width=40)


def test_markup_in_names_is_text() -> None:
    """Square brackets in names are shown, not obeyed."""
    text = shown(
        Table(("[red]a[/red]",), (("[/b]",),), title="[bold]", caption="[/]"),
        Facts((Fact("[link=x]", "[i]"),)),
        Code("[x]", title="[/x]"),
    )
    for name in ("[red]a[/red]", "[/b]", "[bold]", "[/]", "[link=x]", "[i]", "[/x]"):
        assert name in text
