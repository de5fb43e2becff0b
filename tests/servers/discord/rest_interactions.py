"""The routes by which the bot answers an interaction and goes on after it."""

from __future__ import annotations

from typing import Any

from tests.servers.discord import components, errors
from tests.servers.discord.errors import Problems
from tests.servers.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    FORM,
    Interaction,
    Interactions,
    read_modal,
)
from tests.servers.discord.payloads import Payloads
from tests.servers.discord.posting import Draft, Posting, is_ephemeral
from tests.servers.discord.rest import Answer, Asked
from tests.servers.discord.rest_application import SLASH, check_choices
from tests.servers.discord.world import (
    COMMAND_ANSWER,
    EPHEMERAL,
    LOADING,
    MENU_ANSWER,
    REPLY,
    Message,
    World,
)

PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
HOOK = "/webhooks/{app}/{token}"
HOOK_MESSAGE = HOOK + "/messages/{message}"


class InteractionRoutes:
    """Answers and follow-ups."""

    def __init__(
        self, world: World, payloads: Payloads, posting: Posting, interactions: Interactions
    ) -> None:
        self._world = world
        self._payloads = payloads
        self._posting = posting
        self._interactions = interactions
        self.table = [
            ("POST", "/interactions/{interaction}/{token}/callback", self.answer),
            ("POST", HOOK, self.follow),
            ("GET", HOOK_MESSAGE, self.get),
            ("PATCH", HOOK_MESSAGE, self.edit),
            ("DELETE", HOOK_MESSAGE, self.delete),
        ]

    async def answer(self, asked: Asked) -> Answer:
        """The first answer; there is one only, and it comes within three seconds."""
        interaction = self._interactions.to_answer(asked.id("interaction"), asked.path["token"])
        body = asked.json if isinstance(asked.json, dict) else {}
        kind, data = _kind(interaction, body.get("type")), body.get("data") or {}
        message = self._first(interaction, kind, data, asked)
        interaction.first = message
        interaction.accept({"type": kind, "data": body.get("data")})
        if asked.query.get("with_response") not in ("1", "true", "True"):
            return Answer(204)
        return Answer(200, self._told(interaction, kind, message))

    def _first(
        self, interaction: Interaction, kind: int, data: dict[str, Any], asked: Asked
    ) -> Message | None:
        """Do what an answer says; the message that it is about."""
        if kind in (MESSAGE, DEFER):
            return self._say(interaction, data, asked, waiting=kind == DEFER)
        if kind == UPDATE and interaction.message:
            self._posting.edit(interaction.message, data, asked.uploads)
        problems = Problems()
        if kind == CHOICES:
            check_choices(data.get("choices"), ("data", "choices"), problems)
        if kind == MODAL:
            components.check_form(data, problems)
        problems.refuse()
        if kind == MODAL:
            interaction.modal = read_modal(data, interaction)
        return interaction.message if kind in (UPDATE, DEFER_UPDATE) else None

    def _say(
        self, interaction: Interaction, data: dict[str, Any], asked: Asked, *, waiting: bool
    ) -> Message:
        private = is_ephemeral(data.get("flags"))
        # Of a deferred answer only the ephemeral flag counts.
        body = {} if waiting else data
        message = self._posting.write(
            Draft(
                interaction.channel,
                self._world.bot.id,
                body,
                {} if waiting else asked.uploads,
                type=_message_type(interaction),
                flags=(LOADING if waiting else 0) | (EPHEMERAL if private else 0),
                interaction=self._metadata(interaction),
                whisper=interaction.person.id if private else None,
            )
        )
        if interaction.message is not None:
            message.reference = {
                "type": 0,
                "message_id": str(interaction.message.id),
                "channel_id": str(interaction.channel.id),
            }
        return message

    def _metadata(self, interaction: Interaction) -> dict[str, Any]:
        found: dict[str, Any] = {
            "id": str(interaction.id),
            "type": interaction.type,
            "user": self._payloads.user(interaction.person),
            "authorizing_integration_owners": {"0": str(interaction.channel.guild or 0)},
        }
        if interaction.message is not None and interaction.type == COMPONENT:
            found["interacted_message_id"] = str(interaction.message.id)
        return found

    def _told(self, interaction: Interaction, kind: int, message: Message | None) -> dict[str, Any]:
        about: dict[str, Any] = {"id": str(interaction.id), "type": interaction.type}
        resource: dict[str, Any] = {"type": kind}
        if message is not None:
            about |= {
                "response_message_id": str(message.id),
                "response_message_loading": bool(message.flags & LOADING),
                "response_message_ephemeral": message.whisper is not None,
            }
        if message is not None and kind in (MESSAGE, UPDATE):
            resource["message"] = self._payloads.message(message)
        return {"interaction": about, "resource": resource}

    async def follow(self, asked: Asked) -> Answer:
        """A further message; while the first is deferred it takes that one's place."""
        interaction = self._token(asked)
        body = asked.json if isinstance(asked.json, dict) else {}
        first = interaction.first
        if first is not None and first.flags & LOADING:
            self._posting.edit(first, body, asked.uploads)
            return Answer(200, self._payloads.message(first))
        private = is_ephemeral(body.get("flags"))
        message = self._posting.write(
            Draft(
                interaction.channel,
                self._world.bot.id,
                body,
                asked.uploads,
                flags=EPHEMERAL if private else 0,
                interaction=self._metadata(interaction),
                whisper=interaction.person.id if private else None,
            )
        )
        interaction.later.append(message)
        return Answer(200, self._payloads.message(message))

    async def get(self, asked: Asked) -> Answer:
        return Answer(200, self._payloads.message(self._message(asked)))

    async def edit(self, asked: Asked) -> Answer:
        message = self._message(asked)
        self._posting.edit(message, asked.json or {}, asked.uploads)
        return Answer(200, self._payloads.message(message))

    async def delete(self, asked: Asked) -> Answer:
        message, interaction = self._message(asked), self._token(asked)
        self._posting.delete(message)
        interaction.later = [one for one in interaction.later if one is not message]
        if interaction.first is message:
            interaction.first = None
        return Answer(204)

    def _token(self, asked: Asked) -> Interaction:
        if asked.id("app") != self._world.application:
            raise errors.unknown("Webhook", 10015)
        return self._interactions.to_follow(asked.path["token"])

    def _message(self, asked: Asked) -> Message:
        interaction = self._token(asked)
        wanted = asked.path["message"]
        known = [one for one in (interaction.first, *interaction.later) if one]
        if wanted == "@original":
            known, wanted = known[:1] if interaction.first else [], ""
        for message in known:
            there = self._world.find(message.channel, message.id)
            if there is not None and wanted in ("", str(message.id)):
                return message
        raise errors.unknown_message()


def _kind(interaction: Interaction, kind: Any) -> int:
    """The type of an answer, if this interaction takes it."""
    allowed: tuple[int, ...] = {
        COMMAND: (MESSAGE, DEFER, MODAL),
        COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, MODAL),
        AUTOCOMPLETE: (CHOICES,),
        FORM: (MESSAGE, DEFER, *((DEFER_UPDATE, UPDATE) if interaction.message else ())),
    }[interaction.type]
    if kind not in allowed:
        problems = Problems()
        problems.choice(("type",), kind, allowed)
        problems.refuse()
    return int(kind)


def _message_type(interaction: Interaction) -> int:
    if interaction.type == COMMAND:
        slash = interaction.command.get("type", SLASH) == SLASH
        return COMMAND_ANSWER if slash else MENU_ANSWER
    return REPLY if interaction.message else 0
