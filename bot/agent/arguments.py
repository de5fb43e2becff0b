"""Typed arguments: a call as its tool takes it, or what is wrong with it in people's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tools.base import Tool
from tools.errors import BadRequest, NotFound, Refused


def resolved(
    tools: Mapping[str, Tool[Any]], name: str, args: dict[str, Any]
) -> tuple[Tool[Any], Any]:
    """The tool of this name and its arguments.

    Raises:
        NotFound: There is no such tool.
        BadRequest: The arguments are not what it takes.
        Refused: It is declared, but cannot be used yet.
    """
    tool = tools.get(name)
    if tool is None:
        raise NotFound(f"There is no tool called {name!r}.", "Say *help* for what I can do.")
    try:
        typed = tool.args.model_validate(args)
    except ValidationError as error:
        raise BadRequest(_explain(tool, error)) from None
    if tool.run is None:
        raise Refused(f"`{tool.name}` is not available yet.")
    return tool, typed


def _explain(tool: Tool[Any], error: ValidationError) -> str:
    """What is wrong with the arguments, in the words of a person."""
    parts = [f"`{'.'.join(map(str, e['loc']))}` {_rule(e)}" for e in error.errors()[:3]]
    return f"`{tool.name}` cannot be called like that: {'; '.join(parts)}."


def _rule(error: ErrorDetails) -> str:
    """The rule an argument breaks."""
    context = error.get("ctx") or {}
    match error["type"]:
        case "less_than_equal":
            return f"may be at most {context['le']:,}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:,}"
        case "literal_error":
            return f"must be one of {context['expected']}"
        case "extra_forbidden":
            return "is no argument of it"
        case "missing":
            return "is missing"
        case _:
            return f"does not fit: {error['msg'].lower()}"
