"""The tools as other agents are told of them, a page at a time."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

import mcp_types as types
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.errors import Gone
from bot.mcp.results import OUTPUT_SCHEMA
from tools.base import Effect, Tool

PAGE: Final = 20
_RUNS: Final[dict[Effect, str]] = {
    "read": "Changes nothing.",
    "write": "Runs at once and can be undone.",
    "confirm": "Waits until the person you work for confirms it.",
    "deploy": "May wait for the approval of a person.",
}


class GetResult(BaseModel):
    """Arguments of `get_result`."""

    model_config = ConfigDict(extra="forbid")

    call: str = Field(description="The `call` of an earlier result.", max_length=100)


class AnswerQuestion(BaseModel):
    """Arguments of `answer_question`."""

    model_config = ConfigDict(extra="forbid")

    call: str = Field(description="The `call` of the result that asks.", max_length=100)
    option: str = Field(description="One of its options, or its number from 1.", max_length=500)


class SendFile(BaseModel):
    """Arguments of `send_file`: exactly one of text, base64 and path."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", description="What the file is called, such as sales.csv.", max_length=200)
    text: str | None = Field(None, description="The content of a text file.")
    base64: str | None = Field(None, description="The content of any file, as Base64.")
    path: str | None = Field(
        None, description="A file in the folder that whoever runs the server has opened for this."
    )

    @model_validator(mode="after")
    def _one_of(self) -> SendFile:
        if sum(part is not None for part in (self.text, self.base64, self.path)) != 1:
            raise ValueError("give exactly one of text, base64 and path")
        return self


OWN: Final[dict[str, tuple[type[BaseModel], str, bool]]] = {
    "send_file": (SendFile, "Hand a data file over: it is loaded and described.", False),
    "get_result": (GetResult, "Tell what has become of an earlier call.", True),
    "answer_question": (AnswerQuestion, "Answer the question of an earlier call.", False),
}
"""What is there for agents alone: arguments, a sentence, whether it only reads."""


def listing(tools: dict[str, Tool[Any]]) -> list[types.Tool]:
    """All tools that can be called."""
    ready = [_described(tool) for tool in tools.values() if tool.run is not None]
    return [*ready, *(_own(name) for name in OWN)]


def page_of(items: Sequence[types.Tool], cursor: str | None) -> types.ListToolsResult:
    """The page at a cursor, with the cursor of the next.

    Raises:
        Gone: The cursor is none of ours.
    """
    start = _start(cursor, len(items)) if cursor is not None else 0
    end = start + PAGE
    following = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(items) else None
    return types.ListToolsResult(tools=list(items[start:end]), next_cursor=following)


def _start(cursor: str, most: int) -> int:
    try:
        start = int(base64.urlsafe_b64decode(cursor.encode()).decode())
    except ValueError:
        raise Gone("That is no cursor of this list.") from None
    if not 0 < start < most or start % PAGE:
        raise Gone("That is no cursor of this list.")
    return start


def _described(tool: Tool[Any]) -> types.Tool:
    reads = tool.effect == "read" and tool.effect_of is None
    runs = _RUNS[tool.effect]
    if tool.role == "approver":
        runs = "Only people can do it, in the chat."
    linked = tool.name == "load_dataset"
    return types.Tool(
        name=tool.name,
        title=_title(tool.name),
        description=f"{tool.summary} {runs}",
        input_schema=tool.args.model_json_schema(),
        output_schema=OUTPUT_SCHEMA,
        annotations=types.ToolAnnotations(
            title=_title(tool.name),
            read_only_hint=reads,
            destructive_hint=tool.effect in ("confirm", "deploy") or tool.effect_of is not None,
            idempotent_hint=reads,
            open_world_hint=linked,
        ),
    )


def _own(name: str) -> types.Tool:
    args, summary, reads = OWN[name]
    return types.Tool(
        name=name,
        title=_title(name),
        description=summary,
        input_schema=args.model_json_schema(),
        output_schema=OUTPUT_SCHEMA,
        annotations=types.ToolAnnotations(
            title=_title(name),
            read_only_hint=reads,
            destructive_hint=False,
            idempotent_hint=reads,
            open_world_hint=False,
        ),
    )


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
