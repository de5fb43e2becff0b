"""Which kind of answer a question wants, from what was found in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.agent.offline.patterns import find_all
from bot.agent.offline.selects import ranking, writing
from bot.agent.offline.selects.grouping import period_at
from bot.agent.offline.selects.measuring import counted_column, left
from bot.agent.offline.selects.question import Condition, Group, Measure, Question, quoted
from bot.agent.offline.selects.valuing import like
from bot.agent.offline.selects.words import BARE, HINTS, LISTING, PERIODS, PERSONS, Kind

_MANY: Final = 5
_VERBS: Final = frozenset(
    {"be", "is", "are", "was", "were", "who", "that", "have", "has", "had", "did", "do", "got"}
)
_ASKED: Final = frozenset({"do", "does", "did", "are", "is", "were", "was", "who", "which"})
_MORE: Final = frozenset(
    {"more", "less", "often", "better", "worse", "higher", "lower", "older", "younger", "than",
     "longer", "heavier", "bigger", "larger", "smaller", "cheaper", "dearer", "most", "least"}
)  # fmt: skip
_PLACES: Final = frozenset({"in", "on", "at", "from", "among", "within", "of", "for", "with"})


def written(question: Question) -> str:
    """The SELECT a question wants; empty if it wants none after all."""
    forms = (_compared, _ranked_groups, _sorted, _ranked, _worked_out, _shared, _counted, _summed,
             _looked_up, _listed)  # fmt: skip
    for form in forms:
        sql = form(question)
        if sql:
            return sql
    return ""


def _compared(question: Question) -> str:
    """Groups held against each other: "do women survive more often than men?"."""
    said = {token.word for token in question.view}
    names = {c.column for c in question.conditions if c.value and not c.flag}
    name = next((n for n in names if sum(c.column == n for c in question.conditions) > 1), "")
    opening = {token.word for token in question.view[: question.start + 1]}
    if not opening & _ASKED or not name or not said & _MORE or question.counts:
        return ""
    flags = [c for c in question.conditions if c.flag]
    column = "" if flags else left(question) or _hinted_by(question)
    if not flags and not column:
        return ""
    group = Group(quoted(name), column=name)
    others = [c for c in question.conditions if c.column != name and c not in flags]
    result = (
        writing.share_of(flags, question)
        if flags
        else writing.measured(Measure("avg", column), question)
    )
    order = writing.order_of([group], result)
    return writing.select([result], question, conditions=others, groups=[group], order=order)


def _sorted(question: Question) -> str:
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


def _looked_up(question: Question) -> str:
    """One column of one row: "what is the fare of passenger 17?"."""
    known = [c for c in question.conditions if question.column(c.column).id_like]
    if not known or question.groups:
        return ""
    names = []
    for at in range(question.start, len(question.view)):
        mention = question.mention(at)
        if mention is not None and mention.strength:
            names.append(quoted(mention.names[0]))
            question.take(at, at + mention.size)
    return writing.select(names or ["*"], question, conditions=question.conditions)


def _group_asked(question: Question) -> Group | None:
    """The groups that are ranked: "which class …", "top 3 days by …", "most common species"."""
    lead = question.start
    if question.lead.word in {"which", "what"}:
        at = lead + 1
        while question.word(at) in {"is", "be", "are", "kind", "type", "sort", "of", "was"}:
            at += 1
        return _group_at(question, at) or (_any_group(question) if ranking.is_common(question)
                                           else None)  # fmt: skip
    place = question.ranking.at + 1 if question.ranking is not None else 0
    limited = question.ranking is not None and question.ranking.limit is not None
    if ranking.is_common(question):
        return _any_group(question)
    if limited:
        while place in question.taken or question.word(place) in {"common", "frequent", "popular"}:
            place += 1
        return _group_at(question, place)
    return None


def _group_at(question: Question, at: int) -> Group | None:
    mention = question.mention(at)
    if mention is None and question.word(at) in PERIODS and at not in question.taken:
        return period_at(question, at)
    if mention is not None:
        name = next((n for n in mention.names if not _measures(question, n)), "")
        rare = bool(name) and question.column(name).kind == "text"
        if not name or mention.strength == 0 or (rare and not ranking.is_common(question)):
            return None
        question.take(at, at + mention.size)
        return Group(quoted(name), column=name)
    name = like(question, at) if at not in question.taken and len(question.word(at)) > 3 else ""
    if not name or question.is_noun(at):
        return None
    question.taken.add(at)
    return Group(quoted(name), column=name)


def _measures(question: Question, name: str) -> bool:
    """Whether a column is rather measured than grouped by."""
    column = question.column(name)
    many = column.distinct > 12 or column.kind == "number"
    return column.id_like or (question.numeric(name) and many) or question.is_moment(name)


def _any_group(question: Question) -> Group | None:
    for at in range(len(question.view)):
        found = _group_at(question, at)
        if found is not None:
            return found
    return None


def _ranked_groups(question: Question) -> str:
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
    column = left(question) or _hinted_by(question)
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


def _hinted_by(question: Question) -> str:
    """The column a superlative or a verb speaks of: "which department pays best"."""
    own = ranking.ranked_column(question)
    if own:
        return own
    words = [t.word for t in question.view if t.word in HINTS]
    return next((name for word in words if (name := question.hinted(word))), "")


def _ranked(question: Question) -> str:
    """Whole rows in order, or the one value at the end: "the longest bill"."""
    asked = question.ranking
    if asked is None or question.counts or any(m.column for m in question.measures):
        return ""
    if question.view[0].word in {"is", "are", "do", "does"}:
        return ""
    one = ranking.wants_one(question)
    value = _end(question) or _how_much(question)
    if value and asked.limit is None and question.lead.word not in {"who", "which", "whose"}:
        kind: Kind = "min" if ranking.is_low(question, value) else "max"
        return _aggregate(question, [Measure(kind, value)])
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
    if name and (len(fits) == 1 or name in hinted):
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
    return ranking.ranked_column(question) or left(question) or _hinted_by(question)


def _worked_out(question: Question) -> str:
    """Averages, sums and the like, by group where there are any."""
    measures = [m for m in question.measures if m.kind not in {"share", "corr"}]
    pair = [m.column for m in question.measures if m.kind == "corr" and m.column]
    if any(m.kind == "corr" for m in question.measures):
        pair += [name for name in (left(question), left(question)) if name and name not in pair]
        if len(pair) < 2:
            return ""
        result = writing.named(f"corr({quoted(pair[0])}, {quoted(pair[1])})", "correlation")
        return _select(question, [result])
    if not measures or any(not m.column for m in measures):
        return ""
    return _aggregate(question, measures)


def _aggregate(question: Question, measures: list[Measure]) -> str:
    results = list(dict.fromkeys(writing.measured(m, question) for m in measures))
    return _select(question, results)


def _select(question: Question, results: list[str]) -> str:
    low = question.ranking is not None and ranking.is_low(question, "")
    order = writing.order_of(question.groups, results[-1], low=low)
    limit = question.ranking.limit if question.ranking and question.groups else None
    return writing.select(
        results,
        question,
        conditions=question.conditions,
        groups=question.groups,
        order=order,
        limit=limit,
    )


def _shared(question: Question) -> str:
    """A percentage: of the rows before a verb, those that meet what comes after it."""
    said = next((m for m in question.measures if m.kind == "share"), None)
    if said is None:
        return ""
    conditions = sorted(question.conditions, key=lambda c: c.start)
    added = _added(question, said.at)
    if added and (conditions or question.groups):
        return _share_of_sum(question, added, conditions)
    if not conditions:
        return _shares(question)
    part = _numerator(question, conditions, said.at)
    rest = [c for c in conditions if c not in part]
    result = writing.share_of(part, question)
    order = writing.order_of(question.groups, result)
    return writing.select([result], question, conditions=rest, groups=question.groups, order=order)


def _added(question: Question, at: int) -> str:
    """The column whose sum a share is of: "what share of revenue …"."""
    place = at + 1 + (question.word(at + 1) == "of")
    mention = question.mention(place)
    name = next((n for n in mention.names if question.numeric(n)), "") if mention else ""
    if mention is None or not name or writing.natural(name) != "sum":
        return ""
    question.take(place, place + mention.size)
    return name


def _share_of_sum(question: Question, name: str, conditions: list[Condition]) -> str:
    column = quoted(name)
    if conditions:
        test = writing.where_of(conditions, question)
        part = f"sum(CASE WHEN {test} THEN {column} ELSE 0 END)"
        sql = f"100.0 * {part} / sum({column})"
    else:
        sql = f"100.0 * sum({column}) / sum(sum({column})) OVER ()"
    result = writing.named(sql, writing.PERCENT)
    order = writing.order_of(question.groups, result)
    return writing.select([result], question, conditions=[], groups=question.groups, order=order)


def _shares(question: Question) -> str:
    """The share of each group."""
    if not question.groups:
        group = _any_group(question)
        if group is None:
            return ""
        question.groups.append(group)
    result = writing.share_of_groups()
    order = writing.order_of(question.groups, result)
    return writing.select([result], question, conditions=[], groups=question.groups, order=order)


def _numerator(question: Question, conditions: list[Condition], said: int) -> list[Condition]:
    """The conditions whose share is wanted; the others say of which rows."""
    flags = [c for c in conditions if c.flag]
    if question.word(said) == "rate" and flags:
        return [min(flags, key=lambda c: abs(c.start - said))]
    last = conditions[-1]
    verbs = [at for at in range(said + 1, last.start + 1) if question.word(at) in _VERBS]
    after = [c for c in conditions if verbs and c.start >= verbs[-1]]
    if 0 < len(after) < len(conditions):
        return after
    if last.flag and not conditions[0].flag:
        return [last]
    placed = [c for c in conditions[1:] if _is_placed(question, c.start)]
    return [c for c in conditions if c not in placed] if placed else flags or conditions


def _is_placed(question: Question, at: int) -> bool:
    """Whether a condition says where: "in Germany", "among women"."""
    return question.word(at) in _PLACES or question.word(at - 1) in _PLACES


def _counted(question: Question) -> str:
    """A number of rows, or of different values, or the sum of what is counted."""
    if not question.counts or len(question.view) - question.start < 3:
        return ""
    name = counted_column(question)
    if name:
        grouped = any(g.column == name for g in question.groups)
        adds = question.numeric(name) and question.column(name).distinct > 2
        if adds and not grouped:
            return _aggregate(question, [Measure("sum", name)])
        if not question.numeric(name) and not question.is_moment(name) and not grouped:
            return _aggregate(question, [Measure("distinct", name)])
    return _select(question, [writing.counted()])


def _summed(question: Question) -> str:
    """A column or rows by group with no word for what to work out: "revenue by city"."""
    if not _is_headline(question):
        return ""
    flags = [c for c in question.conditions if c.flag]
    if flags and question.groups and question.view[0].word in {"compare", "contrast"}:
        return _shared(replace(question, measures=[Measure("share")]))
    placed = question.conditions and not flags
    name = left(question) if question.groups or placed else ""
    if name:
        return _aggregate(question, [Measure(writing.natural(name), name)])
    return _select(question, [writing.counted()]) if question.groups else ""


def _is_headline(question: Question) -> bool:
    """Whether a clause opens with what it is about: "revenue by city", "movies per year"."""
    at = question.start
    if question.lead.word in LISTING | {"compare", "contrast"}:
        return bool(question.groups)
    if question.lead.word == "what":
        at += 1
        while question.word(at) in {"is", "be", "was", "were", "are"}:
            at += 1
    found = question.named(at)
    measured = found is not None and found.strength and any(map(question.numeric, found.names))
    many = question.word(at).endswith("s") and {"per", "by"} & {
        question.word(at + 1), question.word(at + 2)}  # fmt: skip
    flag = any(c.flag and c.start <= at < c.end for c in question.conditions)
    things = question.is_noun(at) or question.word(at) in PERSONS or question.word(at) in PERIODS
    return bool(measured or many or ((flag or things) and question.groups))


def _listed(question: Question) -> str:
    """The rows that meet conditions: "show passengers older than 60"."""
    things = question.is_noun(question.start) or question.lead.word in PERSONS
    plain = [c for c in question.conditions if not c.flag]
    if (question.lead.word not in LISTING and not things) or not plain:
        return ""
    return writing.select(["*"], question, conditions=question.conditions)
