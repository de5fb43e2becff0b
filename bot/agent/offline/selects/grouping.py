"""What is asked for each of: "by class", "per island and species", "per month", "men and women"."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Final

from bot.agent.offline.names import Mention
from bot.agent.offline.patterns import find_all
from bot.agent.offline.selects.moments import date_column
from bot.agent.offline.selects.question import Condition, Group, Question, quoted
from bot.agent.offline.selects.ranking import is_common
from bot.agent.offline.selects.valuing import like
from bot.agent.offline.selects.words import PERIODS

_EACH: Final = (
    "for|in|within|of|on|at each|every|different|all",
    "group|grouped|split|broken|aggregated|aggregate|stratified down? by|into",
    "by|per|across|each|every",
    "depending on",
    "for different|all",
)
_MORE: Final = frozenset({"and", ",", "&", "/", "column", "columns", "then", "by", "x", "both"})
_PAIRED: Final = frozenset({"and", "vs", "versus", "against", "or", "to", "with", ",", "compared"})


def find_groups(question: Question) -> None:
    """Add the columns and periods after "by", "per" and their kind."""
    for pattern in _EACH:
        for match in find_all(pattern, question.view):
            if match.start not in question.taken and not _is_order(question, match.start):
                _take_list(question, match.start, match.end)
    _adverbs(question)


def _is_order(question: Question, at: int) -> bool:
    """Whether "by" says what to rank by: "top 5 by price", "ordered by age"."""
    if question.word(at) != "by":
        return False
    if question.word(at - 1) in {"sorted", "ordered", "sort", "order", "ranked", "rank"}:
        return True
    said = {question.word(place) for place in range(at)}
    ranked = bool(said & {"top", "bottom", "best", "worst"})
    return ranked and not said & {"average", "mean", "median", "sum", "share", "percentage"}


def _take_list(question: Question, start: int, at: int) -> None:
    """The groups listed from a token on, with a word between each and the next."""
    first = joined = True
    while at < len(question.view):
        size = _take_one(question, at) if joined else 0
        if not size and first and question.word(at + 1) == "of":
            size = _take_one(question, at + 2)
            at += 2 * bool(size)
        if size:
            if first:
                question.take(start, at)
            first, joined, at = False, False, at + size
        elif not first and question.word(at) in _MORE and at + 1 < len(question.view):
            joined, at = True, at + 1
        else:
            return


def _take_one(question: Question, at: int) -> int:
    """The group named at a token; how many tokens name it."""
    mention = question.mention(at)
    if mention is not None:
        name = _groupable(question, mention)
        if name and not _is_measured(question, at, name):
            return _add(question, at, mention.size, Group(quoted(name), column=name))
        return 0
    period = PERIODS.get(question.word(at), "")
    if at not in question.taken and period and not question.view[at].values:
        return 1 if _add_period(question, at, period) else 0
    if at not in question.taken and len(question.word(at)) > 3:
        name = like(question, at)
        if name and not question.is_noun(at):
            return _add(question, at, 1, Group(quoted(name), column=name))
    return 0


def _add(question: Question, at: int, size: int, group: Group) -> int:
    if all(group.sql != other.sql for other in question.groups):
        question.groups.append(group)
    question.take(at, at + size)
    return size


def _groupable(question: Question, mention: Mention) -> str:
    """The column meant: of several in part the one with the fewest values."""
    known = [n for n in mention.names if n in question.scene.columns.columns]
    return min(known, key=lambda n: question.column(n).distinct or 999, default="")


def _is_measured(question: Question, at: int, name: str) -> bool:
    """Whether a number after "and" starts another wish: "by day and tip over 5"."""
    mention = question.named(at)
    after = question.word(at + (mention.size if mention else 1))
    return question.numeric(name) and after in {"over", "above", "below", "under", ">", "<", "="}


def period_at(question: Question, at: int) -> Group | None:
    """The period that a word names, of the dates it is asked for; it is taken."""
    period = PERIODS[question.word(at)]
    name = date_column(question, at, years=period == "year")
    if not name:
        return None
    question.take(at, at + 1)
    column = quoted(name)
    if not question.is_moment(name):
        return Group(column, column=name, period=True)
    if period == "weekday":
        return Group(f"dayname({column})", "weekday", name)
    return Group(f"date_trunc('{period}', {column})", period, name, period=True)


def _add_period(question: Question, at: int, period: str) -> bool:
    group = period_at(question, at) if question.word(at) in PERIODS else None
    if group is None or period != PERIODS[question.word(at)]:
        return False
    return _add(question, at, 1, group) == 1


def _adverbs(question: Question) -> None:
    """Take the adverb of a period: "monthly revenue"."""
    for at in range(len(question.view)):
        word = question.word(at)
        if at in question.taken or question.groups or question.named(at):
            continue
        if word in PERIODS and word.endswith("ly"):
            _add_period(question, at, PERIODS[word])


def group_pairs(question: Question) -> None:
    """Values of one column beside each other are compared: "the age of men and women"."""
    by_column: dict[str, list[Condition]] = defaultdict(list)
    for condition in question.conditions:
        if condition.value and not condition.denied:
            by_column[condition.column].append(condition)
    for name, said in by_column.items():
        said.sort(key=lambda condition: condition.start)
        words = {
            question.word(at) for one, two in pairwise(said) for at in range(one.end, two.start)
        }
        compared = words & {"and", "vs", "versus", "against", "with", "to"} and words <= _PAIRED
        if len(said) > 1 and compared and not any(g.column == name for g in question.groups):
            question.groups.append(Group(quoted(name), column=name))
            if len(said) >= question.column(name).distinct:
                question.conditions = [c for c in question.conditions if c not in said]


def group_at(question: Question, at: int) -> Group | None:
    """The group that a token names; it is taken."""
    mention = question.mention(at)
    if mention is None and question.word(at) in PERIODS and at not in question.taken:
        return period_at(question, at)
    if mention is not None:
        name = next((n for n in mention.names if not _is_amount(question, n)), "")
        rare = bool(name) and question.column(name).kind == "text"
        asked = question.lead.word in {"which", "what"} and mention.strength >= 2
        if not name or mention.strength == 0 or (rare and not asked and not is_common(question)):
            return None
        question.take(at, at + mention.size)
        return Group(quoted(name), column=name)
    name = like(question, at) if at not in question.taken and len(question.word(at)) > 3 else ""
    if not name or question.is_noun(at):
        return None
    question.taken.add(at)
    return Group(quoted(name), column=name)


def _is_amount(question: Question, name: str) -> bool:
    """Whether a column is rather measured than grouped by."""
    column = question.column(name)
    many = column.distinct > 12 or column.kind == "number"
    return column.id_like or (question.numeric(name) and many) or question.is_moment(name)


def any_group(question: Question) -> Group | None:
    """The first group that is named anywhere."""
    for at in range(len(question.view)):
        found = group_at(question, at)
        if found is not None:
            return found
    return None
