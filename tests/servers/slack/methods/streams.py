"""Streamed messages: start, append, stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.methods.chat import writable
from tests.servers.slack.payloads import message_json
from tests.servers.slack.posting import put, root_of, tell, tell_changed
from tests.servers.slack.validate.chunks import apply_chunks, read_chunks
from tests.servers.slack.validate.messages import message_blocks, read_metadata
from tests.servers.slack.world import Channel, Message, Refused

if TYPE_CHECKING:
    from tests.servers.slack.server import SlackServer

MODES = frozenset({"", "timeline", "plan", "dense"})


async def start(server: SlackServer, arguments: Arguments) -> dict[str, Any]:
    """`chat.startStream`: a reply in a thread; in channels it names its recipient."""
    channel = writable(server, arguments.need("channel"))
    thread = root_of(server, channel.id, arguments.need("thread_ts"))
    _check_recipient(arguments, channel)
    mode = arguments.text("task_display_mode")
    if mode not in MODES:
        raise Refused("invalid_arguments", "[ERROR] invalid task_display_mode")
    blocks = apply_chunks((), read_chunks(arguments))
    message = Message(
        channel.id,
        server.world.new_ts(),
        server.world.bot_user,
        "",
        bot_id=server.world.bot_id,
        blocks=blocks,
        thread_ts=thread,
        streaming=True,
        flags={"task_display_mode": mode},
    )
    tell(server, put(server, message))
    return {"channel": channel.id, "ts": message.ts}


async def append(server: SlackServer, arguments: Arguments) -> dict[str, Any]:
    """`chat.appendStream`."""
    message = _streaming(server, arguments)
    chunks = read_chunks(arguments)
    if not chunks:
        raise Refused("no_text")
    server.world.put_message(replace(message, blocks=apply_chunks(message.blocks, chunks)))
    return {"channel": message.channel, "ts": message.ts}


async def stop(server: SlackServer, arguments: Arguments) -> dict[str, Any]:
    """`chat.stopStream`: the message is final; blocks go below what was streamed."""
    message = _streaming(server, arguments)
    blocks = apply_chunks(message.blocks, read_chunks(arguments))
    below = arguments.structure("blocks", error="invalid_blocks") or []
    metadata = read_metadata(arguments)
    final = replace(
        message,
        blocks=(*blocks, *message_blocks(below)),
        metadata=metadata,
        streaming=False,
    )
    server.world.put_message(final)
    tell_changed(server, message, final)
    described = message_json(final, server.world, server.base_url, metadata=True)
    return {"channel": final.channel, "ts": final.ts, "message": described}


def _check_recipient(arguments: Arguments, channel: Channel) -> None:
    if channel.kind == "im":
        return
    if not arguments.get("recipient_user_id"):
        raise Refused("missing_recipient_user_id")
    if not arguments.get("recipient_team_id"):
        raise Refused("missing_recipient_team_id")


def _streaming(server: SlackServer, arguments: Arguments) -> Message:
    channel = writable(server, arguments.need("channel"))
    message = server.world.message(channel.id, arguments.need("ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.user != server.world.bot_user:
        raise Refused("message_not_owned_by_app")
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    return message


METHODS = {
    "chat.startStream": Method(start),
    "chat.appendStream": Method(append),
    "chat.stopStream": Method(stop),
}
