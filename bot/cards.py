"""Cards the bot itself makes or changes: failures, several calls as one, answered questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.messages import ApprovalPrompt, Choices, Progress, Reply, ReplyBlock
from tools.cards import shown
from tools.errors import ToolError
from tools.outcome import Headline, NextSteps, Text

MOST_HEADS: Final = 3
HEAD: Final = 200


def failure(error: ToolError) -> tuple[ReplyBlock, ...]:
    """What was wrong with the request, and what to do next; or the card it brings along."""
    if error.blocks:
        return error.blocks
    head = Headline(error.message, "warning")
    return (head, Text(error.hint)) if error.hint else (head,)


def compose(blocks: tuple[ReplyBlock, ...]) -> tuple[ReplyBlock, ...]:
    """The blocks of several calls as one card.

    Only the last next steps are kept, and what is said twice is said once, where it comes last.
    """
    last = max((i for i, b in enumerate(blocks) if isinstance(b, NextSteps)), default=-1)
    return tuple(
        block
        for place, block in enumerate(blocks)
        if not (isinstance(block, NextSteps) and place != last)
        and not (isinstance(block, Text) and block in blocks[place + 1 :])
    )


def headline_of(reply: Reply) -> Headline:
    """A card in one line: its headlines, or else the beginning of its text."""
    heads = [block for block in reply.blocks if isinstance(block, Headline)][-MOST_HEADS:]
    if heads:
        text = " · ".join(dict.fromkeys(head.text.rstrip(".") for head in heads))
        return Headline(text, heads[-1].tone)
    asked = [b.question for b in reply.blocks if isinstance(b, ApprovalPrompt | Choices)]
    texts = [block.text for block in reply.blocks if isinstance(block, Text)]
    lines = (asked + texts or ["Done."])[0].strip().splitlines() or ["Done."]
    return Headline(shown(lines[0], HEAD))


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
