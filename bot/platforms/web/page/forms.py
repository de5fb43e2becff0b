"""Forms that a button opens, below the message it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import streamlit as st

from bot.platforms.web.page.api import Json
from bot.platforms.web.page.inert import inert, one_line, paragraphs

Values: TypeAlias = dict[str, str | list[str]]
_PAIRS: Final = 4
"""Fields from which on two stand side by side."""


@dataclass(slots=True)
class OpenForm:
    """The form somebody is filling in; `wrong` has a sentence per field."""

    slot: str
    button: Json
    form: Json
    wrong: dict[str, str] = field(default_factory=dict)


def draw_form(
    opened: OpenForm, *, send: Callable[[Values], None], cancel: Callable[[], None]
) -> None:
    """The fields in their order, what is wrong with them, and the two buttons at the end.

    Args:
        opened: What to draw.
        send: Called with what was filled in, before the page is drawn again.
        cancel: Called when the form is closed.
    """
    form, name = opened.form, f"form-{opened.slot}-{opened.button['index']}"
    with st.form(f"{name}-fields", enter_to_submit=False):
        st.markdown(f"### {inert(form['title'])}", anchors=False)
        if form["intro"]:
            st.markdown(paragraphs(form["intro"]))
        fields = form["fields"]
        columns = st.columns(2) if len(fields) >= _PAIRS else [st.container()]
        filled = {}
        for place, entry in enumerate(fields):
            with columns[place * len(columns) // max(len(fields), 1)]:
                filled[entry["name"]] = _draw(entry, f"{name}-{place}", opened.wrong)
        _others(opened.wrong, fields)
        with st.container(horizontal=True):
            submit = st.form_submit_button(inert(form["submit"]), type="primary")
            close = st.form_submit_button("Cancel")
    if submit:
        send(values_of(filled))
        st.rerun()
    if close:
        cancel()
        st.rerun()


def _draw(entry: Json, key: str, wrong: Mapping[str, str]) -> Any:
    label = _label(entry)
    match entry["kind"]:
        case "choice" if entry["options"]:
            value = _chosen(label, entry, key)
        case "choices" if entry["options"]:
            default = [name for name in entry["value"] or [] if name in entry["options"]]
            value = st.multiselect(label, entry["options"], default, format_func=one_line, key=key)
        case "number" if _takes_number(entry["value"]):
            value = _number(label, entry, key)
        case _:
            value = st.text_input(label, _typed(entry["value"]), key=key)
    if entry["name"] in wrong:
        st.markdown(f":red[:material/error: {paragraphs(one_line(wrong[entry['name']]))}]")
    return value


def _chosen(label: str, entry: Json, key: str) -> Any:
    options = entry["options"]
    index = options.index(entry["value"]) if entry["value"] in options else None
    return st.selectbox(
        label, options, index, format_func=one_line, key=key, placeholder="Choose one"
    )


def _number(label: str, entry: Json, key: str) -> Any:
    text = _typed(entry["value"])
    if not text or text.lstrip("-").isdigit():
        return st.number_input(
            label, value=float(text) if text else None, format="%.10g", key=key, step=1.0
        )
    return st.number_input(label, value=float(text), format="%.10g", key=key, step=0.1)


def _label(entry: Json) -> str:
    name = inert(entry["label"] or entry["name"])
    hint = one_line(entry["hint"])
    words = [hint] if hint else []
    words += [] if entry["required"] else ["optional"]
    return f"{name} :gray[{inert(' · '.join(words))}]" if words else name


def _others(wrong: Mapping[str, str], fields: list[Json]) -> None:
    """What is wrong with the whole, or with a field that is not shown."""
    shown = {entry["name"] for entry in fields}
    for name, why in wrong.items():
        if name not in shown:
            st.markdown(f":red[:material/error: {paragraphs(one_line(why))}]")


def _takes_number(value: str | list[str]) -> bool:
    try:
        return not value or float(str(value)) == float(str(value))
    except ValueError:
        return False


def _typed(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def values_of(filled: Mapping[str, Any]) -> Values:
    """What was filled in, as the chat API takes it; what was left empty is left out."""
    found: Values = {}
    for name, value in filled.items():
        if isinstance(value, list):
            found[name] = value
        elif isinstance(value, float):
            found[name] = f"{value:.15g}"
        elif value:
            found[name] = str(value).strip()
    return found
