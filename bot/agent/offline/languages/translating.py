"""German, French and Spanish command words as the English ones the tools listen for.

Word by word; names and values pass through untouched. A language is added by adding a dictionary.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.agent.offline.languages.dictionary import Dictionary, Meaning
from bot.agent.offline.languages.french import FRENCH
from bot.agent.offline.languages.german import GERMAN
from bot.agent.offline.languages.spanish import SPANISH
from bot.agent.offline.lexicon import words
from bot.agent.offline.tokens import Token, forms_of

LANGUAGES: Final = {"de": GERMAN, "fr": FRENCH, "es": SPANISH}
_VERBS_LAST: Final = frozenset({"de"})
_SHARED: Final = words(
    """
    a in was on me die me training production minutes minute no train compare describe resume
    derive alarm mode es son para hay so alle mal l n s que en sur y et pour as den bis plait sale
    quit i
    """
)
_ACTS: Final = words(
    """
    train build predict delete drop show clean fill keep undo explain evaluate compare deploy
    monitor stop download check remember forget use send save rename plot load rollback undeploy
    """
)
_ENDS: Final = words(", . ! ? ; and then or but")


def in_english(
    tokens: Sequence[Token], english: Collection[str], names: Collection[str]
) -> list[Token]:
    """The tokens with another language's command words put into English.

    Args:
        tokens: The message.
        english: Words that are English for sure.
        names: Words of names and values in scope, which stay as they are.
    """
    best, score = "", 0
    for code, dictionary in LANGUAGES.items():
        meant = [(t, m) for t in tokens if (m := _meaning(t, dictionary, english)) is not None]
        own = sum(1 for t, m in meant if t.word not in _SHARED and not _is_english(t, m, english))
        if own and own * 100 + len(meant) > score:
            best, score = code, own * 100 + len(meant)
    if not best or _only_english(tokens, english, LANGUAGES[best]) > score // 100 + score % 100:
        return list(tokens)
    found = _translated(tokens, LANGUAGES[best], english, names)
    return _verbs_first(found) if best in _VERBS_LAST else found


def _meaning(token: Token, dictionary: Dictionary, english: Collection[str]) -> Meaning | None:
    """What a word means in a language; an inflected one only if it is not English."""
    if token.kind != "word":
        return None
    if token.word in dictionary.words:
        return dictionary.words[token.word]
    return None if token.forms & set(english) else dictionary.meaning(token.word)


def _is_english(token: Token, meaning: Meaning, english: Collection[str]) -> bool:
    return token.word in english and meaning != (token.word,)


def _only_english(tokens: Sequence[Token], english: Collection[str], dictionary: Dictionary) -> int:
    known = set(english)
    return sum(
        1
        for t in tokens
        if t.kind == "word" and t.word not in dictionary.words and forms_of(t.word) & known
    )


def _translated(
    tokens: Sequence[Token],
    dictionary: Dictionary,
    english: Collection[str],
    names: Collection[str],
) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        size, meaning = dictionary.phrase([t.word for t in tokens[at : at + 6]])
        if not size:
            size = 1
            kept = token.word in names
            meant = None if kept else _meaning(token, dictionary, english)
            meaning = (token.word,) if meant is None else meant
        last = tokens[at + size - 1]
        found += [replace(token, word=word, end=last.end) for word in meaning]
        at += size
    return found


def _verbs_first(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a verb that ends its clause at its head: "die Spalte x löschen"."""
    found: list[Token] = []
    clause: list[Token] = []
    for token in tokens:
        if token.word in _ENDS:
            found += [*_verb_first(clause), token]
            clause = []
        else:
            clause.append(token)
    return found + _verb_first(clause)


def _verb_first(clause: list[Token]) -> list[Token]:
    if len(clause) < 3 or clause[-1].word not in _ACTS:
        return clause
    if any(token.word in _ACTS for token in clause[:-1]) and clause[0].word != "please":
        return clause
    first, last = clause[0], clause[-1]
    return [replace(last, start=first.start, end=first.start), *clause[:-1]]
