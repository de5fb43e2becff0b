"""A reply as messages of Discord: a line that notifications show, cards, files and buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from bot.messages import Reply
from bot.platforms.discord import texts
from bot.platforms.discord.components import rows
from bot.platforms.discord.embeds import Card, Section, embed, joined, lay_out
from bot.platforms.discord.names import file_name
from bot.platforms.discord.parts import (
    PIECE,
    Attachment,
    Handed,
    Part,
    Scene,
    Small,
    Words,
    headline,
    parts,
)
from tools.outcome import Headline

__all__ = ["Attachment", "Post", "escape", "render"]

MARKS: Final = {"neutral": "", "good": "✅ ", "warning": "⚠️ ", "bad": "🔴 "}
CONTENT: Final = 2000
MOST_EMBEDS: Final = 10
MOST_FILES: Final = 10
EMBEDS: Final = 5940
"""Characters of all embeds of a message, without the mark at the end."""

_TITLE: Final = 256
_NOTHING: Final = "Nothing to show."
_Drawn: TypeAlias = tuple[Headline | None, list[Part]]
_NO_LINKS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Post:
    """One message as the API takes it; `attachments` are to be uploaded under their names."""

    content: str
    embeds: tuple[dict[str, Any], ...]
    components: tuple[dict[str, Any], ...]
    attachments: tuple[Attachment, ...]


def escape(text: str) -> str:
    """Text that Discord shows as it is: no markup, mention, emoji or link comes of it."""
    return texts.escape(text)


def render(reply: Reply, *, links: Mapping[str, str] = _NO_LINKS) -> tuple[Post, ...]:
    """The messages of a reply, one unless it exceeds what Discord takes.

    The content is the newest headline, as that is what notifications show; headlines before it
    are titles. To be found by after a crash, a message of a reply with an id tells it: by its
    buttons, or else as `ref <id>` at the end of its last embed.

    Args:
        reply: What to show.
        links: Addresses by blob, for what is handed over as a link instead of an attachment.
    """
    components, in_words = rows(reply)
    sections = _sections(reply, links)
    if in_words:
        told = [Words(text) for text in texts.fitted(in_words, PIECE, texts.escape)]
        sections[-1] = (sections[-1][0], [*sections[-1][1], *told])
    content, shown = _content(sections)
    cards = [card for section in shown for card in lay_out(section)]
    files = [part for _, found in sections for part in found if isinstance(part, Handed)]
    drafts = _drafts(cards, files)
    if not content and not cards and not files:
        content = "What next?" if components else _NOTHING
    return tuple(_posts(drafts, content, components, reply.id))


def _sections(reply: Reply, links: Mapping[str, str]) -> list[_Drawn]:
    """The headlines, each with what follows it; before the first one there is none."""
    heads = tuple(block.text for block in reply.blocks if isinstance(block, Headline))
    found: list[_Drawn] = [(None, [])]
    for index, block in enumerate(reply.blocks):
        if isinstance(block, Headline):
            found.append((block, []))
            continue
        later = reply.blocks[index + 1 :]
        found[-1][1].extend(
            part
            for part in parts(block, Scene(heads, links))
            if not (isinstance(part, Small) and block in later)
        )
    return found


def _content(sections: Sequence[_Drawn]) -> tuple[str, list[Section]]:
    """The content of the first message, and what is left for cards.

    Content is the words before any headline, the headlines that have nothing below them, and the
    last headline.
    """
    lines: list[Words] = []
    shown: list[Section] = []
    for index, (head, found) in enumerate(sections):
        words = list(headline(head)) if head else []
        alone = all(isinstance(part, Handed) for part in found)
        if head and (alone or index == len(sections) - 1):
            lines += _toned(head, words, close=bool(lines))
            shown.append(Section(head, "", found))
        elif head:
            shown.append(_titled(head, words, found))
        else:
            leading = _leading(found)
            lines += leading
            shown.append(Section(None, "", found[len(leading) :]))
    content, rest = _fill(lines)
    if rest:
        shown[0] = Section(shown[0].head, shown[0].title, [*rest, *shown[0].parts])
    return content, shown


def _toned(head: Headline, words: Sequence[Words], *, close: bool) -> Iterator[Words]:
    for index, each in enumerate(words):
        mark = "" if index else MARKS[head.tone]
        yield Words(f"{mark}{each.text}", close=close or index > 0)


def _titled(head: Headline, words: Sequence[Words], found: Sequence[Part]) -> Section:
    title = texts.named(texts.one_line(head.text))
    if texts.length(title) <= _TITLE:
        return Section(head, title, found)
    return Section(head, "", [*words, *found])


def _leading(found: Sequence[Part]) -> list[Words]:
    """The words before anything else; tables and code stay in cards."""
    leading: list[Words] = []
    for part in found:
        if not isinstance(part, Words) or part.long:
            break
        leading.append(part)
    return leading


def _fill(lines: Sequence[Words]) -> tuple[str, list[Words]]:
    """As much as the content of a message takes, and the rest."""
    content = ""
    for index, line in enumerate(lines):
        longer = joined(content, line)
        if texts.length(longer) > CONTENT:
            return content, list(lines[index:])
        content = longer
    return content, []


@dataclass(slots=True)
class _Draft:
    """A message in the making."""

    cards: list[Card] = field(default_factory=list)
    files: list[Handed] = field(default_factory=list)

    def takes(self, more: Card | Handed) -> bool:
        pictures = sum(card.picture is not None for card in self.cards)
        if isinstance(more, Handed):
            return pictures + len(self.files) < MOST_FILES
        size = sum(card.size for card in self.cards) + more.size
        return len(self.cards) < MOST_EMBEDS and size <= EMBEDS


def _drafts(cards: Iterable[Card], files: Iterable[Handed]) -> list[_Draft]:
    drafts = [_Draft()]
    every: list[Card | Handed] = [*cards, *files]
    for more in every:
        if not drafts[-1].takes(more):
            drafts.append(_Draft())
        if isinstance(more, Handed):
            drafts[-1].files.append(more)
        else:
            drafts[-1].cards.append(more)
    return drafts


def _posts(
    drafts: Sequence[_Draft], content: str, components: tuple[dict[str, Any], ...], reply_id: int
) -> Iterator[Post]:
    for index, draft in enumerate(drafts):
        below = components if index == len(drafts) - 1 else ()
        told = [f"{index + 1} of {len(drafts)}"] if len(drafts) > 1 else []
        told += [f"ref {reply_id}"] if reply_id > 0 and not below else []
        embeds, attachments = _drawn(draft, " · ".join(told))
        yield Post(content if index == 0 else "", embeds, below, attachments)


def _drawn(draft: _Draft, mark: str) -> tuple[tuple[dict[str, Any], ...], tuple[Attachment, ...]]:
    attachments: list[Attachment] = []
    embeds: list[dict[str, Any]] = []
    for index, card in enumerate(draft.cards):
        name = f"figure-{len(attachments) + 1}.png"
        if card.picture:
            attachments.append(Attachment(card.picture.blob, name, card.picture.alt, 0))
        ends = index == len(draft.cards) - 1
        embeds.append(embed(card, image=name, mark=mark if ends else ""))
    for file in draft.files:
        name = file_name(file.name, {each.name.casefold() for each in attachments})
        attachments.append(Attachment(file.blob, name, "", file.size))
    return tuple(embeds), tuple(attachments)
