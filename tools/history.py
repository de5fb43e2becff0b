"""What was done here, and taking it back."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class ShowHistory(Args):
    """Arguments of `show_history`."""

    since: datetime | None = Field(None, description="From this moment on.")
    who: str | None = Field(None, description="Only what this person did.")
    about: str | None = Field(None, description="Only what mentions this.")


class Undo(Args):
    """Arguments of `undo`."""


show_history_tool = Tool(
    name="show_history",
    summary="Tell what was done here: who, what, on which data, approved by whom.",
    args=ShowHistory,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("what did we do?", "what happened here yesterday?"),
)


undo_tool = Tool(
    name="undo",
    summary="Take back the last change in this thread.",
    args=Undo,
    run=None,
    effect="write",
    where="worker",
    words=Words(),
    examples=("undo", "take that back"),
)
