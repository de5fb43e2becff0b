"""One message of the assistant on the page: its blocks, and what can be clicked below each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import streamlit as st

from bot.platforms.web.page.api import Api, Json, Refused, Silent
from bot.platforms.web.page.inert import cut, inert, one_line, paragraphs, plain
from bot.platforms.web.page.tables import draw_table
from tools.cards import percent, span

TONES: Final = {
    "neutral": "",
    "good": ":green[:material/check_circle:] ",
    "warning": ":orange[:material/error:] ",
    "bad": ":red[:material/warning:] ",
}
STATES: Final = {
    "approved": ":green[:material/check:] Approved",
    "rejected": ":red[:material/close:] Rejected",
    "expired": ":material/hourglass_empty: Expired; nothing was done",
}


@dataclass(frozen=True, slots=True)
class Card:
    """A reply on its way to the screen.

    Attributes:
        reply: As the chat API tells it.
        press: Called with the reply's slot and the button that was pressed.
        api: Gives pictures and files.
    """

    reply: Json
    press: Callable[[str, Json], None]
    api: Api

    def block(self, index: int) -> Json:
        """The block at a place."""
        found: Json = self.reply["blocks"][index]
        return found

    def key(self, index: int) -> str:
        """A name for what is drawn for a block, the same in all versions of the reply."""
        return f"{self.reply['slot']}-{index}"


def draw_card(reply: Json, press: Callable[[str, Json], None], api: Api) -> None:
    """Draw all blocks in their order; what is said twice is shown once."""
    card = Card(reply, press, api)
    if reply["only_you"]:
        st.caption(":material/visibility_off: Only you see this.")
    receipts = [i for i, block in enumerate(reply["blocks"]) if block["kind"] == "receipt"]
    heads = [i for i, block in enumerate(reply["blocks"]) if block["kind"] == "headline"]
    for index, block in enumerate(reply["blocks"]):
        if block["kind"] == "receipt" and index != receipts[-1]:
            continue
        if block["kind"] == "headline":
            _headline(block, first=index == heads[0])
            continue
        DRAWN.get(block["kind"], _unknown)(card, index)


def _headline(block: Json, *, first: bool) -> None:
    words = paragraphs(one_line(block["text"]))
    st.markdown(f"{'##' if first else '###'} {TONES[block['tone']]}{words}", anchors=False)


def _text(card: Card, index: int) -> None:
    st.markdown(paragraphs(card.block(index)["text"]))


def _facts(card: Card, index: int) -> None:
    with st.container(horizontal=True, gap="medium", key=f"facts-{card.key(index)}"):
        for item in card.block(index)["items"]:
            with st.container(gap=None, width="content"):
                st.caption(inert(item["label"]))
                st.markdown(paragraphs(item["value"]))


def _receipt(card: Card, index: int) -> None:
    items = card.block(index)["items"]
    st.caption(" · ".join(f"{inert(item['label'])} {inert(item['value'])}" for item in items))


def _table(card: Card, index: int) -> None:
    heads = [b["text"] for b in card.reply["blocks"] if b["kind"] == "headline"]
    draw_table(card.block(index), about=one_line(heads[0]) if heads else "Table")


def _figure(card: Card, index: int) -> None:
    block = card.block(index)
    if block["title"]:
        st.markdown(f"**{inert(block['title'])}**")
    alt = one_line(block["alt"])
    try:
        st.image(
            _picture(card.api, card.reply["id"], index, block["blob"]),
            width="stretch",
            alt=alt or "Figure",
        )
    except (Silent, Refused):
        st.caption(f":material/image: {inert(alt)}")


def _file(card: Card, index: int) -> None:
    block = card.block(index)
    name = cut(one_line(block["name"]), 60)
    st.download_button(
        f"{inert(name)} ({_size(block['size'])})",
        data=partial(card.api.file, card.reply["id"], index),
        file_name=one_line(block["name"]) or "file",
        mime="application/octet-stream",
        icon=":material/download:",
        on_click="ignore",
        key=f"file-{card.key(index)}",
    )


def _code(card: Card, index: int) -> None:
    block = card.block(index)
    if block["title"]:
        st.markdown(f"**{inert(block['title'])}**")
    language = block["language"] if block["language"] in ("sh", "json", "sql", "python") else None
    st.code(plain(block["text"]), language=language, wrap_lines=True)


def _warnings(card: Card, index: int) -> None:
    lines = [
        f":orange[:material/error:] {paragraphs(one_line(t))}" for t in card.block(index)["items"]
    ]
    with st.container(gap=None, key=f"warnings-{card.key(index)}"):
        for line in lines:
            st.markdown(line)


def _steps(card: Card, index: int) -> None:
    _buttons(card, index)


def _approval(card: Card, index: int) -> None:
    block = card.block(index)
    question = _unsaid(one_line(block["question"]), list(_said(card.reply)))
    if question:
        st.markdown(paragraphs(question))
    if block["state"] == "pending":
        who = "an approver" if block["role"] == "approver" else "the person who asked"
        st.caption(f":material/pending: Waits for {who}.")
        _buttons(card, index)
    else:
        by = f" by {inert(block['decided_by'])}" if block["decided_by"] else ""
        st.markdown(f"{STATES[block['state']]}{by}.")


def _said(reply: Json) -> Iterator[str]:
    for block in reply["blocks"]:
        if block["kind"] in ("headline", "text"):
            yield one_line(block["text"])
        elif block["kind"] == "facts":
            yield from (one_line(item["value"]) for item in block["items"])
        elif block["kind"] == "warnings":
            yield from map(one_line, block["items"])


def _unsaid(question: str, said: Sequence[str]) -> str:
    """The question without the sentence that the card begins with, unless all of it is known."""
    left = question
    for text in sorted(said, key=len, reverse=True):
        left = left.replace(text.rstrip("."), "") if text else left
    if not any(c.isalnum() for c in left):
        return ""
    head = next((text for text in said if text and f"{question} ".startswith(f"{text} ")), "")
    return question.removeprefix(head).strip()


def _choices(card: Card, index: int) -> None:
    block = card.block(index)
    st.markdown(paragraphs(block["question"]))
    if block["picked"]:
        st.markdown(f":green[:material/check:] {inert(block['picked'])}")
    else:
        _buttons(card, index)


def _progress(card: Card, index: int) -> None:
    block = card.block(index)
    share = min(max(block["share"], 0.0), 1.0)
    left = f", about {span(block['eta_s'])} left" if block["eta_s"] else ""
    st.progress(
        share, f"{paragraphs(one_line(block['text'])) or 'Under way'} ({percent(share)}{left})"
    )
    _buttons(card, index)


def _draft(card: Card, index: int) -> None:
    st.markdown(f"{paragraphs(card.block(index)['text'])} …")


def _unknown(card: Card, index: int) -> None:
    """A newer bot says something that this page cannot draw."""
    st.caption(f"{inert(card.block(index)['kind'])}: a newer version of this page shows it.")


DRAWN: Final[Mapping[str, Callable[[Card, int], None]]] = {
    "text": _text,
    "facts": _facts,
    "receipt": _receipt,
    "table": _table,
    "figure": _figure,
    "file": _file,
    "code": _code,
    "warnings": _warnings,
    "next_steps": _steps,
    "approval": _approval,
    "choices": _choices,
    "progress": _progress,
    "draft": _draft,
}
"""How each kind of block but the headline is drawn."""


def _buttons(card: Card, index: int) -> None:
    found = [button for button in card.reply["buttons"] if button["block"] == index]
    with st.container(horizontal=True, gap="small", key=f"buttons-{card.key(index)}"):
        for button in found:
            label = cut(one_line(button["label"]), 80)
            st.button(
                inert(label),
                key=f"press-{card.reply['slot']}-{button['index']}-{button['does']}",
                type="primary" if button["does"] == "approve" else "secondary",
                icon=":material/stop_circle:" if button["does"] == "stop" else None,
                on_click=card.press,
                args=(card.reply["slot"], button),
            )


def _size(size: int) -> str:
    for unit, factor in (("MB", 2**20), ("kB", 2**10)):
        if size >= factor:
            return (
                f"{size / factor:,.1f} {unit}"
                if size < 10 * factor
                else f"{size // factor:,} {unit}"
            )
    return f"{size:,} bytes"


@st.cache_data(max_entries=64, show_spinner=False)
def _picture(_api: Api, _reply: int, _index: int, blob: str) -> bytes:  # noqa: ARG001 - it is the key
    """Kept for a while, since a page is drawn again with every piece of news.

    Who asks by a digest was told of it by the bot, in a message they may read.
    """
    return _api.file(_reply, _index)
