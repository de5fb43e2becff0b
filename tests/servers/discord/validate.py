"""The rules for the body of a message, new or edited, and what mentions in it do."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tests.servers.discord import components
from tests.servers.discord.errors import Problems, Refused
from tests.servers.discord.world import COMPONENTS_V2, Channel, Guild, World

MOST_FILES, MOST_EMBEDS, MOST_EMBED_TEXT = 10, 10, 6000
EMBED_LIMITS = {"title": 256, "description": 4096}
MEDIA = ("image", "thumbnail")
ABSENT = object()


@dataclass(frozen=True)
class Mentions:
    """Whom a text names, and who is pinged by it."""

    users: list[int]
    roles: list[int]
    everyone: bool
    pinged: frozenset[int]


def check_body(body: Any, *, names: Collection[str], flags: int) -> None:
    """Refuse a message body; `names` are the files that it may refer to, `flags` its flags."""
    if not isinstance(body, dict):
        raise Refused(400, 50006, "Cannot send an empty message")
    problems = Problems()
    new_style = bool(flags & COMPONENTS_V2)
    if body.get("content") is not None:
        problems.text(("content",), body["content"], highest=2000)
    if body.get("embeds"):
        _check_embeds(body["embeds"], problems)
    if body.get("components"):
        components.check_message(body["components"], problems, new_style=new_style)
    if body.get("nonce") is not None:
        problems.text(("nonce",), str(body["nonce"]), highest=25)
    if new_style:
        _check_new_style(body, problems)
    _check_files(body.get("attachments"), problems)
    _check_allowed(body.get("allowed_mentions"), problems)
    _check_links(body, names, problems)
    problems.refuse()


def _check_new_style(body: dict[str, Any], problems: Problems) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            problems.add((key,), code, message)


def _check_embeds(embeds: Any, problems: Problems) -> None:
    for index, embed in enumerate(problems.items(("embeds",), embeds, highest=MOST_EMBEDS)):
        _check_embed(embed, ("embeds", index), problems)
    size = sum(embed_size(embed) for embed in embeds)
    if size > MOST_EMBED_TEXT:
        message = f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", message)


def embed_size(embed: dict[str, Any]) -> int:
    """The characters that count towards the limit of all embeds together."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(str(text).strip()) for text in texts if text)


def _check_embed(embed: dict[str, Any], at: tuple[str | int, ...], problems: Problems) -> None:
    for key, highest in EMBED_LIMITS.items():
        if embed.get(key) is not None:
            problems.text((*at, key), embed[key], highest=highest)
    if embed.get("footer"):
        problems.text((*at, "footer", "text"), embed["footer"].get("text"), highest=2048)
    if embed.get("author"):
        name = embed["author"].get("name")
        problems.text((*at, "author", "name"), name, lowest=1, highest=256)
    if embed.get("color") is not None:
        problems.number((*at, "color"), embed["color"], lowest=0, highest=0xFFFFFF)
    fields = embed.get("fields") or []
    for index, field in enumerate(problems.items((*at, "fields"), fields, highest=25)):
        where = (*at, "fields", index)
        problems.text((*where, "name"), field.get("name"), lowest=1, highest=256)
        problems.text((*where, "value"), field.get("value"), lowest=1, highest=1024)
    for key in MEDIA:
        _check_media((embed.get(key) or {}).get("url"), (*at, key, "url"), problems)
    if not _shows_something(embed):
        problems.add((*at, "description"), "BASE_TYPE_REQUIRED", "This field is required")


def _shows_something(embed: dict[str, Any]) -> bool:
    keys = ("title", "description", "fields", "footer", "author", *MEDIA)
    return any(embed.get(key) for key in keys)


def _check_media(url: Any, at: tuple[str | int, ...], problems: Problems) -> None:
    if url is None:
        return
    if str(url).partition("://")[0] not in ("http", "https", "attachment"):
        message = "Scheme must be one of ('http', 'https')."
        problems.add(at, "URL_TYPE_INVALID_SCHEME", message)


def _check_files(described: Any, problems: Problems) -> None:
    if not described:
        return
    at = "attachments"
    for index, one in enumerate(problems.items((at,), described, highest=MOST_FILES)):
        if one.get("description") is not None:
            problems.text((at, index, "description"), one["description"], highest=1024)


def _check_allowed(allowed: Any, problems: Problems) -> None:
    if not allowed:
        return
    at = "allowed_mentions"
    parse = allowed.get("parse") or []
    for index, one in enumerate(parse):
        if one not in ("roles", "users", "everyone"):
            problems.choice((at, "parse", index), one, ("roles", "users", "everyone"))
    for key in ("users", "roles"):
        listed = allowed.get(key) or []
        problems.items((at, key), listed, highest=100)
        if listed and key in parse:
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            problems.add((at,), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _check_links(body: dict[str, Any], names: Collection[str], problems: Problems) -> None:
    for where, name in _links(body):
        if name not in names:
            message = f'The referenced attachment "{name}" was not found in the message.'
            problems.add(where, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)


def _links(body: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Where a body refers to `attachment://name`."""
    found: list[tuple[tuple[str | int, ...], str]] = []

    def visit(node: Any, at: tuple[str | int, ...]) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, dict | list):
                visit(value, (*at, key))
            elif key in ("url", "icon_url") and str(value).startswith("attachment://"):
                found.append(((*at, key), value.removeprefix("attachment://")))

    for part in ("embeds", "components"):
        visit(body.get(part) or [], (part,))
    return found


def linked_names(body: dict[str, Any]) -> set[str]:
    """The names of the files that embeds or components show."""
    return {name for _, name in _links(body)}


def is_empty(body: dict[str, Any], files: int) -> bool:
    """Whether a message would show nothing at all."""
    shown = ("content", "embeds", "components", "sticker_ids", "poll")
    blank = not str(body.get("content") or "").strip()
    return not files and blank and not any(body.get(key) for key in shown[1:])


def mentions(
    world: World,
    channel: Channel,
    text: str,
    *,
    allowed: dict[str, Any] | None,
    replied: int | None,
) -> Mentions:
    """Whom a text names and pings; everybody here may ping everyone, so that it is noticed."""
    guild = world.guilds[channel.guild] if channel.guild else None
    people = guild.members if guild else {channel.person, world.bot.id}
    users = [int(one) for one in re.findall(r"<@!?(\d+)>", text) if int(one) in people]
    roles = [
        int(one) for one in re.findall(r"<@&(\d+)>", text) if guild and int(one) in guild.roles
    ]
    everyone = guild is not None and re.search(r"@(everyone|here)", text) is not None
    rule = _Allowed(allowed)
    pinged = {one for one in users if rule.lets("users", one)}
    if replied is not None and rule.lets_reply():
        users.append(replied)
        pinged.add(replied)
    named = [one for one in roles if rule.lets("roles", one)]
    for role in named:
        pinged |= _members(guild, role)
    everyone = everyone and rule.lets("everyone", 0)
    if everyone and guild is not None:
        pinged |= guild.members
    kept = [one for one in dict.fromkeys(users) if one in pinged]
    return Mentions(kept, named, everyone, frozenset(pinged))


def _members(guild: Guild | None, role: int) -> set[int]:
    return guild.roles[role].members if guild else set()


class _Allowed:
    """An `allowed_mentions` object; none at all lets everything through."""

    def __init__(self, given: dict[str, Any] | None) -> None:
        self._given = given

    def lets(self, kind: str, one: int) -> bool:
        if self._given is None or kind in (self._given.get("parse") or []):
            return True
        return str(one) in [str(listed) for listed in self._given.get(kind) or []]

    def lets_reply(self) -> bool:
        return self._given is None or bool(self._given.get("replied_user", False))
