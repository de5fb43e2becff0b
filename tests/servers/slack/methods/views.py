"""Modals and the home tab."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.payloads import view_json
from tests.servers.slack.validate.views import checked_view
from tests.servers.slack.world import Json, Refused, View

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

DEEPEST = 3


async def open_modal(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`views.open`: with a trigger of the last three seconds, once."""
    person = _exchange(server, arguments.text("trigger_id"))
    raw = checked_view(arguments.structure("view"), "modal")
    view = make_view(server, person, raw)
    server.world.modals.append(view)
    return {"view": view_json(view, server.world)}


async def push(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`views.push`: on top of the person's open modal, at most three deep."""
    person = _exchange(server, arguments.text("trigger_id"))
    raw = checked_view(arguments.structure("view"), "modal")
    return {"view": view_json(push_view(server, person, raw), server.world)}


async def update(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`views.update`: by view id or external id; a hash guards against races."""
    view = _open_view(server, arguments)
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    raw = checked_view(arguments.structure("view"), view.type)
    return {"view": view_json(update_view(server, view, raw), server.world)}


async def publish(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`views.publish`: the home tab of one person."""
    person = arguments.need("user_id")
    if person not in server.world.people:
        raise Refused("invalid_arguments", "[ERROR] user not found [json-pointer:/user_id]")
    before = server.world.homes.get(person)
    if arguments.get("hash") and (before is None or arguments["hash"] != before.hash):
        raise Refused("hash_conflict")
    raw = checked_view(arguments.structure("view"), "home")
    view = make_view(server, person, raw)
    if before is not None:
        view = replace(view, id=before.id, root_id=before.id)
    server.world.homes[person] = view
    return {"view": view_json(view, server.world)}


def make_view(server: Workspace, person: str, raw: Json) -> View:
    """A view as it is opened; blocks get an id where they have none."""
    identity = server.world.new_id("V")
    blocks = [
        {**block, "block_id": block.get("block_id") or f"b{number}-{identity}"}
        for number, block in enumerate(raw["blocks"])
    ]
    return View(
        id=identity,
        person=person,
        type=raw["type"],
        title=(raw.get("title") or {}).get("text", ""),
        blocks=blocks,
        private_metadata=raw.get("private_metadata") or "",
        callback_id=raw.get("callback_id") or "",
        hash=f"{time.time_ns()}.{identity}",
        raw=raw,
        external_id=raw.get("external_id") or "",
        root_id=identity,
    )


def push_view(server: Workspace, person: str, raw: Json) -> View:
    """The view on top of the person's modals.

    Raises:
        Refused: `push_limit_reached`, `not_found` when no modal is open.
    """
    stack = [view for view in server.world.modals if view.person == person]
    if not stack:
        raise Refused("not_found")
    if len(stack) >= DEEPEST:
        raise Refused("push_limit_reached")
    view = make_view(server, person, raw)
    view = replace(view, root_id=stack[0].id, previous_id=stack[-1].id)
    server.world.modals.append(view)
    return view


def update_view(server: Workspace, view: View, raw: Json) -> View:
    """The view with new content in its place."""
    fresh = make_view(server, view.person, raw)
    fresh = replace(fresh, id=view.id, root_id=view.root_id, previous_id=view.previous_id)
    if view.type == "home":
        server.world.homes[view.person] = fresh
    else:
        server.world.modals[server.world.modals.index(view)] = fresh
    return fresh


def _open_view(server: Workspace, arguments: Arguments) -> View:
    view_id, external = arguments.text("view_id"), arguments.text("external_id")
    for view in [*server.world.modals, *server.world.homes.values()]:
        if (view_id and view.id == view_id) or (external and view.external_id == external):
            return view
    raise Refused("not_found")


def _exchange(server: Workspace, trigger_id: str) -> str:
    trigger = server.world.triggers.get(trigger_id)
    if trigger is None:
        raise Refused("invalid_trigger_id" if trigger_id else "invalid_arguments")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if time.monotonic() > trigger.expires:
        raise Refused("expired_trigger_id")
    trigger.used = True
    return trigger.person


METHODS = {
    "views.open": Method(open_modal),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
