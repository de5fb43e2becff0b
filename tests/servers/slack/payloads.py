"""Records as the JSON that Slack puts into answers and events."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.world import Channel, File, Json, Message, Person, UserGroup, View, World


def person_json(person: Person, world: World) -> Json:
    """A user object."""
    return {
        "id": person.id,
        "team_id": person.team or world.team,
        "is_stranger": bool(person.team and person.team != world.team),
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.name.title(),
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": 0,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "updated": 1_700_000_000,
        "profile": {
            "real_name": person.name.title(),
            "display_name": person.name,
            "team": world.team,
        },
    }


def channel_json(channel: Channel, world: World) -> Json:
    """A conversation object."""
    member = world.bot_user in channel.members
    if channel.kind == "im":
        other = next(iter(channel.members - {world.bot_user}), world.bot_user)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_channel": False,
            "is_group": False,
            "is_mpim": False,
            "is_private": True,
            "is_archived": channel.archived,
            "is_org_shared": False,
            "context_team_id": world.team,
            "user": other,
            "is_user_deleted": False,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "created": channel.created,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "group",
        "is_archived": channel.archived,
        "is_general": False,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "is_member": member,
        "context_team_id": world.team,
        "shared_team_ids": [world.team, *(["T0OTHER"] if channel.shared else [])],
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def group_json(group: UserGroup, world: World) -> Json:
    """A user group object."""
    return {
        "id": group.id,
        "team_id": world.team,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "description": "",
        "date_delete": 1 if group.disabled else 0,
        "user_count": len(group.members),
    }


def file_json(file: File, world: World, base: str) -> Json:
    """A file object; while it uploads, it has neither its size nor an address."""
    described: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2].lower() or "binary",
        "pretty_type": "File",
        "user": file.owner,
        "editable": False,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "file_access": "visible",
        "size": 0,
        "channels": [share.channel for share in file.shares],
        "shares": _shares(file, world),
    }
    if file.alt_text:
        described["alt_txt"] = file.alt_text
    if file.ready:
        path = f"{base}/files-pri/{file.id}"
        told = file.reported_size
        described["size"] = len(file.data) if told is None else told
        described["url_private"] = f"{path}/{file.name}"
        described["url_private_download"] = f"{path}/download/{file.name}"
        described["permalink"] = f"{base}/files/{file.owner}/{file.id}/{file.name}"
    return described


def message_json(message: Message, world: World, base: str, *, metadata: bool = False) -> Json:
    """A message object as `conversations.history` and events show it.

    Args:
        message: as it stands now.
        world: for files and thread counts.
        base: the server's address, for file links.
        metadata: whether `include_all_metadata` was asked.
    """
    found: Json = {"type": "message", "ts": message.ts, "text": message.text}
    found["user"] = message.user
    writer = world.people.get(message.user)
    found["team"] = (writer.team if writer else "") or world.team
    optional: dict[str, Any] = {
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "thread_ts": message.thread_ts,
        "metadata": message.metadata if metadata else None,
        "reactions": _reactions(message),
    }
    found.update({name: value for name, value in optional.items() if value})
    if message.bot_id == world.bot_id:
        found["app_id"] = world.app_id
        found["bot_profile"] = {
            "id": message.bot_id,
            "app_id": world.app_id,
            "name": world.bot_name,
            "deleted": False,
            "team_id": world.team,
        }
    if message.edited_at:
        found["edited"] = {"user": message.user, "ts": message.edited_at}
    if message.files:
        found["files"] = [file_json(world.files[f], world, base) for f in message.files]
        found["upload"] = False
    found.update(_thread(message, world))
    return found


def view_json(view: View, world: World) -> Json:
    """A view object as the views methods answer it."""
    raw = view.raw
    return {
        "id": view.id,
        "team_id": world.team,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": {}},
        "hash": view.hash,
        "title": raw.get("title"),
        "clear_on_close": bool(raw.get("clear_on_close")),
        "notify_on_close": bool(raw.get("notify_on_close")),
        "close": raw.get("close"),
        "submit": raw.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": world.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": world.team,
        "bot_id": world.bot_id,
    }


def _shares(file: File, world: World) -> Json:
    found: Json = {}
    for share in file.shares:
        kind = world.channels[share.channel].kind
        where = found.setdefault("public" if kind == "channel" else "private", {})
        one = {"ts": share.ts, "channel_name": world.channels[share.channel].name}
        if share.thread_ts:
            one["thread_ts"] = share.thread_ts
        where.setdefault(share.channel, []).append(one)
    return found


def _thread(message: Message, world: World) -> Json:
    replies = world.replies(message.channel, message.ts)
    if not replies or message.is_reply:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
    }


def _reactions(message: Message) -> list[Json]:
    by_name: dict[str, list[str]] = {}
    for name, user in message.reactions:
        by_name.setdefault(name, []).append(user)
    return [{"name": n, "users": users, "count": len(users)} for n, users in by_name.items()]
