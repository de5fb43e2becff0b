"""What the app listens to and calls, and the scopes that takes; the manifest says the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COMMAND: Final = "/mlops"
SHORTCUT: Final = "use_file"

EVENT_SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "app_home_opened": "",
        "app_mention": "app_mentions:read",
        "app_uninstalled": "",
        "channel_archive": "channels:read",
        "channel_deleted": "channels:read",
        "channel_left": "channels:read",
        "group_archive": "groups:read",
        "group_deleted": "groups:read",
        "group_left": "groups:read",
        "member_joined_channel": "channels:read",
        "member_left_channel": "channels:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "tokens_revoked": "",
    }
)
"""Each event that is subscribed to, and the scope without which Slack does not send it."""

EVENTS: Final = tuple(EVENT_SCOPES)

OLDER_EVENTS: Final = ("assistant_thread_context_changed", "assistant_thread_started")
"""Understood too, of an app that was made with the older assistant view; newer ones cannot
subscribe to them, and are told by `app_home_opened`."""

HISTORY: Final = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "apps.connections.open": (),  # with the app token, whose own scope is connections:write
        "assistant.threads.setStatus": ("chat:write",),
        "assistant.threads.setSuggestedPrompts": ("assistant:write",),
        "auth.test": (),
        "chat.delete": ("chat:write",),
        "chat.postEphemeral": ("chat:write",),
        "chat.postMessage": ("chat:write",),
        "chat.update": ("chat:write",),
        "conversations.history": HISTORY,
        "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
        "conversations.open": ("im:write",),
        "conversations.replies": HISTORY,
        "files.completeUploadExternal": ("files:write",),
        "files.getUploadURLExternal": ("files:write",),
        "files.info": ("files:read",),
        "usergroups.list": ("usergroups:read",),
        "users.conversations": ("channels:read", "groups:read", "im:read"),
        "users.info": ("users:read",),
        "views.open": (),
        "views.publish": (),
    }
)
"""Each Web API method that is called, and its scopes: one for each kind of channel."""

SCOPES: Final = frozenset(
    {
        "commands",
        *(scope for scope in EVENT_SCOPES.values() if scope),
        *(scope for scopes in METHODS.values() for scope in scopes),
    }
)
"""The bot scopes to ask for, and no other."""
