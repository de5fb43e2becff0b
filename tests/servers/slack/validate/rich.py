"""Rich text: its containers, and the parts in them."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.validate.problems import Json, Problems

CONTAINERS = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)
PARTS = {
    "text": "text",
    "link": "url",
    "team": "team_id",
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "emoji": "name",
    "broadcast": "range",
    "date": "timestamp",
    "color": "value",
}


def check_rich_text(problems: Problems, block: Any, pointer: str) -> None:
    """A `rich_text` block, also in a table cell or a task."""
    if not isinstance(block, dict) or block.get("type") != "rich_text":
        problems.add("must provide a rich_text block", pointer)
        return
    elements = problems.items(block.get("elements"), f"{pointer}/elements", 1000, least=0)
    for index, element in enumerate(elements):
        _container(problems, element, f"{pointer}/elements/{index}")


def _container(problems: Problems, element: Any, pointer: str) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in CONTAINERS:
        problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    if kind == "rich_text_list":
        problems.choice(element.get("style"), f"{pointer}/style", {"bullet", "ordered"})
        problems.required(element, pointer, ["style"])
        for index, item in enumerate(element.get("elements") or []):
            _container(problems, item, f"{pointer}/elements/{index}")
        return
    parts = problems.items(element.get("elements"), f"{pointer}/elements", 1000, least=0)
    for index, part in enumerate(parts):
        _part(problems, part, f"{pointer}/elements/{index}")


def _part(problems: Problems, part: Json, pointer: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in PARTS:
        problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    problems.required(part, pointer, [PARTS[kind]])
    if kind == "text" and part.get("text") == "":
        problems.add("must be more than 0 characters", f"{pointer}/text")
