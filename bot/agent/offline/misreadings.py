"""What people say of a file that was read wrongly: delimiters, lines to skip, cells that mean none.

Marks such as `;` are no words and end sentences, so they get a name where they are spoken of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.agent.offline.asked import Asked, denied
from bot.agent.offline.marks import COUNTS
from bot.agent.offline.patterns import Match, find_all

_EVERY: Final = "*"
_NEAR: Final = 3
_IN: Final = frozenset({"in", "of", "for"})
_NAMES: Final = {
    ";": "semicolon",
    ",": "comma",
    "|": "pipe",
    ":": "colon",
    "\t": "tab",
    "\\t": "tab",
    " ": "space",
}
_MARK: Final = r"[\"'`“]?(?P<mark>\\t|[;,|:#~^/*&]{1,3})[\"'`”]?"
_OF: Final = r"(?:column |field |cell )?(?:delimiter|separator)"
_SAID: Final = rf"(?P<before>\b{_OF}\b[^;|.!?\n]{{0,40}}?\b(?:is|it's|use|be|to)\s+){_MARK}(?=\s|$)"
_SPOKEN: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<before>\b(?:{_OF}|separated|delimited|split)(?: mark| character| sign)?"
        r"(?: (?:is|was|are|should be|must be|has to be|to be|to|by|with|at|on|using|a|an)"
        rf"|\s*[=:])+\s*){_MARK}(?=\s|$|[.!])",
        rf"(?P<before>(?:^|\s)){_MARK}(?=(?: (?:as|is|for|to be))? (?:the |a |our )?{_OF}\b)",
        rf"(?P<before>(?:^|\s)){_MARK}(?=[\s-]?(?:separated|delimited)\b)",
        _SAID,
    )
)
_GAP: Final = re.compile(
    r"(?<![\w\"'`“])(?P<mark>#?n/?a|n\.a\.|k\.\s?a\.|null|none|nan|nil|unknown|[-?.*x]{1,3})"
    r"(?= (?:in (?:the )?(?:column )?[\w ]{1,30} )?(?:means?|stands? for|denotes?|"
    r"is (?:not )?(?:a |the |no )?(?:missing|real|value|valid|gap)))",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"(?P<before>\b(?:treat|count|read|take|regard|consider) )(?P<mark>[-?.*]{1,3}|#?n/?a)(?= )",
    re.IGNORECASE,
)
_NO_WORDS: Final = frozenset({"decimal", "thousands", "thousand"})


def marks_named(text: str) -> str:
    """The text with delimiters called by their names and the marks for gaps in quotes."""
    for pattern in _SPOKEN:
        text = pattern.sub(_name, text)
    return _QUOTED.sub(r'\g<before>"\g<mark>"', _GAP.sub(r'"\g<mark>"', text))


def _name(match: re.Match[str]) -> str:
    mark = match["mark"]
    return f"{match['before']}{_NAMES.get(mark, chr(34) + mark + chr(34))}"


def mark(ask: Asked) -> str | None:
    """A delimiter by its name, or a quoted one; not what separates decimals."""
    found = [
        (match.end - match.start, name)
        for name, patterns in ask.slot.values.items()
        for pattern in patterns
        for match in find_all(pattern, ask.view)
        if _separates(ask, match)
    ]
    if found:
        return min(found)[1]
    quoted = (match for match in ask.matches("quoted") if _separates(ask, match))
    return next((_plain(ask.view[match.at].token.raw) for match in quoted), None)


def _separates(ask: Asked, match: Match) -> bool:
    """Whether cells are meant to be separated, and it is not denied."""
    words = {token.word for token in ask.view[max(0, match.start - 1) : match.end]}
    return not words & _NO_WORDS and not denied(ask.view, match.start)


def _plain(quoted: str) -> str:
    return {"\t": "tab", " ": "space"}.get(quoted, quoted.strip())


def lines(ask: Asked) -> int | None:
    """How many lines stand above the table: counted, or by the line it starts at."""
    for match in ask.matches("number"):
        return _count(ask, match)
    for pattern in ask.slot.values.get("before", ()):
        for match in find_all(pattern, ask.view, slot="number"):
            return max(0, _count(ask, match) - 1)
    one = [p for p in ask.slot.values.get("one", ()) for _ in find_all(p, ask.view)]
    return 1 if one else None


def _count(ask: Asked, match: Match) -> int:
    word = ask.view[match.at].word
    return COUNTS[word] if word in COUNTS else int(float(word.rstrip("%")))


def marks(ask: Asked) -> dict[str, list[str]]:
    """Cells with a meaning of their own, by the column they stand in, or by all columns."""
    quoted = replace(ask, slot=replace(ask.slot, says=ask.slot.values.get("quoted", ())))
    found = (*ask.matches("number"), *ask.matches("quoted"), *quoted.matches("quoted"))
    for match in found:
        ask.reading.taken.add(match.at)
        return {_column_of(ask, match) or _EVERY: [ask.view[match.at].token.raw]}
    return {}


def _column_of(ask: Asked, match: Match) -> str:
    """The column that a cell stands in: named in the same words, right after them, or before."""
    named = {
        place: token.column.names[0]
        for place, token in enumerate(ask.view)
        if token.column and token.column.strength and place != match.at
    }
    inside = [place for place in named if match.start <= place < match.end]
    after = [p for p in (match.end + 1,) if p in named and ask.view[p - 1].word in _IN]
    before = [place for place in named if match.at - _NEAR <= place < match.start]
    near = inside or after or before
    return named[max(near)] if near else ""
