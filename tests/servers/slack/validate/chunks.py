"""Streaming chunks, and what the message looks like after them."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.validate.messages import message_blocks
from tests.servers.slack.validate.problems import Json
from tests.servers.slack.world import Refused

LONGEST = 12_000
STATES = frozenset({"pending", "in_progress", "complete", "error"})


def read_chunks(arguments: Arguments) -> list[Json]:
    """The chunks of a streaming call, its `markdown_text` as one of them.

    Raises:
        Refused: `msg_too_long`, `invalid_chunks`.
    """
    text = arguments.text("markdown_text")
    if len(text) > LONGEST:
        raise Refused("msg_too_long")
    chunks = arguments.structure("chunks", error="invalid_chunks") or []
    if not isinstance(chunks, list):
        raise Refused("invalid_chunks")
    if text and chunks:
        raise Refused("cannot_provide_both_markdown_text_and_chunks")
    for chunk in chunks:
        _check(chunk)
    return [{"type": "markdown_text", "text": text}] if text else chunks


def apply_chunks(blocks: tuple[Json, ...], chunks: list[Json]) -> tuple[Json, ...]:
    """The blocks that people see after these chunks."""
    now = list(blocks)
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                _add_text(now, chunk["text"])
            case "task_update":
                _put_task(now, chunk)
            case "plan_update":
                _put_plan(now, chunk["title"])
            case "blocks":
                now += chunk["blocks"]
    return tuple(now)


def _check(chunk: Any) -> None:
    match chunk:
        case {"type": "markdown_text", "text": str(text)} if len(text) <= LONGEST:
            return
        case {"type": "plan_update", "title": str()}:
            return
        case {"type": "task_update", "id": str(), "title": str(), "status": status}:
            if status in STATES:
                return
        case {"type": "blocks", "blocks": list(blocks)}:
            message_blocks(blocks)
            return
    raise Refused("invalid_chunks", f"[ERROR] {chunk}")


def _add_text(blocks: list[Json], text: str) -> None:
    if blocks and blocks[-1]["type"] == "markdown":
        blocks[-1] = {**blocks[-1], "text": blocks[-1]["text"] + text}
    elif text:
        blocks.append({"type": "markdown", "text": text})


def _put_task(blocks: list[Json], chunk: Json) -> None:
    task: Json = {"type": "task_card", "task_id": chunk["id"]}
    task.update({name: chunk[name] for name in ("title", "status") if chunk.get(name)})
    for name in ("details", "output"):
        if chunk.get(name):
            section = {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": chunk[name]}],
            }
            task[name] = {"type": "rich_text", "elements": [section]}
    plan = next((i for i, b in enumerate(blocks) if b["type"] == "plan"), None)
    tasks = blocks if plan is None else list(blocks[plan].get("tasks", []))
    for index, known in enumerate(tasks):
        if known.get("task_id") == chunk["id"]:
            tasks[index] = {**known, **task}
            break
    else:
        tasks.append(task)
    if plan is not None:
        blocks[plan] = {**blocks[plan], "tasks": tasks}


def _put_plan(blocks: list[Json], title: str) -> None:
    for index, block in enumerate(blocks):
        if block["type"] == "plan":
            blocks[index] = {**block, "title": title}
            return
    tasks = [block for block in blocks if block["type"] == "task_card"]
    blocks[:] = [block for block in blocks if block["type"] != "task_card"]
    blocks.append({"type": "plan", "title": title, "tasks": tasks})
