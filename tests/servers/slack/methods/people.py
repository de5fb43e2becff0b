"""Users and user groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.methods.conversations import listed
from tests.servers.slack.methods.paging import page
from tests.servers.slack.payloads import group_json, person_json
from tests.servers.slack.world import Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


async def info(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`users.info`."""
    person = server.world.people.get(arguments.need("user"))
    if person is None:
        raise Refused("user_not_found")
    return {"user": person_json(person, server.world)}


async def people_list(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`users.list`."""
    people, more = page(list(server.world.people.values()), arguments, default=1000, most=1000)
    return {"members": [person_json(p, server.world) for p in people], "cache_ts": 0, **more}


async def conversations(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`users.conversations`: those of a person, the bot's by default."""
    member = arguments.text("user") or server.world.bot_user
    return listed(server, arguments, member=member)


async def groups_list(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`usergroups.list`."""
    groups = [g for g in server.world.groups.values() if _shown(g.disabled, arguments)]
    described = [group_json(g, server.world) for g in groups]
    if arguments.flag("include_users"):
        for group, found in zip(groups, described, strict=True):
            found["users"] = list(group.members)
    return {"usergroups": described}


async def group_members(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`usergroups.users.list`."""
    group = server.world.groups.get(arguments.need("usergroup"))
    if group is None or not _shown(group.disabled, arguments):
        raise Refused("no_such_subteam")
    return {"users": list(group.members)}


def _shown(disabled: bool, arguments: Arguments) -> bool:
    return not disabled or arguments.flag("include_disabled")


METHODS = {
    "users.info": Method(info),
    "users.list": Method(people_list),
    "users.conversations": Method(conversations),
    "usergroups.list": Method(groups_list),
    "usergroups.users.list": Method(group_members),
}
