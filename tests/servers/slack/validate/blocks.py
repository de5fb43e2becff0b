"""Blocks, one check per type, and the rules that hold for all blocks of a surface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.servers.slack.validate.elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    Check,
    check_element,
    check_image,
)
from tests.servers.slack.validate.problems import Json, Problems
from tests.servers.slack.validate.rich import check_rich_text
from tests.servers.slack.validate.tables import check_data_table, check_table

Surface = Literal["message", "modal", "home"]
MOST: Mapping[Surface, int] = {"message": 50, "modal": 100, "home": 100}


def check_blocks(problems: Problems, blocks: Any, surface: Surface, pointer: str) -> None:
    """All blocks of a message, a modal or a home tab."""
    found = problems.items(blocks, pointer, MOST[surface], least=0)
    seen: set[str] = set()
    for index, block in enumerate(found):
        here = f"{pointer}/{index}"
        check_block(problems, block, surface, here)
        if not isinstance(block, dict) or (block_id := block.get("block_id")) is None:
            continue
        problems.string(block_id, f"{here}/block_id", 255, least=1)
        if block_id in seen:
            problems.add(f"`block_id` {block_id} already exists", f"{here}/block_id")
        seen.add(block_id)


def check_block(problems: Problems, block: Any, surface: Surface, pointer: str) -> None:
    """One block by itself."""
    if not isinstance(block, dict):
        problems.add("must provide an object", pointer)
        return
    kind = str(block.get("type"))
    spec = BLOCKS.get(kind) if kind in ALLOWED[surface] else None
    if spec is None:
        problems.add(f"unsupported type: {block.get('type')}", f"{pointer}/type")
        return
    problems.keys(block, pointer, {"type", "block_id", *spec.keys})
    problems.required(block, pointer, spec.required)
    spec.check(problems, block, pointer)


def _elements(
    problems: Problems, elements: Any, pointer: str, most: int, allowed: frozenset[str]
) -> None:
    seen: set[str] = set()
    for index, element in enumerate(problems.items(elements, pointer, most)):
        here = f"{pointer}/{index}"
        check_element(problems, element, here, allowed)
        action = element.get("action_id") if isinstance(element, dict) else None
        if action is not None and action in seen:
            problems.add(f"`action_id` {action} already exists for another element", here)
        seen.add(str(action))


def _section(problems: Problems, block: Json, pointer: str) -> None:
    if block.get("text") is None and block.get("fields") is None:
        problems.add("missing required field: text or fields", pointer)
    problems.text(block.get("text"), f"{pointer}/text", 3000, needed=False)
    if block.get("fields") is not None:
        fields = problems.items(block["fields"], f"{pointer}/fields", 10)
        for index, field in enumerate(fields):
            problems.text(field, f"{pointer}/fields/{index}", 2000)
    if block.get("accessory") is not None:
        check_element(problems, block["accessory"], f"{pointer}/accessory", frozenset(IN_SECTION))


def _header(problems: Problems, block: Json, pointer: str) -> None:
    problems.text(block.get("text"), f"{pointer}/text", 150, plain=True)


def _context(problems: Problems, block: Json, pointer: str) -> None:
    elements = problems.items(block.get("elements"), f"{pointer}/elements", 10)
    for index, element in enumerate(elements):
        here = f"{pointer}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_element(problems, element, here, frozenset({"image"}))
        else:
            problems.text(element, here, 2000)


def _actions(problems: Problems, block: Json, pointer: str) -> None:
    _elements(problems, block.get("elements"), f"{pointer}/elements", 25, frozenset(IN_ACTIONS))


def _context_actions(problems: Problems, block: Json, pointer: str) -> None:
    allowed = frozenset({"feedback_buttons", "icon_button"})
    _elements(problems, block.get("elements"), f"{pointer}/elements", 5, allowed)


def _input(problems: Problems, block: Json, pointer: str) -> None:
    problems.text(block.get("label"), f"{pointer}/label", 2000, plain=True)
    problems.text(block.get("hint"), f"{pointer}/hint", 2000, plain=True, needed=False)
    if block.get("element") is not None:
        check_element(problems, block["element"], f"{pointer}/element", IN_INPUT)


def _image(problems: Problems, block: Json, pointer: str) -> None:
    check_image(problems, block, pointer)
    problems.text(block.get("title"), f"{pointer}/title", 2000, plain=True, needed=False)


def _markdown(problems: Problems, block: Json, pointer: str) -> None:
    problems.string(block.get("text"), f"{pointer}/text", 12_000, least=1)


def _alert(problems: Problems, block: Json, pointer: str) -> None:
    problems.text(block.get("text"), f"{pointer}/text", 200)
    levels = {"default", "info", "warning", "error", "success"}
    problems.choice(block.get("level"), f"{pointer}/level", levels)


def _task(problems: Problems, block: Json, pointer: str) -> None:
    states = {"pending", "in_progress", "complete", "error"}
    problems.choice(block.get("status"), f"{pointer}/status", states)
    problems.string(block.get("title"), f"{pointer}/title", 3000, least=1)
    for name in ("details", "output"):
        if block.get(name) is not None:
            check_rich_text(problems, block[name], f"{pointer}/{name}")


def _plan(problems: Problems, block: Json, pointer: str) -> None:
    problems.string(block.get("title"), f"{pointer}/title", 3000, least=1)
    tasks = problems.items(block.get("tasks") or [], f"{pointer}/tasks", 50, least=0)
    for index, task in enumerate(tasks):
        here = f"{pointer}/tasks/{index}"
        if not isinstance(task, dict) or task.get("type") != "task_card":
            problems.add("unsupported type", f"{here}/type")
        else:
            check_block(problems, task, "message", here)


def _card(problems: Problems, block: Json, pointer: str) -> None:
    if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
        problems.add("must provide hero_image, title, actions or body", pointer)
    for name, most in {"title": 150, "subtitle": 150, "body": 200, "subtext": 200}.items():
        problems.text(block.get(name), f"{pointer}/{name}", most, needed=False)
    for name in ("hero_image", "icon"):
        if block.get(name) is not None:
            check_element(problems, block[name], f"{pointer}/{name}", frozenset({"image"}))
    if block.get("actions") is not None:
        _elements(problems, block["actions"], f"{pointer}/actions", 3, frozenset({"button"}))


def _carousel(problems: Problems, block: Json, pointer: str) -> None:
    for index, card in enumerate(problems.items(block.get("elements"), f"{pointer}/elements", 10)):
        check_block(problems, card, "message", f"{pointer}/elements/{index}")


def _container(problems: Problems, block: Json, pointer: str) -> None:
    if block.get("title") is None and block.get("rich_text_title") is None:
        problems.add("missing required field: title", pointer)
    problems.text(block.get("title"), f"{pointer}/title", 150, plain=True, needed=False)
    problems.text(block.get("subtitle"), f"{pointer}/subtitle", 150, needed=False)
    widths = {"narrow", "standard", "wide", "full"}
    problems.choice(block.get("width"), f"{pointer}/width", widths)
    inner = problems.items(block.get("child_blocks"), f"{pointer}/child_blocks", 10)
    for index, child in enumerate(inner):
        here = f"{pointer}/child_blocks/{index}"
        if isinstance(child, dict) and child.get("type") == "container":
            problems.add("unsupported type: container", f"{here}/type")
        else:
            check_block(problems, child, "message", here)


def _chart(problems: Problems, block: Json, pointer: str) -> None:
    problems.string(block.get("title"), f"{pointer}/title", 50, least=1)


def _nothing(problems: Problems, block: Json, pointer: str) -> None:
    del problems, block, pointer


@dataclass(frozen=True)
class Spec:
    """A block type: its check, its properties and the required ones among them."""

    check: Check
    keys: Sequence[str] = ()
    required: Sequence[str] = ()


VIDEO = (
    "alt_text",
    "video_url",
    "thumbnail_url",
    "title",
    "title_url",
    "description",
    "provider_icon_url",
    "provider_name",
    "author_name",
)
BLOCKS: Mapping[str, Spec] = {
    "section": Spec(_section, ("text", "fields", "accessory", "expand")),
    "header": Spec(_header, ("text",)),
    "divider": Spec(_nothing),
    "context": Spec(_context, ("elements",)),
    "actions": Spec(_actions, ("elements",)),
    "context_actions": Spec(_context_actions, ("elements",)),
    "input": Spec(
        _input, ("label", "element", "hint", "optional", "dispatch_action"), ("element",)
    ),
    "image": Spec(_image, ("image_url", "slack_file", "alt_text", "title")),
    "markdown": Spec(_markdown, ("text",), ("text",)),
    "rich_text": Spec(check_rich_text, ("elements",), ("elements",)),
    "table": Spec(check_table, ("rows", "column_settings"), ("rows",)),
    "data_table": Spec(
        check_data_table, ("caption", "rows", "page_size", "row_header_column_index"), ("rows",)
    ),
    "data_visualization": Spec(_chart, ("title", "chart"), ("title", "chart")),
    "alert": Spec(_alert, ("text", "level"), ("text",)),
    "task_card": Spec(
        _task,
        ("task_id", "title", "details", "output", "sources", "status"),
        ("task_id", "title"),
    ),
    "plan": Spec(_plan, ("title", "tasks"), ("title",)),
    "card": Spec(_card, ("hero_image", "icon", "title", "subtitle", "body", "subtext", "actions")),
    "carousel": Spec(_carousel, ("elements",), ("elements",)),
    "container": Spec(
        _container,
        (
            "title",
            "rich_text_title",
            "subtitle",
            "child_blocks",
            "width",
            "icon",
            "is_collapsible",
            "default_collapsed",
            "has_header_divider",
        ),
        ("child_blocks",),
    ),
    "file": Spec(_nothing, ("external_id", "source"), ("external_id", "source")),
    "video": Spec(_nothing, VIDEO, ("alt_text", "video_url", "thumbnail_url", "title")),
}
IN_ALL = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section"}
    | {"video"}
)
IN_HOME = IN_ALL | {"carousel", "container", "data_table", "data_visualization", "table"}
ALLOWED: Mapping[Surface, frozenset[str]] = {
    "modal": IN_ALL | {"alert"},
    "home": IN_HOME,
    "message": IN_HOME | {"context_actions", "file", "markdown", "plan", "task_card"},
}
