"""Interactions: what a person did, what the bot answered, and for how long it may."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord import components
from tests.servers.discord.errors import Refused
from tests.servers.discord.seen import Seen, see
from tests.servers.discord.world import Channel, Message, Person, World

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
ANSWER_S, TOKEN_S = 3.0, 15 * 60.0


@dataclass(frozen=True)
class Field:
    """A field of a form: how it is called, and what it takes."""

    custom_id: str
    label: str
    kind: int
    required: bool
    value: str
    placeholder: str
    description: str
    shortest: int
    longest: int
    options: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Modal:
    """A form that is open before a person."""

    custom_id: str
    title: str
    fields: list[Field]
    parts: list[dict[str, Any]]
    channel: int
    message: int | None

    @property
    def words(self) -> str:
        """All text of the form that can be read."""
        words = [self.title]
        for one in components.walk(self.parts):
            words += [one.get(key) or "" for key in ("label", "description", "content")]
        return "\n".join(word for word in words if word)


class Interaction:
    """One click, choice, command or form, and the bot's answer to it.

    Attributes:
        responded_ms: How long the first answer took; None while there is none.
        response: The answer's `type` and `data`; None while there is none.
        modal: The form that the answer opened.
    """

    def __init__(self, world: World, kind: int, person: Person, channel: Channel) -> None:
        self.id = world.new_id()
        self.token = secrets.token_urlsafe(24)
        self.type = kind
        self.person = person
        self.channel = channel
        self.message: Message | None = None
        self.command: dict[str, Any] = {}
        self.responded_ms: float | None = None
        self.response: dict[str, Any] | None = None
        self.modal: Modal | None = None
        self.answered = asyncio.Event()
        self.first: Message | None = None
        self.later: list[Message] = []
        self.overdue = False
        self.lapsed = False
        self._began = time.monotonic()

    @property
    def age_s(self) -> float:
        """Seconds since the person acted."""
        return time.monotonic() - self._began

    @property
    def expired(self) -> bool:
        """Whether the answer came too late, or the token is too old for more."""
        late = self.response is None and (self.overdue or self.age_s > ANSWER_S)
        return late or self.lapsed or self.age_s > TOKEN_S

    @property
    def original(self) -> Seen | None:
        """The message that is the answer, as it stands now."""
        return see(self.first) if self.first else None

    @property
    def followups(self) -> list[Seen]:
        """The messages that came after the answer, as they stand now."""
        return [see(message) for message in self.later]

    @property
    def words(self) -> str:
        """All text that the answer and what followed it say."""
        shown = [one for one in (self.original, *self.followups) if one]
        return "\n".join(one.words for one in shown if one.words)

    def accept(self, response: dict[str, Any]) -> None:
        """Take the first answer."""
        self.response = response
        self.responded_ms = self.age_s * 1000
        self.answered.set()

    async def wait(self) -> None:
        """Until the bot answers or three seconds are over."""
        left = ANSWER_S - self.age_s
        try:
            await asyncio.wait_for(self.answered.wait(), max(0.0, left))
        except TimeoutError:
            self.overdue = True


class Interactions:
    """All interactions, by id and by token."""

    def __init__(self) -> None:
        self._by_id: dict[int, Interaction] = {}

    def add(self, interaction: Interaction) -> None:
        """Remember one."""
        self._by_id[interaction.id] = interaction

    @property
    def all(self) -> list[Interaction]:
        """In the order in which they were made."""
        return list(self._by_id.values())

    def to_answer(self, number: int, token: str) -> Interaction:
        """The one that may get its first answer."""
        found = self._by_id.get(number)
        if found is None or found.token != token or found.lapsed:
            raise Refused(404, 10062, "Unknown interaction")
        if found.response is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if found.expired:
            raise Refused(404, 10062, "Unknown interaction")
        return found

    def to_follow(self, token: str) -> Interaction:
        """The one that was answered and whose token still works."""
        found = next((one for one in self._by_id.values() if one.token == token), None)
        if found is None:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if found.response is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if found.expired:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return found

    def expire(self) -> None:
        """Let all tokens be too old."""
        for interaction in self._by_id.values():
            interaction.lapsed = True


def read_modal(data: dict[str, Any], interaction: Interaction) -> Modal:
    """A form as the person sees it."""
    fields: list[Field] = []
    for part in data["components"]:
        if part["type"] == components.LABEL:
            fields.append(_field(part["component"], part))
        elif part["type"] == components.ROW:
            fields += [_field(child, child) for child in part["components"]]
    message = interaction.message.id if interaction.message else None
    return Modal(
        data["custom_id"],
        data["title"],
        fields,
        data["components"],
        interaction.channel.id,
        message,
    )


def _field(part: dict[str, Any], around: dict[str, Any]) -> Field:
    options = part.get("options") or []
    return Field(
        part["custom_id"],
        around.get("label", ""),
        part["type"],
        part.get("required", part["type"] != components.CHECKBOX),
        part.get("value") or "",
        part.get("placeholder") or "",
        around.get("description") or "",
        _or(part.get("min_length", part.get("min_values")), 0),
        _or(part.get("max_length", part.get("max_values")), 4000 if not options else 1),
        {option["label"]: option["value"] for option in options},
        tuple(option["value"] for option in options if option.get("default")),
    )


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
