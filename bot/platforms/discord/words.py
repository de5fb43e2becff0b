"""The text of a message without Discord's marks: whom it names, and what it says to us."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tools.cards import shown

_MENTION: Final = re.compile(r"<@(?P<kind>[!&]?)(?P<id>\d+)>")
_CHANNEL: Final = re.compile(r"<#(\d+)>")
_EMOJI: Final = re.compile(r"<a?(:\w+:)\d+>")
_COMMAND: Final = re.compile(r"</([^:>]+):\d+>")
_PLAIN: Final = re.compile(r"[\w.-]+")
_ODD: Final = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Us:
    """How the assistant is mentioned: as an account, or by the role it was given."""

    user: str
    role: str = ""

    def is_meant(self, mention: re.Match[str]) -> bool:
        """Whether a mention in a text is of the assistant."""
        return mention["id"] == (self.role if mention["kind"] == "&" else self.user)


@dataclass(frozen=True, slots=True)
class Words:
    """A text as people read it, and the ids of those it names, by `@name`."""

    text: str
    people: Mapping[str, str]


def name_of(user: Mapping[str, Any], member: Mapping[str, Any] | None = None) -> str:
    """What a person is called in a server, or everywhere."""
    given = (member or {}).get("nick") or user.get("global_name") or user.get("username")
    return shown(given or "somebody")


def mentions_us(content: str, us: Us) -> bool:
    """Whether the text has a mention of the assistant."""
    return any(us.is_meant(found) for found in _MENTION.finditer(content))


def starts_with_others(content: str, us: Us) -> bool:
    """Whether the text begins by addressing somebody else."""
    first = _MENTION.match(content.lstrip())
    return first is not None and not us.is_meant(first)


def read(
    content: str,
    us: Us,
    *,
    mentioned: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    workspace: str,
) -> Words:
    """Take out mentions of the assistant; write all others as names.

    Args:
        content: As Discord gives it.
        us: Whose mentions to take out.
        mentioned: The people that the message names, as Discord's user objects.
        names: What roles (`&id`) and channels (`#id`) are called, where that is known.
        workspace: The server's id, or "dm".
    """
    users = {str(user["id"]): user for user in mentioned}
    people: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        if us.is_meant(found):
            return " "
        number = found["id"]
        if found["kind"] == "&":
            called, subject = names.get(f"&{number}", ""), f"group:{number}"
        else:
            called, subject = _handle(users.get(number, {})), number
        return _note(people, called or number, f"discord/{workspace}/{subject}")

    text = _MENTION.sub(name, content)
    text = _CHANNEL.sub(lambda found: f"#{names.get(f'#{found[1]}') or 'channel'}", text)
    text = _COMMAND.sub(r"/\1", _EMOJI.sub(r"\1", text))
    lines = (" ".join(line.split(" ")) for line in text.splitlines())
    return Words("\n".join(_tight(line) for line in lines).strip().lstrip(",: \n"), people)


def _tight(line: str) -> str:
    return re.sub(r" {2,}", " ", line).strip()


def _handle(user: Mapping[str, Any]) -> str:
    """One word for a person: the name that is seen if it is one, else the account's."""
    seen = name_of(user, user.get("member")) if user else ""
    return seen if _PLAIN.fullmatch(seen) else str(user.get("username") or "")


def _note(people: dict[str, str], called: str, subject: str) -> str:
    """The `@name` for somebody; two of one name are told apart."""
    name = f"@{_ODD.sub('-', shown(called)).strip('-') or 'somebody'}"
    tail = subject.rpartition("/")[2].removeprefix("group:")
    if people.get(name, subject) != subject:
        name = f"{name}-{tail[-4:]}"
    people[name] = subject
    return name
