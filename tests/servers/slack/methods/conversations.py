"""Channels: what they are, who is in them, and what was said."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.membership import admit
from tests.servers.slack.methods.base import Method
from tests.servers.slack.methods.paging import page
from tests.servers.slack.payloads import channel_json, message_json
from tests.servers.slack.scopes import KINDS, TYPES
from tests.servers.slack.world import Channel, Message, Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


def member_channel(server: Workspace, channel: str) -> Channel:
    """A channel that the bot is a member of.

    Raises:
        Refused: `channel_not_found` for unknown channels and for private ones of others,
            `not_in_channel` for public ones.
    """
    found = server.world.channel(channel)
    outside = server.world.bot_user not in found.members or found.id in server.faults.not_in
    if outside:
        raise Refused("not_in_channel" if found.kind == "channel" else "channel_not_found")
    return found


async def info(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.info`: also of public channels that the bot is not in."""
    channel = server.world.channel(arguments.need("channel"))
    if channel.kind != "channel" and server.world.bot_user not in channel.members:
        raise Refused("channel_not_found")
    described = channel_json(channel, server.world)
    if not arguments.flag("include_num_members"):
        described.pop("num_members", None)
    return {"channel": described}


async def history(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.history`: newest first."""
    channel = member_channel(server, arguments.need("channel"))
    within = [m for m in server.world.top_level(channel.id) if _within(m, arguments)]
    newest_first = sorted(within, key=lambda m: Decimal(m.ts), reverse=True)
    return _said(server, newest_first, arguments)


async def replies(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.replies`: the root, then its replies, oldest first."""
    channel = member_channel(server, arguments.need("channel"))
    asked = server.world.message(channel.id, arguments.need("ts"))
    if asked is None:
        raise Refused("thread_not_found")
    if asked.is_reply and asked.thread_ts is not None:
        asked = server.world.message(channel.id, asked.thread_ts) or asked
    thread = sorted(server.world.replies(channel.id, asked.ts), key=lambda m: Decimal(m.ts))
    inside = [asked, *(m for m in thread if _within(m, arguments))]
    return _said(server, inside, arguments, default=1000)


async def members(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.members`."""
    channel = server.world.channel(arguments.need("channel"))
    if channel.kind != "channel" and server.world.bot_user not in channel.members:
        raise Refused("channel_not_found")
    found, more = page(sorted(channel.members), arguments, default=100, most=1000)
    return {"members": found, **more}


async def channels_list(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.list`."""
    return listed(server, arguments, member=None)


def listed(server: Workspace, arguments: Arguments, *, member: str | None) -> dict[str, Any]:
    """Channels of the asked types; all that the bot may see, or those of a member."""
    asked = (arguments.text("types") or "public_channel").split(",")
    kinds = {TYPES[kind.strip()] for kind in asked if kind.strip() in TYPES}
    kinds = {kind for kind in kinds if f"{KINDS[kind]}:read" in server.scopes}
    bot = server.world.bot_user
    found = [
        channel
        for channel in server.world.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or bot in channel.members)
        and (member is None or member in channel.members)
        and not (arguments.flag("exclude_archived") and channel.archived)
    ]
    shown, more = page(found, arguments, default=100, most=1000)
    return {"channels": [channel_json(c, server.world) for c in shown], **more}


async def open_direct(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.open`: the direct channel of one person."""
    if arguments.get("channel"):
        return {"channel": {"id": server.world.channel(arguments.text("channel")).id}}
    users = [user for user in arguments.text("users").split(",") if user]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("method_not_supported_for_channel_type")
    person = server.world.people.get(users[0])
    if person is None:
        raise Refused("user_not_found")
    if person.id == server.world.bot_user:
        raise Refused("cannot_dm_bot")
    channel = server.world.direct(person.id)
    if arguments.flag("return_im"):
        return {"channel": channel_json(channel, server.world)}
    return {"channel": {"id": channel.id}}


async def join(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`conversations.join`: a public channel."""
    channel = server.world.channel(arguments.need("channel"))
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    admit(server, channel.id, by=server.world.bot_user)
    return {"channel": channel_json(server.world.channel(channel.id), server.world)}


def _within(message: Message, arguments: Arguments) -> bool:
    ts, inclusive = Decimal(message.ts), arguments.flag("inclusive")
    oldest, latest = _moment(arguments, "oldest"), _moment(arguments, "latest")
    after = oldest is None or ts > oldest or (inclusive and ts == oldest)
    before = latest is None or ts < latest or (inclusive and ts == latest)
    return after and before


def _moment(arguments: Arguments, name: str) -> Decimal | None:
    text = arguments.text(name)
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Refused(f"invalid_ts_{name}") from None


def _said(
    server: Workspace, messages: list[Message], arguments: Arguments, *, default: int = 100
) -> dict[str, Any]:
    most = server.faults.history_page or 1000
    shown, more = page(messages, arguments, default=default, most=most)
    metadata = arguments.flag("include_all_metadata")
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {
        "messages": [
            message_json(m, server.world, server.base_url, metadata=metadata) for m in shown
        ],
        "has_more": has_more,
        **({"pin_count": 0} | more if has_more else {}),
    }


METHODS = {
    "conversations.info": Method(info),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
    "conversations.members": Method(members),
    "conversations.list": Method(channels_list),
    "conversations.open": Method(open_direct),
    "conversations.join": Method(join),
}
