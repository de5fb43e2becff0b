"""What of a question was not understood: words that name nothing, a measure that fits many."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.agent.offline.meaning import Open
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.selects.forms import written
from bot.agent.offline.selects.question import Condition, Question, truthy
from bot.agent.offline.selects.words import HINTS, MISSING, NEUTRAL, SUPERLATIVES

_NOT_BEFORE: Final = frozenset(
    {
        *("in", "on", "at", "from", "with", "without", "per", "each", "every", "by", "have", "has"),
        *("had", "are", "is", "was", "were", "be", "do", "did", "does", "that", "who", "which"),
    }
)
_BY: Final = frozenset({"per", "each", "every", "by"})
_MOST: Final = 5
_WORKED_OUT: Final = frozenset({"avg", "median", "sum", "stddev", "variance", "max", "min"})


def strange_words(question: Question) -> list[str]:
    """What nothing was found in; a first noun is what rows are called, unless they have a name."""
    found = _untaken(question)
    if not found:
        return []
    first = found[0]
    called = any(_is_called(question, at) for at in range(first))
    word = question.view[first].token.kind == "word"
    subject = word and not called and question.word(first - 1) not in _NOT_BEFORE
    return [question.view[at].token.raw for at in found[subject:]]


def _untaken(question: Question) -> list[int]:
    return [
        at
        for at, token in enumerate(question.view)
        if at >= question.clause.lead
        and at not in question.taken
        and token.token.kind in {"word", "quoted", "number"}
        and not token.forms & (NEUTRAL | FUNCTION_WORDS)
        and token.word not in SUPERLATIVES
        and token.word not in HINTS
        and not (_is_called(question, at) or token.inside)
    ]


def _is_called(question: Question, at: int) -> bool:
    """Whether a token is what rows are called here: "passengers", the name of the dataset."""
    token = question.view[at]
    return question.is_noun(at) or token.dataset is not None


def strange_group(question: Question) -> str:
    """What the answer was wanted by, where that is no column; empty if there is no such thing."""
    for at in _untaken(question):
        if question.word(at - 1) in _BY and question.view[at].token.kind == "word":
            return question.view[at].token.raw
    return ""


def speaks_of_gaps(question: Question) -> bool:
    """Whether gaps are asked for without a column: the profile tells of them."""
    return any(question.word(at) in MISSING for at in _untaken(question))


def unheard_denial(question: Question) -> str:
    """What is denied by a "not" that nothing was made of; empty if there is no such word."""
    for at, token in enumerate(question.view):
        if token.word in {"not", "never"} and at not in question.taken:
            return " ".join(t.token.raw for t in question.view[at:])
    return ""


def is_bare(question: Question) -> bool:
    """Whether a question asks for no more than the number of rows."""
    return not (question.conditions or question.groups or question.measures or question.ranking)


def open_measure(question: Question) -> Open | None:
    """The question which column is to be worked out, where several fit or none does."""
    at = next((i for i, m in enumerate(question.measures) if not m.column), -1)
    if at < 0 or question.measures[at].kind not in _WORKED_OUT or question.ranking is not None:
        return None
    names = list(question.fits) or _likeliest(question, question.measures[at].at)
    values = {name: _with(question, at, name) for name in names}
    values = {name: sql for name, sql in values.items() if sql}
    if len(values) < 2:
        return None
    said = "Several columns fit. Which one do you mean?"
    asked = said if question.fits else "Which column shall I work that out for?"
    return Open("sql", asked, tuple(list(values)[:_MOST]), values)


def open_comparison(question: Question) -> Open | None:
    """The question which column is compared with a number, where several fit."""
    asked = question.unplaced
    if asked is None or asked.start in question.taken:
        return None
    values: dict[str, str] = {}
    for name, test in asked.tests.items():
        tried = _copied(question)
        tried.take(asked.start, asked.end)
        tried.conditions.append(Condition(name, test, asked.start, asked.end))
        values[name] = written(tried)
    if not all(values.values()):
        return None
    said = " ".join(token.token.raw for token in question.view[asked.start : asked.end])
    return Open("sql", f"Which column shall be “{said}”?", tuple(list(values)[:_MOST]), values)


def _likeliest(question: Question, at: int) -> list[str]:
    """Columns that can be worked with, those most like the word that was said first."""
    known = [
        c.name
        for c in question.columns
        if question.numeric(c.name) and not c.id_like and not truthy(c)
    ]
    after = range(at + 1, len(question.view))
    said = next((question.word(p) for p in after if question.word(p) not in FUNCTION_WORDS), "")
    close = question.scene.columns.closest(said, len(known) or 1, at_least=0) if said else []
    return [*(name for name in close if name in known), *(n for n in known if n not in close)]


def _with(question: Question, at: int, name: str) -> str:
    """The SELECT with a column put in."""
    tried = _copied(question)
    tried.measures[at] = replace(question.measures[at], column=name)
    return written(tried)


def _copied(question: Question) -> Question:
    """A question to try a reading on."""
    return replace(
        question,
        taken=set(question.taken),
        groups=list(question.groups),
        conditions=list(question.conditions),
        measures=list(question.measures),
    )
