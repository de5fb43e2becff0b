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
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "tokens_revoked": "",
    }
)
"""Each event that is subscribed to, and the scope without which Slack does not send it."""

EVENTS: Final = tuple(EVENT_SCOPES)

METHODS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "assistant.threads.setStatus": ("assistant:write",),
        "auth.test": (),
        "chat.postEphemeral": ("chat:write",),
        "chat.postMessage": ("chat:write",),
        "chat.update": ("chat:write",),
        "conversations.history": ("channels:history", "groups:history", "im:history"),
        "conversations.info": ("channels:read", "groups:read", "im:read"),
        "conversations.open": ("im:write",),
        "conversations.replies": ("channels:history", "groups:history", "im:history"),
        "files.completeUploadExternal": ("files:write",),
        "files.getUploadURLExternal": ("files:write",),
        "files.info": ("files:read",),
        "usergroups.users.list": ("usergroups:read",),
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
