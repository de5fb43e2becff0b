"""What was posted of a reply, as the outbox keeps it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tools.outcome import File

_MARK: Final = 16


@dataclass(frozen=True, slots=True)
class Ref:
    """The messages and files of one reply; as text `ts ts F1=mark F2=mark`.

    Attributes:
        posts: Timestamps of the messages, the card's first.
        files: Slack's ids of the files shared below it, by their marks.
    """

    posts: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """As the outbox keeps it."""
        return " ".join((*self.posts, *(f"{id_}={mark}" for mark, id_ in self.files.items())))

    @classmethod
    def parse(cls, text: str) -> Ref:
        """The reverse of `str`."""
        posts: list[str] = []
        files: dict[str, str] = {}
        for word in text.split():
            id_, is_file, mark = word.partition("=")
            if is_file:
                files[mark] = id_
            else:
                posts.append(word)
        return cls(tuple(posts), files)


def mark_of(file: File) -> str:
    """What tells a file from the others of its reply, which may have the same content."""
    return hashlib.sha256(f"{file.blob}/{file.name}".encode()).hexdigest()[:_MARK]
