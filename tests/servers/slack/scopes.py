"""Which scopes a method needs, and which an event, as the method and event pages say."""

from __future__ import annotations

from collections.abc import Mapping

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.world import Kind, World

KINDS: Mapping[Kind, str] = {"channel": "channels", "group": "groups", "im": "im"}
TYPES: Mapping[str, Kind] = {"public_channel": "channel", "private_channel": "group", "im": "im"}

FIXED: Mapping[str, str] = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.startStream": "chat:write",
    "chat.appendStream": "chat:write",
    "chat.stopStream": "chat:write",
    "conversations.join": "channels:join",
    "users.info": "users:read",
    "users.list": "users:read",
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setTitle": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
}
PER_KIND: Mapping[str, str] = {
    "conversations.info": "read",
    "conversations.members": "read",
    "conversations.history": "history",
    "conversations.replies": "history",
}
OPEN = frozenset({"im:write", "mpim:write", "channels:manage", "groups:write"})
ALL_SCOPES = frozenset(
    {
        *FIXED.values(),
        *OPEN,
        "app_mentions:read",
        "channels:read",
        "channels:history",
        "commands",
        "groups:read",
        "groups:history",
        "im:read",
        "im:history",
        "mpim:read",
        "mpim:history",
    }
)


def scopes_needed(method: str, arguments: Arguments, world: World) -> frozenset[str]:
    """The scopes of which one is enough for this call; empty when none is needed."""
    if method in FIXED:
        return frozenset({FIXED[method]})
    if method in PER_KIND:
        channel = world.channels.get(arguments.text("channel"))
        kinds = [channel.kind] if channel else list(KINDS)
        return frozenset(f"{KINDS[kind]}:{PER_KIND[method]}" for kind in kinds)
    if method in {"conversations.list", "users.conversations"}:
        asked = arguments.text("types").split(",") if arguments.get("types") else ["public_channel"]
        return frozenset(f"{KINDS[TYPES[t.strip()]]}:read" for t in asked if t.strip() in TYPES)
    return OPEN if method == "conversations.open" else frozenset()


def event_scope(event: Mapping[str, object]) -> str | None:
    """The scope without which Slack does not send the event; None when it needs none."""
    kind = event.get("type")
    if kind == "app_mention":
        return "app_mentions:read"
    if kind == "message":
        return f"{KINDS[str(event['channel_type'])]}:history"  # type: ignore[index]
    return None
