"""Questions of a form of their own: quantiles, a column as a share of another, the values."""

from __future__ import annotations

from typing import Final

from bot.agent.offline.patterns import find, find_all
from bot.agent.offline.selects import writing
from bot.agent.offline.selects.grouping import find_groups
from bot.agent.offline.selects.measuring import left
from bot.agent.offline.selects.moments import find_moments
from bot.agent.offline.selects.question import Group, Question, quoted
from bot.agent.offline.selects.valuing import find_values
from bot.agent.offline.selects.words import AGGREGATES

_COUNTS: Final = (
    "value counts|count|frequencies|frequency of|for|in <>",
    "frequencies|breakdown|split|composition|makeup of|by <>",
    "<> split|breakdown|composition|makeup",
)
_GROUPS: Final = 20
_QUARTERS: Final = {"first": 0.25, "lower": 0.25, "third": 0.75, "upper": 0.75, "second": 0.5}


def part_of(question: Question) -> str:
    """The SELECT of a question of one of these forms; empty for any other."""
    return (
        _ratio(question)
        or _rate(question)
        or _quantile(question)
        or _value_counts(question)
        or _different(question)
    )


def _ratio(question: Question) -> str:
    """A column as a share of another: "tip as a percentage of total bill"."""
    pattern = "<column> as <any>? percentage|percent|share|fraction|proportion of ~ <>"
    match = next(find_all(pattern, question.view, slot="column"), None)
    top = question.mention(match.start) if match is not None else None
    bottom = question.mention(match.at) if match is not None else None
    if match is None or top is None or bottom is None:
        return ""
    names = (top.names[0], bottom.names[0])
    if not all(map(question.numeric, names)):
        return ""
    question.take(match.start, match.at + bottom.size)
    find_groups(question)
    find_values(question)
    sql = f"100.0 * sum({quoted(names[0])}) / sum({quoted(names[1])})"
    return _finished(question, writing.named(sql, writing.PERCENT))


def _rate(question: Question) -> str:
    """An amount by another: "average price per carat", where carats are no groups."""
    match = next(find_all("average|mean|median|highest|lowest <column> per <>", question.view,
                          slot="column"), None)  # fmt: skip
    top = question.mention(match.start + 1) if match is not None else None
    bottom = question.mention(match.at) if match is not None else None
    if match is None or top is None or bottom is None:
        return ""
    above, below = top.names[0], bottom.names[0]
    column = question.column(below)
    if column.kind != "number" or column.distinct <= _GROUPS or not question.numeric(above):
        return ""
    kind = AGGREGATES[question.word(match.start)]
    question.take(match.start, match.at + bottom.size)
    find_groups(question)
    find_values(question)
    sql = f"{kind}({quoted(above)} / {quoted(below)})"
    name = f"{question.word(match.start)} {above} per {below}"
    return _finished(question, writing.named(sql, name))


def _quantile(question: Question) -> str:
    """A quantile: "90th percentile of mass", "first quartile of price"."""
    at = next((i for i, token in enumerate(question.view) if token.word in {
        "percentile", "quantile", "quartile"}), -1)  # fmt: skip
    share = _share(question, at) if at >= 0 else None
    if share is None:
        return ""
    question.take(at - 1, at + 1)
    find_moments(question)
    find_groups(question)
    find_values(question)
    name = left(question)
    if not name:
        return ""
    sql = f"quantile_cont({quoted(name)}, {share:g})"
    return _finished(question, writing.named(sql, f"{100 * share:g} % quantile of {name}"))


def _share(question: Question, at: int) -> float | None:
    said = question.word(at - 1)
    if question.word(at) == "quartile":
        return _QUARTERS.get(said)
    digits = said.rstrip("%").rstrip("stndrh")
    try:
        value = float(digits)
    except ValueError:
        return None
    value = value / 100 if value > 1 else value
    return value if 0 <= value <= 1 else None


def _value_counts(question: Question) -> str:
    """How often each value occurs: "value counts of cut", "frequencies of day"."""
    for pattern in _COUNTS:
        match = next(find_all(pattern, question.view, slot="column"), None)
        mention = question.mention(match.at) if match is not None else None
        if match is not None and mention is not None:
            name = mention.names[0]
            question.take(match.start, match.at + mention.size)
            question.groups.append(Group(quoted(name), column=name))
            find_values(question)
            return _finished(question, writing.counted())
    return ""


def _different(question: Question) -> str:
    """The values themselves: "list the different species"."""
    match = find("list|show|give|what|which ~ distinct|unique|different", question.view)
    match = match or find("distinct|unique|different values|value", question.view)
    if match is None or find("how|number|count many|of|the?", question.view):
        return ""
    place = match.end
    while question.word(place) in {"values", "value", "of", "kinds", "types", "in"}:
        place += 1
    mention = question.mention(place)
    if mention is None:
        return ""
    name = quoted(mention.names[0])
    question.take(match.start, place + mention.size)
    find_values(question)
    return writing.select(
        [f"DISTINCT {name}"], question, conditions=question.conditions, order=name
    )


def _finished(question: Question, result: str) -> str:
    order = writing.order_of(question.groups, result)
    return writing.select(
        [result], question, conditions=question.conditions, groups=question.groups, order=order
    )
