"""One block of a reply as the parts that a message of Discord is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from bot.messages import ApprovalPrompt, Choices, Draft, Progress, ReplyBlock
from bot.platforms.discord.tables import fenced, table
from bot.platforms.discord.texts import (
    NOTHING,
    bar,
    bold,
    escape,
    fitted,
    length,
    link,
    marked,
    named,
    one_line,
    plain,
    small,
)
from tools.cards import number
from tools.outcome import (
    Code,
    Fact,
    Facts,
    Figure,
    File,
    Headline,
    NextSteps,
    Receipt,
    Table,
    Text,
    Warnings,
)

PIECE: Final = 1900
"""Characters of one part, so that any part fits into the content of a message."""

NARROW: Final = 60
"""Characters of a fact that stands beside others; a longer one has a line of its own."""

_NAME, _VALUE, _FOOTER, _ALT = 256, 1024, 400, 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A blob to hand over under a name; `size` in bytes, 0 where it is not known."""

    blob: str
    name: str
    alt: str
    size: int


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of a card.

    Attributes:
        text: Escaped, within PIECE.
        close: It belongs to the one before, without a blank line between.
        long: It is to be read at leisure, so it never comes before facts or a picture.
    """

    text: str
    close: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact, escaped and within the limits of a field."""

    name: str
    value: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, named when its message is put together."""

    blob: str
    alt: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A file beside the card."""

    blob: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Small:
    """Small print below a card: a line without markup."""

    text: str


Part: TypeAlias = Words | Pair | Picture | Handed | Small


@dataclass(frozen=True, slots=True)
class Scene:
    """What a block is drawn with: what the card's headlines say, and links by blob."""

    headlines: tuple[str, ...]
    links: Mapping[str, str]


def parts(block: ReplyBlock, scene: Scene) -> Iterator[Part]:  # noqa: C901, PLR0912 - one case a block
    """The block in Discord's terms; nothing of it is lost, and each part is within the limits."""
    match block:
        case Headline():
            yield from headline(block)
        case Text():
            yield from _paragraphs(block.text, marked)
        case Draft():
            yield from _paragraphs(f"{block.text} …".lstrip(), marked)
        case Facts():
            for fact in block.items:
                yield from _fact(fact)
        case Table():
            yield from _table(block)
        case Figure():
            yield from _figure(block, scene.links.get(block.blob, ""))
        case File():
            yield from _file(block, scene.links.get(block.blob, ""))
        case Code():
            yield from _code(block)
        case Warnings():
            for index, item in enumerate(block.items):
                yield from _paragraphs(f"⚠️ {one_line(item)}", named, close=index > 0)
        case Receipt():
            yield from _receipt(block)
        case ApprovalPrompt():
            yield from _approval(block, scene.headlines)
        case Choices():
            yield from _choices(block)
        case Progress():
            yield Words(bar(block.share, block.eta_s))
            yield from _paragraphs(block.text, named, close=True)
        case NextSteps():
            pass  # shown with all other buttons at the end of the card
        case _:
            assert_never(block)


def headline(block: Headline) -> Iterator[Words]:
    """What happened, in bold; its tone is the colour of the card, or a mark before the words."""
    yield from _paragraphs(one_line(block.text), bold)


def _paragraphs(text: str, mark: Callable[[str], str], *, close: bool = False) -> Iterator[Words]:
    for index, part in enumerate(fitted(text, PIECE, mark)):
        yield Words(part, close=close or index > 0)


def _fact(fact: Fact) -> Iterator[Part]:
    name, value = named(one_line(fact.label)), named(plain(fact.value).strip())
    if not name and not value:
        return
    if length(name) > _NAME or length(value) > _VALUE:
        yield from _paragraphs(fact.label, bold)
        yield from _paragraphs(fact.value, named, close=True)
    else:
        inline = max(length(name), length(value)) <= NARROW
        yield Pair(name or NOTHING, value or NOTHING, inline)


def _table(block: Table) -> Iterator[Words]:
    for text in fitted(one_line(block.title), PIECE, bold):
        yield Words(text, long=True)
    for index, text in enumerate(table(block, limit=PIECE)):
        yield Words(text, close=bool(block.title) or index > 0, long=True)
    for text in fitted(one_line(block.caption), PIECE, small):
        yield Words(text, close=True, long=True)


def _code(block: Code) -> Iterator[Words]:
    for text in fitted(one_line(block.title), PIECE, bold):
        yield Words(text, long=True)
    for index, text in enumerate(fenced(block.text, language=block.language, limit=PIECE)):
        yield Words(text, close=bool(block.title) or index > 0, long=True)


def _figure(block: Figure, url: str) -> Iterator[Part]:
    told = [one_line(block.title).rstrip("."), one_line(block.alt)]
    alt = ". ".join(part for part in told if part)
    if url:
        yield Words(f"🖼️ {link(block.title or 'Picture', url)}")
    if url or length(alt) > _ALT:
        yield from _paragraphs(block.alt, named, close=bool(url))
    if not url:
        yield Picture(block.blob, alt[: _ALT // 2] if length(alt) > _ALT else alt)


def _file(block: File, url: str) -> Iterator[Part]:
    if url:
        told = f"{_size(block.size)}; the link works for a day"
        yield Words(f"📎 {link(block.name or 'File', url)} ({told})")
    else:
        yield Handed(block.blob, block.name, block.size)


def _size(size: int) -> str:
    return f"{number(size / 1e6)} MB" if size >= 1e6 else f"{number(max(1, size // 1000))} kB"


def _receipt(block: Receipt) -> Iterator[Part]:
    pairs = (f"{one_line(item.label)} {one_line(item.value)}".strip() for item in block.items)
    line = " · ".join(pair for pair in pairs if pair)
    if length(line) > _FOOTER:
        for text in fitted(line, PIECE, small):
            yield Words(text, close=True)
    elif line:
        yield Small(line)


def _approval(block: ApprovalPrompt, headlines: tuple[str, ...]) -> Iterator[Words]:
    if not any(block.question.startswith(head) for head in headlines if head):
        yield from _paragraphs(one_line(block.question), bold)
    yield from _paragraphs(_decision(block), named)


def _decision(block: ApprovalPrompt) -> str:
    by = f" by {one_line(block.decided_by)}" if block.decided_by else ""
    match block.state:
        case "pending":
            who = "an approver" if block.role == "approver" else "the person who asked"
            typed = f"`approve {block.number}` or `reject {block.number}`"
            return f"⏳ Waits for {who}: press a button, or reply {typed}."
        case "approved":
            return f"✅ Approved{by}."
        case "rejected":
            return f"🚫 Rejected{by}."
        case "expired":
            return "⌛ Expired: nobody decided in time, and nothing was done."
        case _:
            assert_never(block.state)


def _choices(block: Choices) -> Iterator[Words]:
    yield from _paragraphs(one_line(block.question), bold)
    if block.picked:
        yield from _paragraphs(f"→ {one_line(block.picked)}", escape, close=True)
