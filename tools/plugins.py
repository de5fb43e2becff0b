"""Tools of other installed packages: which are used, and why others are not."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from storage.plugins import TOOLS, Plugin, plugins
from tools.base import Tool

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def tool_plugins(*, taken: Collection[str]) -> tuple[Plugin, ...]:
    """The entry points of `mlops_assistant.tools`, each a `Tool` of the entry's name."""
    return plugins(TOOLS, taken=taken, check=_trouble)


def _trouble(name: str, value: Any) -> str:
    """What keeps it from being a tool that the rules can hold."""
    if not isinstance(value, Tool):
        return f"it is a {type(value).__name__}, not a tools.base.Tool"
    if value.name != name:
        return f"its entry is called {name}, the tool {value.name}"
    if not _NAME.fullmatch(name):
        return "a tool is called verb_noun, in lower case"
    risky = value.effect in ("confirm", "deploy") or value.effect_of is not None
    if value.run is not None and risky and value.rehearse is None:
        return "it may need an approval and cannot be rehearsed"
    return ""
