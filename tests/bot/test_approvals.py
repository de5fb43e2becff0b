"""Approvals: who may decide, for what exactly, once, and in time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage

from bot.errors import Gone, NotAllowed
from bot.messages import ApprovalPrompt, Reply
from bot.roles import Roles
from storage.catalog.records import Actor, Approval
from tests.bot.agent.belt import Belt, Number, open_belt, rehearsed, toy
from tests.bot.agent.scripted import calls
from tests.bot.stage import HERE, message, words
from tools.base import Effect
from tools.context import ToolContext
from tools.outcome import Outcome, Text

ASKER = Actor("slack/T1/U1", "Ada")
SECOND = Actor("slack/T1/U2", "Grace")
OUTSIDER = Actor("slack/T1/U9", "Mallory")
APPROVERS = frozenset({ASKER.id, SECOND.id})


class World:
    """One endpoint: what is live in it now, and what was shipped."""

    def __init__(self) -> None:
        self.live = "model 1"
        self.shipped: list[tuple[int, str]] = []

    def ship(self, args: Number, context: ToolContext) -> Outcome:
        assert context.approved_by is not None
        self.shipped.append((args.n, context.approved_by.name))
        return Outcome("shipped", (Text("It is live."),))


@contextmanager
def shop(
    home: Path,
    *,
    roles: Roles | None = None,
    effect: Effect = "deploy",
    name: str = "ship",
) -> Iterator[tuple[Belt, World, ApprovalPrompt]]:
    """Somebody asked to ship number 7 and the card waits."""
    world = World()
    tool = toy(name, world.ship, effect=effect, rehearse=rehearsed(lambda: world.live))
    script = [calls(name, n=7), AIMessage("Done as asked.")]
    roles = roles or Roles(approvers=APPROVERS)
    with open_belt(home, tool, roles=roles, script=script) as belt:
        asked = asyncio.run(belt.assistant.answer(message("ship it", "E1", actor=ASKER)))
        yield belt, world, prompt_of(asked)


def prompt_of(reply: Reply) -> ApprovalPrompt:
    return next(block for block in reply.blocks if isinstance(block, ApprovalPrompt))


def decide(belt: Belt, prompt: ApprovalPrompt, actor: Actor, *, approve: bool = True) -> Reply:
    return asyncio.run(belt.assistant.decide(prompt.approval_id, actor, approve=approve))


def stored(belt: Belt, prompt: ApprovalPrompt) -> Approval:
    with belt.catalog.read() as unit:
        return unit.approvals.get(prompt.approval_id)


def test_an_approver_s_click_ships_once(tmp_path: Path) -> None:
    """An approver's click runs what was shown, says who decided, and works once."""
    with shop(tmp_path) as (belt, world, prompt):
        reply = decide(belt, prompt, SECOND)
        assert world.shipped == [(7, "Grace")]
        assert (prompt_of(reply).state, prompt_of(reply).decided_by) == ("approved", "Grace")
        assert "Done as asked." in words(reply)
        with pytest.raises(Gone):
            decide(belt, prompt, SECOND)
        assert len(world.shipped) == 1


def test_reject_ships_nothing(tmp_path: Path) -> None:
    """Reject ends the request, names who rejected, and changes nothing."""
    with shop(tmp_path) as (belt, world, prompt):
        reply = decide(belt, prompt, SECOND, approve=False)
        assert world.shipped == []
        assert prompt_of(reply).state == "rejected"
        assert "Grace rejected it" in words(reply)


def test_who_clicks_is_checked(tmp_path: Path) -> None:
    """Somebody who is no approver is told so, and the card still waits."""
    with shop(tmp_path) as (belt, world, prompt):
        with pytest.raises(NotAllowed, match="approver"):
            decide(belt, prompt, OUTSIDER)
        assert stored(belt, prompt).state == "pending"
        assert decide(belt, prompt, SECOND).done
        assert len(world.shipped) == 1


def test_on_a_shared_surface_another_person_approves(tmp_path: Path) -> None:
    """On Slack the requester cannot approve the own request, and is told which setting decides."""
    with shop(tmp_path) as (belt, world, prompt):
        with pytest.raises(NotAllowed, match="MLOPS_TWO_PERSON"):
            decide(belt, prompt, ASKER)
        assert world.shipped == []


def test_the_two_person_rule_can_be_turned_off(tmp_path: Path) -> None:
    """With the setting off, an approver may approve the own request."""
    with shop(tmp_path, roles=Roles(approvers=APPROVERS, two_person=False)) as (
        belt,
        world,
        prompt,
    ):
        decide(belt, prompt, ASKER)
        assert world.shipped == [(7, "Ada")]


def test_rolling_back_needs_one_person(tmp_path: Path) -> None:
    """Going back must be quick: the requester's own click is enough, if an approver's."""
    with shop(tmp_path, name="rollback_deployment") as (belt, world, prompt):
        decide(belt, prompt, ASKER)
        assert len(world.shipped) == 1


def test_what_was_shown_is_what_runs(tmp_path: Path) -> None:
    """When something else went live between card and click, nothing runs and the card says so."""
    with shop(tmp_path) as (belt, world, prompt):
        world.live = "model 2"
        reply = decide(belt, prompt, SECOND)
        assert world.shipped == []
        assert "has changed meanwhile" in words(reply)
        with pytest.raises(Gone):
            decide(belt, prompt, SECOND)


def test_a_card_that_nobody_decides_expires(tmp_path: Path) -> None:
    """After a day the card is closed, the turn ends, and a late click finds nothing."""
    with shop(tmp_path) as (belt, world, prompt):
        belt.clock.forward(hours=25)
        asyncio.run(belt.assistant.expire())
        assert stored(belt, prompt).state == "expired"
        with belt.catalog.read() as unit:
            rows = unit.outbox.list(HERE)
        assert "Nobody approved it in time." in str(rows[-1].body)
        with pytest.raises(Gone):
            decide(belt, prompt, SECOND)
        assert world.shipped == []


def test_a_click_after_the_time_is_late(tmp_path: Path) -> None:
    """A click between expiry and its announcement decides nothing either."""
    with shop(tmp_path) as (belt, world, prompt):
        belt.clock.forward(hours=25)
        with pytest.raises(Gone):
            decide(belt, prompt, SECOND)
        assert world.shipped == []


def test_what_cannot_be_undone_is_the_requester_s_own(tmp_path: Path) -> None:
    """A confirmation is for the person who asked; not even an approver may give it."""
    with shop(tmp_path, effect="confirm") as (belt, world, prompt):
        with pytest.raises(NotAllowed, match="Ada"):
            decide(belt, prompt, SECOND)
        decide(belt, prompt, ASKER)
        assert world.shipped == [(7, "Ada")]


def test_a_decision_survives_a_crash(tmp_path: Path) -> None:
    """A click that was taken but not carried out when the process died is carried out later."""
    with shop(tmp_path) as (belt, world, prompt):
        now = belt.clock()
        with belt.catalog.write() as unit:
            waiting = unit.waiting.by_subject(prompt.approval_id)
            assert waiting is not None
            unit.approvals.decide(prompt.approval_id, state="approved", actor=SECOND, now=now)
            unit.waiting.claim(waiting.id, until=now + timedelta(seconds=60), now=now)
        asyncio.run(belt.assistant.recover())
        assert world.shipped == []
        belt.clock.forward(seconds=61)
        asyncio.run(belt.assistant.recover())
        asyncio.run(belt.assistant.recover())
        assert world.shipped == [(7, "Grace")]


def test_a_question_nobody_saw_is_asked(tmp_path: Path) -> None:
    """When the process died between asking and telling, the card is posted at last, and once."""
    with shop(tmp_path) as (belt, world, prompt):
        with belt.catalog.write() as unit:
            waiting = unit.waiting.by_subject(prompt.approval_id)
            assert waiting is not None
            unit.turns.set(waiting.turn_id, state="running", blocks=())
            posted = len(unit.outbox.list(HERE))
        asyncio.run(belt.assistant.recover())
        asyncio.run(belt.assistant.recover())
        with belt.catalog.read() as unit:
            rows = unit.outbox.list(HERE)
            pending = unit.approvals.pending(HERE.scope)
        assert len(rows) == posted + 1
        assert prompt.approval_id in str(rows[-1].body)
        assert [approval.id for approval in pending] == [prompt.approval_id]
        assert decide(belt, prompt, SECOND).done
        assert len(world.shipped) == 1
