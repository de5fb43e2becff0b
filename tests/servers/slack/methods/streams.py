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
from tests.servers.slack.world import Channel, Json, Message, Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

MOST_BLOCKS = 50
MODES = frozenset({"", "timeline", "plan", "dense"})


async def start(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.startStream`: a reply in a thread; in channels it names its recipient.

    Only in channels may it stand at the top level.
    """
    channel = writable(server, arguments.need("channel"))
    if channel.kind == "im":
        arguments.need("thread_ts")
    thread = root_of(server, channel.id, arguments.text("thread_ts"))
    _check_recipient(arguments, channel)
    mode = arguments.text("task_display_mode")
    if mode not in MODES:
        raise Refused("invalid_arguments", "[ERROR] invalid task_display_mode")
    blocks = streamed((), read_chunks(arguments))
    message = Message(
        channel.id,
        server.world.new_ts(),
        server.world.bot_user,
        "",
        bot_id=server.world.bot_id,
        blocks=blocks,
        thread_ts=thread,
        streaming=True,
        flags={"task_display_mode": mode, "stream": _kind(arguments)},
    )
    tell(server, put(server, message))
    server.world.statuses.pop((channel.id, thread or ""), None)
    return {"channel": channel.id, "ts": message.ts}


async def append(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.appendStream`."""
    message = _streaming(server, arguments)
    chunks = read_chunks(arguments)
    if not chunks:
        raise Refused("markdown_text_or_chunks_required")
    server.world.put_message(replace(message, blocks=streamed(message.blocks, chunks)))
    return {"channel": message.channel, "ts": message.ts}


async def stop(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.stopStream`: the message is final; blocks go below what was streamed."""
    message = _streaming(server, arguments)
    blocks = streamed(message.blocks, read_chunks(arguments))
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


def streamed(blocks: tuple[Json, ...], chunks: list[Json]) -> tuple[Json, ...]:
    """What is to be seen after these chunks.

    Raises:
        Refused: `msg_blocks_too_many`.
    """
    now = apply_chunks(blocks, chunks)
    if len(now) > MOST_BLOCKS:
        raise Refused("msg_blocks_too_many")
    return now


def _check_recipient(arguments: Arguments, channel: Channel) -> None:
    if channel.kind == "im":
        return
    if not arguments.get("recipient_user_id"):
        raise Refused("missing_recipient_user_id")
    if not arguments.get("recipient_team_id"):
        raise Refused("missing_recipient_team_id")


def _streaming(server: Workspace, arguments: Arguments) -> Message:
    channel = writable(server, arguments.need("channel"))
    message = server.world.message(channel.id, arguments.need("ts"))
    if message is None:
        raise Refused("message_not_found")
    if message.user != server.world.bot_user:
        raise Refused("message_not_owned_by_app")
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    before, now = message.flags["stream"], _kind(arguments)
    if before and now and before != now:
        raise Refused("streaming_mode_mismatch")
    return server.world.put_message(
        replace(message, flags={**message.flags, "stream": before or now})
    )


def _kind(arguments: Arguments) -> str:
    if arguments.get("markdown_text"):
        return "markdown_text"
    return "chunks" if arguments.structure("chunks") else ""


METHODS = {
    "chat.startStream": Method(start),
    "chat.appendStream": Method(append),
    "chat.stopStream": Method(stop),
}
