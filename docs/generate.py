"""Writes docs/tools.md and docs/metrics.md from the code: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from docs.metrics_page import metrics_page
from tools.base import Args, Effect, Tool
from tools.registry import TOOLS

PAGE: Final = Path(__file__).parent / "tools.md"
METRICS: Final = Path(__file__).parent / "metrics.md"
HEAD: Final = """\
# Tools

Made from the registry by `make docs`; do not edit by hand.

The agent, the offline brain, the help and the history all speak of these names. Every `dataset`
and `model` argument may be left out and then means the thread's current one.

| effect | what it means |
|---|---|
| read | runs at once |
| write | runs at once and can be undone |
| confirm | waits for the own click of whoever asked |
| deploy | waits for the click of an approver |

Where it runs: *bot* answers from the catalog, *worker* is a warm child process (a job after ten
seconds), *job* is a durable job from the start.
"""


def main() -> None:
    """Write the pages."""
    PAGE.write_text(page(), encoding="utf-8")
    METRICS.write_text(metrics_page(), encoding="utf-8")


def page() -> str:
    """The whole page as Markdown."""
    rows = [
        f"| [`{tool.name}`](#{tool.name}) | {_cell(tool.summary)}{_later(tool)} | {_effect(tool)} |"
        for tool in TOOLS
    ]
    index = "\n".join(["| tool | what it does | effect |", "|---|---|---|", *rows])
    return "\n".join([HEAD, index, *(part for tool in TOOLS for part in _tool(tool))]) + "\n"


def _tool(tool: Tool[Any]) -> Iterator[str]:
    yield f"\n## {tool.name}\n"
    yield f"{tool.summary}{_later(tool)} Effect: {_effect(tool)}. Runs in: {tool.where}.\n"
    arguments = list(_arguments(tool.args))
    if arguments:
        yield "| argument | values | default | meaning |\n|---|---|---|---|"
        yield from arguments
        yield ""
    yield "People say: " + " · ".join(f"“{example}”" for example in tool.examples)


def _later(tool: Tool[Any]) -> str:
    return "" if tool.run else " *Not available yet.*"


def _effect(tool: Tool[Any]) -> str:
    """The effect in words, with what it depends on."""
    if tool.effect_of is None:
        return tool.effect
    if "environment" in tool.args.model_fields:
        effects = {env: _effect_in(tool, env) for env in ("staging", "production")}
        return ", ".join(f"{effect} ({env})" for env, effect in effects.items())
    return "that of what it takes back"


def _effect_in(tool: Tool[Any], environment: str) -> Effect:
    return tool.effect_for(tool.args(environment=environment), None)


def _arguments(args: type[Args]) -> Iterator[str]:
    schema = args.model_json_schema()
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        default = "required" if name in required else _default(field.get("default"))
        meaning = _cell(field.get("description", ""))
        yield f"| `{name}` | {_cell(_values(field, schema))} | {default} | {meaning} |"


def _default(value: Any) -> str:
    if value is None or value == []:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _values(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """The type of an argument as people write it."""
    if "$ref" in field:
        return _values(schema["$defs"][field["$ref"].rpartition("/")[2]], schema)
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        kinds = [_values(kind, schema) for kind in field["anyOf"] if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if field.get("type") == "array":
        return f"list of {_values(field.get('items', {}), schema)}"
    words = {"string": "text", "integer": "whole number", "boolean": "yes or no", "object": "pairs"}
    low, high = field.get("minimum"), field.get("maximum")
    span = f", {low} to {high}" if low is not None and high is not None else ""
    return words.get(str(field.get("type")), str(field.get("type", "any value"))) + span


def _cell(text: str) -> str:
    """Text for a Markdown table cell."""
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    main()
