"""What a remembered sentence says of what, so that two that disagree can be shown together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from storage.catalog.records import Fact

_WORD: Final = re.compile(r"[^\W_][\w.%+-]*", re.UNICODE)
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SMALL: Final = _set(
    "a an the our we us i my your their his her its this that these those here there of for in on "
    "at to by as with from and it always usually generally normally actually now really just also "
    "still will would shall should must have has had do does did am been being currently"
)
_SAYS: Final = _set(
    "is are was were be means mean equals equal stands lasts last starts start ends end includes "
    "include contains contain excludes exclude counts count has"
)
"""Verbs with what is spoken of before them and what is said of it behind."""

_COPULA: Final = _set("is are was were be means mean equals equal stands")
_CHOOSE: Final = _set("report optimise optimize predict judge rank score deploy ship")
"""What "we" do with one thing at a time, so that the verb itself is what is spoken of."""

_NOT: Final = _set("not never no without")
_SAME: Final = {"target": "label", "outcome": "label", "response": "label", "optimize": "optimise"}
_AS: Final = re.compile(r"\b(?:use|take|treat|count|call)s?\s+(.+?)\s+as\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence speaks of, what it says of it, and whether it denies it; words in one form.

    Without a `subject` nothing can disagree with it.
    """

    subject: frozenset[str] = frozenset()
    value: frozenset[str] = frozenset()
    denied: bool = False


def claim_of(text: str) -> Claim:
    """The claim of a short sentence such as "our label is churned" or "we report rmse"."""
    plain = text.replace("’", "'").replace("n't", " not").replace("=", " is ")
    if match := _AS.search(plain):
        return Claim(_content(match[2]), _content(match[1]), denied=_denies(plain))
    tokens = [match[0] for match in _WORD.finditer(plain)]
    words = [token.casefold() for token in tokens]
    denied = _denies(plain)
    for at, word in enumerate(words):
        subject, value = _content_of(words[:at]), _content_of(words[at + 1 :])
        if word in _CHOOSE and not subject and value:
            return Claim(frozenset({_one(word)}), value, denied=denied)
        if word in _SAYS and subject and value:
            by_verb = set() if word in _COPULA else {_one(word)}
            return Claim(subject | by_verb, value, denied=denied)
    return Claim()


def disagreeing(text: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that speak of the same as a text and say something else of it."""
    new = claim_of(text)
    return [fact for fact in facts if new.subject and _disagree(new, claim_of(fact.text))]


def _disagree(new: Claim, old: Claim) -> bool:
    if new.subject != old.subject:
        return False
    if new.denied != old.denied:
        return new.value == old.value
    return not new.denied and not (new.value <= old.value or old.value <= new.value)


def same_said(text: str, facts: Iterable[Fact]) -> Fact | None:
    """The fact that says just this already."""
    words = plain_words(text)
    return next((fact for fact in facts if plain_words(fact.text) == words), None)


def speaking_of(about: str, facts: Iterable[Fact]) -> list[Fact]:
    """The facts in which every word of a text stands that counts, in whatever form."""
    wanted = [word for word in plain_words(about) if word not in _SMALL]
    return [
        fact
        for fact in facts
        if all(any(_alike(word, other) for other in plain_words(fact.text)) for word in wanted)
    ]


def plain_words(text: str) -> Sequence[str]:
    """The words of a text in lower case."""
    return [match[0].casefold().rstrip(".-") for match in _WORD.finditer(text)]


def _alike(word: str, other: str) -> bool:
    """Whether two words are forms of one: "pricing" and "prices", "customers" and "customer"."""
    if word == other:
        return True
    shorter = min(len(word), len(other))
    if shorter < 4 or _NUMBER.fullmatch(word):
        return False
    common = next((i for i in range(shorter) if word[i] != other[i]), shorter)
    return common >= max(4, 0.6 * shorter)


def _denies(text: str) -> bool:
    return any(word in _NOT for word in plain_words(text))


def _content(text: str) -> frozenset[str]:
    return _content_of([word.casefold() for word in _WORD.findall(text)])


def _content_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(
        _one(word.rstrip(".-")) for word in words if word not in _SMALL and word not in _NOT
    )


def _one(word: str) -> str:
    """A word in the form in which it is compared."""
    known = _SAME.get(word, word)
    plural = len(known) > 3 and known.endswith("s") and not known.endswith(("ss", "us", "is"))
    return _SAME.get(known[:-1], known[:-1]) if plural else known
