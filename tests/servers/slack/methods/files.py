"""The external upload in three steps, and what a file is."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.methods.chat import writable
from tests.servers.slack.payloads import file_json
from tests.servers.slack.posting import put, root_of, tell
from tests.servers.slack.validate.messages import message_blocks
from tests.servers.slack.world import File, Json, Message, Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

LARGEST = 1_000_000_000


async def upload_url(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`files.getUploadURLExternal`."""
    if server.faults.upload_forbidden:
        raise Refused("file_uploads_disabled")
    name, length = arguments.need("filename"), arguments.number("length", 0)
    if length <= 0:
        raise Refused("missing_argument")
    if len(arguments.text("alt_txt")) > 1000:
        raise Refused("alt_txt_too_large")
    if length > LARGEST:
        raise Refused("file_upload_size_restricted")
    file = File(
        server.world.new_id("F"),
        name,
        b"",
        server.world.bot_user,
        name,
        alt_text=arguments.text("alt_txt"),
        created=int(time.time()),
    )
    server.pending[file.id] = (file, length)
    return {"upload_url": f"{server.base_url}/upload/v1/{file.id}", "file_id": file.id}


async def complete(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`files.completeUploadExternal`: private without a channel, else shared in one message."""
    listed = arguments.structure("files")
    if not isinstance(listed, list) or not listed:
        raise Refused("invalid_arguments", "[ERROR] missing required field: files")
    channels = _channels(arguments)
    thread = arguments.text("thread_ts")
    if thread and len(channels) != 1:
        raise Refused("invalid_arguments", "[ERROR] thread_ts needs exactly one channel")
    targets = [writable(server, channel) for channel in channels]
    roots = [root_of(server, channel.id, thread) for channel in targets]
    blocks = _blocks(arguments)
    files = [_finished(server, entry) for entry in listed]
    for channel, root in zip(targets, roots, strict=True):
        message = Message(
            channel.id,
            server.world.new_ts(),
            server.world.bot_user,
            arguments.text("initial_comment"),
            bot_id=server.world.bot_id,
            blocks=() if arguments.text("initial_comment") else blocks,
            files=tuple(file.id for file in files),
            thread_ts=root,
            subtype="file_share",
        )
        tell(server, put(server, message))
    known = [server.world.files[file.id] for file in files]
    return {"files": [file_json(file, server.world, server.base_url) for file in known]}


async def info(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`files.info`."""
    file = server.world.files.get(arguments.need("file"))
    if file is None:
        raise Refused("file_not_found")
    described = file_json(file, server.world, server.base_url)
    return {"file": described, "comments": [], "response_metadata": {"next_cursor": ""}}


def _channels(arguments: Arguments) -> list[str]:
    if arguments.get("channel_id"):
        return [arguments.text("channel_id")]
    return [channel for channel in arguments.text("channels").split(",") if channel]


def _blocks(arguments: Arguments) -> tuple[Json, ...]:
    blocks = arguments.structure("blocks", error="invalid_blocks")
    if not blocks:
        return ()
    if any(block.get("type") == "markdown" for block in blocks):
        raise Refused("internal_error")  # seen of the real one: only section and rich text work
    return message_blocks(blocks)


def _finished(server: Workspace, entry: Json) -> File:
    identity = str(entry.get("id", ""))
    file, _length = server.pending.get(identity, (None, 0))
    if file is None or not file.data:
        raise Refused("file_not_found")
    del server.pending[identity]
    file = replace(file, title=str(entry.get("title") or file.title))
    server.world.files[file.id] = file
    return file


METHODS = {
    "files.getUploadURLExternal": Method(upload_url),
    "files.completeUploadExternal": Method(complete),
    "files.info": Method(info),
}
