"""Words of people and files, so that a browser shows them and does nothing else with them.

Streamlit reads most of its texts as Markdown with additions of its own. Whatever did not grow in
this package goes through here first, and comes out as Markdown that shows exactly its letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BIDI: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset("\u00ad\u061c\u180e\u200b\u2060\ufeff")
_JOIN: Final = "\u2060"
"""A character without width, put where two others must not be read together."""

_MARKS: Final = re.compile(r"([!-/:-@\[-`{-~])")
_TOGETHER: Final = re.compile(
    r"""
      (?<=:)(?=[^\W\d]|[+\-/])      # :smile:, :material/home:, https://
    | (?<=:)(?=(?:100|1234):)       # the two such names that are numbers; times stay whole
    | (?<=\bwww)(?=\.)              # www.example.org
    | (?<=\S)(?=@)                  # somebody@example.org
    | (?<=[-<>=~])(?=[-<>=~])       # typography: --, ->, <=
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PARTS: Final = re.compile(
    r"(?<![\w`])`[^`\n]+`(?!`)|(?<![\w*])\*[^\s*](?:[^*\n]*[^\s*])?\*(?![\w*])"
)


def plain(text: str) -> str:
    """Text without control, bidirectional and invisible characters."""
    return "".join(_seen(c) for c in text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Plain text on one line."""
    return " ".join(plain(text).split())


def inert(text: str) -> str:
    """Markdown for a label that shows the text on one line, letter by letter."""
    return _escaped(one_line(text))


def paragraphs(text: str) -> str:
    """Markdown for text with `code` and *emphasis*; nothing else in it has a meaning."""
    return "\n\n".join(
        "  \n".join("".join(_marked(line.strip())) for line in part.splitlines() if line.strip())
        for part in re.split(r"\n\s*\n", plain(text))
        if part.strip()
    )


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is left out is told by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _marked(line: str) -> Iterator[str]:
    end = 0
    for found in _PARTS.finditer(line):
        yield _escaped(line[end : found.start()])
        inner = found[0][1:-1]
        yield f"`{inner}`" if found[0][0] == "`" else f"*{_escaped(inner)}*"
        end = found.end()
    yield _escaped(line[end:])


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", _TOGETHER.sub(_JOIN, text))


def _seen(c: str) -> str:
    if c == "\n" or (c.isprintable() and c not in _BIDI and c not in _INVISIBLE):
        return c
    return " " if c.isspace() else ""
