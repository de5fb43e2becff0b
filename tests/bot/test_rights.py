"""Roles and channels as people change them by word and by button, with all rules between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.greetings import ALLOW, SAMPLE
from bot.messages import IncomingMessage, Press, Reply, dump_reply
from storage.catalog.records import Actor, Address, Scope
from tests.bot.stage import still, words
from tools.outcome import NextStep, NextSteps
from tools.registry import BUTTON_TOOLS, all_tools, pressable_tools

CHANNEL = Address(Scope("slack", "T1", "C1"), "1.1")
ADA, BOB = Actor("slack/T1/U1", "Ada"), Actor("slack/T1/U2", "Bob")
DANA = Actor("slack/T1/U7", "Dana")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A team whose settings name Ada as an approver."""
    with still(tmp_path, approvers=frozenset({ADA.id})) as running:
        yield running


def say(app: App, text: str, *, actor: Actor = ADA, thread: str = "1.1") -> Reply:
    """Say something in which @dana is mentioned."""
    message = IncomingMessage(
        f"{actor.id}:{text}",
        replace(CHANNEL, thread=thread),
        actor,
        text,
        people={"@dana": DANA.id},
    )
    return asyncio.run(app.assistant.answer(message))


def press(app: App, step: NextStep, *, actor: Actor) -> Reply:
    """Press a button that the assistant has posted."""
    with app.catalog.write() as unit:
        row, _ = unit.outbox.add(
            f"hello:{actor.id}:{step.tool}",
            slot="hello",
            address=CHANNEL,
            body=dump_reply(Reply((NextSteps((step,)),), "hello")),
            now=app.now(),
        )
    message = IncomingMessage(f"press:{row.id}", CHANNEL, actor, press=Press(row.id, 0))
    return asyncio.run(app.assistant.answer(message))


def grants(app: App) -> dict[str, str]:
    with app.catalog.read() as unit:
        return {grant.subject: grant.role for grant in unit.grants.list(CHANNEL.scope)}


def test_an_approver_makes_another(app: App) -> None:
    """“make @dana an approver here” works for an approver, for whoever is mentioned, at once."""
    say(app, "make @dana an approver here")
    assert grants(app) == {DANA.id: "approver"}
    assert "@dana" in words(say(app, "who may approve here?", actor=BOB))
    say(app, "@dana is only a viewer here")
    assert grants(app) == {DANA.id: "viewer"}
    refused = say(app, "remember: we report in euros", actor=DANA)
    assert "You can look" in words(refused)


@pytest.mark.parametrize(
    "text", ["make @dana an approver", "let @dana approve", "@dana is only a viewer here"]
)
def test_nobody_else_gives_roles(app: App, text: str) -> None:
    """Somebody who may only ask for changes is told whom to ask, and nothing is written."""
    assert "Only an approver" in words(say(app, text, actor=BOB))
    assert grants(app) == {}


def test_who_may_not_give_a_role_may_not_undo_one(app: App) -> None:
    """Taking back is the action it performs: it takes an approver too."""
    say(app, "make @dana an approver here")
    assert "Only an approver" in words(say(app, "undo", actor=BOB))
    assert grants(app) == {DANA.id: "approver"}


def test_what_is_only_told_changes_nothing(app: App) -> None:
    """Reports and questions about somebody are no orders, whoever says them."""
    for text in ("@dana approved it yesterday?", "@dana may approve?", "@dana may approve it"):
        say(app, text)
    assert grants(app) == {}


def test_a_quiet_channel_is_allowed_by_an_approver(app: App) -> None:
    """The button runs a tool of its own, with the rights of whoever presses it."""
    with app.catalog.write() as unit:
        unit.channels.meet(CHANNEL.scope, now=app.now())
        unit.channels.set(CHANNEL.scope, now=app.now(), state="quiet")
    assert "Only an approver" in words(press(app, ALLOW, actor=BOB))
    assert "from now on" in words(press(app, ALLOW, actor=ADA))
    with app.catalog.read() as unit:
        channel = unit.channels.find(CHANNEL.scope)
    assert channel is not None
    assert channel.state == "open"


def test_what_only_buttons_call_is_not_offered_to_models() -> None:
    """The toolbelt knows the tools behind our buttons; a language model is not told of them."""
    names = {tool.name for tool in BUTTON_TOOLS}
    assert names == {"allow_channel", "keep_habit", "send_shifted_batch"}
    assert names <= set(pressable_tools())
    assert not names & set(all_tools())
    assert {ALLOW.tool, SAMPLE.tool} <= set(pressable_tools())
