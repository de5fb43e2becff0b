"""What clicks, forms, commands and shortcuts say: what matters of them, and their key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bot.platforms.slack.incoming import Heard, described, is_direct, thread_of
from bot.platforms.slack.modals import CALLBACK, filled
from bot.platforms.slack.names import parse_opinion, parse_press
from bot.platforms.slack.surface import COMMAND, SHORTCUT
from storage.catalog.records import Json

SENTENCES: Final[Mapping[str, str]] = {
    "": "help",
    "help": "help",
    "models": "list models",
    "monitors": "list monitors",
    "settings": "who may approve here?",
    "status": "what is deployed?",
}
"""What the words after the command mean; anything else is a sentence of its own."""


def interaction(body: Mapping[str, Any]) -> Heard | None:
    """What an interaction says to the assistant; None where there is nothing to it."""
    kept = _read(body)
    if kept is None:
        return None
    key = key_of(body)
    return Heard(key, {**kept, "key": key})


def key_of(body: Mapping[str, Any]) -> str:
    """What makes an interaction itself: its trigger, which no other has, else all it says."""
    trigger = body.get("trigger_id")
    if isinstance(trigger, str) and trigger:
        return f"trigger:{trigger}"
    text = json.dumps(body, sort_keys=True, default=str)
    return f"body:{hashlib.sha256(text.encode()).hexdigest()}"


def is_interaction(body: Mapping[str, Any]) -> bool:
    """Whether a body is of a click, a form, a command or a shortcut, not of an event."""
    return "command" in body or body.get("type") in _KINDS


def _read(body: Mapping[str, Any]) -> Json | None:
    if "command" in body:
        return _command(body)
    read = _KINDS.get(str(body.get("type") or ""))
    return read(body) if read is not None else None


def _command(body: Mapping[str, Any]) -> Json | None:
    if body.get("command") != COMMAND:
        return None
    text = str(body.get("text") or "").strip()
    return {
        "kind": "command",
        "channel": str(body.get("channel_id") or ""),
        "user": str(body.get("user_id") or ""),
        "name": str(body.get("user_name") or ""),
        "text": SENTENCES.get(text.lower(), text),
    }


def _click(body: Mapping[str, Any]) -> Json | None:
    message, container = _map(body, "message"), _map(body, "container")
    place: Json = {
        **_who(body),
        "channel": str(container.get("channel_id") or _map(body, "channel").get("id") or ""),
        "thread": thread_of(message or {**container, "ts": container.get("message_ts")}),
        "trigger": str(body.get("trigger_id") or ""),
    }
    for action in _maps(body, "actions"):
        for value in _values(action):
            if (press := parse_press(value)) is not None:
                return {"kind": "press", **place, "reply": press.reply_id, "index": press.index}
        if (reply := parse_opinion(str(action.get("action_id") or ""))) is not None:
            good = action.get("value") == "good"
            return {"kind": "opinion", **place, "reply": reply, "good": good}
    return None


def _values(action: Mapping[str, Any]) -> Iterator[str]:
    """Where the press may be written, whichever element was used."""
    chosen = action.get("selected_option")
    if isinstance(chosen, Mapping):
        yield str(chosen.get("value") or "")
    yield str(action.get("value") or "")
    yield str(action.get("action_id") or "")


def _submitted(body: Mapping[str, Any]) -> Json | None:
    view = _map(body, "view")
    if view.get("callback_id") != CALLBACK:
        return None
    try:
        place = json.loads(str(view.get("private_metadata") or "{}"))
        press = parse_press(str(place["press"]))
        where = {"channel": str(place["channel"]), "thread": str(place["thread"])}
    except (KeyError, TypeError, ValueError):
        return None
    if press is None:
        return None
    values = {name: _plain(value) for name, value in filled(view).items()}
    return {
        "kind": "submit",
        **_who(body),
        **where,
        "reply": press.reply_id,
        "index": press.index,
        "values": values,
    }


def _shortcut(body: Mapping[str, Any]) -> Json | None:
    if body.get("callback_id") != SHORTCUT:
        return None
    message, channel = _map(body, "message"), str(_map(body, "channel").get("id") or "")
    ts = str(message.get("ts") or body.get("message_ts") or "")
    thread = thread_of(message)
    return {
        "kind": "use_file",
        **_who(body),
        "channel": channel,
        "ts": ts,
        "thread": thread or ("" if is_direct(channel) else ts),
        "opens": not thread and not is_direct(channel),
        "files": described(message.get("files")),
    }


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else value


def _who(body: Mapping[str, Any]) -> Json:
    user = _map(body, "user")
    name = user.get("name") or user.get("username") or ""
    return {"user": str(user.get("id") or ""), "name": str(name)}


def _maps(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = body.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _map(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


_KINDS: Final[Mapping[str, Callable[[Mapping[str, Any]], Json | None]]] = {
    "block_actions": _click,
    "message_action": _shortcut,
    "view_submission": _submitted,
    "view_closed": lambda _: None,
}
