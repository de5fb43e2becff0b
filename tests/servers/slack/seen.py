"""What a person sees: messages with their words, buttons and files, and open views."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.slack.words import readable, words_of, words_of_attachments
from tests.servers.slack.world import Json, Message

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace


@dataclass(frozen=True)
class Seen:
    """A message as a person has it on the screen.

    Attributes:
        thread: the root's timestamp, for replies.
        user: who wrote it.
        bot: whether the app wrote it.
        files: name and bytes of each file.
        buttons: labels of all buttons.
        menus: the texts of all options of menus.
        edits: how often it was edited.
        metadata: what the app attached to it, which people do not see.
        streaming: whether it is still being streamed.
    """

    channel: str
    ts: str
    thread: str | None
    user: str
    bot: bool
    text: str
    blocks: list[Json]
    attachments: list[Json]
    files: list[tuple[str, bytes]]
    buttons: list[str]
    menus: list[str]
    edits: int
    ephemeral: bool
    metadata: Json | None
    streaming: bool = False
    flags: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """All text that a person can read in it; text only where there are no blocks."""
        own = words_of(self.blocks) if self.blocks else readable(self.text)
        parts = [own, words_of_attachments(self.attachments), *(name for name, _ in self.files)]
        return "\n".join(part for part in parts if part)

    @property
    def links(self) -> list[str]:
        """Every web address in it, behind labels and buttons too."""
        raw = json.dumps([self.text, self.blocks, self.attachments], ensure_ascii=False)
        found = [address.replace("&amp;", "&") for address in ADDRESS.findall(raw)]
        return list(dict.fromkeys(found))

    @property
    def pinged(self) -> list[str]:
        """Whom it would notify: people, groups, `!channel` and the like; replies shall be inert."""
        raw = json.dumps([self.text, self.blocks, self.attachments], ensure_ascii=False)
        named = [f"@{user}" for user in re.findall(r'"(?:user_id|usergroup_id)": "(\w+)"', raw)]
        return PING.findall(raw) + named


ADDRESS = re.compile(r"https?://[^\s<>|\"\\)]+")
PING = re.compile(r"<([@!](?:U|W|subteam|here|channel|everyone)[^<>]*)>")


def seen(server: Workspace, message: Message) -> Seen:
    """The message as people see it."""
    blocks, attachments = list(message.blocks), list(message.attachments)
    everything = blocks + [b for a in attachments for b in a.get("blocks") or []]
    files = [server.world.files[identity] for identity in message.files]
    return Seen(
        channel=message.channel,
        ts=message.ts,
        thread=message.thread_ts if message.is_reply else None,
        user=message.user,
        bot=message.bot_id == server.world.bot_id,
        text=message.text,
        blocks=blocks,
        attachments=attachments,
        files=[(file.name, file.data) for file in files],
        buttons=[label for label, _, _ in buttons(everything)],
        menus=[text for text, _, _, _ in options(everything)],
        edits=message.edits,
        ephemeral=message.whisper_to is not None,
        metadata=message.metadata,
        streaming=message.streaming,
        flags=dict(message.flags),
    )


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each interactive element with the block that holds it."""
    for block in blocks:
        inner = [*_list(block.get("elements")), *_list(block.get("actions"))]
        for element in [block.get("accessory"), block.get("element"), *inner]:
            if isinstance(element, dict):
                yield block, element
        if block.get("type") == "carousel":
            yield from elements(block["elements"])


def buttons(blocks: list[Json]) -> Iterator[tuple[str, Json, Json]]:
    """Each button: its label, its block and the element."""
    for block, element in elements(blocks):
        if element.get("type") in {"button", "icon_button"}:
            yield element["text"]["text"], block, element
        elif element.get("type") == "feedback_buttons":
            for name in ("positive_button", "negative_button"):
                half = element[name]
                yield half["text"]["text"], block, {**element, "value": half["value"]}


def options(blocks: list[Json]) -> Iterator[tuple[str, Json, Json, Json]]:
    """Each option of each menu: its text, its block, the menu and the option."""
    for block, element in elements(blocks):
        groups = [group["options"] for group in element.get("option_groups") or []]
        for group in [element.get("options") or [], *groups]:
            for option in group:
                yield option["text"]["text"], block, element, option


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
