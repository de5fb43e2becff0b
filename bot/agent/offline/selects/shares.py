"""Percentages: of rows, of groups, of a sum; whose share it is, and of which rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.agent.offline.selects import writing
from bot.agent.offline.selects.flags import begun
from bot.agent.offline.selects.grouping import any_group
from bot.agent.offline.selects.question import Condition, Question, quoted

_VERBS: Final = frozenset(
    {"be", "is", "are", "was", "were", "who", "that", "have", "has", "had", "did", "do", "got"}
)
_PLACES: Final = frozenset({"in", "on", "at", "from", "among", "within", "of", "for", "with"})


def shared(question: Question) -> str:
    """A percentage: of the rows before a verb, those that meet what comes after it."""
    said = next((m for m in question.measures if m.kind == "share"), None)
    if said is None:
        return ""
    conditions = sorted(question.conditions, key=lambda c: c.start)
    added = _added(question, said.at)
    if added and (conditions or question.groups):
        return _share_of_sum(question, added, conditions)
    if not conditions and question.word(said.at) == "rate":
        flag = begun(question, said.at - 1)
        return shared(replace(question, conditions=[flag])) if flag is not None else ""
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
        group = any_group(question)
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
