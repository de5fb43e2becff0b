"""Items of the API: any reply is JSON, and its buttons are the ones a click is counted by."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given

from bot.messages import ApprovalPrompt, Choices, Progress, Reply, buttons
from bot.platforms.chronicle import Shown
from bot.platforms.web.render import item_of
from storage.catalog.records import Actor, Address, Post, Scope
from tests.bot.blocks import replies
from tools.outcome import Code, Figure, File, Headline, NextStep, NextSteps, Table

NOW = datetime(2026, 5, 1, 12, 0, 0, 7, tzinfo=UTC)
PLACE = Address(Scope("web", "local", "main"), "t-1")


def item(*blocks: object) -> dict[str, object]:
    reply = Reply(blocks, "turn:1", 12)  # type: ignore[arg-type]
    return item_of(Shown(reply, PLACE, NOW, NOW))


@given(reply=replies())
def test_any_reply_is_json(reply: Reply) -> None:
    """Whatever a reply holds is strict JSON, block by block."""
    shown = item_of(Shown(reply, PLACE, NOW, NOW))
    read = json.loads(json.dumps(shown, allow_nan=False))
    assert [block["kind"] for block in read["blocks"]] == [b.kind for b in reply.blocks]


@given(reply=replies())
def test_buttons_are_counted_as_everywhere(reply: Reply) -> None:
    """Buttons have the index and label of `buttons`, and name the block and item they are of."""
    shown = item_of(Shown(reply, PLACE, NOW, NOW))
    assert [(b["index"], b["label"]) for b in shown["buttons"]] == [
        (index, button.label) for index, button in enumerate(buttons(reply))
    ]
    for button in shown["buttons"]:
        block = reply.blocks[button["block"]]
        if isinstance(block, NextSteps):
            assert block.items[button["item"]].label == button["label"]
        elif isinstance(block, Choices):
            assert block.options[button["item"]] == button["label"]
        else:
            assert isinstance(block, ApprovalPrompt | Progress)


def test_what_only_the_bot_needs_stays_here() -> None:
    """Arguments of calls, ids of waiting calls and references to keys are not told."""
    shown = item(
        NextSteps((NextStep("Undo", "undo", {"dataset": "hidden"}),)),
        Choices("hidden", 1, "Which?", ("a", "b")),
        ApprovalPrompt("hidden", 2, "Ship it?", "approver"),
        Progress("hidden", 3, "Fitting"),
        Code("curl", secret="hidden"),
    )
    assert "hidden" not in json.dumps(shown)


def test_numbers_stay_numbers() -> None:
    """Cells of a table keep their types; what JSON cannot say is a gap."""
    [table] = item(Table(("a", "b", "c", "d"), ((1, 2.5, True, float("inf")),)))["blocks"]  # type: ignore[misc]
    assert table["rows"] == [[1, 2.5, True, None]]


def test_files_have_an_address() -> None:
    """A figure and a file say where their bytes are, by the place of the block."""
    blocks = item(Headline("x"), Figure("ab", "a plot"), File("cd", "a.csv", 3))["blocks"]
    assert [block.get("href") for block in blocks] == [  # type: ignore[union-attr]
        None,
        "/api/v1/replies/12/files/1",
        "/api/v1/replies/12/files/2",
    ]


def test_what_somebody_said() -> None:
    """A post says who, what, with which files and when; the channel's own thread has a name."""
    post = Post(3, "p", Address(PLACE.scope), Actor("web/local/ada", "Ada"), "hi", (), True, NOW)
    assert item_of(post) == {
        "kind": "said",
        "id": "p",
        "thread": "channel",
        "by": {"id": "web/local/ada", "name": "Ada"},
        "text": "hi",
        "files": [],
        "pressed": True,
        "at": "2026-05-01T12:00:00.000007+00:00",
    }
