"""Slack's marked-up text as a person meant it: names, links and entities in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Final

from bot.platforms.slack.incoming import Me
from tools.cards import shown

_MARK: Final = re.compile(r"<([^<>\s][^<>]*)>")
_USER: Final = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_GROUP: Final = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|[^<>]*)?>")
_ANYBODY: Final = re.compile(r"<(?:@[A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^<>]*)?>")
_GREETING: Final = re.compile(
    r"(?:\W|\b(?:hi|hey|hello|hallo|ok|okay|thanks|thx|thank you|and|so|cc|fyi|re|dear)\b)*", re.I
)
_AT_THE_END: Final = re.compile(r"(?:,|\b(?:cc|fyi|thanks|thx|thank you)\b,?)\s*\Z", re.I)
_LEFT_OVER: Final = re.compile(r"^[\s,:;–-]+")


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named in a text: ids of users and of groups, in order."""

    users: tuple[str, ...]
    groups: tuple[str, ...]


def named(text: str, me: Me) -> Named:
    """The people and groups that a text names, the assistant aside."""
    users = dict.fromkeys(_USER.findall(text))
    users.pop(me.user, None)
    return Named(tuple(users), tuple(dict.fromkeys(_GROUP.findall(text))))


def for_another(text: str, me: Me) -> bool:
    """Whether a text talks to somebody else: it begins with their name, or ends in calling them.

    "@alice can you deploy it?" does, "make @dana an approver here" does not.
    """
    if f"<@{me.user}" in text:
        return False
    calls = list(_ANYBODY.finditer(text))
    if not calls:
        return False
    first, last = calls[0], calls[-1]
    if _GREETING.fullmatch(text[: first.start()]):
        return True
    rest = text[last.end() :].strip(" .!")
    asked = rest.startswith("?") and not rest.strip("? ")
    called = bool(_AT_THE_END.search(text[: last.start()])) and not rest.strip("? ")
    return called or (asked and not text[: last.start()].rstrip().lower().endswith(_OF))


_OF: Final = (" is", " of", " from", " by", " for", " to", " did", " does", " has", " as", " can")


def plain(text: str, me: Me, names: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """A text without markup, and whom its `@names` stand for.

    Args:
        text: As Slack sends it.
        me: Whose own mention is taken out.
        names: What users and groups are called, by their bare ids.

    Two people of one name are told apart by their ids: `@dana` and `@dana-U2`.
    """
    people: dict[str, str] = {}

    def name(id_: str, full: str) -> str:
        called = "@" + (shown(names.get(id_, "")).lstrip("@") or id_)
        if people.get(called, full) != full:
            called = f"{called}-{id_}"
        people[called] = full
        return called

    words = _MARK.sub(lambda mark: _said(mark.group(1), me, name), text)
    return _LEFT_OVER.sub("", unescape(words)).strip(), people


def _said(mark: str, me: Me, name: Callable[[str, str], str]) -> str:
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        user = target[1:]
        return "" if user == me.user else name(user, me.person(user))
    if target.startswith("!subteam^"):
        group = target.removeprefix("!subteam^")
        return name(group, me.group(group))
    if target.startswith("!"):
        return label or "@" + target[1:].partition("^")[0]
    if target.startswith("#"):
        return "#" + (label or target[1:])
    return _link(target, label)


def _link(address: str, label: str) -> str:
    """What was typed: Slack makes links of much that only looks like one (`price.in`)."""
    if not label or label == address:
        return address.removeprefix("mailto:").removeprefix("tel:")
    bare = {address.removeprefix(scheme) for scheme in ("http://", "mailto:", "tel:")}
    return label if label in bare else f"{label} ({address})"
