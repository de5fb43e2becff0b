"""A sentence as tokens: noise taken out, contractions opened, inflections known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

TokenKind: TypeAlias = Literal["word", "number", "punct", "quoted", "person"]

_MENTION = re.compile(r"<[@#!][^>]*>|<a?:\w+:\d+>|(?<![\w:])[:](?=[a-z])[a-z0-9_+\-]+:(?!\w)", re.I)
_TOKEN = re.compile(
    r"""
    (?P<quoted>"[^"\n]*"|“[^”\n]*”|„[^“”\n]*[“”]|`[^`\n]*`|(?<!\w)'[^'\n]+'(?!\w)|«[^»\n]*»)
  | (?P<person>(?<!\w)@\w(?:[\w.\-]*\w)?(?:'s)?)
  | (?P<word>(?:https?|s3|file)://\S+)
  | (?P<number>(?<![\w.])[-+]?
      (?:\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:,\d{1,2}(?![\w,]))?)(?:\.\d+)?%?(?!\w))
  | (?P<word2>\w+(?:['’](?=\w)\w+)*(?:\.(?:csv|tsv|xlsx|xls|parquet|json|jsonl|txt|gz)\b)*)
  | (?P<punct>->|→|=>|==|!=|>=|<=|[^\w\s])
    """,
    re.VERBOSE | re.I,
)
_LONG = {"w/o": "without", "w/": "with ", "b/c": "because"}
_SHORT = re.compile(r"(?<![\w/])(?:w/o\b|w/(?=\s|\w)|b/c\b)", re.I)
_OPEN = {
    "n't": "not",
    "'s": "is",
    "'re": "are",
    "'d": "would",
    "'ll": "will",
    "'ve": "have",
    "'m": "am",
}
_WHOLE = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "let's": ("let", "us"),
    "lets": ("let", "us"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "whats": ("what", "is"),
    "hows": ("how", "is"),
    "wheres": ("where", "is"),
    "whos": ("who", "is"),
    "gimme": ("give", "me"),
    "lemme": ("let", "me"),
    "wanna": ("want", "to"),
    "gonna": ("going", "to"),
    "pls": ("please",),
    "plz": ("please",),
    "thx": ("thanks",),
    "u": ("you",),
    "ur": ("your",),
}
_OWNERS = {"what", "who", "where", "how", "when", "that", "it", "there", "here", "which", "why"}
_IRREGULAR = {
    "built": "build",
    "made": "make",
    "ran": "run",
    "gave": "give",
    "given": "give",
    "told": "tell",
    "shown": "show",
    "sent": "send",
    "knew": "know",
    "known": "know",
    "did": "do",
    "doing": "do",
    "going": "go",
    "using": "use",
    "used": "use",
    "being": "be",
    "done": "do",
    "does": "do",
    "has": "have",
    "had": "have",
    "went": "go",
    "gone": "go",
    "took": "take",
    "taken": "take",
    "threw": "throw",
    "thrown": "throw",
    "got": "get",
    "undid": "undo",
    "undone": "undo",
    "kept": "keep",
    "left": "leave",
    "brought": "bring",
    "put": "put",
    "said": "say",
    "forgot": "forget",
    "forgotten": "forget",
    "thought": "think",
    "analyses": "analysis",
    "indices": "index",
    "dates": "date",
    "are": "be",
    "is": "be",
    "was": "be",
    "were": "be",
    "am": "be",
    "been": "be",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number, quotation, mention or mark, and its place in the cleaned text."""

    raw: str
    word: str
    kind: TokenKind
    start: int
    end: int

    @property
    def forms(self) -> frozenset[str]:
        """The word and what it may be an inflection of."""
        return forms_of(self.word)

    def corrected(self, word: str) -> Token:
        """The same token, read as another word."""
        return replace(self, word=word)


def clean(text: str) -> str:
    """The text without ids, emoji and odd spaces; quotes and dashes made plain."""
    text = _MENTION.sub(" ", unicodedata.normalize("NFC", text))
    text = _SHORT.sub(lambda match: _LONG[match[0].casefold()], text)
    text = text.replace("’", "'").replace("‘", "'").replace("–", "-").replace("—", ", ")
    return "".join(" " if _is_noise(char) else char for char in text).strip()


def _is_noise(char: str) -> bool:
    return char in "*~¿¡\u200d\ufe0f\u200b\xa0" or (
        ord(char) > 0x2000 and unicodedata.category(char) in {"So", "Sk", "Cn", "Co"}
    )


def tokenize(text: str, *, people: bool = False) -> list[Token]:
    """The tokens of a cleaned text, in order; mentions of people only where they are wanted."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw, start, end = match[0], match.start(), match.end()
        if match.lastgroup == "quoted":
            tokens.append(Token(raw[1:-1], raw[1:-1].casefold(), "quoted", start, end))
        elif match.lastgroup == "person":
            name = raw.removesuffix("'s")
            tokens += [Token(name, name.casefold(), "person", start, end)] * people
        elif match.lastgroup == "number":
            tokens.append(Token(raw, _plain(raw), "number", start, end))
        elif raw == "-" and text[start - 1 : start].isalpha() and text[end : end + 1].isalpha():
            continue
        elif match.lastgroup == "punct":
            tokens.append(Token(raw, raw, "punct", start, end))
        else:
            tokens += [Token(raw, word, "word", start, end) for word in _opened(raw.casefold())]
    return tokens


def _plain(raw: str) -> str:
    """A number without thousands marks, its decimal comma a point: "1,200" and "50,5"."""
    return raw.replace(",", "." if re.fullmatch(r"[-+]?\d+,\d{1,2}%?", raw) else "")


def _opened(word: str) -> tuple[str, ...]:
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _OPEN.items():
        stem = word.removesuffix(ending)
        if stem != word and (ending != "'s" or stem in _OWNERS):
            return (stem, full) if stem else (full,)
    return (word.replace("'s", "").replace("'", ""),)


@lru_cache(maxsize=8192)
def forms_of(word: str) -> frozenset[str]:
    """A word with everything it may be an inflection of."""
    found = {word}
    if word in _IRREGULAR:
        found.add(_IRREGULAR[word])
    if len(word) > 3:
        found |= _stems(word)
    return frozenset(found)


def _stems(word: str) -> set[str]:
    stems: set[str] = set()
    if word.endswith("s") and not word.endswith("ss"):
        stems.add(word[:-1])
    if word.endswith("es"):
        stems.add(word[:-2])
    if word.endswith("ies"):
        stems.add(word[:-3] + "y")
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            stems |= {stem, stem + "e"}
            if len(stem) > 2 and stem[-1] == stem[-2]:
                stems.add(stem[:-1])
            if stem.endswith("i"):
                stems.add(stem[:-1] + "y")
    return stems
