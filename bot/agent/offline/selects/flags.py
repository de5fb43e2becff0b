"""Rows told by yes or no: "survived", "non-smokers", "no cabin", "missing age", "not returned"."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from bot.agent.offline.names import Mention, stem, words_of
from bot.agent.offline.selects.question import Condition, Question, lettered, quoted, truthy
from bot.agent.offline.selects.words import (
    AGGREGATES,
    HAVING,
    LACKING,
    MISSING,
    NOT,
    OPPOSITES,
    SUPERLATIVES,
    SYNONYMS,
)

_REACH: Final = 3
_ALIKE: Final = 5
_PREFIXES: Final = ("un", "non", "dis", "in")
_PASSED_OVER: Final = frozenset({"be", "is", "are", "was", "were", "been", "to", "ever", "the"})


def find_gaps(question: Question) -> None:
    """Add the conditions on what is missing, or is there: "no cabin", "with a coupon"."""
    for at, token in enumerate(question.view):
        if at in question.taken:
            continue
        if token.word in MISSING and not token.column:
            _missing(question, at)
        elif token.word in LACKING:
            _lacking(question, at)
        elif token.word in HAVING:
            _present(question, at)


def _missing(question: Question, at: int) -> None:
    """The column nearest to "missing", before what is denied of it."""
    last = len(question.view)
    near = [*range(at + 1, min(at + 5, last)), *range(at - 1, max(at - 4, -1), -1)]
    for place in near:
        mention = question.mention(place)
        if mention is None:
            if place > at and question.word(place) in {"and", "by", "per"}:
                break
            continue
        if not mention.strength and len(mention.names) > 1:
            continue
        denied = question.word(at - 1) in NOT or question.word(at - 1) == "n't"
        start, end = min(at - denied, place), max(at + 1, place + mention.size)
        _gap(question, mention, (start, end), denied=denied)
        question.take(at - denied, at + 1)
        question.take(place, place + mention.size)
        return


def _lacking(question: Question, at: int) -> None:
    place = _named(question, at)
    mention = question.mention(place)
    span = (at, place + mention.size) if mention is not None else (at, at)
    if mention is not None and _can_lack(question, mention):
        _gap(question, mention, span, denied=False)
    elif mention is None or not _none_of(question, mention, span, denied=True):
        return
    question.take(*span)


def _present(question: Question, at: int) -> None:
    denied = question.word(at - 1) in NOT
    place = _named(question, at)
    mention = question.mention(place)
    after = question.view[place + mention.size] if mention and place + mention.size < len(
        question.view) else None  # fmt: skip
    compared = after is not None and (
        after.token.kind in {"number", "quoted"}
        or after.word in {"over", "above", "below", "under", "of", "between", "at", "=", ">", "<"}
        or after.word in {"more", "less", "greater", "higher", "lower", "longer", "is"}
    )
    compared = compared or (mention is not None and bool(lettered(question, place, mention)))
    span = (at - denied, place + mention.size) if mention is not None else (at, at)
    if mention is not None and not compared and _can_lack(question, mention):
        _gap(question, mention, span, denied=not denied)
    elif mention is None or compared or not _none_of(question, mention, span, denied=denied):
        return
    question.take(*span)


def _none_of(question: Question, mention: Mention, span: tuple[int, int], *, denied: bool) -> bool:
    """Whether an amount that may be nothing is something: "orders with a discount"."""
    column = question.column(mention.names[0])
    amount = question.numeric(column.name) and column.low == 0 and not truthy(column)
    counted = question.counts or question.word(0) in {"how", "number", "count", "share"}
    if not amount or not counted or not mention.strength or column.id_like:
        return False
    sql = f"{quoted(column.name)} {'=' if denied else '>'} 0"
    question.conditions.append(Condition(column.name, sql, *span, denied=denied))
    return True


def _named(question: Question, at: int) -> int:
    """The place of a name right after a token, at most one word between."""
    for place in (at + 1, at + 2):
        if question.mention(place) is not None:
            return place
        word = question.word(place)
        valued = place < len(question.view) and bool(question.view[place].values)
        if valued or word in SUPERLATIVES | LACKING | MISSING or word in AGGREGATES:
            break
    return -1


def _can_lack(question: Question, mention: Mention) -> bool:
    column = question.column(mention.names[0])
    return bool(mention.strength) and column.missing > 0 and not truthy(column)


def _gap(question: Question, mention: Mention, span: tuple[int, int], *, denied: bool) -> None:
    name = mention.names[0]
    sql = f"{quoted(name)} IS {'NOT ' if denied else ''}NULL"
    question.conditions.append(Condition(name, sql, *span, denied=denied))


def find_flags(question: Question) -> None:
    """Add the conditions of yes-or-no columns that nothing else is asked of."""
    for at in range(len(question.view)):
        if at not in question.taken:
            _flag(question, at)


def _flag(question: Question, at: int) -> None:
    mention = question.mention(at)
    size = mention.size if mention else 1
    name, turned = "", False
    if mention is not None:
        name = next((n for n in mention.names if truthy(question.scene.column(n))), "")
        if not name and _is_event(question, mention):
            _event(question, at, mention)
            return
    if not name:
        name, turned = akin(question, at)
    if not name:
        return
    denied = _denied_at(question, at)
    yes = truthy(question.column(name))
    wrong = (denied >= 0) != turned
    start = denied if denied >= 0 else at
    sql = f"{quoted(name)} {'<>' if wrong else '='} {yes}"
    question.take(at, at + size)
    if denied >= 0:
        question.taken.add(denied)
    value = "" if wrong else yes
    question.conditions.append(Condition(name, sql, start, at + size, value, True, wrong))


def _is_event(question: Question, mention: Mention) -> bool:
    """Whether a date says that something happened: `delivered_on`, with gaps where it did not."""
    column = question.column(mention.names[0])
    return column.kind == "datetime" and column.missing > 0 and len(mention.names) == 1


def _event(question: Question, at: int, mention: Mention) -> None:
    name = mention.names[0]
    if any(condition.column == name for condition in question.conditions):
        question.take(at, at + mention.size)
        return
    denied = _denied_at(question, at)
    sql = f"{quoted(name)} IS {'' if denied >= 0 else 'NOT '}NULL"
    start = denied if denied >= 0 else at
    question.take(start, at + mention.size)
    question.conditions.append(Condition(name, sql, start, at + mention.size, denied=denied >= 0))


def akin(question: Question, at: int) -> tuple[str, bool]:
    """The yes-or-no column that a word affirms or denies: "died" denies `Survived`."""
    word = question.word(at)
    if len(word) < 3:
        return "", False
    for known, turned in ((OPPOSITES, True), (SYNONYMS, False)):
        stems = next(
            (known[form] for form in (word, *question.view[at].forms) if form in known), ()
        )
        for column in question.columns:
            parts = words_of(column.name)
            if truthy(column) and any(p.startswith(s) for p in parts for s in stems):
                return column.name, turned
    rest = next((word.removeprefix(p) for p in _PREFIXES if word.startswith(p)), "")
    for column in question.columns:
        if truthy(column):
            roots = {stem(part) for part in words_of(column.name) if len(part) > 3}
            if len(rest) > 4 and stem(rest) in roots:
                return column.name, True
            if len(word) > 4 and stem(word) in roots:
                return column.name, False
    return "", False


def _denied_at(question: Question, at: int) -> int:
    """The place of the denial before a token; -1 if there is none."""
    for place in range(at - 1, max(at - 1 - _REACH, -1), -1):
        word = question.word(place)
        if word in NOT and place not in question.taken:
            return place
        if word not in _PASSED_OVER and not question.view[place].forms & {"be", "have", "get"}:
            return -1
    return -1


def begun(question: Question, at: int) -> Condition | None:
    """The yes-or-no column that begins like a noun: "resolution rate" is of `resolved`."""
    word = question.word(at)
    for column in question.columns:
        yes = truthy(column)
        for part in words_of(column.name) if yes else ():
            pairs = zip(word, part, strict=False)
            alike = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
            if alike >= _ALIKE and alike >= 0.6 * min(len(word), len(part)):
                question.taken.add(at)
                return Condition(
                    column.name, f"{quoted(column.name)} = {yes}", at, at + 1, yes, True
                )
    return None
