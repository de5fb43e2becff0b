"""What servers say, made inert: short, on lines, and without what could come alive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.agent.fences import inert
from tools.cards import shown

if TYPE_CHECKING:
    from mcp_types import CallToolResult

MOST: Final = 8_000
"""Characters of an answer."""

_LINE: Final = 500
_DESCRIPTION: Final = 300
_DEPTH: Final = 5
_PARTS: Final = 50
_KEPT: Final = frozenset(
    {"type", "properties", "required", "items", "enum", "const", "anyOf", "oneOf", "format"}
    | {"additionalProperties", "description", "minimum", "maximum", "minItems", "maxItems"}
    | {"minLength", "maxLength"}
)
_NAMED: Final = frozenset({"properties"})


def description_of(server: str, told: str) -> str:
    """A sentence of ours about a tool, with the server's words as a quotation."""
    said = inert(shown(told, _DESCRIPTION))
    return f"A tool of the MCP server {server}, which says of it: “{said}”."


def answer_text(result: CallToolResult) -> str:
    """The words of an answer, each line bounded; what is no text is only counted."""
    from mcp_types import TextContent

    texts = [part.text for part in result.content if isinstance(part, TextContent)]
    if not texts and result.structured_content is not None:
        texts = [json.dumps(result.structured_content, ensure_ascii=False)]
    whole = "\n".join(texts)
    lines = [shown(line, _LINE) for line in whole[:MOST].splitlines()]
    text = inert("\n".join(line for line in lines if line))
    cut = f"{text.rstrip()}\n(cut here)" if len(whole) > MOST else text
    others = sum(not isinstance(part, TextContent) for part in result.content)
    more = f"\n(and {others} parts that are no text)" if others else ""
    return (cut + more).strip() or "(nothing)"


def arguments_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of a schema that says how to call a tool; what else it says is left out."""
    kept = _trimmed(schema, 0)
    properties = kept.get("properties")
    return {
        "type": "object",
        "properties": properties if isinstance(properties, dict) else {},
        "required": [name for name in kept.get("required", []) if isinstance(name, str)],
    }


def _trimmed(value: Any, depth: int, *, names: bool = False) -> Any:
    if depth > _DEPTH:
        return {}
    if isinstance(value, dict):
        items = list(value.items())[:_PARTS]
        return {
            key: _trimmed(part, depth + (not names), names=key in _NAMED and not names)
            for key, part in items
            if names or key in _KEPT
        }
    if isinstance(value, list):
        return [_trimmed(part, depth + 1) for part in value[:_PARTS]]
    return inert(shown(value, _DESCRIPTION)) if isinstance(value, str) else value
