"""Posting, editing, deleting and whispering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.payloads import message_json
from tests.servers.slack.posting import put, root_of, tell, tell_changed, tell_deleted
from tests.servers.slack.validate.messages import Content, read_content
from tests.servers.slack.world import Channel, Message, Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

FLAGS = ("link_names", "unfurl_links", "unfurl_media", "parse", "mrkdwn", "reply_broadcast")


async def post(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.postMessage`."""
    channel = writable(server, arguments.need("channel"))
    content = read_content(arguments, cuts=True)
    thread = root_of(server, channel.id, arguments.text("thread_ts"))
    broadcast = thread is not None and arguments.flag("reply_broadcast")
    message = put(
        server,
        Message(
            channel.id,
            server.world.new_ts(),
            server.world.bot_user,
            content.text,
            bot_id=server.world.bot_id,
            blocks=content.blocks or (),
            attachments=content.attachments or (),
            thread_ts=thread,
            broadcast=broadcast,
            subtype="thread_broadcast" if broadcast else None,
            metadata=content.metadata,
            flags={name: arguments[name] for name in FLAGS if name in arguments},
        ),
    )
    tell(server, message)
    server.world.statuses.pop((channel.id, thread or ""), None)
    described = message_json(message, server.world, server.base_url, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": described}


async def update(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.update`: text without blocks takes the blocks away; else what is not given stays."""
    channel = server.world.channel(arguments.need("channel"))
    if channel.archived:
        raise Refused("is_inactive")
    before = own_message(server, channel, arguments.need("ts"), "cant_update_message")
    if before.streaming:
        raise Refused("streaming_state_conflict")
    content = read_content(arguments, editing=True)
    after = server.world.edit(before, **edited(before, content))
    tell_changed(server, before, after)
    described = message_json(after, server.world, server.base_url, metadata=True)
    return {"channel": channel.id, "ts": after.ts, "text": after.text, "message": described}


async def delete(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.delete`."""
    channel = server.world.channel(arguments.need("channel"))
    gone = own_message(server, channel, arguments.need("ts"), "cant_delete_message")
    server.world.remove(gone)
    tell_deleted(server, gone)
    return {"channel": channel.id, "ts": gone.ts}


async def whisper(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.postEphemeral`: seen by one person only."""
    channel = writable(server, arguments.need("channel"))
    person = arguments.need("user")
    if person not in channel.members:
        raise Refused("user_not_in_channel")
    content = read_content(arguments)
    message = Message(
        channel.id,
        server.world.new_ts(),
        server.world.bot_user,
        content.text,
        bot_id=server.world.bot_id,
        blocks=content.blocks or (),
        attachments=content.attachments or (),
        thread_ts=arguments.text("thread_ts") or None,
        whisper_to=person,
    )
    server.world.whispers.append(message)
    return {"message_ts": message.ts}


async def permalink(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`chat.getPermalink`."""
    channel = server.world.channel(arguments.need("channel"))
    message = server.world.message(channel.id, arguments.need("message_ts"))
    if message is None:
        raise Refused("message_not_found")
    link = f"{server.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


async def react(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`reactions.add`."""
    channel = writable(server, arguments.need("channel"))
    message = server.world.message(channel.id, arguments.need("timestamp"))
    if message is None:
        raise Refused("message_not_found")
    one = (arguments.need("name").strip(":"), server.world.bot_user)
    if one in message.reactions:
        raise Refused("already_reacted")
    server.world.react(message, one)
    return {}


def writable(server: Workspace, channel: str) -> Channel:
    """The channel, when the bot may post there; a person's id means their direct channel.

    Raises:
        Refused: `channel_not_found`, `not_in_channel`, `is_archived`, `restricted_action`.
    """
    world = server.world
    if channel in world.people and channel != world.bot_user:
        return world.direct(channel)
    found = world.channel(channel)
    if found.archived:
        raise Refused("is_archived")
    if found.id in server.faults.restricted:
        raise Refused("restricted_action")
    outside = world.bot_user not in found.members or found.id in server.faults.not_in
    if outside and found.kind != "channel":
        raise Refused("channel_not_found")
    if outside and "chat:write.public" not in server.scopes:
        raise Refused("not_in_channel")
    return found


def own_message(server: Workspace, channel: Channel, ts: str, denied: str) -> Message:
    """A message of the bot.

    Raises:
        Refused: `message_not_found`, or `denied` when it is someone else's.
    """
    found = server.world.message(channel.id, ts)
    if found is None:
        raise Refused("message_not_found")
    if found.user != server.world.bot_user:
        raise Refused(denied)
    return found


def edited(before: Message, content: Content) -> dict[str, Any]:
    """The fields that an edit changes."""
    changes: dict[str, Any] = {"text": content.text or before.text}
    if content.blocks is not None or content.text:
        changes["blocks"] = content.blocks or ()
    if content.attachments is not None:
        changes["attachments"] = content.attachments
    if content.metadata is not None:
        changes["metadata"] = content.metadata or None
    return changes


METHODS = {
    "chat.postMessage": Method(post),
    "chat.update": Method(update),
    "chat.delete": Method(delete),
    "chat.postEphemeral": Method(whisper),
    "chat.getPermalink": Method(permalink),
    "reactions.add": Method(react),
}
