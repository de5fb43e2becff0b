"""How the app comes into a channel and out of it, and how channels end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

ADMIN = "U0ADMIN"


def admit(server: Workspace, channel: str, *, by: str) -> None:
    """The app joins; it is told so by `member_joined_channel`."""
    place = server.world.channels[channel]
    server.world.put_channel(replace(place, members=place.members | {server.bot_user}))
    server.emit(
        {
            "type": "member_joined_channel",
            "user": server.bot_user,
            "channel": channel,
            "channel_type": "C" if place.kind == "channel" else "G",
            "team": server.team,
            "inviter": by,
            "event_ts": server.world.new_ts(),
        }
    )


def expel(server: Workspace, channel: str) -> None:
    """The app is removed; it is told so by `channel_left` or `group_left`."""
    place = server.world.channels[channel]
    server.world.put_channel(replace(place, members=place.members - {server.bot_user}))
    _tell(server, channel, "left", actor_id=ADMIN)


def archive(server: Workspace, channel: str, *, by: str) -> None:
    """Nobody may write there any more."""
    place = server.world.channels[channel]
    server.world.put_channel(replace(place, archived=True))
    _tell(server, channel, "archive", user=by)


def delete(server: Workspace, channel: str) -> None:
    """The channel is gone with all that was said."""
    _tell(server, channel, "deleted", actor_id=ADMIN)
    del server.world.channels[channel]


def _tell(server: Workspace, channel: str, what: str, **who: str) -> None:
    kind = "channel" if server.world.channels[channel].kind == "channel" else "group"
    ts = server.world.new_ts()
    server.emit({"type": f"{kind}_{what}", "channel": channel, "event_ts": ts, **who})
