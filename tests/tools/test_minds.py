"""What a language model may see in a channel is set by approvers, shown, and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.catalog.records import Address
from tests.contracts.rows import open_turn
from tests.tools.conftest import ADA, HERE, Lab, block, text_of, tool_named
from tools.errors import Refused


def level(lab: Lab) -> str:
    with lab.context.catalog.read() as unit:
        channel = unit.channels.find(HERE.scope)
    return channel.privacy if channel else ""


def spend(lab: Lab, tokens: int, *, cost: float | None, days: int = 0) -> None:
    """A request that Ada caused some days ago."""
    with lab.context.catalog.write() as unit:
        now = lab.context.now() - timedelta(days=days)
        turn = open_turn(unit, HERE.scope, event_id=f"{tokens}-{days}", actor=ADA, now=now)
        unit.model_calls.add(
            Address(HERE.scope, HERE.thread),
            turn_id=turn.id,
            actor=ADA,
            model="gpt-test",
            level="aggregates",
            tokens_in=tokens,
            tokens_out=1,
            cost=cost,
            sent=lab.context.blobs.put(b"[]"),
            struck=("0.97",),
            now=now,
        )


def test_a_level_is_set_and_taken_back(lab: Lab) -> None:
    """The card says what the level means; undo brings back what held before."""
    card = lab.call("set_privacy", level="schema")
    assert level(lab) == "schema"
    assert block(card, "headline").text == "Privacy of this channel: schema"
    assert "no numbers, no values" in text_of(card.blocks)
    lab.call("undo")
    assert level(lab) == ""


def test_only_approvers_set_it() -> None:
    """Setting the level takes an approver, whatever the effect alone would take."""
    assert tool_named("set_privacy").role == "approver"


def test_no_rows_where_others_read_along(lab: Lab) -> None:
    """In a channel shared with another organisation rows are never shown to a model."""
    with lab.context.catalog.write() as unit:
        unit.channels.meet(HERE.scope, now=lab.context.now())
        unit.channels.set(HERE.scope, now=lab.context.now(), shared=True)
    with pytest.raises(Refused, match="shared with another organisation"):
        lab.call("set_privacy", level="samples")
    assert level(lab) == ""


def test_what_a_model_saw(lab: Lab) -> None:
    """The last answer's requests are handed over, with the level and what was struck."""
    assert "saw nothing" in lab.call("show_model_view").summary
    spend(lab, 120, cost=None)
    card = lab.call("show_model_view")
    assert card.data == {"level": "aggregates", "requests": 1, "struck": ["0.97"]}
    assert block(card, "file").name == "sent-1.json"
    assert "120 read" in text_of(card.blocks)


def test_tokens_of_today_and_since(lab: Lab) -> None:
    """Today's tokens are shown by person; since a moment, all from then on."""
    assert lab.call("show_usage").data["tokens"] == 0
    spend(lab, 120, cost=0.5)
    spend(lab, 900, cost=0.25, days=3)
    assert lab.call("show_usage").data == {"tokens": 121, "cost": 0.5, "requests": 1}
    since = lab.context.now() - timedelta(days=7)
    assert lab.call("show_usage", since=since).data["tokens"] == 1022
    assert lab.call("show_usage", since=since).data["cost"] == 0.75


def test_a_cost_is_told_only_when_it_is_known(lab: Lab) -> None:
    """Where one request has no price, no sum of money is shown."""
    spend(lab, 120, cost=0.5)
    spend(lab, 10, cost=None)
    assert lab.call("show_usage").data["cost"] is None
