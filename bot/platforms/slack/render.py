"""A reply as Slack messages: blocks to look at, and the same in words for who only hears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bot.messages import Progress, Reply, ReplyBlock, asks, buttons
from bot.platforms.slack.asking import opinions as ask_for_opinion
from bot.platforms.slack.blocks import Scene, drawn
from bot.platforms.slack.split import Piece, split
from bot.platforms.slack.tables import fits
from bot.platforms.slack.texts import escape
from tools.outcome import Facts, Figure, File, Headline, Receipt, Table, Text

__all__ = ["Post", "escape", "files_of", "pictures_of", "render"]

MOST_WORDS: Final = 3000
NONE: Final[Mapping[str, str]] = MappingProxyType({})
SILENT: Final = "…"


@dataclass(frozen=True, slots=True)
class Post:
    """One message.

    Attributes:
        text: What notifications and screen readers say instead of the blocks; escaped.
        blocks: What is shown.
    """

    text: str
    blocks: tuple[dict[str, Any], ...]


def render(
    reply: Reply,
    *,
    pictures: Mapping[str, str] = NONE,
    links: Mapping[str, str] = NONE,
    opinions: bool = False,
    tables: bool = True,
) -> tuple[Post, ...]:
    """The messages a reply takes, at least one.

    Args:
        reply: What to show.
        pictures: Slack's file id by blob; a picture without one is told in words.
        links: An address by blob for files that are handed over as a link.
        opinions: Ask whether the answer was good: below results that everybody may see, not
            below refusals, alerts and mere headlines.
        tables: Use Slack's own tables.
    """
    groups = list(_groups(reply, pictures, links, tables=tables))
    if opinions and _is_result(reply):
        groups.append([ask_for_opinion(reply.id)])
    messages = split(groups)
    if not messages:
        return (Post(SILENT, ()),)
    return tuple(
        Post(_words(message) or _words(messages[0]) or SILENT, tuple(p.block for p in message))
        for message in messages
    )


def pictures_of(reply: Reply) -> tuple[Figure, ...]:
    """The pictures of a reply, each once."""
    found = {block.blob: block for block in reply.blocks if isinstance(block, Figure)}
    return tuple(found.values())


def files_of(reply: Reply) -> tuple[File, ...]:
    """The files of a reply, in their order."""
    return tuple(block for block in reply.blocks if isinstance(block, File))


def _groups(
    reply: Reply, pictures: Mapping[str, str], links: Mapping[str, str], *, tables: bool
) -> Iterator[Sequence[Piece]]:
    said = tuple(_said(reply.blocks))
    first = 0
    for place, block in enumerate(reply.blocks):
        if isinstance(block, Receipt) and block in reply.blocks[place + 1 :]:
            continue  # several calls on the same data: one receipt is enough
        native = tables and isinstance(block, Table) and fits(block)
        tables = tables and not native  # a message has at most one
        yield list(drawn(block, Scene(reply.id, first, said, native, pictures, links)))
        first += len(buttons(Reply((block,))))


def _said(blocks: Sequence[ReplyBlock]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Headline | Text):
            yield block.text
        elif isinstance(block, Facts):
            yield from (item.value for item in block.items)


def _is_result(reply: Reply) -> bool:
    if not reply.done or reply.to or asks(reply):
        return False
    heads = [block for block in reply.blocks if isinstance(block, Headline)]
    return (
        len(heads) < len(reply.blocks)
        and not any(isinstance(block, Progress) for block in reply.blocks)
        and not (heads and heads[-1].tone in ("warning", "bad"))
    )


def _words(message: Sequence[Piece]) -> str:
    """Whole lines as far as they go."""
    lines: list[str] = []
    left = MOST_WORDS - len(SILENT)
    for line in (line for piece in message for line in piece.words.splitlines() if line.strip()):
        left -= len(line) + 1
        if left < 0:
            return "\n".join([*lines, SILENT])
        lines.append(line)
    return "\n".join(lines)
