"""What a person sees: messages with their words, buttons and files, as they stand now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers.discord import components, validate
from tests.servers.discord.world import (
    COMPONENTS_V2,
    LOADING,
    SUPPRESS_EMBEDS,
    Message,
)


@dataclass(frozen=True)
class Seen:
    """A message on the screen; `author` is a person's id, `thread` that of the one it began.

    Attributes:
        files: Name and content of what can be downloaded or looked at.
        buttons: The labels of the enabled buttons, links too.
        edits: How often it has been edited.
        loading: Whether it says that the bot is thinking.
        pinged: Whom it pinged.
    """

    id: int
    channel: int
    author: int
    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    files: list[tuple[str, bytes]]
    buttons: list[str]
    edits: int
    nonce: str | int | None
    reference: int | None
    thread: int | None
    loading: bool
    pinged: frozenset[int]
    reactions: list[str]

    @property
    def words(self) -> str:
        """All text that can be read, in its order; labels of buttons are not in it."""
        parts = [self.content]
        for embed in self.embeds:
            parts += _embed_words(embed)
        for one in components.walk(self.components):
            if one.get("type") == components.TEXT_DISPLAY:
                parts.append(str(one["content"]))
        return "\n".join(part for part in parts if part)

    @property
    def options(self) -> list[str]:
        """The labels in the enabled menus."""
        menus = [one for one in components.walk(self.components) if one.get("options")]
        return [
            option["label"]
            for menu in menus
            if not menu.get("disabled")
            for option in menu["options"]
        ]


def see(message: Message) -> Seen:
    """A message as it is now."""
    hidden = bool(message.flags & SUPPRESS_EMBEDS)
    reference = (message.reference or {}).get("message_id")
    return Seen(
        message.id,
        message.channel,
        message.author,
        message.content,
        [] if hidden else message.embeds,
        message.components,
        _files(message),
        [label(one) for one in buttons(message.components)],
        message.edits,
        message.nonce,
        None if reference is None else int(reference),
        message.thread,
        bool(message.flags & LOADING),
        message.pinged,
        list(message.reactions),
    )


def buttons(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The enabled buttons."""
    found = [one for one in components.walk(parts) if one.get("type") == components.BUTTON]
    return [one for one in found if not one.get("disabled")]


def label(button: dict[str, Any]) -> str:
    """What is written on a button; its emoji when nothing is."""
    return button.get("label") or (button.get("emoji") or {}).get("name") or ""


def _files(message: Message) -> list[tuple[str, bytes]]:
    shown = message.files
    if message.flags & COMPONENTS_V2:
        # With the new components an upload shows only where a component names it.
        named = validate.linked_names({"components": message.components})
        shown = [file for file in shown if file.name in named]
    return [(file.name, file.data) for file in shown]


def _embed_words(embed: dict[str, Any]) -> list[str]:
    words = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    for field in embed.get("fields") or []:
        words += [field.get("name"), field.get("value")]
    words.append((embed.get("footer") or {}).get("text"))
    return [str(word) for word in words if word]
