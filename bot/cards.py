"""Cards the bot itself makes or changes: failures, several calls as one, answered questions."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Choices, Progress, ReplyBlock
from tools.errors import ToolError
from tools.outcome import Headline, NextSteps, Text


def failure(error: ToolError) -> tuple[ReplyBlock, ...]:
    """What was wrong with the request, and what to do next."""
    head = Headline(error.message, "warning")
    return (head, Text(error.hint)) if error.hint else (head,)


def compose(blocks: tuple[ReplyBlock, ...]) -> tuple[ReplyBlock, ...]:
    """The blocks of several calls as one card: only the last next steps are kept."""
    last = max((i for i, b in enumerate(blocks) if isinstance(b, NextSteps)), default=-1)
    return tuple(b for i, b in enumerate(blocks) if not isinstance(b, NextSteps) or i == last)


def with_picked(
    blocks: tuple[ReplyBlock, ...], waiting_id: str, picked: str
) -> tuple[ReplyBlock, ...]:
    """The blocks with the answer in place of the open question."""
    return tuple(
        replace(block, picked=picked)
        if isinstance(block, Choices) and block.waiting_id == waiting_id
        else block
        for block in blocks
    )


def without_progress(blocks: tuple[ReplyBlock, ...]) -> tuple[ReplyBlock, ...]:
    """The blocks without the work that has ended."""
    return tuple(block for block in blocks if not isinstance(block, Progress))
