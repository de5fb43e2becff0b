"""Answers to an open question in words."""

from __future__ import annotations

import pytest

from bot.picking import picked_in

OPTIONS = (
    {"label": "Use", "value": 1, "says": ["use it", "yes", "don't stop"]},
    {"label": "Show lines", "value": 2, "says": ["show them"]},
    {"label": "Cancel", "value": 3},
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Use", 0),
        ("2", 1),
        ("use it!", 0),
        ("@bot yes, please", 0),
        ("<@U123> just use it", 0),
        ("show the lines", 1),
        ("Don’t stop", 0),
        ("cancel", 2),
        ("4", None),
        ("use the second sheet", None),
        ("", None),
        ("please", None),
    ],
)
def test_an_answer_right_after_the_question(text: str, place: int | None) -> None:
    """A label, a number or other words for an option answer, however politely; nothing else."""
    assert picked_in(text, OPTIONS, latest=True) == place


@pytest.mark.parametrize(("text", "place"), [("cancel", 2), ("1", 0), ("yes", None)])
def test_an_answer_after_something_else_was_said(text: str, place: int | None) -> None:
    """Later on only a label or a number answers: "yes" may be said to anything."""
    assert picked_in(text, OPTIONS, latest=False) == place


def test_options_of_an_older_question() -> None:
    """A question stored before options had other words is answered by its labels."""
    assert picked_in("north", [{"label": "North", "value": "N"}], latest=True) == 0
