"""What people do with components, forms and commands, as Discord tells the bot of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.servers.discord import components, seen
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FORM,
    Field,
    Interaction,
    Interactions,
    Modal,
)
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.rest_application import GROUP, MESSAGE_MENU, SLASH, SUBCOMMAND
from tests.servers.discord.world import Channel, Message, World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
Commands = dict[int | None, list[dict[str, Any]]]


class Acting:
    """Turns acts of people into interactions; an act that Discord would not offer is an error."""

    def __init__(
        self,
        world: World,
        payloads: Payloads,
        gateway: Gateway,
        interactions: Interactions,
        commands: Commands,
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._gateway = gateway
        self._interactions = interactions
        self._commands = commands

    async def click(
        self, person: int, channel: int, message: int, *, label: str | None, custom_id: str | None
    ) -> Interaction:
        found = self._message(person, channel, message)
        there = [one for one in seen.buttons(found.components) if one.get("custom_id")]
        for button in there:
            if button["custom_id"] == custom_id or seen.label(button) == label:
                return await self._use(person, found, button)
        offered = ", ".join(seen.label(one) for one in there) or "none"
        raise AssertionError(f"no button {label or custom_id!r} to click; there are: {offered}")

    async def select(
        self, person: int, channel: int, message: int, *, labels: Sequence[str]
    ) -> Interaction:
        found = self._message(person, channel, message)
        offered: list[str] = []
        for menu in components.walk(found.components):
            if menu.get("type") not in components.SELECTS or menu.get("disabled"):
                continue
            options = self._options(menu, found)
            offered += options
            if set(labels) <= options.keys():
                values = [options[label] for label in labels]
                resolved = self._resolved(menu["type"], values, found)
                return await self._use(person, found, menu, values=values, **resolved)
        raise AssertionError(f"no menu offers {labels}; there are: {', '.join(offered) or 'none'}")

    def _options(self, menu: dict[str, Any], message: Message) -> dict[str, str]:
        guild = self._world.guilds.get(self._world.channels[message.channel].guild or 0)
        if menu["type"] == components.STRING_SELECT:
            return {option["label"]: option["value"] for option in menu["options"]}
        if guild is None:
            return {}
        people = {self._world.people[one].name: str(one) for one in guild.members}
        roles = {role.name: str(role.id) for role in guild.roles.values()}
        places = {one.name: str(one.id) for one in self._world.in_guild(guild.id)}
        return {
            components.USER_SELECT: people,
            components.ROLE_SELECT: roles,
            components.MENTIONABLE_SELECT: people | roles,
            components.CHANNEL_SELECT: places,
        }[menu["type"]]

    def _resolved(self, kind: int, values: list[str], message: Message) -> dict[str, Any]:
        if kind == components.STRING_SELECT:
            return {}
        channel = self._world.channels[message.channel]
        return {"resolved": self._entities(channel, [int(one) for one in values])}

    def _entities(self, channel: Channel, ids: list[int]) -> dict[str, Any]:
        """The people, roles and channels of these ids, as interactions carry them."""
        guild = self._world.guilds.get(channel.guild or 0)
        found: dict[str, Any] = {}
        for one in ids:
            if one in self._world.people:
                person = self._world.people[one]
                found.setdefault("users", {})[str(one)] = self._payloads.user(person)
                if guild and one in guild.members:
                    member = self._payloads.member(guild, person, user=False)
                    found.setdefault("members", {})[str(one)] = member | {"permissions": "0"}
            elif guild and one in guild.roles:
                found.setdefault("roles", {})[str(one)] = self._payloads.role(guild.roles[one])
            elif one in self._world.channels:
                place = self._payloads.partial_channel(self._world.channels[one], 0)
                found.setdefault("channels", {})[str(one)] = place
        return found

    async def _use(
        self, person: int, message: Message, part: dict[str, Any], **more: Any
    ) -> Interaction:
        act = self._new(COMPONENT, person, message.channel)
        act.message = message
        data = {"custom_id": part["custom_id"], "component_type": part["type"], "id": part["id"]}
        return await self._send(act, data | more)

    async def submit(
        self, person: int, modal: Modal, values: Mapping[str, str | list[str]]
    ) -> Interaction:
        """Send a form; fields are named by id or label, the others keep what they hold."""
        known = {name for one in modal.fields for name in (one.custom_id, one.label)}
        strange = values.keys() - known
        if strange:
            raise AssertionError(f"the form has no field {strange}; it has {known}")
        act = self._new(FORM, person, modal.channel)
        if modal.message is not None:
            act.message = self._world.find(modal.channel, modal.message)
        filled = {
            one.custom_id: _fill(one, values.get(one.custom_id, values.get(one.label)))
            for one in modal.fields
        }
        parts = [_sent(part, filled) for part in modal.parts]
        return await self._send(act, {"custom_id": modal.custom_id, "components": parts})

    async def slash(
        self, person: int, channel: int, name: str, options: Mapping[str, Any]
    ) -> Interaction:
        """Send a command; a subcommand's name follows its command's after a space."""
        place = self._place(person, channel)
        command, described, names = self._command(place, name)
        act = self._new(COMMAND, person, channel)
        act.command = command
        strange = options.keys() - {one["name"] for one in described}
        if strange:
            raise AssertionError(f"/{name} has no option {', '.join(strange)}")
        given: list[dict[str, Any]] = []
        resolved: dict[str, Any] = {}
        for option in described:
            if option["name"] in options:
                value = self._value(option, options[option["name"]], place, resolved)
                one = {"name": option["name"], "type": option["type"], "value": value}
                given.append(one)
            elif option.get("required"):
                raise AssertionError(f"/{name} needs the option {option['name']}")
        data = self._command_data(command, _nested(names, given))
        return await self._send(act, data | ({"resolved": resolved} if resolved else {}))

    async def autocomplete(
        self,
        person: int,
        channel: int,
        name: str,
        *,
        option: str,
        typed: str,
        others: Mapping[str, Any],
    ) -> list[str]:
        """What is offered while an option is typed."""
        place = self._place(person, channel)
        command, described, names = self._command(place, name)
        kinds = {one["name"]: one for one in described}
        if not kinds.get(option, {}).get("autocomplete"):
            raise AssertionError(f"the option {option} of /{name} does not complete")
        act = self._new(AUTOCOMPLETE, person, channel)
        act.command = command
        given: list[dict[str, Any]] = [
            {"name": key, "type": kinds[key]["type"], "value": value}
            for key, value in others.items()
        ]
        kind = kinds[option]["type"]
        given.append({"name": option, "type": kind, "value": typed, "focused": True})
        await self._send(act, self._command_data(command, _nested(names, given)))
        choices = ((act.response or {}).get("data") or {}).get("choices", [])
        return [choice["name"] for choice in choices]

    async def message_command(
        self, person: int, channel: int, message: int, name: str
    ) -> Interaction:
        """Use a command of a message's menu."""
        target = self._message(person, channel, message)
        place = self._place(person, channel)
        command = self._registered(place, name, MESSAGE_MENU)
        act = self._new(COMMAND, person, channel)
        act.command = command
        body = self._payloads.dispatched(target, bare=False)
        data = self._command_data(command, [])
        data |= {"target_id": str(message), "resolved": {"messages": {str(message): body}}}
        return await self._send(act, data)

    def _command_data(
        self, command: dict[str, Any], options: list[dict[str, Any]]
    ) -> dict[str, Any]:
        data = {"id": command["id"], "name": command["name"], "type": command["type"]}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return data | ({"options": options} if options else {})

    def _registered(self, place: Channel, name: str, kind: int) -> dict[str, Any]:
        every = self._commands.get(place.guild, []) if place.guild else []
        every = [*every, *self._commands.get(None, [])]
        for command in every:
            if command["name"] == name and command["type"] == kind:
                return command
        offered = ", ".join(one["name"] for one in every if one["type"] == kind) or "none"
        raise AssertionError(f"no command {name!r} is registered; there are: {offered}")

    def _command(
        self, place: Channel, name: str
    ) -> tuple[dict[str, Any], list[dict[str, Any]], list[tuple[str, int]]]:
        """A slash command, the options that it takes, and the way to its subcommand."""
        first, *rest = name.split()
        command = self._registered(place, first, SLASH)
        options, way = command.get("options") or [], []
        for step in rest:
            inner = {one["name"]: one for one in options if one["type"] in (SUBCOMMAND, GROUP)}
            if step not in inner:
                raise AssertionError(f"/{first} has no subcommand {step}")
            way.append((step, inner[step]["type"]))
            options = inner[step].get("options") or []
        return command, options, way

    def _value(
        self, option: dict[str, Any], value: Any, place: Channel, resolved: dict[str, Any]
    ) -> Any:
        choices = {one["name"]: one["value"] for one in option.get("choices") or []}
        if choices and value not in choices.values():
            if value not in choices:
                raise AssertionError(f"{value!r} is not among the choices {list(choices)}")
            return choices[value]
        kind = option["type"]
        if kind == ATTACHMENT:
            name, data = value
            file = self._world.file(name, data, place.id, ephemeral=True)
            resolved.setdefault("attachments", {})[str(file.id)] = self._payloads.file(file)
            return str(file.id)
        if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
            resolved |= self._entities(place, [int(value)])
            return str(value)
        if kind == STRING:
            _check_length(option, str(value))
            return str(value)
        return value

    def _place(self, person: int, channel: int) -> Channel:
        place = self._world.channels.get(channel)
        if place is None:
            raise AssertionError(f"there is no channel {channel}")
        guild = self._world.guilds.get(place.guild or 0)
        if guild is not None and person not in guild.members:
            raise AssertionError(f"{self._world.people[person].name} is not in {guild.name}")
        return place

    def _message(self, person: int, channel: int, message: int) -> Message:
        self._place(person, channel)
        found = self._world.find(channel, message)
        if found is None or found.whisper not in (None, person):
            raise AssertionError(f"there is no message {message} to use")
        return found

    def _new(self, kind: int, person: int, channel: int) -> Interaction:
        place = self._place(person, channel)
        return Interaction(self._world, kind, self._world.people[person], place)

    async def _send(self, act: Interaction, data: dict[str, Any]) -> Interaction:
        """Tell the bot and wait for its first answer."""
        self._interactions.add(act)
        place = act.channel
        allowed = self._world.bot_permissions(place)
        body: dict[str, Any] = {
            "id": str(act.id),
            "application_id": str(self._world.application),
            "type": act.type,
            "token": act.token,
            "version": 1,
            "data": data,
            "channel_id": str(place.id),
            "channel": self._payloads.partial_channel(place, allowed),
            "app_permissions": str(allowed),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(place.guild or 0)},
            "context": 0 if place.guild else 1,
            "attachment_size_limit": self._world.upload_limit(place),
            **self._payloads.acting(place, act.person),
        }
        if place.guild:
            about = {"id": str(place.guild), "locale": "en-US", "features": []}
            body |= {"guild_id": str(place.guild), "guild_locale": "en-US", "guild": about}
        if act.message is not None:
            body["message"] = self._payloads.message(act.message)
        self._gateway.emit("INTERACTION_CREATE", lambda intents: body)
        await act.wait()
        return act


def _nested(way: list[tuple[str, int]], options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for name, kind in reversed(way):
        options = [{"name": name, "type": kind, "options": options}]
    return options


def _check_length(option: dict[str, Any], value: str) -> None:
    if not option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000):
        raise AssertionError(f"the option {option['name']} does not take {len(value)} characters")


def _fill(one: Field, value: str | list[str] | None) -> str | list[str]:
    """What a field holds when the form is sent; what its screen would not take is an error."""
    if one.kind == components.TEXT_INPUT:
        text = one.value if value is None else str(value)
        if one.required and not text:
            raise AssertionError(f"the field {one.label!r} must be filled in")
        if text and not one.shortest <= len(text) <= one.longest:
            raise AssertionError(f"the field {one.label!r} does not take {len(text)} characters")
        return text
    wanted = list(one.chosen) if value is None else [value] if isinstance(value, str) else value
    chosen = [one.options.get(label, label) for label in wanted]
    if one.options and not set(chosen) <= set(one.options.values()):
        raise AssertionError(f"{one.label!r} offers {list(one.options)}, not {wanted}")
    if one.required and not chosen:
        raise AssertionError(f"something must be chosen in {one.label!r}")
    return chosen


def _sent(part: dict[str, Any], filled: dict[str, str | list[str]]) -> dict[str, Any]:
    """A part of a form as its submission carries it."""
    about: dict[str, Any] = {"type": part["type"], "id": part.get("id", 1)}
    if part["type"] == components.ROW:
        return about | {"components": [_sent(child, filled) for child in part["components"]]}
    if part["type"] == components.LABEL:
        return about | {"component": _sent(part["component"], filled)}
    if part["type"] == components.TEXT_DISPLAY:
        return about
    value = filled[part["custom_id"]]
    about["custom_id"] = part["custom_id"]
    sent: dict[int, dict[str, Any]] = {
        components.TEXT_INPUT: {"value": value},
        components.CHECKBOX: {"value": bool(value)},
        components.RADIO: {"value": value[0] if value else None},
    }
    return about | sent.get(int(part["type"]), {"values": value})
