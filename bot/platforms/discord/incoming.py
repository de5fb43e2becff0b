"""What the gateway tells, as events that are kept, and what an event means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.messages import Press
from bot.platforms.discord import commands
from bot.platforms.discord.modals import filled
from bot.platforms.discord.names import parse_press
from bot.platforms.discord.places import Place, place_of
from bot.platforms.discord.words import Us, mentions_us, name_of, read, starts_with_others
from storage.catalog.records import Actor, Address, Json, Scope

DEFAULT, REPLY = 0, 19
COMMAND, COMPONENT, COMPLETE, FORM = 2, 3, 4, 5
SAY, LATER, LATER_HERE, OFFER, OPEN_FORM = 4, 5, 6, 8, 9
HAS_THREAD, EPHEMERAL = 1 << 5, 1 << 6

_MESSAGE: Final = (
    "id",
    "channel_id",
    "type",
    "author",
    "member",
    "content",
    "attachments",
    "mentions",
    "mention_roles",
    "message_reference",
    "flags",
    "webhook_id",
)
_TOLD: Final = (
    "content",
    "attachments",
    "embeds",
    "components",
    "sticker_items",
    "poll",
    "activity",
    "message_snapshots",
)
_INTERACTION: Final = ("id", "application_id", "type", "token", "data", "member", "user")


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as Discord describes it; `message` is the one that it hangs on."""

    id: str
    name: str
    size: int
    url: str
    media_type: str
    message: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, clicked, chose or sent.

    Attributes:
        key: Unique per event.
        opens: The answer's thread begins with it.
        title: What a thread that is opened for it may be called.
        token: Of the interaction, where it was one: answers for one person go through it.
        source: What it was.
        message: Id of the message that was written, or that is to be used.
        whole: Whether the message was read from the history, so that no file can be missing.
    """

    key: str
    source: Literal["message", "press", "form", "command", "shortcut"]
    place: Place
    address: Address
    actor: Actor
    text: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attached, ...] = ()
    press: Press | None = None
    opens: bool = False
    private: bool = False
    title: str = ""
    token: str = ""
    message: str = ""
    whole: bool = True


def link_of(said: Said) -> str:
    """Where people find the message; "" where nothing was written."""
    guild = "@me" if said.place.kind == "direct" else said.address.scope.workspace
    place = f"https://discord.com/channels/{guild}/{said.place.id}"
    return f"{place}/{said.message}" if said.source == "message" and said.message else ""


# -- messages ------------------------------------------------------------------------------------


def concerns(data: Json, place: Place, us: Us) -> Literal["us", "perhaps", "nobody"]:
    """Whether a message is for the assistant; `perhaps`: if it takes part in the thread."""
    author, replied = data.get("author") or {}, data.get("referenced_message") or {}
    if author.get("bot") or data.get("webhook_id") or data.get("type") not in (DEFAULT, REPLY):
        return "nobody"
    if place.kind == "direct" or _names_us(data, us):
        return "us"
    to = str((replied.get("author") or {}).get("id") or "")
    if to == us.user:
        return "us"
    to_others = to not in ("", str(author.get("id")))
    if place.kind != "thread" or to_others or starts_with_others(str(data.get("content")), us):
        return "nobody"
    return "perhaps"


def is_withheld(data: Json, place: Place) -> bool:
    """Whether a message of a person came without its content: the intent is not there."""
    person = not (data.get("author") or {}).get("bot") and not data.get("webhook_id")
    plain = data.get("type") in (DEFAULT, REPLY)
    return person and plain and place.kind != "direct" and not any(data.get(key) for key in _TOLD)


def keep_message(
    data: Json, place: Place, us: Us, *, names: Mapping[str, str], whole: bool
) -> Json:
    """The event of a message: what is needed to answer it, and no more."""
    message = _trimmed(data)
    if data.get("referenced_message"):
        message["referenced_message"] = _trimmed(data["referenced_message"])
    if forwarded := _forwarded(data):
        message["attachments"] = [*message.get("attachments", []), *forwarded]
    return {
        "kind": "message",
        "message": message,
        "place": _dump_place(place),
        "us": [us.user, us.role],
        "names": dict(names),
        "whole": whole,
    }


def named_ids(data: Json) -> tuple[list[str], list[str]]:
    """Ids of the roles and of the channels that a message names."""
    channels = [part.partition(">")[0] for part in str(data.get("content")).split("<#")[1:]]
    roles = [str(role) for role in data.get("mention_roles") or []]
    return roles, [one for one in channels if one.isdecimal()]


def said(event: Json) -> Said:
    """What a kept message says."""
    message, place, us = event["message"], _load_place(event["place"]), Us(*event["us"])
    scope, author, number = place.scope, message["author"], str(message["id"])
    words = read(
        str(message.get("content") or ""),
        us,
        mentioned=message.get("mentions") or [],
        names=event["names"],
        workspace=scope.workspace,
    )
    replied = message.get("referenced_message") or {}
    own = _files(message)
    thread = _thread_of(replied, us) if place.kind in ("channel", "flat") else ""
    return Said(
        key=number,
        source="message",
        place=place,
        address=Address(scope, thread) if thread else place.address(number),
        actor=_actor(scope, author, message.get("member")),
        text=words.text,
        people=words.people,
        files=own or (_files(replied) if _is_of_others(replied, us) else ()),
        opens=place.kind == "channel" and not thread,
        title=words.text,
        message=number,
        whole=bool(event["whole"]),
    )


def _names_us(data: Json, us: Us) -> bool:
    named = {str(user.get("id")) for user in data.get("mentions") or []}
    return us.user in named or mentions_us(str(data.get("content")), us)


def _thread_of(replied: Json, us: Us) -> str:
    """The thread of the message that is replied to, where it is one of ours that has one.

    Where no thread could be opened, our messages themselves reply to the one that asked.
    """
    if not replied or _is_of_others(replied, us):
        return ""
    if int(replied.get("flags") or 0) & HAS_THREAD:
        return str(replied["id"])
    return str((replied.get("message_reference") or {}).get("message_id") or "")


def _is_of_others(message: Json, us: Us) -> bool:
    return str((message.get("author") or {}).get("id")) != us.user


def _trimmed(data: Json) -> Json:
    return {key: data[key] for key in _MESSAGE if key in data}


def _forwarded(data: Json) -> list[Json]:
    parts = data.get("message_snapshots") or []
    return [one for part in parts for one in (part.get("message") or {}).get("attachments") or []]


def _files(message: Json) -> tuple[Attached, ...]:
    return tuple(
        Attached(
            id=str(one["id"]),
            name=str(one.get("filename") or "file"),
            size=int(one.get("size") or 0),
            url=str(one.get("url") or ""),
            media_type=str(one.get("content_type") or ""),
            message=str(message.get("id") or ""),
        )
        for one in message.get("attachments") or []
    )


def files_of(message: Json) -> tuple[Attached, ...]:
    """The attachments of a message that was read from the history, forwarded ones too."""
    return _files(
        {**message, "attachments": [*message.get("attachments", []), *_forwarded(message)]}
    )


# -- interactions --------------------------------------------------------------------------------


def keep_interaction(data: Json) -> Json:
    """The event of an interaction: what is needed to answer it, and no more."""
    event: Json = {key: data[key] for key in _INTERACTION if key in data}
    message = data.get("message") or {}
    if message:
        event["message"] = {
            "id": message.get("id"),
            "flags": message.get("flags", 0),
            "message_reference": message.get("message_reference"),
        }
    return {"kind": "interaction", "interaction": event}


def acknowledgement(data: Json) -> Json:
    """The first answer to an interaction that is dealt with in a moment."""
    if data["type"] == COMPONENT or (data["type"] == FORM and data.get("message")):
        return {"type": LATER_HERE}
    order = commands.understood(data.get("data") or {}) if data["type"] == COMMAND else None
    public = order is not None and not order.private
    return {"type": LATER, **({} if public else {"data": {"flags": EPHEMERAL}})}


def waits(data: Json) -> bool:
    """Whether an acknowledged interaction shows that its answer is still to come."""
    return bool(acknowledgement(data)["type"] == LATER)


def place_in(data: Json) -> Place | None:
    """Where an interaction happened, as far as it tells itself."""
    channel, guild = data.get("channel") or {}, str(data.get("guild_id") or "")
    if not guild:
        return Place(str(data.get("channel_id") or channel.get("id")), "direct")
    return place_of(channel, guild) if channel.get("id") else None


def with_place(event: Json, place: Place) -> Json:
    """The event, which now tells where it happened."""
    return {**event, "place": _dump_place(place)}


def asked(event: Json) -> Said | None:
    """What an interaction asks; None for one that asks nothing of us."""
    data, place = event["interaction"], _load_place(event["place"])
    body = data.get("data") or {}
    if data["type"] == COMMAND:
        return _command(data, body, place)
    press = _press(data["type"], body)
    if press is None:
        return None
    message = data.get("message") or {}
    hidden = bool(int(message.get("flags") or 0) & EPHEMERAL)
    return Said(
        key=str(data["id"]),
        source="press" if data["type"] == COMPONENT else "form",
        place=place,
        address=_pressed_at(place, message, hidden=hidden),
        actor=_person(data, place.scope),
        press=press,
        private=hidden,
        token=str(data["token"]),
    )


def _command(data: Json, body: Json, place: Place) -> Said | None:
    scope, number = place.scope, str(data["id"])
    at = Address(scope, place.id if place.kind == "thread" else "")
    actor, token = _person(data, scope), str(data["token"])
    if body.get("type") == commands.MESSAGE_MENU:
        target = str(body.get("target_id"))
        message = ((body.get("resolved") or {}).get("messages") or {}).get(target) or {}
        return Said(
            key=number,
            source="shortcut",
            place=place,
            address=place.address(target),
            actor=actor,
            files=files_of({**message, "id": target}),
            opens=place.kind == "channel",
            title=str(message.get("content") or ""),
            token=token,
            message=target,
            whole=False,
        )
    order = commands.understood(body)
    if order is None:
        return None
    text, private = order.text, order.private
    return Said(number, "command", place, at, actor, text, private=private, title=text, token=token)


def _press(kind: int, body: Json) -> Press | None:
    """Which button was meant; None for one that is not ours."""
    values = body.get("values") or []
    text = str(values[0]) if kind == COMPONENT and values else str(body.get("custom_id") or "")
    press = parse_press(text)
    if press is None or kind == COMPONENT:
        return press
    return Press(press.reply_id, press.index, filled(body))


def _pressed_at(place: Place, message: Json, *, hidden: bool) -> Address:
    """Where the work of a button goes: where its card is, in a channel to the card's thread."""
    if hidden:
        return Address(place.scope, place.id if place.kind == "thread" else "")
    before = (message.get("message_reference") or {}).get("message_id")
    return place.address(str(before or message.get("id") or ""))


def _person(data: Json, scope: Scope) -> Actor:
    member = data.get("member") or {}
    return _actor(scope, member.get("user") or data.get("user") or {}, member)


# -- both ----------------------------------------------------------------------------------------


def _actor(scope: Scope, user: Json, member: Json | None) -> Actor:
    return Actor(f"discord/{scope.workspace}/{user.get('id')}", name_of(user, member))


def _dump_place(place: Place) -> list[str]:
    return [place.id, place.kind, place.guild, place.parent]


def _load_place(value: list[str]) -> Place:
    number, kind, guild, parent = value
    return Place(number, kind, guild, parent)  # type: ignore[arg-type]  # as it was dumped
