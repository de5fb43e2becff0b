"""What a payload of the Events API says: what matters of it, its key and its place in line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from storage.catalog.records import Address, Json, Scope

PLATFORM: Final = "slack"
SAID: Final = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that a person has just written; all others report something."""
_LEFT: Final = frozenset(
    {
        "channel_archive",
        "channel_deleted",
        "channel_left",
        "group_archive",
        "group_deleted",
        "group_left",
        "member_left_channel",
    }
)
_FILE_FIELDS: Final = (
    "id",
    "name",
    "title",
    "mode",
    "mimetype",
    "filetype",
    "size",
    "file_access",
    "is_external",
    "url_private",
    "url_private_download",
)


@dataclass(frozen=True, slots=True)
class Me:
    """Who the assistant is in its workspace."""

    team: str
    user: str
    bot: str = ""
    name: str = ""
    team_name: str = ""
    url: str = ""

    def link(self, channel: str, ts: str) -> str:
        """Where people find a message; "" while the workspace's address is not known."""
        return f"{self.url}archives/{channel}/p{ts.replace('.', '')}" if self.url else ""

    def scope(self, channel: str) -> Scope:
        """A channel of the workspace."""
        return Scope(PLATFORM, self.team, channel)

    def person(self, user: str) -> str:
        """The id of a person."""
        return f"{PLATFORM}/{self.team}/{user}"

    def group(self, group: str) -> str:
        """The id of a user group."""
        return f"{PLATFORM}/{self.team}/group:{group}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Something to keep: the arguments of `Door.keep`."""

    key: str
    event: Json
    lane: str = ""
    scope: Scope | None = None
    cursor: str = ""


def heard(body: Mapping[str, Any], me: Me) -> Heard | None:
    """What an `event_callback` says to the assistant; None where there is nothing to it."""
    event = body.get("event")
    if not isinstance(event, Mapping):
        return None
    kind = str(event.get("type") or "")
    if kind in ("message", "app_mention"):
        return said(event, me, outside=bool(body.get("is_ext_shared_channel")))
    key = str(body.get("event_id") or "")
    dealt = _other(kind, event, me) if key else None
    return Heard(key, dealt, str(dealt.get("channel") or "")) if dealt is not None else None


def said(event: Mapping[str, Any], me: Me, *, outside: bool = False) -> Heard | None:
    """A message of a person that may be for the assistant; also one out of a channel's history.

    The same message has the same key whether it comes as a mention, as a message, or from the
    history.

    Args:
        event: The message; one from a history with its `channel` added.
        me: Who the assistant is.
        outside: Whether another organisation reads the channel.
    """
    channel, ts = str(event.get("channel") or ""), str(event.get("ts") or "")
    user = str(event.get("user") or "")
    if not (channel and ts and user) or event.get("hidden"):
        return None
    if str(event.get("subtype") or "") not in SAID or from_bot(event, me):
        return None
    text, thread = str(event.get("text") or ""), thread_of(event)
    direct = is_direct(channel)
    named = event.get("type") == "app_mention" or mentions(text, me)
    if not (direct or thread or named):
        return None
    kept: Json = {
        "kind": "message",
        "key": f"{me.team}/{channel}/{ts}",
        "channel": channel,
        "ts": ts,
        "thread": thread,
        "user": user,
        "text": text,
        "files": described(event.get("files")),
        "named": named,
        "outside": outside,
        "whole": bool(event.get("from_history")),
    }
    lane = f"{channel}/{thread}" if direct else f"{channel}/{thread or ts}"
    return Heard(kept["key"], kept, lane, me.scope(channel), ts)


def described(files: Any) -> list[Json]:
    """What is kept of attachments: no thumbnails, no shares."""
    if not isinstance(files, list):
        return []
    known = [file for file in files if isinstance(file, Mapping) and file.get("id")]
    return [{name: file[name] for name in _FILE_FIELDS if name in file} for file in known]


def from_bot(event: Mapping[str, Any], me: Me) -> bool:
    """Whether the assistant itself, another bot or Slack wrote it."""
    return bool(
        event.get("bot_id")
        or event.get("bot_profile")
        or event.get("user") in (me.user, "USLACKBOT")
    )


def thread_of(message: Mapping[str, Any]) -> str:
    """The thread a message stands in; "" for one in the channel itself, a thread's root too."""
    thread = str(message.get("thread_ts") or "")
    return "" if thread == str(message.get("ts") or "") else thread


def is_direct(channel: str) -> bool:
    """Whether a conversation is between the assistant and one person."""
    return channel.startswith("D")


def mentions(text: str, me: Me) -> bool:
    """Whether a text names the assistant."""
    return f"<@{me.user}>" in text or f"<@{me.user}|" in text


def address_of(event: Json, me: Me) -> Address:
    """Where a kept message belongs: its thread, or the thread that it opens in a channel."""
    channel, thread = str(event["channel"]), str(event.get("thread") or "")
    if not thread and not is_direct(channel):
        thread = str(event.get("ts") or "")
    return Address(me.scope(channel), thread)


def _other(kind: str, event: Mapping[str, Any], me: Me) -> Json | None:
    if kind == "app_home_opened":
        return _opened(event)
    if kind in ("assistant_thread_started", "assistant_thread_context_changed"):
        return _agent_view(kind, event)
    if kind.startswith("member_") and event.get("user") != me.user:
        return None
    channel = str(event.get("channel") or "")
    if kind in _LEFT:
        return {"kind": "left", "channel": channel}
    if kind == "member_joined_channel":
        return {"kind": "joined", "channel": channel, "user": str(event.get("inviter") or "")}
    shut_out = kind == "app_uninstalled" or (kind == "tokens_revoked" and _ours(event, me))
    return {"kind": "shut_out"} if shut_out else None


def _ours(event: Mapping[str, Any], me: Me) -> bool:
    """Whether the bot's token is among those revoked; those of people are none of ours."""
    tokens = event.get("tokens")
    return isinstance(tokens, Mapping) and me.user in (tokens.get("bot") or ())


def _opened(event: Mapping[str, Any]) -> Json | None:
    user, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    if event.get("tab") == "home":
        return {"kind": "home", "channel": channel, "user": user}
    return {"kind": "opened", "channel": channel, "user": user, "thread": ""} if channel else None


def _agent_view(kind: str, event: Mapping[str, Any]) -> Json | None:
    thread = event.get("assistant_thread")
    if not isinstance(thread, Mapping):
        return None
    return {
        "kind": "opened" if kind.endswith("started") else "moved",
        "channel": str(thread.get("channel_id") or ""),
        "user": str(thread.get("user_id") or ""),
        "thread": str(thread.get("thread_ts") or ""),
    }
