"""Files on their way out: read from the store, or handed over as links where they are too large."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from bot.messages import Reply
from bot.platforms.discord.api import Upload
from bot.platforms.discord.render import Attachment, Post, render
from tools.outcome import Figure, File

LARGEST: Final = 25 << 20
"""Bytes of a file that are held in memory at once, whatever Discord would take."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message with the contents of its files."""

    post: Post
    uploads: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """Where files are read from, and how one becomes a link."""

    open: Callable[[str], BinaryIO]
    link: Callable[[File], str]


async def posts_of(reply: Reply, store: Store, *, limit: int, attach: bool = True) -> list[Ready]:
    """A reply as messages with their files.

    Args:
        reply: What to post.
        store: Where the files are.
        limit: Bytes of the largest file that may be attached.
        attach: False hands all files over as links.
    """
    return await asyncio.to_thread(_posts_of, reply, store, min(limit, LARGEST), attach=attach)


def _posts_of(reply: Reply, store: Store, limit: int, *, attach: bool) -> list[Ready]:
    files = _files(reply)
    large = {blob for blob, file in files.items() if file.size > limit or not attach}
    while True:
        posts = render(reply, links={blob: store.link(files[blob]) for blob in large})
        contents, too_large = _read(posts, store, limit)
        if not too_large - large:
            return [Ready(post, _uploads(post.attachments, contents)) for post in posts]
        large |= too_large


def _files(reply: Reply) -> dict[str, File]:
    found: dict[str, File] = {}
    for block in reply.blocks:
        if isinstance(block, File):
            found[block.blob] = block
        elif isinstance(block, Figure):
            found[block.blob] = File(block.blob, f"{block.title or 'figure'}.png", 0, "image/png")
    return found


def _read(posts: Sequence[Post], store: Store, limit: int) -> tuple[dict[str, bytes], set[str]]:
    contents: dict[str, bytes] = {}
    too_large: set[str] = set()
    for blob in {one.blob for post in posts for one in post.attachments}:
        with store.open(blob) as stream:
            contents[blob] = stream.read(limit + 1)
        if len(contents[blob]) > limit:
            too_large.add(blob)
    return contents, too_large


def _uploads(
    attachments: Sequence[Attachment], contents: Mapping[str, bytes]
) -> tuple[Upload, ...]:
    return tuple(Upload(one.name, contents[one.blob], one.alt) for one in attachments)
