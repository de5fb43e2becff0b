"""Forms as Slack modals, and what was filled in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from bot.platforms.slack.texts import Json, bold, context, one_line, pieces, plain_text, section
from tools.forms import Field, Form, WrongFields

CALLBACK: Final = "form"
MOST_FIELDS: Final = 90
MOST_HEAD: Final = 9  # and a line for the fields left out: 100 blocks at most
MOST_OPTIONS: Final = 100
TITLE: Final = 24
LABEL: Final = 2000
OPTION: Final = 75
VALUE: Final = 150
TYPED: Final = 3000
PLACEHOLDER: Final = 150
NAME: Final = 255
METADATA: Final = 3000


def modal(form: Form, *, metadata: Mapping[str, str]) -> Json:
    """The view of a form; `metadata` comes back with what was filled in.

    Raises:
        ValueError: There is too much metadata.
    """
    private = json.dumps(metadata, separators=(",", ":"))
    if len(private) > METADATA:
        raise ValueError(f"metadata takes {len(private)} characters of {METADATA}")
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit, TITLE),
        "close": plain_text("Cancel", TITLE),
        "private_metadata": private,
        "blocks": list(_blocks(form)),
    }


def filled(view: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """What was filled in, by field; fields left empty are missing."""
    found: dict[str, str | tuple[str, ...]] = {}
    for name, elements in view.get("state", {}).get("values", {}).items():
        for element in elements.values():
            if value := _value(element):
                found[name] = value
    return found


def refused(error: WrongFields, view: Mapping[str, Any] | None = None) -> Json:
    """The answer that keeps the form open and says below each field what is wrong with it.

    Args:
        error: What is wrong, by field.
        view: The form as it is open; what is wrong with a field it does not show is said below
            its first one, since Slack takes no other.
    """
    errors = {name: one_line(why) or "That does not fit." for name, why in error.fields.items()}
    shown = [] if view is None else [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
    if shown:
        others = [f"{name}: {why}" for name, why in errors.items() if name not in shown]
        errors = {name: why for name, why in errors.items() if name in shown}
        if others:
            errors[shown[0]] = " ".join([errors.get(shown[0], ""), *others]).strip()
    return {"response_action": "errors", "errors": errors}


def _blocks(form: Form) -> Iterator[Json]:
    shown = [field for field in form.fields if 0 < len(field.name) <= NAME][:MOST_FIELDS]
    title = bold(form.title) if len(one_line(form.title)) > TITLE else ""
    head = (text for part in (title, form.intro) for text in pieces(part))
    yield from (section(text) for text in islice(head, MOST_HEAD))
    if left := len(form.fields) - len(shown):
        words = (
            f"{left:,} more of the {len(form.fields):,} fields do not fit here; say them in words."
        )
        yield context(words)
    if not form.fields:
        yield section("There is nothing to fill in.")
    yield from (_input(field) for field in shown)


def _input(field: Field) -> Json:
    element = _element(field)
    drawn: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label or field.name, LABEL),
        "element": {"action_id": field.kind, **element},
        "optional": not field.required,
    }
    if hint := _hint(field, typed="options" not in element):
        drawn["hint"] = plain_text(hint, LABEL)
    return drawn


def _element(field: Field) -> Json:
    if field.kind in ("choice", "choices") and _fit_a_menu(field.options):
        return _menu(field)
    kind = "number_input" if field.kind == "number" and _takes_number(field.value) else ""
    element: Json = {"type": kind or "plain_text_input"}
    if kind:
        element["is_decimal_allowed"] = True
    if value := _typed(field):
        element["initial_value"] = value
    return element


def _menu(field: Field) -> Json:
    options = {name: _option(name) for name in field.options}
    chosen = (field.value,) if isinstance(field.value, str) else field.value
    initial = [options[name] for name in chosen if name in options]
    several = field.kind == "choices"
    element: Json = {
        "type": "multi_static_select" if several else "static_select",
        "placeholder": plain_text("None" if several else "Choose one", PLACEHOLDER),
        "options": list(options.values()),
    }
    if initial and several:
        element["initial_options"] = initial
    elif initial:
        element["initial_option"] = initial[0]
    return element


def _option(name: str) -> Json:
    return {"text": plain_text(name, OPTION), "value": name}


def _fit_a_menu(options: tuple[str, ...]) -> bool:
    return 0 < len(options) <= MOST_OPTIONS and all(
        one_line(name) and len(name) <= VALUE for name in options
    )


def _takes_number(value: str | tuple[str, ...]) -> bool:
    """Whether a field for numbers can hold what is filled in already."""
    if not value:
        return True
    try:
        return math.isfinite(float(str(value)))
    except ValueError:
        return False


def _typed(field: Field) -> str:
    """What stands in a field already, unless it is more than a field holds."""
    value = field.value if isinstance(field.value, str) else ", ".join(field.value)
    return value if len(value) <= TYPED else ""


def _hint(field: Field, *, typed: bool) -> str:
    """The field's own hint; for options that do not fit a menu, a few of them."""
    if not (typed and field.options):
        return field.hint
    several = "with commas between" if field.kind == "choices" else ""
    such = f"such as {', '.join(field.options[:3])}"
    return "; ".join(part for part in (field.hint, several, such) if part)


def _value(element: Mapping[str, Any]) -> str | tuple[str, ...]:
    if "selected_options" in element:
        return tuple(option["value"] for option in element["selected_options"] or ())
    if "selected_option" in element:
        option = element["selected_option"]
        return option["value"] if option else ""
    return (element.get("value") or "").strip()
