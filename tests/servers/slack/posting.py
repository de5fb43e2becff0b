"""Putting messages into channels, and telling the app of what it sees there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.slack.payloads import message_json
from tests.servers.slack.world import Json, Message, Refused, Share

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im"}


def root_of(server: Workspace, channel: str, thread_ts: str) -> str | None:
    """The root that a reply goes under; None when no thread is meant.

    Raises:
        Refused: `thread_not_found` when nothing stands there, or a reply does.
    """
    if not thread_ts:
        return None
    root = server.world.message(channel, thread_ts)
    if root is None or root.is_reply:
        raise Refused("thread_not_found")
    return thread_ts


def put(server: Workspace, message: Message) -> Message:
    """Post the message; the app is told, as it is of its own messages too."""
    server.world.put_message(message)
    for file in message.files:
        share = Share(message.channel, message.ts, message.thread_ts)
        known = server.world.files[file]
        server.world.files[file] = replace(known, shares=(*known.shares, share))
    return message


def tell(server: Workspace, message: Message, **hidden: Any) -> None:
    """Send the `message` event of a new message.

    Args:
        server: whose app is told.
        message: the new message.
        hidden: fields of the event to be set otherwise, None to leave them out.
    """
    event = message_event(server, message)
    event.update(hidden)
    server.emit({name: value for name, value in event.items() if value is not None})


def message_event(server: Workspace, message: Message) -> Json:
    """The message as the event that announces it."""
    event = message_json(message, server.world, server.base_url, metadata=True)
    for count in ("reply_count", "reply_users_count", "reply_users", "latest_reply", "is_locked"):
        event.pop(count, None)
    event["channel"] = message.channel
    event["channel_type"] = CHANNEL_TYPES[server.world.channels[message.channel].kind]
    event["event_ts"] = message.ts
    if message.is_reply and (
        root := server.world.message(message.channel, message.thread_ts or "")
    ):
        event["parent_user_id"] = root.user
    return event


def tell_changed(server: Workspace, before: Message, after: Message) -> None:
    """Send the `message_changed` event of an edit."""
    change = {
        "subtype": "message_changed",
        "message": message_json(after, server.world, server.base_url, metadata=True),
        "previous_message": message_json(before, server.world, server.base_url),
    }
    _tell_edit(server, after, change)


def tell_deleted(server: Workspace, gone: Message) -> None:
    """Send the `message_deleted` event."""
    change = {
        "subtype": "message_deleted",
        "deleted_ts": gone.ts,
        "previous_message": message_json(gone, server.world, server.base_url),
    }
    _tell_edit(server, gone, change)


def _tell_edit(server: Workspace, message: Message, change: Json) -> None:
    if message.whisper_to is not None:
        return
    ts = server.world.new_ts()
    kind = server.world.channels[message.channel].kind
    server.emit(
        {
            "type": "message",
            "channel": message.channel,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": CHANNEL_TYPES[kind],
            **change,
        }
    )
