"""What is worked out: "average fare", "max, min and mean of mass", "how many", "share of"."""

from __future__ import annotations

from typing import Final

from bot.agent.offline.patterns import find, find_all
from bot.agent.offline.selects.question import Measure, Question, truthy
from bot.agent.offline.selects.words import AGGREGATES, HINTS, STOPS, SUPERLATIVES, Kind

_COUNTS: Final = ("how many times", "how many", "how often", "number|count|counts|amount|tally of")
_OTHER_COUNTS: Final = frozenset(
    {
        *("column", "columns", "feature", "features", "variable", "variables", "field", "fields"),
        *("model", "models", "job", "jobs", "dataset", "datasets", "monitor", "monitors", "file"),
        *("files", "deployment", "deployments", "fact", "facts", "alert", "alerts", "endpoint"),
        *("endpoints", "trees", "version", "versions"),
    }
)
_SKIPPED: Final = frozenset(
    {
        *("of", "number", "value", "values", "all", "their", "amount", "overall", "level", "and"),
        *(",", "&", "a", "in", "for", "that", "be", "is", "was", "were", "are", "respective"),
    }
)
_ON_ROWS: Final = frozenset({"row", "rows", "record", "records", "entries", "lines"})


def find_measures(question: Question) -> bool:
    """Add what is worked out; False where something else than rows is counted."""
    if not _count(question):
        return False
    for at, token in enumerate(question.view):
        kind = AGGREGATES.get(token.word)
        if at in question.taken or kind is None or _is_name(question, at):
            continue
        if token.word in SUPERLATIVES and _ranks(question, at):
            continue
        _measure(question, at, kind)
    _how_much(question)
    _range(question)
    return True


def _how_much(question: Question) -> None:
    """A sum: "how much revenue did we make"."""
    match = find("how much", question.view)
    mention = question.mention(match.end) if match is not None else None
    name = next((n for n in mention.names if question.numeric(n)), "") if mention else ""
    if match is not None and mention is not None and name:
        question.take(match.start, match.end + mention.size)
        question.measures.append(Measure("sum", name, match.start))


def _range(question: Question) -> None:
    """Both ends: "the salary range", "range of price"."""
    at = next((i for i, token in enumerate(question.view) if token.word == "range"), -1)
    names = _left(question, at - 1, "max") or _right(question, at + 1, "max") if at >= 0 else []
    if names:
        question.taken.add(at)
        ends: tuple[Kind, Kind] = ("min", "max")
        question.measures += [Measure(kind, names[0], at) for kind in ends]


def _is_name(question: Question, at: int) -> bool:
    """Whether a word is the name of a column, or inside one."""
    token = question.view[at]
    named = token.column is not None and (token.column.strength == 3 or token.column.size > 1)
    after = question.mention(at + 1)
    added = after.names if after is not None and after.strength >= 2 else ()
    sums = token.word == "total" and any(map(question.numeric, added))
    return token.inside or (named and not sums)


def _count(question: Question) -> bool:
    for pattern in _COUNTS:
        match = find(pattern, question.view)
        if match is None or match.start in question.taken or _averaged(question, match.start):
            continue
        after = [t.word for t in question.view[match.end :][:2]]
        told = next((w for w in after if w not in {"different", "unique", "distinct"}), "")
        if told in _OTHER_COUNTS and question.mention(match.end) is None:
            return False
        question.counts = True
        question.take(match.start, match.end)
        return True
    bare = question.lead.word in {"count", "number"} or find("count|headcount", question.view)
    if bare and not question.mention(question.start):
        question.counts = True
    return True


def _averaged(question: Question, at: int) -> bool:
    """Whether "number of" only names what is averaged: "the average number of visits"."""
    kind = AGGREGATES.get(question.word(at - 1), "count")
    if kind == "sum":
        mention = question.mention(at + 2)
        return mention is not None and any(map(question.numeric, mention.names))
    return kind in {"avg", "median", "max", "min", "stddev"}


def _ranks(question: Question, at: int) -> bool:
    """Whether a superlative asks for rows or groups and not for a value."""
    near = {question.word(at - 1), question.word(at + 1)}
    counted = any(question.view[p].takes("number") for p in (at - 1, at + 1)
                  if 0 <= p < len(question.view))  # fmt: skip
    if question.word(at - 1) in {"with", "having"} or question.word(at + 1).endswith("ing"):
        return True
    who = question.lead.word in {"which", "who", "whose"}
    which = question.lead.word == "what" and _is_group(question, question.start + 1)
    return who or which or counted or "first" in near or question.word(at) == "top"


def _is_group(question: Question, at: int) -> bool:
    mention = question.mention(at)
    return mention is not None and not question.measurable(mention.names[0])


def _measure(question: Question, at: int, kind: Kind) -> None:
    """One aggregate and the columns it is taken of."""
    if kind == "count":
        question.counts = True
        question.taken.add(at)
        return
    if kind == "distinct":
        _distinct(question, at)
        return
    if kind == "share":
        question.taken.add(at)
        question.measures.append(Measure("share", at=at))
        return
    names = _right(question, at + 1, kind) or _left(question, at - 1, kind)
    if not names and question.word(at) in SUPERLATIVES and not question.measures:
        return
    question.taken.add(at)
    question.measures += [Measure(kind, name, at) for name in names] or [Measure(kind, "", at)]


def _distinct(question: Question, at: int) -> None:
    place = at + 1
    while question.word(place) in {"values", "value", "of", "kinds", "types", "in", "for"}:
        place += 1
    near = (p for p in range(place, place + 6) if question.mention(p) is not None)
    place = next(near, -1)
    mention = question.mention(place)
    if mention is None:
        return
    question.take(at, at + 1)
    question.take(place, place + mention.size)
    question.measures.append(Measure("distinct", mention.names[0], at))


def _right(question: Question, at: int, kind: Kind) -> list[str]:
    """The numeric columns named after an aggregate, a list of them taken together."""
    found: list[str] = []
    misses = 0
    while at < len(question.view) and misses < 3:
        word = question.word(at)
        if at in question.taken and not found:
            at += 1
            continue
        mention = question.mention(at)
        name = _measured(question, mention.names, kind) if mention is not None else ""
        if mention is not None and name:
            found.append(name)
            question.take(at, at + mention.size)
            at += mention.size
        elif found and word in {"and", ",", "&", "with", "vs", "versus"}:
            at += 1
            if question.mention(at) is None:
                break
        elif found or (word in STOPS and word not in {"in", "for"}):
            break
        else:
            misses += word not in _SKIPPED and word not in AGGREGATES
            at += 1
    return found


def _left(question: Question, at: int, kind: Kind) -> list[str]:
    """The numeric column right before an aggregate: "the fare average", "tip mean"."""
    for place in (at, at - 1, at - 2):
        mention = question.mention(place)
        if mention is not None and place + mention.size == at + 1:
            name = _measured(question, mention.names, kind)
            if name:
                question.take(place, place + mention.size)
                return [name]
    return []


def _measured(question: Question, names: tuple[str, ...], kind: Kind) -> str:
    """Which of some columns can be worked with: one that a word said speaks of first."""
    dated = kind in {"max", "min"}
    fits = [
        n
        for n in names
        if truthy(question.scene.column(n))
        or (question.measurable(n) and (dated or not question.is_moment(n)))
    ]
    if len(fits) < 2:
        return fits[0] if fits else ""
    hints = {hint for token in question.view for hint in HINTS.get(token.word, ())}
    parts = question.scene.columns.parts
    hinted = [n for n in fits if any(n in parts.get(hint, []) for hint in hints)]
    if not hinted:
        question.fits = tuple(fits)
    return hinted[0] if hinted else ""


def fill_measures(question: Question) -> None:
    """Give aggregates without a column the one that is left, or hinted at."""
    for place, measure in enumerate(question.measures):
        if measure.column or measure.kind in {"share", "corr"}:
            continue
        dated = measure.kind in {"max", "min"}
        name = _shared(question) or left(question, dated=dated) or _hinted(question)
        question.measures[place] = Measure(measure.kind, name, measure.at)


def _shared(question: Question) -> str:
    """The column of the aggregate beside it: "min, max and mean of pH"."""
    return next((m.column for m in question.measures if m.column), "")


def left(question: Question, *, dated: bool = True) -> str:
    """The first column to be measured that nothing else has claimed; it is taken."""
    for strength in (3, 2, 1):
        for at in range(len(question.view)):
            mention = question.mention(at)
            if mention is None or mention.strength != strength:
                continue
            fits = (n for n in mention.names if question.measurable(n))
            name = next((n for n in fits if dated or question.numeric(n)), "")
            if name:
                question.take(at, at + mention.size)
                return name
    return ""


def _hinted(question: Question) -> str:
    said = (token.word for at, token in enumerate(question.view) if at not in question.taken)
    return next((name for word in said if (name := question.hinted(word))), "")


def counted_column(question: Question) -> str:
    """The column whose values are counted or added: "how many cuts", "how many units"."""
    if not question.counts or any(m.kind != "share" for m in question.measures):
        return ""
    for match in (m for p in _COUNTS for m in find_all(p, question.view)):
        mention = question.named(match.end)
        if mention is None or match.end in question.taken or question.is_noun(match.end):
            continue
        column = question.column(mention.names[0])
        plain = mention.strength >= 2 and len(mention.names) == 1 and not column.id_like
        if plain and not truthy(column) and question.word(match.end) not in _ON_ROWS:
            return column.name
    return ""
