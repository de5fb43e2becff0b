"""The page itself: the conversation in the middle, what is here beside it."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from bot.platforms.web.page.api import Api, Attachment, Draft, Json, Refused, Silent
from bot.platforms.web.page.cards import draw_card
from bot.platforms.web.page.forms import draw_form
from bot.platforms.web.page.inert import cut, inert, one_line, paragraphs
from bot.platforms.web.page.people import bearer, draw_sign_in, who
from bot.platforms.web.page.sidebar import draw_board
from bot.platforms.web.page.style import FAVICON, ICON, draw_style
from bot.platforms.web.page.visit import Visit
from bot.platforms.web.tokens import Person

LOOK_S: Final = 1.0
BOARD_S: Final = 5.0
FIRST_S: Final = 5.0
MOST_THREADS: Final = 8
_STATES: Final = {"working": ":material/autorenew:", "asks": ":material/help:"}


def draw_page() -> None:
    """Draw the page for one browser, as the world is now."""
    st.set_page_config("MLOps Assistant", FAVICON, initial_sidebar_state="auto")
    draw_style()
    person = who()
    if person is None:
        draw_sign_in()
        return
    visit = _visit(person)
    visit.open(st.query_params.get("thread", ""))
    with st.sidebar:
        _beside(visit, person)
    _conversation(visit)
    _set_aside()


@st.cache_resource(show_spinner=False)
def _set_aside() -> None:
    """Load what tables need, and take all of it out of what is searched for garbage.

    Streamlit searches everything after each of its runs, a fragment's too, which would take
    longer than the run itself.
    """
    import_module("pandas")
    gc.collect()
    gc.freeze()


def _visit(person: Person) -> Visit:
    visit: Visit | None = st.session_state.get("visit")
    if visit is None or visit.person != person.id:
        page = st.secrets["page"]
        visit = Visit(person.id, Api(page["api"], bearer(person, page["secret"])))
        st.session_state["visit"] = visit
    visit.zone = _zone()
    return visit


def _zone() -> str:
    try:
        return ZoneInfo(st.context.timezone or "UTC").key
    except (ValueError, OSError):
        return "UTC"


def _conversation(visit: Visit) -> None:
    said = st.chat_input("Say what you want, or attach files", accept_file="multiple", key="say")
    if said:
        visit.send(_draft(said))
    settled, live = st.container(key="settled"), st.container(key="live")
    with settled:  # always at one place, so that what follows keeps its own
        _settled(visit)
    with live:
        _live(visit)
    _unsent(visit)
    for note in visit.notes:
        st.warning(paragraphs(note), icon=":material/error:")


def _settled(visit: Visit) -> None:
    """What stays as it is, or for a new conversation where to begin."""
    if visit.follower is None:
        _welcome(visit)
        return
    st.query_params["thread"] = visit.thread
    settled, _ = split(visit.follower.look(wait_s=FIRST_S))
    visit.drawn = _versions(settled)
    _title(settled)
    for item in settled:
        _item(visit, item)


def _draft(said: Any) -> Draft:
    files = tuple(
        Attachment(file.name, file.getvalue(), file.type or "application/octet-stream")
        for file in said.files
    )
    return Draft(said.text, files)


@st.fragment(run_every=LOOK_S)
def _live(visit: Visit) -> None:
    """What is still under way; redrawn by itself, and the whole page when something is new."""
    if visit.follower is None:
        return
    items = visit.follower.look()
    settled, live = split(items)
    if _versions(settled) != visit.drawn:
        st.rerun()
    for item in live:
        _item(visit, item)
    if visit.follower.trouble:
        st.caption(f":material/cloud_off: {inert(visit.follower.trouble)}")
    elif unanswered(items, visit.person):
        with st.chat_message("assistant", avatar=ICON):
            st.caption("Reading …")


def split(items: Sequence[Json]) -> tuple[Sequence[Json], Sequence[Json]]:
    """What will stay as it is, and what follows from the first message still under way."""
    place = next((i for i, item in enumerate(items) if moves(item)), len(items))
    return items[:place], items[place:]


def moves(item: Json) -> bool:
    """Whether a message changes by itself, and does not wait for a person."""
    if item["kind"] != "reply":
        return False
    kinds = {block["kind"] for block in item["blocks"]}
    return bool(kinds & {"progress", "draft"}) or not (item["done"] or item["buttons"])


def unanswered(items: Sequence[Json], person: str) -> bool:
    """Whether nothing has come of what was said last, neither below it nor in an older message.

    What somebody else has pressed may have been answered to them alone.
    """
    last = items[-1] if items else None
    if last is None or last["kind"] != "said":
        return False
    if last["pressed"] and last["by"]["id"] != person:
        return False
    return all(item["kind"] == "said" or item["edited_at"] < last["at"] for item in items)


def _versions(items: Sequence[Json]) -> tuple[object, ...]:
    return tuple(item["id"] for item in items)


def _title(items: Sequence[Json]) -> None:
    """For who hears the page; everybody else sees the first message."""
    first = next((item for item in items if item["kind"] == "said"), None)
    text = one_line(first["text"]) or ", ".join(first["files"]) if first else "Conversation"
    with st.container(key="unseen-title"):
        st.markdown(f"# {inert(cut(text, 80))}", anchors=False)


def _item(visit: Visit, item: Json) -> None:
    if item["kind"] == "said":
        _said(item)
        return
    with (
        st.chat_message("assistant", avatar=ICON),
        st.container(gap="small", key=f"reply-{item['slot']}"),
    ):
        draw_card(item, visit.press, visit.api)
        if visit.form is not None and visit.form.slot == item["slot"]:
            draw_form(visit.form, send=visit.submit, cancel=visit.close_form)


def _said(item: Json) -> None:
    with (
        st.chat_message("user", avatar=":material/person:"),
        st.container(gap=None, key=f"said-{item['id']}"),
    ):
        st.caption(inert(item["by"]["name"]))
        text = inert(item["text"])
        if text:
            st.markdown(f":material/touch_app: {text}" if item["pressed"] else text)
        for name in item["files"]:
            st.markdown(f":material/attach_file: {inert(cut(name, 80))}")


def _welcome(visit: Visit) -> None:
    st.markdown("# What shall we look at?", anchors=False)
    st.markdown(
        "Attach a table below and say what you want to know or predict. From there it goes to a "
        "cleaned dataset, a model with an honest score, an endpoint, and a watch over it."
    )
    if st.button("Try it with the sample dataset", icon=":material/table_view:", type="primary"):
        visit.sample()
        _go(visit.thread)


def _unsent(visit: Visit) -> None:
    draft = visit.unsent
    if draft is None:
        return
    names = ", ".join(file.name for file in draft.files)
    with st.chat_message("user", avatar=":material/person:"):
        st.caption("Not sent yet")
        st.markdown(inert(draft.text or names))
        if st.button("Send again", icon=":material/refresh:"):
            visit.send(draft)
            st.rerun()


@st.fragment(run_every=BOARD_S)
def _beside(visit: Visit, person: Person) -> None:
    if st.button("New conversation", icon=":material/add:", width="stretch"):
        _go("")
    with st.container(gap=None, key="threads"):
        _threads(visit)
    draw_board(visit.api, visit.zone)
    if st.secrets["page"]["signs_in"]:
        st.caption(f"Signed in as {inert(person.name)}")
        st.button("Sign out", on_click=st.logout, type="tertiary")


def _threads(visit: Visit) -> None:
    try:
        threads = visit.api.threads()
    except (Silent, Refused):
        return
    for entry in threads[:MOST_THREADS]:
        name = entry["thread"]
        pressed = st.button(
            inert(cut(one_line(entry["title"]), 48)) or "Conversation",
            key=f"thread-{name}",
            icon=_STATES.get(entry["state"]),
            type="secondary" if name == visit.thread else "tertiary",
            width="stretch",
        )
        if pressed:
            _go(name)


def _go(thread: str) -> None:
    """Open a conversation, or with "" a new one, and draw the page for it."""
    if thread:
        st.query_params["thread"] = thread
    else:
        st.query_params.pop("thread", None)
    st.rerun()
