"""The few messages the assistant sends of its own accord."""

from __future__ import annotations

from bot.errors import Undeliverable
from bot.messages import ApprovalPrompt, Choices, Draft, Progress, Reply, ReplyBlock
from tools.outcome import Headline, NextStep, NextSteps, Text

SAMPLE = NextStep("Try it with sample data", "load_dataset", {"source": "sample"})
ALLOW = NextStep("Allow me here", "allow_channel")


def hello() -> tuple[ReplyBlock, ...]:
    """The first words in a channel."""
    return (
        Headline("Hello! I take a table from a CSV to a watched model in production."),
        Text(
            "Mention me with a file and say what you want. I profile, clean, train, deploy and "
            "watch; production waits for an approver's click."
        ),
        NextSteps((SAMPLE,)),
    )


def quiet_hello() -> tuple[ReplyBlock, ...]:
    """The first words in a channel that another organisation reads too."""
    return (
        Headline("This channel is shared with another organisation.", "warning"),
        Text("I keep quiet here until an approver allows me, so that no data crosses by mistake."),
        NextSteps((ALLOW,)),
    )


def undelivered(reply: Reply, channel: str, error: Undeliverable) -> tuple[ReplyBlock, ...]:
    """A card for its owner, since the channel cannot get it; without what only works there."""
    asks = NextSteps | ApprovalPrompt | Choices | Progress | Draft
    return (
        Headline(f"I could not post this in {channel}.", "warning"),
        Text(str(error)),
        *(block for block in reply.blocks if not isinstance(block, asks)),
    )
