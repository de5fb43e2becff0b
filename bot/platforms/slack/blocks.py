"""One block of a reply as Slack's blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from urllib.parse import quote

from bot.messages import ApprovalPrompt, Choices, Draft, Progress, Reply, ReplyBlock, buttons
from bot.platforms.slack.asking import actions, approval, choices, progress
from bot.platforms.slack.split import Piece
from bot.platforms.slack.tables import table
from bot.platforms.slack.texts import (
    CONTEXT,
    Json,
    bold,
    context,
    cut,
    escape,
    mrkdwn,
    one_line,
    pieces,
    plain_text,
    preformatted,
    section,
)
from tools.cards import number, plural
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

MARKS: Final = {
    "neutral": "",
    "good": ":white_check_mark: ",
    "warning": ":warning: ",
    "bad": ":red_circle: ",
}
NARROW: Final = 72
"""Characters of a fact that stands beside another one; a longer one has a line of its own."""

MOST_FIELDS: Final = 10
ALT: Final = 2000
NAME: Final = 150
LINK: Final = 1500


@dataclass(frozen=True, slots=True)
class Scene:
    """What a block is drawn with.

    Attributes:
        reply_id: The posted reply it belongs to.
        first: The number of its first button in the reply.
        said: What the card's headlines, texts and facts say.
        native: Whether a table may be Slack's own.
        pictures: Slack's file id by blob.
        links: Where a file can be fetched, by blob.
    """

    reply_id: int
    first: int
    said: tuple[str, ...]
    native: bool
    pictures: Mapping[str, str]
    links: Mapping[str, str]


def drawn(block: ReplyBlock, scene: Scene) -> Iterator[Piece]:  # noqa: C901 - one case a block
    """The block in Slack's terms; nothing of it is lost, and each piece is within the limits."""
    match block:
        case Headline():
            yield from _headline(block)
        case Text():
            yield from _paragraphs(block.text)
        case Draft():
            yield from _paragraphs(f"{block.text} …".lstrip())
        case Facts():
            yield from _facts(block)
        case Table():
            yield from table(block, native=scene.native)
        case Figure():
            yield from _figure(block, scene.pictures.get(block.blob, ""))
        case File():
            yield from _file(block, scene.links.get(block.blob, ""))
        case Code():
            yield from _code(block)
        case Warnings():
            yield from _warnings(block)
        case Receipt():
            yield from _receipt(block)
        case ApprovalPrompt() | Choices() | Progress() | NextSteps():
            yield from _asked(block, scene)
        case _:
            assert_never(block)


def _asked(block: ApprovalPrompt | Choices | Progress | NextSteps, scene: Scene) -> Iterator[Piece]:
    found = buttons(Reply((block,)))
    match block:
        case Choices():
            yield from choices(block, found, scene.reply_id, scene.first)
            return
        case ApprovalPrompt():
            yield from approval(block, scene.said)
        case Progress():
            yield from progress(block)
        case NextSteps():
            pass
        case _:
            assert_never(block)
    yield from actions(found, scene.reply_id, scene.first)


def _paragraphs(text: str, told: str | None = None) -> Iterator[Piece]:
    """Sections of text; `told` is what they say in words, where that is not the text itself."""
    words = None if told is None else escape(told)
    for part in pieces(text):
        yield Piece(section(part), part if words is None else words)
        words = words and ""


def _headline(block: Headline) -> Iterator[Piece]:
    if line := one_line(block.text):
        yield from _paragraphs(f"{MARKS[block.tone]}{bold(line)}", line)


def _facts(block: Facts) -> Iterator[Piece]:
    """Short facts two abreast, longer ones below one another, in their order."""
    abreast: list[Fact] = []
    for fact in block.items:
        if len(fact.label) <= NARROW and len(fact.value) <= NARROW:
            abreast.append(fact)
            continue
        yield from _fields(abreast)
        abreast = []
        yield from _paragraphs(f"{bold(fact.label)}\n{fact.value}", _told(fact))
    yield from _fields(abreast)


def _fields(facts: Sequence[Fact]) -> Iterator[Piece]:
    told = [fact for fact in facts if one_line(f"{fact.label}{fact.value}")]
    for start in range(0, len(told), MOST_FIELDS):
        some = told[start : start + MOST_FIELDS]
        fields = [mrkdwn(escape(f"{bold(f.label)}\n{one_line(f.value)}".strip())) for f in some]
        words = "\n".join(escape(_told(fact)) for fact in some)
        yield Piece({"type": "section", "fields": fields}, words)


def _told(fact: Fact) -> str:
    label, value = one_line(fact.label), one_line(fact.value)
    return f"{label}: {value}" if label and value else label or value


def _figure(block: Figure, file_id: str) -> Iterator[Piece]:
    title, alt = one_line(block.title), one_line(block.alt)
    told = ": ".join(text for text in (title, alt) if text) or "Picture"
    if not file_id:
        for part in pieces(f"Picture – {told}", CONTEXT):
            yield Piece(context(part), part)
        return
    image: Json = {"type": "image", "slack_file": {"id": file_id}, "alt_text": cut(told, ALT)}
    if title:
        image["title"] = plain_text(title, ALT)
    yield Piece(image, escape(told))
    if len(told) > ALT:
        yield from _small(told)


def _file(block: File, link: str) -> Iterator[Piece]:
    name = one_line(block.name) or "file"
    if len(name) > NAME:
        yield from _small(name)
    label = escape(cut(name, NAME))
    shown = f"<{_safe(link)}|{label}>" if _is_link(link) else f"*{label}*"
    line = f":page_facing_up: {shown} · {_size(block.size)}"
    yield Piece(context(line), f"File: {label}, {_size(block.size)}")


def _is_link(link: str) -> bool:
    return link.startswith(("http://", "https://")) and len(link) <= LINK


def _safe(link: str) -> str:
    """An address in which nothing ends or splits the link it stands in."""
    return quote(link, safe=":/?#[]@!$&'()*+,;=%~-._").replace("&", "&amp;")


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{number(count / size)} {unit}"
    return plural(count, "byte")


def _code(block: Code) -> Iterator[Piece]:
    yield from _paragraphs(bold(block.title), one_line(block.title))
    for part in preformatted(block.text):
        yield Piece(part)


def _warnings(block: Warnings) -> Iterator[Piece]:
    """One mark, however many there are."""
    items = [line for item in block.items if (line := one_line(item))]
    if len(items) > 1:
        items = [f"{len(items)} things to know", *(f"• {item}" for item in items)]
    if items:
        shown = "\n".join(items)
        yield from _paragraphs(f":warning: {shown}", f"Warning: {shown}")


def _receipt(block: Receipt) -> Iterator[Piece]:
    """Small print; it is not read out, since it is for looking up."""
    words = " · ".join(f"{item.label} {item.value}" for item in block.items)
    for part in pieces(one_line(words), CONTEXT):
        yield Piece(context(part))


def _small(text: str) -> Iterator[Piece]:
    for part in pieces(text, CONTEXT):
        yield Piece(context(part), part)
