"""Conversations as data: what is said or pressed, which tool runs, what people then see."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.commands.session import Session
from bot.keys import reveal_data
from bot.messages import Press, Reply, buttons, dump_reply, load_reply
from storage.catalog.records import Action


@dataclass(frozen=True)
class Line:
    """One exchange.

    Attributes:
        said: A sentence; or
        pressed: the label of a button of the last answer.
        file: A file that comes with it.
        ran: The tool that was called last for it, when it did not wait.
        args: Arguments it was called with, among others.
        shows: What the answer must contain.
        offers: Buttons the answer must have.
    """

    said: str = ""
    pressed: str = ""
    file: Path | None = None
    ran: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


def press_of(reply: Reply, label: str) -> Press:
    """The click on the button of this label."""
    labels = [button.label for button in buttons(reply)]
    assert label in labels, f"no button {label!r} among {labels}"
    return Press(reply.id, labels.index(label))


async def speak(session: Session, line: Line, last: Reply) -> Reply:
    """Say or press it, and hold the answer against the line."""
    press = press_of(last, line.pressed) if line.pressed else None
    files = [line.file] if line.file else []
    reply = await session.say(line.said, files=files, press=press)
    body = json.dumps(dump_reply(reply), ensure_ascii=False)
    for words in line.shows:
        assert words.lower() in body.lower(), f"{line}: no {words!r} in {body}"
    labels = [button.label for button in buttons(reply)]
    assert set(line.offers) <= set(labels), f"{line}: {labels}"
    if line.ran:
        action = last_action(session)
        assert (action.tool, action.ok) == (line.ran, True), f"{line}: {action}"
        assert line.args.items() <= action.args.items(), f"{line}: {action.args}"
    return reply


async def converse(session: Session, *lines: Line, last: Reply | None = None) -> Reply:
    """The lines one after the other; the last answer."""
    reply = last or Reply(())
    for line in lines:
        reply = await speak(session, line, reply)
    return reply


def last_action(session: Session) -> Action:
    """The newest line of the channel's history."""
    with session.app.catalog.read() as unit:
        return unit.actions.list(session.address.scope, limit=1)[0]


def deployed(session: Session) -> dict[str, Any]:
    """The bare result of the last deployment in this thread, with the key of its endpoint."""
    found: dict[str, Any] = {}
    keys: dict[str, str] = {}
    with session.app.catalog.read() as unit:
        for row in unit.turns.messages(session.address, turns=50):
            data = row.payload["data"]
            if data.get("name") == "deploy_model" and data.get("artifact"):
                found = reveal_data(data["artifact"]["data"], session.app.site.secret) or found
                keys.setdefault(found["endpoint"], found.get("key", ""))
    return found | {"key": keys[found["endpoint"]]}


def example(session: Session) -> dict[str, Any]:
    """A typical row of the model that was deployed last."""
    from tools.ml.contract import example_row, load_contract

    with session.app.catalog.read() as unit:
        model = unit.models.find(session.address.scope, deployed(session)["model"])
    return example_row(load_contract(model.contract))


def ask(session: Session, rows: list[dict[str, Any]], *, url: str = "") -> tuple[int, Any]:
    """What the endpoint answers to these rows, as any program asks it."""
    told = deployed(session)
    request = urllib.request.Request(
        url or told["endpoint"],
        data=json.dumps({"rows": rows}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {told['key']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def alert_card(session: Session) -> tuple[Reply, int]:
    """The alert as it stands in the thread, and how many messages it is."""
    with session.app.catalog.read() as unit:
        place = getattr(session, "alerts", session.address)
        rows = [r for r in unit.outbox.list(place) if r.slot.startswith("alert:")]
    cards = [row for row in rows if not row.dedupe_key.endswith(":told")]
    if not cards:
        return Reply(()), 0
    reply = load_reply(cards[-1].body)
    return Reply(reply.blocks, reply.slot, cards[-1].id), len({row.slot for row in cards})


async def until(session: Session, what: Callable[[], bool], *, within: float) -> None:
    """Wait for something the assistant does by itself."""
    deadline = time.monotonic() + within
    while not await asyncio.to_thread(what):
        assert time.monotonic() < deadline, f"not within {within} s; last: {alert_card(session)}"
        await asyncio.sleep(0.1)
