"""A modal filled in: values by label or block id, as the state that Slack submits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.slack.seen import options
from tests.servers.slack.world import Json, View

Value = str | list[str]


def state_of(view: View, values: Mapping[str, Value]) -> Json:
    """The state's values of a submission.

    Raises:
        AssertionError: when a value is missing, fits no input, or Slack would not take it.
    """
    inputs = [block for block in view.blocks if block["type"] == "input"]
    left = dict(values)
    state: Json = {}
    for block in inputs:
        label = block["label"]["text"]
        given = left.pop(block["block_id"], None)
        given = left.pop(label, None) if given is None else given
        filled = _filled(block, given)
        empty = _is_empty(filled)
        assert not empty or block.get("optional"), f"{label}: Slack asks for a value"
        action = block["element"].get("action_id", "generated")
        state[block["block_id"]] = {action: filled}
    known = [block["label"]["text"] for block in inputs]
    assert not left, f"no inputs {sorted(left)}; there are {known}"
    return state


def _filled(block: Json, given: Value | None) -> Json:
    element = block["element"]
    kind = element["type"]
    match kind:
        case "static_select" | "radio_buttons":
            option = element.get("initial_option") if given is None else _one(block, str(given))
            return {"type": kind, "selected_option": option}
        case "multi_static_select" | "checkboxes":
            chosen = [given] if isinstance(given, str) else given
            named = None if chosen is None else [_one(block, text) for text in chosen]
            initial = element.get("initial_options") or []
            return {"type": kind, "selected_options": initial if named is None else named}
        case "datepicker" | "timepicker":
            name = "date" if kind == "datepicker" else "time"
            return {"type": kind, f"selected_{name}": given or element.get(f"initial_{name}")}
        case "users_select" | "conversations_select" | "channels_select":
            name = kind.removesuffix("s_select")
            return {"type": kind, f"selected_{name}": given or element.get(f"initial_{name}")}
        case _:
            text = element.get("initial_value") if given is None else str(given)
            _check_text(block, text)
            return {"type": kind, "value": text or None}


def _one(block: Json, text: str) -> Json:
    there = list(options([block]))
    for shown, _, _, option in there:
        if text in {shown, option["value"]}:
            return option
    label = block["label"]["text"]
    raise AssertionError(f"{label}: no option {text}; there are {[shown for shown, *_ in there]}")


def _check_text(block: Json, text: str | None) -> None:
    element, label = block["element"], block["label"]["text"]
    if not text:
        return
    if element["type"] == "number_input":
        number = float(text)
        assert element["is_decimal_allowed"] or number.is_integer(), f"{label}: no decimals"
        low, high = element.get("min_value"), element.get("max_value")
        assert low is None or number >= float(low), f"{label}: below {low}"
        assert high is None or number <= float(high), f"{label}: above {high}"
    assert len(text) <= element.get("max_length", 3000), f"{label}: too long"
    assert len(text) >= element.get("min_length", 0), f"{label}: too short"


def _is_empty(filled: Json) -> bool:
    answer: Any = next(value for name, value in filled.items() if name != "type")
    return answer in (None, "", [])
