"""Why a change that was asked for cannot be made as it was said: then it is not made at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline import replies
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.patterns import find
from bot.agent.state import ThreadState
from tools.base import Tool

_TIMED: Final = frozenset({"duration", "schedule", "moment", "text"})
_AHEAD: Final = words("predict forecast estimate foresee anticipate guess")
_DAY: Final = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_SPAN: Final = (
    r"(?:a|an|one|two|three|four|five|six|ten|few|\d+) (?:\w+ )?"
    r"(?:minutes?|mins?|hours?|days?|weeks?)"
)
_LATER: Final = re.compile(
    r"\b(?:tomorrow|tonight|later|overnight|this (?:evening|afternoon|weekend)|"
    rf"next (?:week|month|quarter|{_DAY})|(?:on|this|by|until) {_DAY}|"
    r"at (?:\d{1,2}(?: : \d\d)?(?: ?[ap]m| o'?clock)?|noon|midnight)$|"
    rf"{_SPAN} from now|in {_SPAN} time)\b"
)
_AFTER: Final = re.compile(rf"\b(?:in|after) {_SPAN}$")
_WAITS: Final = re.compile(r"\b(?:after|until|till)\s+(?!all\b|that\b|\w+ing\b)\w+")
_AGAIN: Final = re.compile(
    r"\b(?:every|each) (?:other |second |\d+ |two |three |four |six |single )?"
    rf"(?:minutes?|hours?|days?|nights?|mornings?|evenings?|weeks?|weekdays?|months?|quarters?|{_DAY})\b"
    r"|\b(?:hourly|daily|nightly|weekly|monthly|regularly|automatically)$"
    r"|\b(?:once|twice|\w+ times) (?:a|per) (?:hour|day|week|month)\b"
)


def lacking(clause: Clause, tools: Sequence[Tool[Any]], asked: Tool[Any] | None) -> str:
    """What to say where something near a tool is asked for that it does not do.

    Args:
        clause: What asks for it.
        tools: All tools.
        asked: The tool whose own words the clause says most of, if any.
    """
    if clause.mood not in {"do", "if"}:
        return ""
    for tool in tools if asked is None else (asked,):
        for said, patterns in tool.words.lacks.items():
            if any(find(pattern, clause.view) for pattern in patterns):
                return said
    return ""


def hindrance(
    tool: Tool[Any], clause: Clause, state: ThreadState, *, remark: Clause | None, first: bool
) -> str:
    """What to say where a change cannot be made as said; empty where it can.

    Args:
        tool: The tool that would make the change.
        clause: What asks for it.
        state: What is in scope.
        remark: What was said right before and asks for nothing: "tomorrow, …".
        first: Whether nothing is to be done before it.
    """
    if first and (gone := _nothing_for(tool, state)):
        return gone
    if tool.effect == "read":
        return ""
    kinds = {slot.kind for slot in tool.words.slots.values()}
    if kinds & _TIMED or any(token.forms & _AHEAD for token in clause.view):
        return ""
    said = [_plain(part) for part in (remark, clause) if part is not None]
    if any(_AGAIN.search(part) for part in said):
        return replies.not_regularly(tool)
    waits = remark is not None and remark.view[0].word in {"after", "before"}
    waits |= tool.effect in {"deploy", "confirm"} and bool(_WAITS.search(said[-1]))
    spends = "seconds" in kinds
    later = any(_LATER.search(part) or (_AFTER.search(part) and not spends) for part in said)
    return replies.not_later(tool) if waits or later else ""


def _nothing_for(tool: Tool[Any], state: ThreadState) -> str:
    """What is missing where a tool has nothing to work on."""
    takes = tool.args.model_fields
    if "source" in takes or ("model" not in takes and "dataset" not in takes):
        return ""
    if "model" in takes and "target" not in takes:
        return "" if state.model is not None else replies.needs_model(state)
    return "" if state.dataset is not None else replies.needs_file()


def _plain(clause: Clause) -> str:
    """The words of a clause that name nothing in scope."""
    named = {
        token.token.start
        for token in clause.view
        if token.inside or (token.column is not None and token.column.strength >= 2)
    }
    return " ".join(token.word for token in clause.tokens if token.start not in named)
