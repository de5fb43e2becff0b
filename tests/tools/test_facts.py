"""Facts have their reach, end, author, source and rivals; they are found by words and by people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.tools.conftest import ELSEWHERE, GRACE, Lab, block, text_of
from tools.claims import claim_of
from tools.errors import BadRequest, NeedsChoice, NotFound, Refused


def known(lab: Lab, **args: str) -> list[str]:
    return [fact["fact"] for fact in lab.call("list_facts", **args).data["facts"]]


def by_grace(lab: Lab, fact: str, **args: str) -> None:
    lab.call("remember_fact", context=replace(lab.context, actor=GRACE), fact=fact, **args)


def test_a_fact_of_the_team_is_known_elsewhere_and_not_by_strangers(lab: Lab) -> None:
    """A team's fact is known in its other channels, but where strangers read along it is not."""
    lab.call("remember_fact", fact="prices are in euros", reach="team")
    other = lab.elsewhere()
    assert [f["fact"] for f in lab.call("list_facts", context=other).data["facts"]] == [
        "prices are in euros"
    ]
    with lab.context.catalog.write() as unit:
        unit.channels.meet(ELSEWHERE.scope, now=lab.context.now())
        unit.channels.set(ELSEWHERE.scope, now=lab.context.now(), shared=True)
    assert lab.call("list_facts", context=other).data["facts"] == []
    with pytest.raises(NotFound):
        lab.call("forget_fact", context=other, fact="1")
    with pytest.raises(Refused, match="shared with another organisation"):
        lab.call("remember_fact", context=other, fact="all is well", reach="team")


def test_a_direct_message_keeps_its_facts(lab: Lab) -> None:
    """What somebody told in a direct message is known nowhere else."""
    direct = replace(lab.context.address, scope=replace(lab.context.scope, channel="D1"))
    lab.call("remember_fact", context=replace(lab.context, address=direct), fact="I like ridge")
    assert known(lab) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("our label is always churned", "the label is plan"),
        ("the target is churned", "our label is plan"),
        ("we report rmse", "we report mae"),
        ("we use rmse as the metric", "the metric is mae"),
        ("prices include tax", "prices do not include tax"),
        ("paid means repaid", "paid means overdue"),
    ],
)
def test_a_contradiction_is_shown(lab: Lab, old: str, new: str) -> None:
    """A fact that says otherwise is shown with who told it, and both ways out are offered."""
    by_grace(lab, old)
    with pytest.raises(NeedsChoice) as asked:
        lab.call("remember_fact", fact=new)
    assert f"fact 1 (Grace, 2 Mar 2026): “{old}”" in asked.value.message
    assert [option.label for option in asked.value.options] == ["Replace", "Keep both"]
    lab.call("remember_fact", fact=new, conflict="keep")
    assert known(lab) == [old, new]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("prices are in euros", "prices include tax"),
        ("our label is churned", "our metric is rmse"),
        ("we report rmse", "we deploy to staging first"),
        ("we leave out customer_id", "we leave out tenure"),
        ("the label is churned", "the label is churned, and 1 means yes"),
        ("Bob knows the data", "Bob knows the model"),
    ],
)
def test_facts_that_go_together_are_not_questioned(lab: Lab, old: str, new: str) -> None:
    """What speaks of something else, or adds to what is known, is simply remembered."""
    lab.call("remember_fact", fact=old)
    lab.call("remember_fact", fact=new)
    assert known(lab) == [old, new]


def test_replacing_is_one_change_that_undo_takes_back(lab: Lab) -> None:
    """After a replacement only the new fact holds; undo brings the old one back."""
    lab.call("remember_fact", fact="the label is churned")
    done = lab.call("remember_fact", fact="the label is plan", conflict="replace")
    assert "in place of fact 1" in done.summary
    assert known(lab) == ["the label is plan"]
    assert "Fact 1 holds again: the label is churned" in lab.call("undo").summary
    assert known(lab) == ["the label is churned"]


def test_what_is_known_is_not_kept_twice(lab: Lab) -> None:
    """The same fact again is told to be known already, with who told it."""
    by_grace(lab, "prices are in euros")
    again = lab.call("remember_fact", fact="Prices are in Euros")
    assert "remembered already, as fact 1 (Grace" in again.summary
    assert len(known(lab)) == 1


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("4d", datetime(2026, 3, 6, 22, 59, tzinfo=UTC)),
        ("2026-03-06", datetime(2026, 3, 6, 22, 59, tzinfo=UTC)),
        ("2026-03-06T12:00:00+00:00", datetime(2026, 3, 6, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_day_counts_whole(lab: Lab, said: str, until: datetime) -> None:
    """A fact that holds for days, or until a day, holds to the end of that day in the zone."""
    lab.call("remember_fact", fact="the freeze holds", expires=said)
    lab.context.now.at = until - timedelta(seconds=60)
    assert known(lab) == ["the freeze holds"]
    lab.context.now.at = until + timedelta(seconds=1)
    assert known(lab) == []


@pytest.mark.parametrize("said", ["2026-02-01", "2026-99-99"])
def test_a_day_that_is_over_is_refused(lab: Lab, said: str) -> None:
    """A date in the past, or none at all, is told."""
    with pytest.raises(BadRequest, match=r"over already|no date"):
        lab.call("remember_fact", fact="x is y", expires=said)


def test_what_is_known_about_something(lab: Lab) -> None:
    """A question about a subject is answered with the facts that speak of it, in any form."""
    lab.call("remember_fact", fact="prices are in euros")
    lab.call("remember_fact", fact="our label is churned")
    assert known(lab, about="pricing") == ["prices are in euros"]
    assert known(lab, about="this data") == known(lab)
    nothing = lab.call("list_facts", about="colours")
    assert "2 other facts are remembered here" in text_of(nothing.blocks)


def test_forgetting_what_somebody_said(lab: Lab) -> None:
    """A fact is found by who told it, alone or with what it is about."""
    by_grace(lab, "prices are in euros")
    by_grace(lab, "the label is churned")
    lab.call("remember_fact", fact="prices include tax")
    lab.call("forget_fact", fact="what Grace said about prices")
    assert known(lab) == ["the label is churned", "prices include tax"]
    lab.call("forget_fact", fact="everything Grace told you")
    assert known(lab) == ["prices include tax"]
    with pytest.raises(NotFound, match="by Bob"):
        lab.call("forget_fact", fact="what Bob said")
    lab.call("forget_fact", fact="what I said about prices")
    assert known(lab) == []


def test_forget_that_is_what_was_spoken_of_last(lab: Lab) -> None:
    """“That” is the fact remembered last in the thread, or the one that was just shown."""
    lab.call("remember_fact", fact="prices are in euros")
    lab.call("remember_fact", fact="the label is churned")
    lab.call("forget_fact", fact="that")
    assert known(lab) == ["prices are in euros"]
    lab.call("remember_fact", fact="the metric is mae")
    lab.call("list_facts", about="prices")
    lab.note("list_facts", lab.call("list_facts"), effect="read", args={"about": "prices"})
    lab.call("forget_fact", fact="it")
    assert known(lab) == ["the metric is mae"]


def test_the_source_is_linked_in_its_own_channel(lab: Lab) -> None:
    """The list tells who, when, until when and where; the place only where people can look."""
    link = "https://chat.example.org/m/1"
    said = replace(lab.context, refs={"link": link})
    lab.call("remember_fact", context=said, fact="prices are in euros", reach="team", expires="3d")
    table = block(lab.call("list_facts"), "table")
    assert table.columns == ("No.", "Fact", "Told by", "When", "Until", "Known to", "Said in")
    assert table.rows[0][-1] == link
    other = block(lab.call("list_facts", context=lab.elsewhere()), "table")
    assert link not in str(other)


@pytest.mark.parametrize(
    ("said", "denied"),
    [("prices are in euros", False), ("prices aren't in euros", True), ("x is not y", True)],
)
def test_a_claim_knows_denials(said: str, denied: bool) -> None:
    """What is denied is told from what is said, contracted or not."""
    assert claim_of(said).denied is denied
