"""Any block there is, from hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.messages import ApprovalPrompt, Choices, Draft, Progress, Reply, ReplyBlock
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

HOSTILE = st.sampled_from(
    [
        "\x1b[2J",
        "\x1b]0;owned\x07",
        "\x9b31m",
        "\u202eevil\u202c",
        "\u2066x\u2069",
        "\u200b",
        "\r",
        "\x08\x08",
        "[bold]",
        "[/bold]",
        "[link=http://x]",
        "]",
        "../../etc/passwd",
        ":smile:",
    ]
)
TEXT = st.lists(st.one_of(st.text(max_size=12), HOSTILE), max_size=4).map("".join)
CELL = st.one_of(
    TEXT,
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
FACTS = st.lists(st.builds(Fact, TEXT, TEXT), max_size=3).map(tuple)
STEP = st.builds(NextStep, TEXT, TEXT, st.dictionaries(TEXT, CELL, max_size=2))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table whose rows fit its columns."""
    width = draw(st.integers(1, 6))
    columns = st.lists(TEXT, min_size=width, max_size=width).map(tuple)
    row = st.lists(CELL, min_size=width, max_size=width).map(tuple)
    rows = st.lists(row, max_size=4).map(tuple)
    return draw(st.builds(Table, columns, rows, TEXT, TEXT))


def blocks() -> st.SearchStrategy[ReplyBlock]:
    """Any block; its texts may be hostile."""
    tone = st.sampled_from(["neutral", "good", "warning", "bad"])
    role = st.sampled_from(["approver", "requester"])
    state = st.sampled_from(["pending", "approved", "rejected", "expired"])
    texts = st.lists(TEXT, max_size=3).map(tuple)
    share = st.floats(0, 1)
    left = st.none() | st.floats(0, 10_000)
    return st.one_of(
        st.builds(Headline, TEXT, tone),
        st.builds(Text, TEXT),
        st.builds(Facts, FACTS),
        tables(),
        st.builds(Figure, st.just("blob"), TEXT, TEXT),
        st.builds(File, st.just("blob"), TEXT, st.integers(0, 10**9), TEXT),
        st.builds(Code, TEXT, TEXT, TEXT),
        st.builds(Warnings, texts),
        st.builds(NextSteps, st.lists(STEP, max_size=2).map(tuple)),
        st.builds(Receipt, FACTS),
        st.builds(ApprovalPrompt, TEXT, st.integers(1, 99), TEXT, role, state, TEXT),
        st.builds(Choices, TEXT, st.integers(1, 99), TEXT, texts, TEXT),
        st.builds(Draft, TEXT),
        st.builds(Progress, TEXT, st.integers(1, 99), TEXT, share, left),
    )


def replies() -> st.SearchStrategy[Reply]:
    """Any reply."""
    return st.builds(
        Reply, st.lists(blocks(), max_size=5).map(tuple), TEXT, st.integers(0, 99), st.booleans()
    )
