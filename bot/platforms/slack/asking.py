"""What people can click: buttons, menus, and the questions they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from bot.messages import ApprovalPrompt, Button, Choices, Progress
from bot.platforms.slack.names import menu_id, opinion_id, press_id
from bot.platforms.slack.split import Piece
from bot.platforms.slack.texts import (
    CONTEXT,
    Json,
    context,
    one_line,
    pieces,
    plain_text,
    section,
)
from tools.cards import percent, span

MOST_BUTTONS: Final = 5
MOST_OPTIONS: Final = 100
LABEL: Final = 75
BAR: Final = 10
STYLES: Final = {"approve": "primary", "reject": "danger"}


def actions(found: Sequence[Button], reply_id: int, first: int) -> Iterator[Piece]:
    """Buttons, numbered from `first`; at most five in a row, long labels in full above."""
    yield from _in_full([one_line(button.label) for button in found])
    drawn = [_button(button, press_id(reply_id, first + i)) for i, button in enumerate(found)]
    for start in range(0, len(drawn), MOST_BUTTONS):
        yield Piece({"type": "actions", "elements": drawn[start : start + MOST_BUTTONS]})


def progress(block: Progress) -> Iterator[Piece]:
    """Work that goes on: what it does, how far it is, how long it still takes."""
    share = min(max(block.share, 0.0), 1.0)
    filled = round(share * BAR)
    left = f" · about {span(block.eta_s)} left" if block.eta_s else ""
    far = f"{percent(share)}{left}"
    texts = list(pieces(block.text)) or ["Under way"]
    for text in texts:
        yield Piece(section(text), text)
    yield Piece(context(f"{'▰' * filled}{'▱' * (BAR - filled)}  {far}"), far)


def approval(block: ApprovalPrompt, said: Sequence[str]) -> Iterator[Piece]:
    """A question for an approver's click, or what became of it.

    Args:
        block: The question.
        said: What the card says besides; of the question only what is new is shown.
    """
    for text in pieces(_unsaid(block.question, said)):
        yield Piece(section(text), text)
    for text in pieces(_state(block), CONTEXT):
        yield Piece(context(text), text)


def choices(block: Choices, found: Sequence[Button], reply_id: int, first: int) -> Iterator[Piece]:
    """A question with its answers as buttons, as a menu where they are many, or the answer."""
    for text in pieces(block.question):
        yield Piece(section(text), text)
    if block.picked:
        for text in pieces(f"Answer: {block.picked}", CONTEXT):
            yield Piece(context(text), text)
        return
    if len(found) <= MOST_BUTTONS:
        yield from actions(found, reply_id, first)
        return
    labels = [one_line(button.label) for button in found]
    yield from _in_full(labels)
    yield Piece(_menu(labels[:MOST_OPTIONS], reply_id, first))
    if len(found) > MOST_OPTIONS:
        words = (
            f"The menu has the likeliest {MOST_OPTIONS} of {len(found):,} answers. "
            "For another one, ask again and name it."
        )
        yield Piece(context(words), words)


def opinions(reply_id: int) -> Piece:
    """Whether the answer was good, for those who want to say so."""
    element: Json = {"type": "feedback_buttons", "action_id": opinion_id(reply_id)}
    for name, value, label in (
        ("positive_button", "good", "Good answer"),
        ("negative_button", "bad", "Bad answer"),
    ):
        element[name] = {
            "text": plain_text(label, LABEL),
            "value": value,
            "accessibility_label": label,
        }
    return Piece({"type": "context_actions", "elements": [element]})


def _in_full(labels: Sequence[str]) -> Iterator[Piece]:
    """All labels as a list, where one of them is too long for what is clicked."""
    if any(len(label) > LABEL for label in labels):
        for text in pieces("\n".join(f"{i}. {label}" for i, label in enumerate(labels, 1))):
            yield Piece(section(text), text)


def _unsaid(question: str, said: Sequence[str]) -> str:
    """The question without the sentence that the card begins with, unless all of it is known."""
    heads = [text for text in said if text.endswith(("?", ".", "!"))]
    head = next((text for text in heads if f"{question} ".startswith(f"{text} ")), "")
    rest = question.removeprefix(head).strip()
    return "" if any(rest.rstrip(".") in text for text in said) else rest


def _button(button: Button, action_id: str) -> Json:
    drawn: Json = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(button.label, LABEL),
        "value": action_id,
    }
    if button.does in STYLES:
        drawn["style"] = STYLES[button.does]
    return drawn


def _menu(labels: Sequence[str], reply_id: int, first: int) -> Json:
    options = [
        {"text": plain_text(label, LABEL), "value": press_id(reply_id, first + index)}
        for index, label in enumerate(labels)
    ]
    menu = {
        "type": "static_select",
        "action_id": menu_id(reply_id, first),
        "placeholder": plain_text("Choose one", 150),
        "options": options,
    }
    return {"type": "actions", "elements": [menu]}


def _state(block: ApprovalPrompt) -> str:
    by = f" by {one_line(block.decided_by)}" if block.decided_by else ""
    match block.state:
        case "pending":
            who = "an approver" if block.role == "approver" else "the person who asked"
            typed = f"or reply `approve {block.number}` or `reject {block.number}`"
            return f"Waits for {who}; {typed}."
        case "approved":
            return f":white_check_mark: Approved{by}."
        case "rejected":
            return f":no_entry_sign: Rejected{by}."
        case "expired":
            return ":hourglass: Expired: nobody decided in time, and nothing was done."
        case _:
            assert_never(block.state)
