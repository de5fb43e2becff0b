"""What is here, beside the conversation: data, models, what runs where, and who watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from bot.platforms.web.page.api import Api, Json, Refused, Silent
from bot.platforms.web.page.inert import cut, inert, one_line, paragraphs, plain
from tools.cards import moment, number, percent, span

MOST: Final = 12
"""Entries of a section that are drawn; the rest is counted, and asked for in words."""

_STATES: Final = {
    "queued": ":gray[:material/schedule:]",
    "running": ":blue[:material/autorenew:]",
    "succeeded": ":green[:material/check_circle:]",
    "failed": ":red[:material/cancel:]",
    "cancelled": ":gray[:material/block:]",
    "firing": ":red[:material/notifications_active:]",
    "ok": ":green[:material/check_circle:]",
    "drift": ":red[:material/warning:]",
}


def draw_board(api: Api, zone: str) -> None:
    """All sections; what is not there yet says how it comes to be."""
    try:
        board = api.board()
    except (Silent, Refused) as error:
        st.caption(f":material/cloud_off: {inert(str(error))}")
        return
    for title, name, hint, draw in _SECTIONS:
        entries = board[name]
        opened = name == "alerts" and bool(entries)
        icon = ":material/notifications_active:" if opened else None
        with st.expander(
            f"{title} ({len(entries):,})",
            expanded=opened,
            key=f"board-{name}{'-open' if opened else ''}",
            icon=icon,
        ):
            if not entries:
                st.caption(hint)
            for entry in entries[:MOST]:
                with st.container(gap=None, key=f"board-{name}-{_id(entry)}"):
                    draw(entry, zone)
            if len(entries) > MOST:
                st.caption(f"{len(entries) - MOST:,} older ones")
    _tokens(board["tokens"])


def _alert(entry: Json, zone: str) -> None:
    _line(f"{entry['name']} ({entry['environment']})", state="firing")
    st.markdown(paragraphs(entry["sentence"]))
    until = entry["snoozed_until"]
    calm = f", snoozed until {_when(until, zone)}" if until else ""
    st.caption(f"{inert(entry['state'])} since {_when(entry['opened_at'], zone)}{calm}")


def _dataset(entry: Json, zone: str) -> None:
    _line(entry["label"])
    st.caption(f"{entry['rows']:,} rows × {entry['columns']:,} columns · {inert(entry['origin'])}")
    _made(entry, zone)


def _model(entry: Json, zone: str) -> None:
    _line(entry["label"])
    st.caption(f"predicts {inert(entry['target'])} · {inert(_words(entry['algorithm']))}")
    if score := entry["score"]:
        st.caption(_score(score))
    _made(entry, zone)


def _run(entry: Json, zone: str) -> None:
    label = f"Training {entry['job']}"
    _line(label + (f" → {entry['model']}" if entry["model"] else ""), state=entry["state"])
    for metric in entry["metrics"]:
        st.caption(f"{inert(_words(metric['name']))} {_value(metric['value'])}")
    with st.popover("Parameters and log", key=f"run-{entry['job']}", width="stretch"):
        st.markdown(f"**{inert(label)}**")
        for name, value in entry["parameters"].items():
            st.markdown(f"{inert(_words(name))}: {inert(_value(value))}")
        for metric in entry["metrics"]:
            st.markdown(f"{inert(_words(metric['name']))}: {_value(metric['value'])}")
        st.code(_log(entry["log"], zone) or "Nothing told yet.", language=None, wrap_lines=True)
    _made(entry, zone)


def _deployment(entry: Json, zone: str) -> None:
    _line(f"{entry['name']} in {entry['environment']}")
    st.caption(f"serves {inert(str(entry['model']))}")
    st.code(plain(entry["url"]), language=None, wrap_lines=True)
    approved = f", approved by {inert(entry['approved_by'])}" if entry["approved_by"] else ""
    st.caption(f"by {inert(entry['by'])}{approved}, {_when(entry['at'], zone)}")


def _monitor(entry: Json, zone: str) -> None:
    last = entry["last"]
    _line(f"{entry['name']} ({entry['environment']})", state=last["status"] if last else "")
    st.caption(inert(entry["schedule"]))
    if last is None:
        st.caption("not checked yet")
        return
    st.markdown(paragraphs(last["sentence"]))
    st.caption(f"{last['rows']:,} rows, {_when(last['at'], zone)}")


def _job(entry: Json, zone: str) -> None:
    _line(f"{entry['number']} {_words(entry['tool'])}", state=entry["state"])
    if entry["state"] == "running":
        left = f", about {span(entry['eta_s'])} left" if entry["eta_s"] else ""
        st.caption(f"{inert(entry['text'])} ({percent(entry['share'] or 0.0)}{left})")
    if entry["error"]:
        st.markdown(paragraphs(entry["error"]))
    _made(entry, zone)


_Drawing = Callable[[Json, str], None]
_SECTIONS: Final[tuple[tuple[str, str, str, _Drawing], ...]] = (
    ("Open alerts", "alerts", "Nothing is wrong as far as anybody watches.", _alert),
    ("Datasets", "datasets", "Attach a CSV, Excel or Parquet file to a message.", _dataset),
    ("Models", "models", "Say “train a model to predict …”.", _model),
    ("Runs", "runs", "Every training is listed here, with its log.", _run),
    ("What runs where", "deployments", "Say “deploy it to staging”.", _deployment),
    ("Monitors", "monitors", "Say “monitor it for drift every hour”.", _monitor),
    ("Jobs", "jobs", "Longer work is listed here.", _job),
)


def _line(text: str, *, state: str = "") -> None:
    sign = f"{_STATES[state]} " if state in _STATES else ""
    st.markdown(f"{sign}**{inert(cut(one_line(text), 80))}**")


def _made(entry: Json, zone: str) -> None:
    st.caption(f"{inert(entry['by'])}, {_when(entry['at'], zone)}")


def _when(text: str, zone: str) -> str:
    return inert(moment(datetime.fromisoformat(text), zone))


def _score(score: Json) -> str:
    between = ""
    if score["low"] is not None and score["high"] is not None:
        between = f" ({number(score['low'])}–{number(score['high'])})"
    beside = f"; baseline {number(score['baseline'])}" if score["baseline"] is not None else ""
    return inert(f"{_words(score['metric'])} {number(score['value'])}{between}{beside}")


def _log(lines: list[Mapping[str, str]], zone: str) -> str:
    at = ZoneInfo(zone)
    return "\n".join(
        f"{datetime.fromisoformat(line['at']).astimezone(at):%H:%M:%S}  {one_line(line['text'])}"
        for line in lines
    )


def _tokens(tokens: Json) -> None:
    if tokens["today"]:
        most = f" of {tokens['limit']:,}" if tokens["limit"] else ""
        cost = f", {number(tokens['cost'])} spent" if tokens["cost"] is not None else ""
        st.caption(f"Language model today: {tokens['today']:,}{most} tokens{cost}")


def _value(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _id(entry: Json) -> str:
    return str(
        entry.get("id")
        or entry.get("number")
        or entry.get("job")
        or f"{entry['name']}-{entry['environment']}"
    )
