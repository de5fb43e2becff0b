"""Roles are given in chat to those who are mentioned, can be looked up, and are taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.conftest import ADA, HERE, Lab, block, running_job, text_of, tool_named
from tools.context import JobTicket
from tools.errors import BadRequest, NotFound, Refused
from tools.outcome import NextStep, Outcome
from tools.undo import Undo

DANA = "slack/T1/U7"
LEADS = "slack/T1/group:S1"
PEOPLE = {"@dana": DANA, "@ml-leads": LEADS, "@Bob Ross": "slack/T1/U8", "@ada": ADA.id}


@pytest.fixture
def said(lab: Lab) -> Lab:
    """A channel in which a message mentions some people."""
    return Lab(replace(lab.context, refs=PEOPLE))


def roles(lab: Lab) -> dict[str, str]:
    """The roles given in the channel, by id."""
    with lab.context.catalog.read() as unit:
        return {grant.subject: grant.role for grant in unit.grants.list(HERE.scope)}


def test_an_approver_is_made_and_unmade(said: Lab) -> None:
    """The card says who, what and where; undo restores what was."""
    card = said.call("grant_role", person="@dana")
    assert roles(said) == {DANA: "approver"}
    assert block(card, "headline").text == "@dana is an approver here from now on"
    assert {fact.label for fact in block(card, "facts").items} == {"Who", "Role", "Where"}
    assert block(card, "next_steps").items == (NextStep("Undo", "undo", {"made": DANA}),)
    said.call("undo", made=DANA)
    assert roles(said) == {}


def test_a_role_takes_the_place_of_another(said: Lab) -> None:
    """One role each; the card tells what it was, and undo gives that back."""
    said.call("grant_role", person="@dana")
    card = said.call("grant_role", person="dana", role="viewer")
    assert roles(said) == {DANA: "viewer"}
    facts = {fact.label: fact.value for fact in block(card, "facts").items}
    assert facts["Instead of"] == "approver"
    assert "MLOPS_APPROVERS" in text_of(card.blocks)
    assert "approver again" in said.call("undo").summary
    assert roles(said) == {DANA: "approver"}


def test_the_same_role_again_changes_nothing(said: Lab) -> None:
    """Who is an approver already stays one, and there is nothing to take back."""
    said.call("grant_role", person="@dana")
    card = said.call("grant_role", person="@dana")
    assert card.summary == "@dana is an approver here already."
    assert card.inverse is None


@pytest.mark.parametrize("person", [None, "", "@", "@carol", "Bob", "me"])
def test_who_is_not_mentioned_gets_no_role(lab: Lab, person: str | None) -> None:
    """A bare name may be anybody's: without a mention nothing is written."""
    for tool in ("grant_role", "revoke_role"):
        with pytest.raises(BadRequest, match="Mention the person with @"):
            lab.call(tool, person=person)
    assert roles(lab) == {}


def test_a_name_of_two_words_may_be_cut(said: Lab) -> None:
    """The offline brain hears the first word of a mention; it must fit one person only."""
    said.call("grant_role", person="@bob", role="operator")
    assert roles(said) == {"slack/T1/U8": "operator"}
    two = replace(said.context, refs={"@Bob Ross": "slack/T1/U8", "@Bob Day": "slack/T1/U9"})
    with pytest.raises(BadRequest, match="Mention"):
        said.call("grant_role", context=two, person="@bob")


def test_what_a_turn_made_is_no_person(said: Lab) -> None:
    """Only mentions count: a dataset's id among the references is nobody."""
    context = replace(said.context, refs={"dataset": "d1", "timezone": "Europe/Berlin"})
    with pytest.raises(BadRequest, match="Mention"):
        said.call("grant_role", context=context, person="dataset")


def test_a_group_can_be_approvers(said: Lab) -> None:
    """Everybody in it is meant, and the card says so."""
    card = said.call("grant_role", person="@ml-leads")
    assert roles(said) == {LEADS: "approver"}
    assert "everybody in @ml-leads" in text_of(card.blocks)


def test_a_role_is_taken_back(said: Lab) -> None:
    """What was given in chat goes; what the settings say is theirs. Undo gives it again."""
    said.call("grant_role", person="@dana")
    card = said.call("revoke_role", person="@dana")
    assert roles(said) == {}
    assert block(card, "headline").text == "@dana is no longer an approver here"
    said.call("undo")
    assert roles(said) == {DANA: "approver"}


def test_what_was_not_given_here_cannot_be_taken(said: Lab) -> None:
    """An approver of the settings can only be changed there, and the answer names the setting."""
    with pytest.raises(NotFound) as told:
        said.call("revoke_role", person="@dana")
    assert "MLOPS_APPROVERS" in told.value.hint


def test_nobody_gives_up_their_own_right(said: Lab) -> None:
    """The last approver could lock the channel, so it takes another one."""
    said.call("grant_role", person="@ada")
    with pytest.raises(Refused, match="their own right"):
        said.call("grant_role", person="@ada", role="viewer")
    with pytest.raises(Refused, match="their own right"):
        said.call("revoke_role", person="@ada")
    with pytest.raises(Refused, match="their own right"):
        said.call("undo")
    assert roles(said) == {ADA.id: "approver"}


def test_undo_does_not_overrule_a_later_word(said: Lab) -> None:
    """A role that was changed elsewhere since is left as it is."""
    said.call("grant_role", person="@dana")
    other = replace(said.context, address=replace(HERE, thread="t2"))
    said.call("grant_role", context=other, person="@dana", role="operator")
    with pytest.raises(BadRequest, match="changed again since"):
        said.call("undo")
    assert roles(said) == {DANA: "operator"}


def test_undoing_a_role_takes_the_right_to_give_it(said: Lab) -> None:
    """Giving, taking and undoing a role take an approver; undoing other things does not."""
    undo = tool_named("undo")
    assert undo.role_for(Undo(), said.context) == "viewer"
    said.call("grant_role", person="@dana")
    assert undo.role_for(Undo(), said.context) == "approver"
    said.call("remember_fact", fact="Dana approves")
    assert undo.role_for(Undo(), said.context) == "viewer"
    needs = ("grant_role", "revoke_role", "allow_channel", "list_roles")
    assert [tool_named(name).role for name in needs] == ["approver"] * 3 + ["viewer"]


def test_an_undo_takes_back_nothing_newer_than_itself(said: Lab) -> None:
    """What is done while an undo waits for its worker was not meant, nor was its right checked."""
    said.call("remember_fact", fact="Dana approves")
    job = running_job(said)
    said.call("grant_role", person="@dana")
    with pytest.raises(BadRequest, match="done meanwhile: @dana is an approver"):
        said.call("undo", context=replace(said.context, job=JobTicket(job.id, job.attempt)))
    assert roles(said) == {DANA: "approver"}


def test_who_may_do_what_here(said: Lab) -> None:
    """Everybody with a role, by whom and when; and that the settings may name more."""
    empty = said.call("list_roles")
    assert block(empty, "headline").text == "No role was given in this channel"
    assert "MLOPS_APPROVERS" in empty.summary
    said.call("grant_role", person="@dana")
    said.call("grant_role", person="@ml-leads", role="operator")
    listed = said.call("list_roles")
    assert [row[:3] for row in block(listed, "table").rows] == [
        ("@dana", "approver: approves what goes to production, and gives roles", "Ada"),
        ("@ml-leads (group)", "operator: asks for changes; production waits for an approver",
         "Ada"),
    ]  # fmt: skip
    assert "@dana is an approver; @ml-leads is an operator" in listed.summary
    assert said.call("list_roles", context=said.elsewhere()).data["roles"] == []


def test_roles_are_in_the_history(said: Lab) -> None:
    """Who made whom an approver is on record; looking is not."""
    said.call("grant_role", person="@dana")
    said.call("list_roles")
    story = said.call("show_history").summary
    assert "Ada: @dana is an approver here from now on." in story
    assert "1 look" in story


def quiet(lab: Lab) -> None:
    """Let the assistant keep quiet in the channel."""
    now = lab.context.now()
    with lab.context.catalog.write() as unit:
        unit.channels.meet(HERE.scope, now=now, name="#ml-ops")
        unit.channels.set(HERE.scope, now=now, state="quiet")


def state(lab: Lab) -> str:
    with lab.context.catalog.read() as unit:
        channel = unit.channels.find(HERE.scope)
    assert channel is not None
    return channel.state


def test_a_channel_is_allowed(lab: Lab) -> None:
    """The assistant answers from now on, and the record tells who allowed it; once is enough."""
    quiet(lab)
    card = lab.call("allow_channel")
    assert state(lab) == "open"
    assert block(card, "headline").text == "I will answer here from now on"
    assert "Ada allowed it" in lab.call("show_history").summary
    assert lab.call("allow_channel").summary == "I answer here already."


def test_the_channel_is_named_where_it_is_known(said: Lab) -> None:
    """The card names the channel the role is for."""
    quiet(said)
    card: Outcome = said.call("grant_role", person="@dana")
    facts = {fact.label: fact.value for fact in block(card, "facts").items}
    assert facts["Where"] == "#ml-ops"
