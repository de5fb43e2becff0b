"""One answer as the events of OpenAI's responses API: content in blocks, calls as items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Event = dict[str, Any]


def response_events(text: str, calls: Sequence[tuple[str, str]]) -> Iterator[Event]:
    """The events of a streamed answer, in their order."""
    yield {"type": "response.created", "response": _response("in_progress", [])}
    items: list[Event] = []
    if text:
        items.append(_message(text))
        yield from _written(text, len(items) - 1)
    for name, arguments in calls:
        items.append(_call(len(items), name, arguments))
        yield from _called(items[-1], len(items) - 1)
    yield {"type": "response.completed", "response": _response("completed", items)}


def _written(text: str, place: int) -> Iterator[Event]:
    where = {"output_index": place, "content_index": 0, "item_id": "msg_1"}
    empty = {**_message(""), "content": [], "status": "in_progress"}
    yield {"type": "response.output_item.added", "output_index": place, "item": empty}
    part = {"type": "output_text", "text": "", "annotations": []}
    yield {"type": "response.content_part.added", **where, "part": part}
    for word in text.split(" "):
        delta = word if text.startswith(word) else f" {word}"
        yield {"type": "response.output_text.delta", **where, "delta": delta, "logprobs": []}
    yield {"type": "response.output_text.done", **where, "text": text, "logprobs": []}
    yield {"type": "response.output_item.done", "output_index": place, "item": _message(text)}


def _called(item: Event, place: int) -> Iterator[Event]:
    where = {"output_index": place, "item_id": item["id"]}
    begun = {**item, "arguments": "", "status": "in_progress"}
    yield {"type": "response.output_item.added", "output_index": place, "item": begun}
    kind = "response.function_call_arguments"
    yield {"type": f"{kind}.delta", **where, "delta": item["arguments"]}
    yield {"type": f"{kind}.done", **where, "arguments": item["arguments"], "name": item["name"]}
    yield {"type": "response.output_item.done", "output_index": place, "item": item}


def _message(text: str) -> Event:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def _call(place: int, name: str, arguments: str) -> Event:
    return {
        "id": f"fc_{place}",
        "type": "function_call",
        "call_id": f"call_{place}",
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def _response(status: str, output: list[Event]) -> Event:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 0,
        "status": status,
        "model": "scripted",
        "output": output,
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 3,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 2,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 5,
        },
    }
