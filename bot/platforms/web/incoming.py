"""What people send, as events that are kept and as messages for the assistant."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import available_timezones

from pydantic import TypeAdapter

from bot.messages import IncomingFile, IncomingMessage, Press
from bot.platforms.web.errors import bad_request
from bot.platforms.web.guard import Visitor
from bot.platforms.web.tokens import NAME, Person
from storage.catalog.records import Actor, Address, Json

LONGEST_TEXT: Final = 8000
SAMPLE: Final = "load the sample data"

_KEY: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,127}")
_MENTION: Final = re.compile(r"(?<![\w@./])@([A-Za-z0-9][\w.+-]{0,63}(?:@[\w-]+(?:\.[\w-]+)+)?)")
_MOST_VALUES: Final = 100


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a message: its name as it was sent, and its digest in the store."""

    name: str
    blob: str


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said or pressed; kept before it is acknowledged.

    Attributes:
        id: Of this event, for ever.
        text: The words, or what the pressed button says.
        groups: The person's groups at that moment.
    """

    id: str
    address: Address
    actor: Actor
    text: str = ""
    files: tuple[Attached, ...] = ()
    press: Press | None = None
    timezone: str = ""
    groups: tuple[str, ...] = ()


_SAID: TypeAdapter[Said] = TypeAdapter(Said)


def dump_said(said: Said) -> Json:
    """As JSON values."""
    return _SAID.dump_python(said, mode="json")  # type: ignore[no-any-return]


def load_said(event: Json) -> Said:
    """The reverse of `dump_said`."""
    return _SAID.validate_python(event)


def event_id(visitor: Visitor, key: str | None) -> str:
    """The id of what somebody sends: the same for their same key in the same channel.

    Raises:
        Refusal: The key cannot be one.
    """
    if key is None:
        return secrets.token_hex(12)
    if not _KEY.fullmatch(key):
        raise bad_request("An Idempotency-Key has 1 to 128 printable characters.")
    parts = "\n".join((str(visitor.scope), visitor.person.id, key))
    return hashlib.sha256(parts.encode()).hexdigest()[:24]


def place_of(visitor: Visitor, thread: str, event: str) -> Address:
    """Where something is said: in the named thread, else in one that it opens."""
    return visitor.address(thread or f"t-{event[:16]}")


def said_of(
    visitor: Visitor,
    fields: Mapping[str, Any],
    *,
    event: str,
    files: Sequence[Attached] = (),
) -> Said:
    """What somebody says, from the fields of their request.

    Raises:
        Refusal: A field cannot be read.
    """
    text, thread, zone = (_text(fields, name) for name in ("text", "thread", "timezone"))
    if len(text) > LONGEST_TEXT:
        raise bad_request(f"A message has at most {LONGEST_TEXT:,} characters; attach a file.")
    if zone and zone not in available_timezones():
        raise bad_request("The timezone is none of the IANA database, such as Europe/London.")
    return Said(
        event,
        place_of(visitor, thread, event),
        visitor.actor,
        text.strip(),
        tuple(files),
        timezone=zone,
        groups=visitor.person.groups,
    )


def press_of(fields: Mapping[str, Any]) -> Press:
    """A click, from the fields of a request.

    Raises:
        Refusal: A field is missing or of another type.
    """
    reply, index = (_count(fields, name) for name in ("reply", "index"))
    values = fields.get("values")
    if values is None:
        return Press(reply, index)
    if not isinstance(values, dict) or len(values) > _MOST_VALUES:
        raise bad_request("`values` is an object: what was filled in, by field name.")
    return Press(reply, index, {str(name): _value(name, each) for name, each in values.items()})


def person_of(said: Said) -> Person:
    """Who said it, with the groups they had at that moment."""
    workspace, user = said.actor.id.split("/", 2)[1:]
    return Person(workspace, user, said.actor.name, said.groups)


def message_of(said: Said, files: Sequence[IncomingFile]) -> IncomingMessage:
    """The same for the assistant."""
    workspace = said.address.scope.workspace
    mentioned = () if said.press else _MENTION.findall(said.text)
    return IncomingMessage(
        event_id=f"{NAME}:{said.id}",
        address=said.address,
        actor=said.actor,
        text="" if said.press else said.text,
        files=tuple(files),
        press=said.press,
        timezone=said.timezone,
        people={f"@{user}": f"{NAME}/{workspace}/{user.lower()}" for user in mentioned},
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise bad_request(f"`{name}` is a text.")
    return value


def _count(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise bad_request(f"`{name}` is a whole number.")
    return value


def _value(name: object, value: object) -> str | tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise bad_request(f"The value of {name!r} is a text, a number or a list of texts.")
    return value
