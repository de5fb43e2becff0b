"""Words as Discord takes them: inert, escaped, and cut at edges where they exceed a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from tools.cards import percent, span

NOTHING: Final = "–"
"""In place of an empty text, which Discord refuses."""

_BIDI: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b")
_CODE: Final = r"(?<!`)`(?=[^\S\n]*[^`\s])(?P<code>[^`\n]+)`(?!`)"
_URL: Final = (
    r"(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s`]*[^\s`.,;:!?)\]}>\"'*]|discord\.gg/\w+)"
)
_STRONG: Final = r"(?<![*\w])\*(?P<strong>[^\s*`](?:[^*\n`]*[^\s*`])?)\*(?![*\w])"
_BARE: Final = re.compile(_URL)
_NAMED: Final = re.compile(f"{_CODE}|{_URL}")
_MARKED: Final = re.compile(f"{_CODE}|{_URL}|{_STRONG}")
_SPECIAL: Final = re.compile(
    r"""[\\*`\[]                                # escapes, emphasis, code, links
    | _(?![0-9A-Za-z]) | (?<![0-9A-Za-z])_      # not within a name such as a_b
    | ~(?=~) | (?<=~)~ | \|(?=\|) | (?<=\|)\|   # struck out, hidden
    | <(?=[A-Za-z@\#:/])                        # mentions, emoji, times, commands
    | (?<![0-9]):(?=[\w+-]+:) | :(?![0-9]+:)(?=[\w+-]+:)  # :emoji:, but not 09:23:45
    | @(?=everyone|here)
    | ^[ ]*(?:>|\#|-|\+|[0-9]+\.)(?=[\s\#>]|$)  # quotes, headings, lists
    """,
    re.VERBOSE | re.MULTILINE,
)
_BAR: Final = 10


def length(text: str) -> int:
    """Characters as Discord may count them: those beyond the basic plane twice."""
    return len(text) + sum(c > "\uffff" for c in text)


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


def cut(text: str, limit: int) -> str:
    """One plain line of at most `limit` characters; what is left out is told by an ellipsis."""
    line = one_line(text)
    if length(line) <= limit:
        return line
    line = line[:limit]
    while length(line) >= limit:
        line = line[:-1]
    return f"{line.rstrip()}…"


def escape(text: str) -> str:
    """Text that Discord shows as it is: no markup, mention, emoji or link comes of it."""
    return "".join(_pieces(text, _BARE))


def named(text: str) -> str:
    """Escaped text whose `code` stays code."""
    return "".join(_pieces(text, _NAMED))


def marked(text: str) -> str:
    """Escaped text whose `code` stays code and whose *emphasis* is bold."""
    return "".join(_pieces(text, _MARKED))


def bold(text: str) -> str:
    """A `named` line in bold; "" when it is blank."""
    line = named(one_line(text))
    return f"**{line}**" if line else ""


def small(text: str) -> str:
    """A `named` line in small print; "" when it is blank."""
    line = named(one_line(text))
    return f"-# {line}" if line else ""


def link(label: str, url: str) -> str:
    """A link to one of the bot's own addresses."""
    address = "".join(c if c.isprintable() and c not in " ()<>`\\" else _quoted(c) for c in url)
    return f"[{escape(one_line(label)).replace(']', chr(92) + ']')}]({address})"


def bar(share: float, eta_s: float | None) -> str:
    """How far work is, as a line."""
    share = min(max(share, 0.0), 1.0)
    filled = round(share * _BAR)
    left = f" · about {span(eta_s)} left" if eta_s else ""
    return f"{'▰' * filled}{'▱' * (_BAR - filled)} {percent(share)}{left}"


def fitted(text: str, limit: int, mark: Callable[[str], str]) -> Iterator[str]:
    """The text, marked, in parts of at most `limit` characters.

    It is cut before it is marked, at the end of a paragraph, a line or a word where there is one,
    so that whatever opens in a part also closes in it.
    """
    rest = plain(text).strip()
    while rest:
        end = len(rest) if len(rest) <= limit else _edge(rest, limit)
        while length(shown := mark(rest[:end].rstrip())) > limit:
            end = _edge(rest, max(1, end * limit // length(shown) - 1))
        if shown:
            yield shown
        rest = rest[end:].strip()


def _edge(text: str, most: int) -> int:
    for mark in ("\n\n", "\n", " "):
        found = text.rfind(mark, most // 2, most)
        if found > 0:
            return found
    return most


def _pieces(text: str, kinds: re.Pattern[str]) -> Iterator[str]:
    """Escaped text, but for what is to be seen: code, links as code, emphasis."""
    text, done = plain(text), 0
    for found in kinds.finditer(text):
        yield _escaped(text, done, found.start())
        done = found.end()
        shown = found.groupdict()
        if shown.get("strong"):
            yield f"**{_escaped(shown['strong'], 0, len(shown['strong']))}**"
        else:
            yield f"`{shown.get('code') or shown['url']}`"
    yield _escaped(text, done, len(text))


def _escaped(text: str, start: int, end: int) -> str:
    return _SPECIAL.sub(_behind, text[start:end])


def _behind(found: re.Match[str]) -> str:
    """With a backslash before its last punctuation mark."""
    return f"{found[0][:-1]}\\{found[0][-1]}"


def _quoted(c: str) -> str:
    return "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "ignore"))
