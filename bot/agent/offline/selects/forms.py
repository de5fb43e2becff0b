"""Which kind of answer a question wants, from what was found in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.agent.offline.selects import ranking, writing
from bot.agent.offline.selects.measuring import counted_column, left
from bot.agent.offline.selects.question import Group, Measure, Question, quoted
from bot.agent.offline.selects.ranked import ranked, ranked_groups, sorted_rows
from bot.agent.offline.selects.shares import shared
from bot.agent.offline.selects.words import LISTING, PERIODS, PERSONS

_ASKED: Final = frozenset({"do", "does", "did", "are", "is", "were", "was", "who", "which"})
_MORE: Final = frozenset(
    {"more", "less", "often", "better", "worse", "higher", "lower", "older", "younger", "than",
     "longer", "heavier", "bigger", "larger", "smaller", "cheaper", "dearer", "most", "least"}
)  # fmt: skip


def written(question: Question) -> str:
    """The SELECT a question wants; empty if it wants none after all."""
    forms = (_compared, ranked_groups, sorted_rows, ranked, _worked_out, shared, _counted,
             _looked_up, _summed, _listed)  # fmt: skip
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
    column = "" if flags else left(question) or ranking.hinted_by(question)
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


def _worked_out(question: Question) -> str:
    """Averages, sums and the like, by group where there are any."""
    measures = [m for m in question.measures if m.kind not in {"share", "corr"}]
    pair = [m.column for m in question.measures if m.kind == "corr" and m.column]
    if any(m.kind == "corr" for m in question.measures):
        pair += [name for name in (left(question), left(question)) if name and name not in pair]
        if len(pair) < 2:
            return ""
        result = writing.named(f"corr({quoted(pair[0])}, {quoted(pair[1])})", "correlation")
        return writing.answered(question, [result])
    if not measures or any(not m.column for m in measures):
        return ""
    return writing.aggregated(question, measures)


def _counted(question: Question) -> str:
    """A number of rows, or of different values, or the sum of what is counted."""
    if not question.counts or len(question.view) - question.start < 3:
        return ""
    name = counted_column(question)
    if name:
        grouped = any(g.column == name for g in question.groups)
        adds = question.numeric(name) and question.column(name).distinct > 2
        if adds and not grouped:
            return writing.aggregated(question, [Measure("sum", name)])
        if not question.numeric(name) and not question.is_moment(name) and not grouped:
            return writing.aggregated(question, [Measure("distinct", name)])
    return writing.answered(question, [writing.counted()])


def _summed(question: Question) -> str:
    """A column or rows by group with no word for what to work out: "revenue by city"."""
    if not _is_headline(question):
        return ""
    flags = [c for c in question.conditions if c.flag]
    if flags and question.groups and question.view[0].word in {"compare", "contrast"}:
        return shared(replace(question, measures=[Measure("share")]))
    placed = question.conditions and not flags
    name = left(question) if question.groups or placed else ""
    if name:
        return writing.aggregated(question, [Measure(writing.natural(name), name)])
    return writing.answered(question, [writing.counted()]) if question.groups else ""


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
    word = question.word(at)
    called = at < len(question.view) and question.view[at].dataset is not None
    things = called or question.is_noun(at) or word in PERSONS or word in PERIODS
    return bool(measured or many or ((flag or things) and question.groups))


def _listed(question: Question) -> str:
    """The rows that meet conditions: "show passengers older than 60"."""
    things = question.is_noun(question.start) or question.lead.word in PERSONS
    plain = [c for c in question.conditions if not c.flag]
    if (question.lead.word not in LISTING and not things) or not plain:
        return ""
    opening = {token.word for token in question.view[: question.start]}
    if opening & {"do", "does", "did"}:
        return ""
    return writing.select(["*"], question, conditions=question.conditions)
