"""Who the token is, and where to connect a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.world import Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


async def auth_test(server: Workspace, _arguments: Arguments) -> dict[str, Any]:
    """`auth.test`."""
    world = server.world
    return {
        "url": f"https://{world.team_name.lower()}.slack.com/",
        "team": world.team_name,
        "user": world.bot_name,
        "team_id": world.team,
        "user_id": world.bot_user,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


async def connections_open(server: Workspace, _arguments: Arguments) -> dict[str, Any]:
    """`apps.connections.open`."""
    if not server.socket_mode:
        raise Refused("not_allowed", "[ERROR] Socket Mode is not turned on.")
    return {"url": server.socket.new_url()}


METHODS = {
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, app_token=True),
}
