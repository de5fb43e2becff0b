"""The commands that Discord offers for the assistant."""

from __future__ import annotations

import asyncio

import pytest

from bot.commands.plan import rehearse
from bot.platforms.discord.commands import (
    SUGGESTIONS,
    USE_FILE,
    Order,
    choices,
    definitions,
    understood,
)
from bot.settings import Settings
from tests.architecture.test_tools import THREAD
from tests.servers.discord.errors import Problems
from tests.servers.discord.rest_application import check_commands

OFFLINE = Settings(_env_file=None, model="offline")


def test_every_command_is_registered_and_understood() -> None:
    """Discord takes the definitions, and each slash command has its sentence."""
    problems = Problems()
    check_commands(definitions(), problems)
    assert not problems
    named = {one["name"] for one in definitions()}
    assert named == {"ask", "status", "models", "monitors", "help", USE_FILE}
    assert {name for name in named if understood({"name": name})} == named - {USE_FILE}


def test_only_a_question_is_public() -> None:
    """What `/ask` asks is seen by all; the rest is for the one who asks."""
    ask = {"name": "ask", "options": [{"name": "text", "value": " train "}]}
    assert understood(ask) == Order("train", private=False)
    assert understood({"name": "status"}) == Order("what is deployed?", private=True)
    assert understood({"name": "unknown"}) is None


@pytest.mark.parametrize(
    ("command", "options", "tool"),
    [
        ("status", [], "list_deployments"),
        ("models", [], "list_models"),
        ("models", [{"name": "name", "value": "titanic-survived v2"}], "evaluate_model"),
        ("monitors", [], "list_monitors"),
    ],
)
def test_commands_are_sentences_that_are_understood(
    command: str, options: list[dict[str, str]], tool: str
) -> None:
    """A command's sentence does what the command says."""
    order = understood({"name": command, "options": options})
    assert order is not None
    plan = asyncio.run(rehearse(OFFLINE, order.text, THREAD))
    assert [call["tool"] for call in plan.calls] == [tool]


@pytest.mark.parametrize("sentence", SUGGESTIONS)
def test_suggestions_are_understood(sentence: str) -> None:
    """What is suggested is something that the assistant can do."""
    plan = asyncio.run(rehearse(OFFLINE, sentence, THREAD))
    assert plan.calls or plan.ask


def test_suggestions_fit_what_is_typed() -> None:
    """What begins like the text comes before what only holds it; long ones are cut."""
    offered = choices(["undo", "an undo", "other", "undo"], " UNDO")
    assert [one["name"] for one in offered] == ["undo", "an undo"]
    assert len(choices(["x" * 200], "")[0]["value"]) == 100
    assert len(choices([f"no {n}" for n in range(40)], "")) == 25
