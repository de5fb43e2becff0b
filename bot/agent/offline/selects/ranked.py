"""Rows and groups in an order: the first few, the one at the end, all of them sorted."""

from __future__ import annotations

from typing import Final

from bot.agent.offline.patterns import find_all
from bot.agent.offline.selects import ranking, writing
from bot.agent.offline.selects.grouping import any_group, group_at
from bot.agent.offline.selects.measuring import left
from bot.agent.offline.selects.question import Condition, Group, Measure, Question, quoted
from bot.agent.offline.selects.words import BARE, HINTS, Kind

_MANY: Final = 5


def ranked_groups(question: Question) -> str:
    """Groups in order: "which island has the most …", "top 3 days by total bill"."""
    if question.ranking is None and not ranking.is_common(question):
        return ""
    group = (
        question.groups[0] if _is_which(question) and question.groups else _group_asked(question)
    )
    if group is None:
        return ""
    result, column = _group_measure(question)
    low = ranking.is_low(question, column)
    order = f"{writing.alias_of(result)}{'' if low else ' DESC'}"
    limit = question.ranking.limit if question.ranking else None
    return writing.select(
        [result],
        question,
        conditions=_rest(question, result),
        groups=[group],
        order=order,
        limit=limit or 1,
    )


def _is_which(question: Question) -> bool:
    return question.lead.word in {"which", "what"}


def _rest(question: Question, result: str) -> list[Condition]:
    """The conditions that a share does not use up itself."""
    return [c for c in question.conditions if c.sql not in result]


def _group_asked(question: Question) -> Group | None:
    """The groups that are ranked: "which class …", "top 3 days by …", "most common species"."""
    lead = question.start
    if question.lead.word in {"which", "what"}:
        at = lead + 1
        while question.word(at) in {"is", "be", "are", "kind", "type", "sort", "of", "was"}:
            at += 1
        return group_at(question, at) or (any_group(question) if ranking.is_common(question)
                                           else None)  # fmt: skip
    place = question.ranking.at + 1 if question.ranking is not None else 0
    limited = question.ranking is not None and question.ranking.limit is not None
    if ranking.is_common(question):
        return any_group(question)
    if limited:
        while place in question.taken or question.word(place) in {"common", "frequent", "popular"}:
            place += 1
        return group_at(question, place)
    return None


def _group_measure(question: Question) -> tuple[str, str]:
    """What groups are ranked by, and the column of it."""
    named = next((m for m in question.measures if m.column), None)
    if named is not None:
        return writing.measured(named, question), named.column
    flags = [c for c in question.conditions if c.flag]
    if any(m.kind == "share" for m in question.measures):
        return writing.share_of(flags or question.conditions, question), ""
    sells = any(token.word == "selling" for token in question.view)
    if question.counts or (ranking.is_common(question) and not sells):
        return writing.counted(), ""
    column = left(question) or ranking.hinted_by(question)
    kind = next((m.kind for m in question.measures), None)
    if column:
        often = question.ranking is not None and question.ranking.word in {
            "most",
            "least",
            "fewest",
        }
        plain: Kind | None = "sum" if often and question.column(column).kind == "integer" else None
        return (
            writing.measured(Measure(kind or plain or writing.natural(column), column), question),
            column,
        )
    if flags and question.ranking is not None and question.ranking.word not in {"most", "fewest"}:
        return writing.share_of(flags, question), ""
    return writing.counted(), ""


def sorted_rows(question: Question) -> str:
    """All rows in the order of a column: "sort by fare, descending"."""
    said = {form for token in question.view for form in token.forms}
    if not said & {"sort", "order", "rank"} or question.measures or question.groups:
        return ""
    match = next(find_all("by <>", question.view, slot="column"), None)
    mention = question.mention(match.at) if match is not None else None
    if mention is None:
        return ""
    question.take(match.start if match else 0, (match.at if match else 0) + mention.size)
    down = " DESC" if said & {"descending", "desc", "highest", "largest", "most"} else ""
    order = f"{quoted(mention.names[0])}{down} NULLS LAST"
    return writing.select(["*"], question, conditions=question.conditions, order=order)


def ranked(question: Question) -> str:
    """Whole rows in order, or the one value at the end: "the longest bill"."""
    asked = question.ranking
    if asked is None or question.counts or any(m.column for m in question.measures):
        return ""
    if question.view[0].word in {"is", "are", "do", "does"}:
        return ""
    one = ranking.wants_one(question)
    value = _end(question) or _how_much(question)
    whose = question.lead.word in {"who", "which", "whose"} or question.word(asked.at - 1) == "with"
    if value and asked.limit is None and not whose:
        kind: Kind = "min" if ranking.is_low(question, value) else "max"
        return writing.aggregated(question, [Measure(kind, value)])
    column = value or _order_column(question)
    if not column:
        return ""
    if question.groups:
        result = writing.measured(Measure(writing.natural(column), column), question)
        low = ranking.is_low(question, column)
        order = f"{writing.alias_of(result)}{'' if low else ' DESC'}"
        return writing.select([result], question, conditions=question.conditions,
                              groups=question.groups, order=order, limit=asked.limit)  # fmt: skip
    down = "" if ranking.is_low(question, column) else " DESC"
    order = f"{quoted(column)}{down} NULLS LAST"
    limit = asked.limit or (1 if one else _MANY)
    return writing.select(["*"], question, conditions=question.conditions, order=order, limit=limit)


def _how_much(question: Question) -> str:
    """The column of "how old is the oldest …?"."""
    if question.lead.word != "how" or question.word(question.start + 1) in {"many", "often"}:
        return ""
    return ranking.ranked_column(question)


def _end(question: Question) -> str:
    """The measured column right after a superlative: "cheapest fare", "longest arr_delay"."""
    asked = question.ranking
    if asked is None or asked.word in BARE:
        return ""
    at = asked.at + 1
    while at in question.taken:
        at += 1
    mention = question.mention(at)
    if mention is None:
        return ""
    hinted = {n for h in HINTS.get(asked.word, ()) for n in question.named_with(h)}
    fits = [n for n in mention.names if question.measurable(n)]
    name = next((n for n in fits if n in hinted), fits[0] if fits else "")
    loose = mention.strength < 2 and asked.word in HINTS and question.is_moment(name)
    if name and (name in hinted or (len(fits) == 1 and not loose)):
        question.take(at, at + mention.size)
        return name
    return ""


def _order_column(question: Question) -> str:
    """What rows are ranked by: named after "by", hinted at, or the one column that is left."""
    for match in find_all("by|in|with <>", question.view, slot="column", taken=question.taken):
        mention = question.mention(match.at)
        name = next((n for n in mention.names if question.measurable(n)), "") if mention else ""
        if mention is not None and name:
            question.take(match.start, match.at + mention.size)
            return name
    return ranking.ranked_column(question) or left(question) or ranking.hinted_by(question)
