"""The routes of the application itself, its gateway address and its commands."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.discord import errors
from tests.servers.discord.errors import Problems
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.rest import Answer, Asked
from tests.servers.discord.world import World

COMMANDS = "/applications/{app}/commands"
GUILD_COMMANDS = "/applications/{app}/guilds/{guild}/commands"
SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
NAME = re.compile(r"^[-_'\w]{1,32}$")
MOST_SLASH, MOST_MENUS = 100, 5


class ApplicationRoutes:
    """The application; `commands` are the registered ones, None being everywhere."""

    def __init__(self, world: World, payloads: Payloads, gateway_url: str, flags: int) -> None:
        self._world = world
        self._payloads = payloads
        self._gateway_url = gateway_url
        self._flags = flags
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        self.table = [
            ("GET", "/gateway", self.gateway),
            ("GET", "/gateway/bot", self.gateway),
            ("GET", "/applications/@me", self.me),
            ("GET", "/oauth2/applications/@me", self.me),
            ("GET", COMMANDS, self.listed),
            ("PUT", COMMANDS, self.overwrite),
            ("POST", COMMANDS, self.add),
            ("DELETE", COMMANDS + "/{command}", self.remove),
            ("GET", GUILD_COMMANDS, self.listed),
            ("PUT", GUILD_COMMANDS, self.overwrite),
            ("POST", GUILD_COMMANDS, self.add),
            ("DELETE", GUILD_COMMANDS + "/{command}", self.remove),
        ]

    async def gateway(self, asked: Asked) -> Answer:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}
        body = {"url": self._gateway_url, "shards": 1, "session_start_limit": limit}
        return Answer(200, body)

    async def me(self, asked: Asked) -> Answer:
        return Answer(
            200,
            {
                "id": str(self._world.application),
                "name": self._world.bot.name,
                "icon": None,
                "description": "",
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "0" * 64,
                "flags": self._flags,
                "owner": self._payloads.user(self._world.owner),
                "team": None,
                "bot": self._payloads.user(self._world.bot),
                "interactions_endpoint_url": None,
                "approximate_guild_count": sum(g.has_bot for g in self._world.guilds.values()),
            },
        )

    def _where(self, asked: Asked) -> int | None:
        if asked.id("app") != self._world.application:
            raise errors.unknown("Application", 10002)
        if "guild" not in asked.path:
            return None
        guild = self._world.guilds.get(asked.id("guild"))
        if guild is None or not guild.has_bot:
            raise errors.missing_access()
        return guild.id

    async def listed(self, asked: Asked) -> Answer:
        return Answer(200, self.commands.get(self._where(asked), []))

    async def overwrite(self, asked: Asked) -> Answer:
        where = self._where(asked)
        given = asked.json if isinstance(asked.json, list) else []
        problems = Problems()
        check_commands(given, problems)
        problems.refuse()
        known = {(one["type"], one["name"]): one["id"] for one in self.commands.get(where, [])}
        kept = [self._kept(one, where) for one in given]
        for one in kept:
            one["id"] = known.get((one["type"], one["name"]), one["id"])
        self.commands[where] = kept
        return Answer(200, kept)

    async def add(self, asked: Asked) -> Answer:
        where = self._where(asked)
        problems = Problems()
        check_commands([asked.json or {}], problems)
        problems.refuse()
        made = self._kept(asked.json, where)
        others = self.commands.setdefault(where, [])
        others[:] = [one for one in others if one["name"] != made["name"]] + [made]
        return Answer(201, made)

    async def remove(self, asked: Asked) -> Answer:
        others = self.commands.get(self._where(asked), [])
        kept = [one for one in others if one["id"] != asked.path["command"]]
        if len(kept) == len(others):
            raise errors.unknown("application command", 10063)
        others[:] = kept
        return Answer(204)

    def _kept(self, command: dict[str, Any], guild: int | None) -> dict[str, Any]:
        found = {
            "id": str(self._world.new_id()),
            "application_id": str(self._world.application),
            "version": str(self._world.new_id()),
            "type": SLASH,
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
        }
        found |= command
        return found | ({"guild_id": str(guild)} if guild else {})


def check_commands(given: list[dict[str, Any]], problems: Problems) -> None:
    """The rules for a list of application commands."""
    kinds = [one.get("type", SLASH) for one in given]
    for kind, most in ((SLASH, MOST_SLASH), (USER_MENU, MOST_MENUS), (MESSAGE_MENU, MOST_MENUS)):
        if kinds.count(kind) > most:
            message = f"Maximum number of application commands reached ({most})."
            problems.add((), "APPLICATION_COMMANDS_MAX", message)
    names = [(one.get("type", SLASH), one.get("name")) for one in given]
    for index, command in enumerate(given):
        if names[index] in names[:index]:
            message = "Application command names must be unique"
            problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        if names[index][0] == SLASH:
            _check_named(command, (index,), problems)
            _check_options(command.get("options") or [], (index, "options"), problems)
        else:
            problems.text((index, "name"), command.get("name"), lowest=1, highest=32)
            if command.get("description"):
                message = "Context menu commands cannot have description"
                code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"
                problems.add((index, "description"), code, message)


def _check_named(part: dict[str, Any], at: tuple[str | int, ...], problems: Problems) -> None:
    name = str(part.get("name") or "")
    if not NAME.match(name) or name != name.lower():
        message = "Command name is invalid"
        problems.add((*at, "name"), "APPLICATION_COMMAND_INVALID_NAME", message)
    problems.text((*at, "description"), part.get("description"), lowest=1, highest=100)


def _check_options(
    options: list[dict[str, Any]], at: tuple[str | int, ...], problems: Problems
) -> None:
    optional = False
    for index, option in enumerate(problems.items(at, options, highest=25)):
        where = (*at, index)
        _check_named(option, where, problems)
        if option.get("type") in (SUBCOMMAND, GROUP):
            _check_options(option.get("options") or [], (*where, "options"), problems)
        elif option.get("type") not in range(3, 12):
            problems.choice((*where, "type"), option.get("type"), tuple(range(1, 12)))
        elif option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            problems.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")
        _check_choices(option, where, problems)


def _check_choices(option: dict[str, Any], at: tuple[str | int, ...], problems: Problems) -> None:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        message = "Autocomplete options cannot have choices"
        problems.add(at, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message)
    check_choices(choices, (*at, "choices"), problems)


def check_choices(choices: object, at: tuple[str | int, ...], problems: Problems) -> None:
    """Choices of an option or of an autocomplete answer."""
    for index, choice in enumerate(problems.items(at, choices, highest=25)):
        problems.text((*at, index, "name"), choice.get("name"), lowest=1, highest=100)
        if isinstance(choice.get("value"), str):
            problems.text((*at, index, "value"), choice["value"], lowest=1, highest=100)
