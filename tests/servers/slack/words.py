"""The words that a person reads in blocks and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Json = dict[str, Any]


LINK = re.compile(r"<(https?://[^<>|]+|mailto:[^<>|]+)(?:\|([^<>]*))?>")


def readable(text: str) -> str:
    """Marked-up text as it is read: links as their labels, Slack's three entities as characters."""
    labelled = LINK.sub(lambda found: found.group(2) or found.group(1), text)
    return labelled.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def words_of(blocks: Iterable[Json]) -> str:
    """All words of the blocks, a line each."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def words_of_attachments(attachments: Iterable[Json]) -> str:
    """All words of the attachments: their blocks, or their own fields."""
    lines: list[str] = []
    for attachment in attachments:
        if attachment.get("blocks"):
            lines.append(words_of(attachment["blocks"]))
            continue
        for name in ("pretext", "author_name", "title", "text", "footer"):
            lines.append(readable(str(attachment.get(name) or "")))
        for field in attachment.get("fields") or []:
            lines.append(f"{field.get('title', '')} {field.get('value', '')}".strip())
    return "\n".join(line for line in lines if line)


def _lines(thing: Any) -> Iterator[str]:
    if not isinstance(thing, dict):
        return
    match thing.get("type"):
        case "table" | "data_table":
            yield str(thing.get("caption", ""))
            for row in thing.get("rows") or []:
                yield " | ".join(words_of([cell]) for cell in row)
        case "plain_text" | "mrkdwn" | "markdown":
            yield readable(str(thing.get("text", "")))
        case "raw_text" | "text":
            yield str(thing.get("text", ""))
        case "raw_number":
            yield str(thing.get("text") or thing.get("value", ""))
        case "rich_text_list":
            for number, item in enumerate(thing.get("elements") or [], 1):
                mark = f"{number}." if thing.get("style") == "ordered" else "•"
                yield f"{mark} {words_of([item])}"
        case "rich_text_section" | "rich_text_quote" | "rich_text_preformatted":
            yield "".join(_part(part) for part in thing.get("elements") or [])
        case _:
            yield from _inside(thing)


INNER = (
    "title",
    "subtitle",
    "body",
    "subtext",
    "text",
    "fields",
    "elements",
    "accessory",
    "label",
    "hint",
    "element",
    "placeholder",
    "options",
    "positive_button",
    "negative_button",
    "tasks",
    "details",
    "output",
    "sources",
    "alt_text",
    "actions",
    "child_blocks",
    "rich_text_title",
)


PARTS = {
    "text": "{text}",
    "link": "{url}",
    "user": "<@{user_id}>",
    "usergroup": "<!subteam^{usergroup_id}>",
    "channel": "<#{channel_id}>",
    "emoji": ":{name}:",
    "broadcast": "@{range}",
    "date": "{timestamp}",
}
PART_FIELDS = (
    "text",
    "url",
    "user_id",
    "usergroup_id",
    "channel_id",
    "name",
    "range",
    "timestamp",
    "fallback",
    "value",
)


def _inside(thing: Json) -> Iterator[str]:
    for name in INNER:
        value = thing.get(name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            for one in value:
                yield from _lines(one)
        else:
            yield from _lines(value)


def _part(part: Json) -> str:
    kind = str(part.get("type"))
    shape = PARTS.get(kind, "{value}")
    if kind == "link" and part.get("text"):
        shape = "{text}"
    if kind == "date" and part.get("fallback"):
        shape = "{fallback}"
    return shape.format_map({name: part.get(name, "") for name in PART_FIELDS})
