"""Posts and replies as the JSON items of the chat API."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final, assert_never

from bot.messages import (
    ApprovalPrompt,
    Choices,
    Draft,
    Progress,
    Reply,
    ReplyBlock,
    buttons,
)
from bot.platforms.chronicle import Conversation, Item
from bot.platforms.web.guard import CHANNEL, thread_name
from storage.catalog.records import Actor, Post
from tools.forms import Form
from tools.outcome import (
    Code,
    Facts,
    Figure,
    File,
    Headline,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)

BASE: Final = "/api/v1"
_HIDDEN: Final = {"secret", "waiting_id", "approval_id", "job_id"}


def item_of(item: Item) -> dict[str, Any]:
    """What stands in a thread."""
    if isinstance(item, Post):
        return {
            "kind": "said",
            "id": item.id,
            "thread": thread_name(item.address),
            "by": _person(item.actor),
            "text": item.text,
            "files": list(item.files),
            "pressed": item.pressed,
            "at": item.created_at.isoformat(),
        }
    reply = item.reply
    return {
        "kind": "reply",
        "id": reply.id,
        "slot": reply.slot,
        "thread": thread_name(item.address),
        "at": item.at.isoformat(),
        "edited_at": item.edited_at.isoformat(),
        "done": reply.done,
        "only_you": bool(reply.to),
        "blocks": [_block(block, reply.id, index) for index, block in enumerate(reply.blocks)],
        "buttons": list(_buttons(reply)),
    }


def talk_of(talk: Conversation) -> dict[str, Any]:
    """A line of the list of threads."""
    return {
        "thread": talk.thread or CHANNEL,
        "title": talk.title,
        "by": _person(talk.by),
        "at": talk.at.isoformat(),
        "last_at": talk.last_at.isoformat(),
        "state": talk.state,
    }


def form_of(form: Form) -> dict[str, Any]:
    """A form to fill in."""
    return asdict(form)


def _person(actor: Actor) -> dict[str, str]:
    return {"id": actor.id, "name": actor.name}


def _block(block: ReplyBlock, reply_id: int, index: int) -> dict[str, Any]:
    """A block as it is shown; ids that only the bot needs stay here."""
    match block:
        case Table():
            rows = [[_cell(cell) for cell in row] for row in block.rows]
            return {**asdict(block), "columns": list(block.columns), "rows": rows}
        case NextSteps():
            steps = [{"label": step.label, "form": step.form} for step in block.items]
            return {"items": steps, "kind": block.kind}
        case Figure() | File():
            return {**asdict(block), "href": f"{BASE}/replies/{reply_id}/files/{index}"}
        case (
            Headline()
            | Text()
            | Facts()
            | Code()
            | Warnings()
            | Receipt()
            | ApprovalPrompt()
            | Choices()
            | Progress()
            | Draft()
        ):
            shown = asdict(block)
            return {name: value for name, value in shown.items() if name not in _HIDDEN}
        case _:
            assert_never(block)


def _cell(cell: object) -> object:
    """JSON knows no infinities."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _buttons(reply: Reply) -> Iterator[dict[str, Any]]:
    """All that can be clicked, with the block and the item of it that shows it."""
    places = (
        (index, item)
        for index, block in enumerate(reply.blocks)
        for item in range(len(buttons(Reply((block,)))))
    )
    for number, (button, (block, item)) in enumerate(zip(buttons(reply), places, strict=True)):
        yield {
            "index": number,
            "label": button.label,
            "does": button.does,
            "form": bool(button.step and button.step.form),
            "block": block,
            "item": item,
        }
