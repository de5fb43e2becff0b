"""Rows told by a value: "in Oslo", "women", "first class", "on Sundays", "not from Vienna"."""

from __future__ import annotations

from typing import Final

from bot.agent.offline.names import ValueMention, squeeze
from bot.agent.offline.selects.question import Condition, Question, literal, quoted
from bot.agent.offline.selects.words import DAYS, MONTHS, NOT, ORDINALS, SEXES

_NEAR: Final = 4
_LINKS: Final = frozenset({"and", "or", "nor", "in", ",", "to", "either", "a", "from"})


def find_values(question: Question) -> None:
    """Add the conditions that name a value of a column."""
    for at in range(len(question.view)):
        if at in question.taken:
            continue
        found = next(filter(None, (read(question, at) for read in _READERS)), None)
        if found is not None:
            _add(question, at, found)
        else:
            _ordinal(question, at)


def _add(question: Question, at: int, found: ValueMention) -> None:
    end = at + found.size
    denied = any(question.word(place) in NOT for place in (at - 1, at - 2) if _joins(question, at))
    column = question.column(found.column)
    said = literal(found.value, column)
    sql = f"{quoted(column.name)} {'<>' if denied else '='} {said}"
    start = at - (question.word(at - 1) in NOT)
    question.take(start, end)
    question.conditions.append(Condition(column.name, sql, start, end, said, denied=denied))
    _use_up(question, found.column, start, end)


def _joins(question: Question, at: int) -> bool:
    """Whether a denial may reach a value: directly, or over "in", "from" and the like."""
    before = question.word(at - 1)
    small = {"in", "from", "on", "of", "a", "by", "for", "at", "with"}
    return before in NOT or (before in small and question.word(at - 2) in NOT)


def _value(question: Question, at: int) -> ValueMention | None:
    """The value that a token says; none where it says a column or could mean several."""
    token = question.view[at]
    named = {name for other in question.view if other.column for name in other.column.names}
    said = sorted(token.values, key=lambda v: v.column not in named)
    for value in said:
        own = token.column is not None and token.column.strength == 3
        if own and token.column is not None and value.column != token.column.names[0]:
            continue
        flag = len(question.column(value.column).top) == 2 and squeeze(value.value) in {"yes", "no"}
        if flag and value.column not in named:
            continue
        return value
    return None


def _calendar(question: Question, at: int) -> ValueMention | None:
    """A day or month whose name is cut short in the data: "Sundays" for `Sun`."""
    word = question.word(at)
    full = next((n for n in (*DAYS, *MONTHS) if word in {n, f"{n}s"} and len(n) > 3), "")
    if not full:
        return None
    for column in question.columns:
        if column.kind == "category":
            for value in column.top:
                if len(value) >= 3 and full.startswith(value.casefold()):
                    return ValueMention(column.name, value, 1)
    return None


def _sex(question: Question, at: int) -> ValueMention | None:
    """A sex by everyday words: "women" is `female` or `F`."""
    word = question.word(at)
    said = next((sex for sex, people in SEXES.items() if word in people), "")
    if not said:
        return None
    for column in question.columns:
        if len(column.top) <= 3 and column.kind == "category":
            for value in column.top:
                if value.casefold() in {said, said[0]}:
                    return ValueMention(column.name, value, 1)
    return None


def _begun(question: Question, at: int) -> ValueMention | None:
    """The one value that a proper noun begins: "Germans" for `Germany`."""
    token = question.view[at]
    word = token.word.removesuffix("s")
    if len(word) < 5 or token.column or not token.token.raw[:1].isupper():
        return None
    fits = [
        ValueMention(column.name, value, 1)
        for column in question.columns
        if column.kind == "category"
        for value in column.top
        if value.casefold().startswith(word)
    ]
    return fits[0] if len(fits) == 1 else None


_READERS: Final = (_value, _calendar, _sex, _begun)


def _ordinal(question: Question, at: int) -> None:
    """The value of the column named after an ordinal: "first class", "first or second class"."""
    place = ORDINALS.get(question.word(at))
    if place is None:
        return
    noun = at + 1
    while question.word(noun) in ORDINALS or question.word(noun) in _LINKS:
        noun += 1
    name = like(question, noun) or _taken_by(question, noun)
    if not name:
        return
    column = question.column(name)
    word = question.word(at)
    worded = next((v for v in column.top if v.casefold() in {word, str(place)}), None)
    if worded is None and not question.numeric(name):
        return
    said = literal(worded if worded is not None else str(place), column)
    denied = any(question.word(p) in NOT for p in (at - 1, at - 2) if _joins(question, at))
    end = noun + 1 if noun == at + 1 else at + 1
    question.take(at, end)
    question.nouns[noun] = name
    sql = f"{quoted(name)} {'<>' if denied else '='} {said}"
    question.conditions.append(Condition(name, sql, at, end, said, denied=denied))


def _taken_by(question: Question, at: int) -> str:
    """The column of a noun that another ordinal has used already."""
    return question.nouns.get(at, "")


def like(question: Question, at: int) -> str:
    """The column a single word names, in part or by its end: "class" for `Pclass`."""
    if not 0 <= at < len(question.view):
        return ""
    mention = question.mention(at)
    if mention is not None:
        return mention.names[0]
    if question.named(at) is not None:
        return ""
    forms = {form for form in question.view[at].forms if len(form) >= 4}
    return next(
        (
            column.name
            for column in question.columns
            if any(
                squeeze(column.name).endswith(form) and len(squeeze(column.name)) - len(form) <= 2
                for form in forms
            )
        ),
        "",
    )


def _use_up(question: Question, column: str, start: int, end: int) -> None:
    """Take the name of a condition's column beside its value: "the Sales department"."""
    for at in range(max(0, start - _NEAR), min(len(question.view), end + 2)):
        mention = question.named(at)
        if mention is None or column not in mention.names or at in question.taken:
            continue
        between = range(min(end, at + mention.size), max(start, at))
        small = {"is", "=", "of", "==", "are", "was", "in", "the", "equals", "or", "and", "not"}
        if all(question.word(place) in small or place in question.taken for place in between):
            question.take(at, at + mention.size)
