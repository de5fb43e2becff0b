"""Clicks, choices, commands and shortcuts, and what becomes of their answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.servers.slack.answers import apply_submission, speak
from tests.servers.slack.forms import state_of
from tests.servers.slack.payloads import message_json, view_json
from tests.servers.slack.seen import buttons, options
from tests.servers.slack.workspace import Workspace
from tests.servers.slack.world import Json, Message, View


class Interacting(Workspace):
    """What a person does with buttons, menus, forms, commands and shortcuts."""

    async def click(
        self,
        person: str,
        message_ts: str,
        channel: str,
        *,
        action_id: str | None = None,
        label: str | None = None,
        value: str | None = None,
    ) -> None:
        """A person clicks a button of a message, found by its label, action or value."""
        message = _message(self, channel, message_ts)
        block, element = _button(_blocks(message), action_id, label, value)
        await _act(self, person, message, _pressed(block, element))

    async def select(
        self,
        person: str,
        message_ts: str,
        channel: str,
        *,
        label: str,
    ) -> None:
        """A person chooses an option of a menu, overflow or radio group by its text."""
        message = _message(self, channel, message_ts)
        await _act(self, person, message, _chosen(_blocks(message), label))

    async def press(
        self,
        person: str,
        view_id: str,
        *,
        action_id: str | None = None,
        label: str | None = None,
        value: str | None = None,
    ) -> None:
        """A person clicks a button of a modal or of the home tab."""
        view = _view(self, person, view_id)
        block, element = _button(view.blocks, action_id, label, value)
        await _act_in_view(self, person, view, _pressed(block, element))

    async def choose(
        self,
        person: str,
        view_id: str,
        *,
        label: str,
    ) -> None:
        """A person chooses an option in a modal or the home tab, outside of its inputs."""
        view = _view(self, person, view_id)
        await _act_in_view(self, person, view, _chosen(view.blocks, label))

    async def submit(
        self,
        person: str,
        view_id: str,
        values: Mapping[str, str | list[str]],
    ) -> dict[str, Any]:
        """A person submits a modal; gives the app's answer, such as its field errors.

        Args:
            person: who has the modal open.
            view_id: of the modal.
            values: by block id or by the label of the input; options by their text or value,
                several as a list. Inputs that are not named keep their initial value.

        Raises:
            AssertionError: when Slack itself would not let the form go, for want of a value or
                for a value that does not fit its input.
        """
        view = _view(self, person, view_id)
        payload = {
            "type": "view_submission",
            **_who(self, person),
            "view": {**view_json(view, self.world), "state": {"values": state_of(view, values)}},
            "response_urls": [],
        }
        answer = await self.delivery.ask("interactive", payload)
        assert answer is not None, "the submission was not acknowledged"
        assert answer.accepted, "the submission was refused"
        response: dict[str, Any] = answer.payload or {}
        apply_submission(self, view, response)
        return response

    async def close(self, person: str, view_id: str) -> None:
        """A person closes a modal without submitting it."""
        view = _view(self, person, view_id)
        self.world.modals.remove(view)
        if view.raw.get("notify_on_close"):
            payload = {"type": "view_closed", **_who(self, person), "is_cleared": False}
            payload["view"] = view_json(view, self.world)
            await self.delivery.ask("interactive", payload)

    async def slash(
        self,
        person: str,
        channel: str,
        command: str,
        text: str = "",
    ) -> None:
        """A person types a slash command; what the app answers at once is shown to them."""
        place = self.world.channels[channel]
        payload = {
            "token": "verification",
            "team_id": self.team,
            "team_domain": self.world.team_name.lower(),
            "channel_id": channel,
            "channel_name": place.name or "directmessage",
            "user_id": person,
            "user_name": self.world.people[person].name,
            "command": command,
            "text": text,
            "api_app_id": self.app_id,
            "is_enterprise_install": "false",
            "response_url": self.response_url(person, channel),
            "trigger_id": self.world.new_trigger(person),
        }
        answer = await self.delivery.ask("slash_commands", payload)
        if answer is not None and answer.payload:
            speak(self, person, channel, answer.payload, method="slash_command")

    async def shortcut(
        self,
        person: str,
        channel: str,
        message_ts: str,
        callback_id: str,
    ) -> None:
        """A person uses a message shortcut on a message."""
        message = self.world.messages[channel][message_ts]
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "action_ts": self.world.new_ts(),
            "message_ts": message_ts,
            "channel": {"id": channel, "name": self.world.channels[channel].name},
            "message": message_json(message, self.world, self.base_url),
            "response_url": self.response_url(person, channel),
            **_who(self, person),
        }
        await self.delivery.ask("interactive", payload)


def _who(server: Workspace, person: str) -> Json:
    name = server.world.people[person].name
    return {
        "user": {"id": person, "username": name, "name": name, "team_id": server.team},
        "team": {"id": server.team, "domain": server.world.team_name.lower()},
        "api_app_id": server.app_id,
        "token": "verification",
        "trigger_id": server.world.new_trigger(person),
        "enterprise": None,
        "is_enterprise_install": False,
    }


async def _act(server: Workspace, person: str, message: Message, action: Json) -> None:
    ephemeral = message.whisper_to is not None
    assert not ephemeral or person == message.whisper_to, "only one person sees this message"
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    name = server.world.channels[message.channel].name or "directmessage"
    payload = {
        "type": "block_actions",
        **_who(server, person),
        "container": container,
        "channel": {"id": message.channel, "name": name},
        "state": {"values": {}},
        "response_url": server.response_url(person, message.channel, message),
        "actions": [{**action, "action_ts": server.world.new_ts()}],
    }
    if not ephemeral:
        payload["message"] = message_json(message, server.world, server.base_url, metadata=True)
    await server.delivery.ask("interactive", payload)


async def _act_in_view(server: Workspace, person: str, view: View, action: Json) -> None:
    payload = {
        "type": "block_actions",
        **_who(server, person),
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(view, server.world),
        "actions": [{**action, "action_ts": server.world.new_ts()}],
    }
    await server.delivery.ask("interactive", payload)


def _message(server: Workspace, channel: str, ts: str) -> Message:
    found = server.world.message(channel, ts) or server.world.whisper(ts)
    assert found is not None, f"no message {ts} in {channel}"
    return found


def _blocks(message: Message) -> list[Json]:
    inner = [block for a in message.attachments for block in a.get("blocks") or []]
    return [*message.blocks, *inner]


def _view(server: Workspace, person: str, view_id: str) -> View:
    for view in [*server.world.modals, *server.world.homes.values()]:
        if view.id == view_id and view.person == person:
            return view
    raise AssertionError(f"{person} has no view {view_id} open")


def _button(
    blocks: list[Json], action_id: str | None, label: str | None, value: str | None
) -> tuple[Json, Json]:
    there = list(buttons(blocks))
    for text, block, element in there:
        fits = label is None or text == label
        fits = fits and (action_id is None or element.get("action_id") == action_id)
        if fits and (value is None or element.get("value") == value):
            return block, element
    shown = [(text, element.get("action_id")) for text, _, element in there]
    raise AssertionError(f"no button {label or action_id or value}; there are {json.dumps(shown)}")


def _pressed(block: Json, element: Json) -> Json:
    action = {
        "type": element["type"],
        "action_id": element.get("action_id", "generated"),
        "block_id": block.get("block_id", "generated"),
    }
    for name in ("text", "value", "style"):
        if element.get(name) is not None:
            action[name] = element[name]
    return action


def _chosen(blocks: list[Json], label: str) -> Json:
    there = list(options(blocks))
    for text, block, element, option in there:
        if text == label:
            many = element["type"].startswith("multi_") or element["type"] == "checkboxes"
            chosen = {"selected_options": [option]} if many else {"selected_option": option}
            return {
                "type": element["type"],
                "action_id": element.get("action_id", "generated"),
                "block_id": block.get("block_id", "generated"),
                **chosen,
            }
    raise AssertionError(f"no option {label}; there are {[text for text, *_ in there]}")
