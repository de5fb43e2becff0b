"""A form as a modal of Discord, and what was filled in read back from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.platforms.discord.folding import Filled, fold, listed, unfold, written
from bot.platforms.discord.texts import NOTHING, cut, fitted, length, marked, one_line, plain
from tools.forms import Field, Form

Json: TypeAlias = dict[str, Any]

LABEL, TEXT_DISPLAY, MENU, TEXT_INPUT = 18, 10, 3, 4
SHORT, PARAGRAPH = 1, 2
MOST_COMPONENTS: Final = 5
MOST_OPTIONS: Final = 25

_TITLE, _LABEL, _HINT, _ID, _OPTION, _VALUE = 45, 45, 100, 100, 100, 4000
_INTRO: Final = 1000
_FOLDED: Final = "folded"


def modal(form: Form, *, custom_id: str) -> Json:
    """The data of a response that opens the form.

    The first fields are inputs of their own; beyond five, the last ones are lines
    `name = value  # hint` of one input, filled in already. An introduction that has no room is
    left out.

    Args:
        form: What to ask for.
        custom_id: What comes back with the filled-in form, at most 100 characters.
    """
    own, folded = _divide(form.fields)
    parts = [_label(field) for field in own]
    if folded:
        parts.append(_folded(folded))
    intro = next(fitted(form.intro, _INTRO, marked), "" if parts else NOTHING)
    if intro and len(parts) < MOST_COMPONENTS:
        parts.insert(0, {"type": TEXT_DISPLAY, "content": intro})
    elif length(hint := one_line(form.intro)) <= _HINT and "description" not in parts[0]:
        parts[0] |= {"description": hint} if hint else {}
    title = cut(form.title, _TITLE) or NOTHING
    return {"custom_id": custom_id, "title": title, "components": parts}


def filled(data: Mapping[str, Any]) -> Filled:
    """What was filled in, by field name, from the data of a submitted modal."""
    found: Filled = {}
    for part in _inputs(data.get("components", ())):
        kind, _, name = str(part.get("custom_id", "")).partition(":")
        value = str(part.get("value") or "")
        values = tuple(map(str, part.get("values") or ()))
        if kind == _FOLDED:
            found |= unfold(value)
        elif kind == "one":
            found[name] = values[0] if values else ""
        elif kind == "many":
            found[name] = values
        elif kind == "list":
            found[name] = listed(value)
        elif kind == "text":
            found[name] = value
    return found


def _inputs(parts: Sequence[Json]) -> Iterator[Json]:
    """The inputs within labels, and within the rows that older clients send."""
    for part in parts:
        if "component" in part:
            yield part["component"]
        yield from part.get("components", ())


def _divide(fields: Sequence[Field]) -> tuple[list[Field], list[Field]]:
    """Fields with an input of their own, and those that share one."""
    able = [field for field in fields if length(_id(field)) <= _ID]
    if len(able) == len(fields) <= MOST_COMPONENTS:
        return able, []
    own = able[: MOST_COMPONENTS - 1]
    return own, [field for field in fields if field not in own]


def _id(field: Field) -> str:
    return f"{_kind(field)}:{field.name}"


def _kind(field: Field) -> str:
    """How its id begins: a menu, a menu of several, typed, or typed with commas between."""
    if field.kind == "choices":
        return "many" if _fits_menu(field) else "list"
    return "one" if field.kind == "choice" and _fits_menu(field) else "text"


def _fits_menu(field: Field) -> bool:
    return 0 < len(field.options) <= MOST_OPTIONS and all(
        option.strip() and length(option) <= _OPTION for option in set(field.options)
    )


def _label(field: Field) -> Json:
    part: Json = {"type": LABEL, "label": cut(field.label, _LABEL) or NOTHING}
    told = [one_line(field.label)] if length(one_line(field.label)) > _LABEL else []
    told += [hint] if (hint := _hint(field, listed=not _fits_menu(field))) else []
    if told:
        part["description"] = cut(" · ".join(told), _HINT)
    menu = _kind(field) in ("one", "many")
    return part | {"component": _menu(field) if menu else _text_input(field)}


def _hint(field: Field, *, listed: bool) -> str:
    """The field's own; else its options, where they are to be `listed` for want of a menu."""
    if field.hint or not field.options or not listed:
        return one_line(field.hint)
    many = "some" if field.kind == "choices" else "one"
    return f"{many} of {', '.join(map(one_line, field.options))}"


def _menu(field: Field) -> Json:
    options = tuple(dict.fromkeys(field.options))
    several = field.kind == "choices"
    return {
        "type": MENU,
        "custom_id": _id(field),
        "required": field.required,
        "min_values": int(field.required),
        "max_values": len(options) if several else 1,
        "options": [
            {
                "label": cut(option, _OPTION) or NOTHING,
                "value": option,
                "default": option in field.value if several else option == field.value,
            }
            for option in options
        ],
    }


def _text_input(field: Field) -> Json:
    value = written(field.value) if isinstance(field.value, tuple) else plain(field.value)
    lines = "\n" in value or length(value) > _HINT
    part: Json = {
        "type": TEXT_INPUT,
        "custom_id": _id(field),
        "style": PARAGRAPH if lines else SHORT,
        "required": field.required,
    }
    if length(value) > _VALUE:
        value = value[: _VALUE // 2]
    return part | ({"value": value} if value else {})


def _folded(fields: Sequence[Field]) -> Json:
    return {
        "type": LABEL,
        "label": "The other fields",
        "description": "one a line: name = value",
        "component": {
            "type": TEXT_INPUT,
            "custom_id": _FOLDED,
            "style": PARAGRAPH,
            "required": any(field.required for field in fields),
            "value": fold([(field, _hint(field, listed=True)) for field in fields], limit=_VALUE),
        },
    }
