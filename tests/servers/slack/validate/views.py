"""Modals and home tabs as the views methods check them."""

from __future__ import annotations

import json
from typing import Any

from tests.servers.slack.validate.blocks import Surface, check_blocks
from tests.servers.slack.validate.problems import Json, Problems
from tests.servers.slack.world import Refused

MODAL_KEYS = frozenset(
    {
        "type",
        "title",
        "blocks",
        "close",
        "submit",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
        "submit_disabled",
    }
)
LARGEST = 250_000
HOME_KEYS = frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"})


def checked_view(view: Any, kind: str) -> Json:
    """The view, when Slack would take it.

    Raises:
        Refused: `invalid_arguments` with what is wrong and where.
    """
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", "[ERROR] missing required field: view")
    problems = Problems()
    if view.get("type") != kind:
        problems.add(f"unsupported type: {view.get('type')}", "/view/type")
    problems.keys(view, "/view", MODAL_KEYS if kind == "modal" else HOME_KEYS)
    if not view.get("blocks"):
        problems.add("must provide at least 1 items", "/view/blocks")
    surface: Surface = "modal" if kind == "modal" else "home"
    check_blocks(problems, view.get("blocks"), surface, "/view/blocks")
    problems.string(view.get("private_metadata"), "/view/private_metadata", 3000)
    problems.string(view.get("callback_id"), "/view/callback_id", 255)
    problems.string(view.get("external_id"), "/view/external_id", 255)
    if kind == "modal":
        _modal(problems, view)
    problems.refuse("invalid_arguments")
    if len(json.dumps(view)) > LARGEST:
        raise Refused("view_too_large")
    return view


def _modal(problems: Problems, view: Json) -> None:
    problems.text(view.get("title"), "/view/title", 24, plain=True)
    problems.text(view.get("submit"), "/view/submit", 24, plain=True, needed=False)
    problems.text(view.get("close"), "/view/close", 24, plain=True, needed=False)
    inputs = [b for b in view.get("blocks") or [] if b.get("type") == "input"]
    if inputs and not view.get("submit"):
        problems.add("missing required field: submit", "/view")
