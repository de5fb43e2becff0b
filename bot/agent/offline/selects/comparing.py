"""Numbers compared: "older than 60", "between 20 and 30", "more than 5 units", "parties of 4"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.agent.offline.marks import COUNTS
from bot.agent.offline.names import Mention
from bot.agent.offline.patterns import Match, find_all
from bot.agent.offline.rows import number
from bot.agent.offline.selects.question import (
    Condition,
    Question,
    Unplaced,
    lettered,
    literal,
    quoted,
    truthy,
)
from bot.agent.offline.selects.words import COMPARISONS, NOT, PERSONS, STOPS

_REACH: Final = 6
_WITH: Final = frozenset({"for", "with", "of", "have", "has", "having", "had"})
_TIMES: Final = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}


@dataclass(frozen=True, slots=True)
class _Compared:
    """An operator with its numbers, and the tokens that say it."""

    operator: str
    start: int
    at: int
    end: int
    value: str
    high: str = ""


def find_comparisons(question: Question) -> None:
    """Add the conditions that compare a column with a number."""
    for found in _said(question):
        if found.at in question.taken:
            continue
        name = _column(question, found)
        if name:
            _add(question, found, name)
    for at in range(len(question.view)):
        if at not in question.taken:
            _equal(question, at)
            _unit(question, at)
    _typical(question)


def _unit(question: Question, at: int) -> None:
    """A bare number of something: "for 3 rooms"."""
    mention = question.mention(at + 1)
    if mention is None or mention.strength < 2 or not _is_number(question, at):
        return
    name = _comparable(question, mention)
    if question.word(at - 1) not in _WITH or not name or question.column(name).kind != "integer":
        return
    value = _value(question, at)
    question.take(at, at + 1 + mention.size)
    end = at + 1 + mention.size
    question.conditions.append(Condition(name, f"{quoted(name)} = {value}", at, end, value))


def _typical(question: Question) -> None:
    """What is compared with its own mean: "above average", "older than the median age"."""
    for patterns, operator in COMPARISONS:
        if operator not in {">", "<"}:
            continue
        for match in (m for p in patterns for m in find_all(
            f"{p} average|mean|median", question.view)):  # fmt: skip
            kind = "median" if question.word(match.end - 1) == "median" else "avg"
            found = _Compared(operator, match.start, match.end - 1, match.end, "")
            name = _column(question, found)
            if name and match.start not in question.taken:
                column = quoted(name)
                sql = f"{column} {operator} (SELECT {kind}({column}) FROM data)"  # noqa: S608
                question.take(match.start, match.end)
                question.conditions.append(Condition(name, sql, match.start, match.end))


def _add(question: Question, found: _Compared, name: str) -> None:
    column = quoted(name)
    sql = f"{column} {found.operator} {found.value}"
    if found.high:
        sql = f"{column} BETWEEN {found.value} AND {found.high}"
    denied = question.word(found.start - 1) in NOT
    start = found.start - denied
    question.take(start, found.end)
    value = found.value if found.operator == "=" else ""
    sql = f"NOT {sql}" if denied else sql
    question.conditions.append(Condition(name, sql, start, found.end, value, denied=denied))


def _said(question: Question) -> Iterator[_Compared]:
    """Every comparison in a clause, ranges first."""
    view = question.view
    for match in find_all("between|from ~ <>", view, slot="number"):
        to = match.at + 1
        ranged = question.word(to) in {"and", "to", "-"} and _is_number(question, to + 1)
        if ranged:
            low, high = _value(question, match.at), _value(question, to + 1)
            yield _Compared("between", match.start, match.at, to + 2, low, high)
    for at in range(len(view) - 2):
        both = _is_number(question, at) and _is_number(question, at + 2)
        if both and question.word(at + 1) == "-":
            pair = _value(question, at), _value(question, at + 2)
            yield _Compared("between", at, at, at + 3, *pair)
    for patterns, operator in COMPARISONS:
        for pattern in patterns:
            yield from (_one(question, m, operator) for m in find_all(
                f"{pattern} <>", view, slot="number"))  # fmt: skip


def _one(question: Question, match: Match, operator: str) -> _Compared:
    end = match.at + 1 + (question.word(match.at + 1) in _TIMES)
    return _Compared(operator, match.start, match.at, end, _value(question, match.at))


def _is_number(question: Question, at: int) -> bool:
    return 0 <= at < len(question.view) and question.view[at].takes("number") > 0


def _value(question: Question, at: int) -> str:
    """A number as SQL: "1,200", "two", "50k", "2 million"."""
    word = question.word(at)
    value = float(COUNTS[word]) if word in COUNTS else float(number(word.rstrip("%")) or 0)
    value *= _TIMES.get(question.word(at + 1), 1)
    return str(int(value)) if value.is_integer() else repr(value)


def _column(question: Question, found: _Compared) -> str:
    """The column compared: named beside it, or hinted at ("older than 30", "over 20 kg")."""
    far = _REACH if _free(found) else 0
    return (
        _people(question, found)
        or _before(question, found.start, reach=2)
        or _after(question, found)
        or _hinted(question, found)
        or _age(question, found)
        or _before(question, found.start, reach=far)
        or _in_range(question, found)
    )


def _in_range(question: Question, found: _Compared) -> str:
    """The only column of numbers that a bare number can be one of: "transactions above 1000"."""
    if found.operator not in {">", "<", ">=", "<="} or not found.value:
        return ""
    value = float(found.value)
    fits = [
        column.name
        for column in question.columns
        if column.kind in {"integer", "number"}
        and not (column.id_like or truthy(column))
        and isinstance(column.low, int | float)
        and isinstance(column.high, int | float)
        and column.low <= value <= column.high
    ]
    if len(fits) > 1:
        tests = {name: f"{quoted(name)} {found.operator} {found.value}" for name in fits}
        question.unplaced = Unplaced(tests, found.start, found.end)
    return fits[0] if len(fits) == 1 else ""


def _free(found: _Compared) -> bool:
    """Whether the column may stand some way before: not for "of 4" and "is 1"."""
    return found.operator != "="


def _before(question: Question, start: int, *, reach: int) -> str:
    for at in range(start - 1, max(start - 1 - reach, -1), -1):
        found = question.mention(at)
        name = _comparable(question, found)
        if found is not None and name:
            question.take(at, at + found.size)
            return name
    return ""


def _after(question: Question, found: _Compared) -> str:
    """The unit that is counted: "more than 5 units", "over 1 carat"."""
    for at in range(found.end, min(found.end + 4, len(question.view))):
        if question.word(at) in STOPS or question.word(at) in {"and", "or", ","}:
            break
        mention = question.mention(at)
        name = _comparable(question, mention)
        if mention is not None and name:
            question.take(at, at + mention.size)
            return name
    return ""


def _hinted(question: Question, found: _Compared) -> str:
    """A column that the comparison, the verb before it or the unit after it speaks of."""
    places = [*range(found.start, found.at), *range(found.end, found.end + 1)]
    places += range(found.start - 1, max(found.start - 4, -1), -1)
    for at in places:
        name = question.hinted(question.word(at)) if 0 <= at < len(question.view) else ""
        if name:
            return name
    return ""


def _people(question: Question, found: _Compared) -> str:
    """The size of parties: "more than 4 people"."""
    if question.word(found.end) not in {"people", "persons", "guests"}:
        return ""
    size = next((n for n in question.named_with("size") if question.measurable(n)), "")
    question.take(found.end, found.end + bool(size))
    return size


def _age(question: Question, found: _Compared) -> str:
    """The age of people: "patients over 50"."""
    ages = question.named_with("age")
    person = question.word(found.start - 1) in PERSONS
    return ages[0] if person and ages and found.operator != "=" else ""


def _comparable(question: Question, mention: Mention | None) -> str:
    """The column of a mention that can be more or less than something."""
    names = mention.names if mention is not None else ()
    fits = (n for n in names if question.measurable(n) and not truthy(question.scene.column(n)))
    return next(fits, "")


def _equal(question: Question, at: int) -> None:
    """`column = value`, `class 1`, "colour is D": what a named column equals."""
    mention = question.mention(at) or _numbered(question, at)
    if mention is None or not mention.strength:
        return
    column = question.column(mention.names[0])
    after = at + mention.size
    if _lettered(question, at, mention):
        return
    linked = question.word(after) in {"=", "==", "is", "equals", "was", "are", "of"}
    place = after + linked
    if place >= len(question.view) or place in question.taken:
        return
    token = question.view[place]
    said = _literal(question, place, column.name)
    if not said or (token.token.kind == "number" and column.kind == "datetime"):
        return
    question.take(at, place + 1)
    sql = f"{quoted(column.name)} = {said}"
    question.conditions.append(Condition(column.name, sql, at, place + 1, said))


def _numbered(question: Question, at: int) -> Mention | None:
    """What numbers the rows, before a number: "passenger 17"."""
    found = question.named(at)
    if found is None or not _is_number(question, at + 1) or not question.is_noun(at):
        return None
    names = [n for n in found.names if question.column(n).id_like and question.numeric(n)]
    return Mention((names[0],), found.size, 1) if names else None


def _lettered(question: Question, at: int, mention: Mention) -> bool:
    """Whether a column equals a value that reads like an article: "grade A"."""
    value = lettered(question, at, mention)
    if not value:
        return False
    name = mention.names[0]
    said = literal(value, question.column(name))
    question.take(at, at + mention.size)
    sql = f"{quoted(name)} = {said}"
    question.conditions.append(Condition(name, sql, at, at + mention.size, said))
    return True


def _literal(question: Question, at: int, name: str) -> str:
    """The token at a place as a value of a column; empty if it can be none."""
    token, column = question.view[at], question.column(name)
    if token.token.kind == "number" and question.word(at + 1) not in {"-", "to"}:
        return _value(question, at) if question.numeric(name) else literal(token.token.raw, column)
    if token.token.kind == "quoted":
        return literal(token.token.raw, column)
    value = next((v for v in column.top if v.casefold() == token.word), None)
    return literal(value, column) if value is not None else ""
