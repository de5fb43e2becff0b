"""What goes between the assistant and the platforms."""

from __future__ import annotations

import json

from hypothesis import given, settings

from bot.messages import (
    ApprovalPrompt,
    Button,
    Choices,
    Progress,
    Reply,
    buttons,
    dump_reply,
    load_reply,
)
from tests.bot.blocks import replies
from tools.outcome import Headline, NextStep, NextSteps


@given(replies())
@settings(max_examples=300, deadline=None)
def test_a_reply_survives_storage(reply: Reply) -> None:
    """Whatever a reply holds, what is stored as JSON is read back the same."""
    assert load_reply(json.loads(json.dumps(dump_reply(reply)))) == reply


def test_buttons_are_numbered_in_the_order_shown() -> None:
    """Every surface numbers the same buttons in the same order."""
    clean = NextStep("Clean", "clean_dataset")
    reply = Reply(
        (
            Headline("Hello."),
            Progress("j1", 1, "working"),
            Choices("w1", 2, "Which?", ("a", "b")),
            ApprovalPrompt("a1", 3, "Ship?", "approver"),
            NextSteps((clean,)),
        )
    )
    assert buttons(reply) == (
        Button("Stop", "stop", subject="j1"),
        Button("a", "choose", subject="w1", option=0),
        Button("b", "choose", subject="w1", option=1),
        Button("Approve", "approve", subject="a1"),
        Button("Reject", "reject", subject="a1"),
        Button("Clean", "step", step=clean),
    )


def test_what_is_decided_has_no_buttons() -> None:
    """An answered question and a decided approval cannot be clicked any more."""
    reply = Reply(
        (
            Choices("w1", 2, "Which?", ("a", "b"), picked="a"),
            ApprovalPrompt("a1", 3, "Ship?", "approver", "approved", "Grace"),
        )
    )
    assert buttons(reply) == ()
