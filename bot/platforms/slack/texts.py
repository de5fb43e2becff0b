"""Words as Slack takes them: inert, escaped, and cut at edges where they exceed a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

SECTION: Final = 3000
CONTEXT: Final = 2000
CODE: Final = 3000
NOTHING: Final = "–"
"""In place of an empty text, which Slack refuses."""

_BIDI: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
_WIDEST: Final = 5  # `&` becomes `&amp;`
_TOKEN: Final = re.compile(
    r"```.+?```|`[^`\n]+`|\*[^*\n]+\*|\n+|[^\S\n]+|[^\s`*]+|[`*]+", re.DOTALL
)


def plain(text: str) -> str:
    """Text without control, bidirectional and invisible characters; every gap is a plain space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(_seen(c) for c in lines)


def _seen(c: str) -> str:
    if c == "\n" or (c.isprintable() and c not in _BIDI):
        return c
    return " " if c.isspace() else ""


def one_line(text: str) -> str:
    """Plain text on one line."""
    return " ".join(plain(text).split())


def escape(text: str) -> str:
    """Plain text that Slack shows as it is: no mention, link or channel comes of it."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; what is left out is told by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def bold(text: str) -> str:
    """One line, still to be escaped, in bold; with asterisks of its own it stays as it is."""
    line = one_line(text)
    return f"*{line}*" if line and "*" not in line else line


def pieces(text: str, limit: int = SECTION) -> Iterator[str]:
    """Text with `code` and *emphasis*, escaped, in pieces of at most `limit` characters.

    It is cut at the end of a line, else between words, and never inside code or emphasis, so
    that every mark that opens also closes.
    """
    lines = line = ""
    for token in _tokens(plain(text).strip(), limit):
        if len(lines) + len(line) + len(token) > limit:
            yield from _worth(lines)
            lines = ""
        if len(line) + len(token) > limit:
            yield from _worth(line)
            line = ""
        line += token
        if token.isspace() and "\n" in token:
            lines, line = lines + line, ""
    yield from _worth(lines + line)


def preformatted(text: str, limit: int = CODE) -> Iterator[Json]:
    """Blocks with text as it is, in a font where every character is as wide."""
    rest = plain(text).strip("\n")
    while rest:
        edge = rest.rfind("\n", 1, limit + 1) if len(rest) > limit else len(rest)
        edge = edge if edge > 0 else limit
        part = {"type": "text", "text": rest[:edge]}
        box = {"type": "rich_text_preformatted", "elements": [part]}
        yield {"type": "rich_text", "elements": [box]}
        rest = rest[edge:].removeprefix("\n")


def mrkdwn(text: str) -> Json:
    """A text object of text that is escaped already; nothing in it becomes a link by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str, limit: int) -> Json:
    """A text object of one line without any markup."""
    return {"type": "plain_text", "text": cut(one_line(text), limit) or NOTHING, "emoji": False}


def section(text: str) -> Json:
    """A paragraph of escaped text."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Json:
    """Small print of escaped text."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def _worth(text: str) -> Iterator[str]:
    if text := text.strip():
        yield text


def _tokens(text: str, limit: int) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        token = escape(found[0])
        if len(token) <= limit:
            yield token
        else:
            yield from _slices(found[0], limit)


def _slices(token: str, limit: int) -> Iterator[str]:
    """A token that is too long by itself; each slice of code is code again."""
    mark = next((m for m in ("```", "`", "*") if len(token) > 2 and token.startswith(m)), "")
    inner = token.removeprefix(mark).removesuffix(mark) if mark else token
    size = (limit - 2 * len(mark)) // _WIDEST
    for start in range(0, len(inner), size):
        yield f"{mark}{escape(inner[start : start + size])}{mark}"
