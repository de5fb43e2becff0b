"""The first and the last: "the five dearest", "oldest passenger", "which class pays most"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS
from bot.agent.offline.patterns import find
from bot.agent.offline.selects.question import Question, Ranking
from bot.agent.offline.selects.words import (
    BARE,
    DOWN,
    FIRST_BY_TIME,
    HINTS,
    SUPERLATIVES,
)

_OLD: Final = words("oldest longest earliest")
_NEW: Final = words("newest youngest latest recent")
_OFTEN: Final = words("rarest commonest busiest selling")
_COMMON: Final = "most|least common|frequent|popular|often"


def find_ranking(question: Question) -> None:
    """Note the superlative a clause says, if any."""
    for at, token in enumerate(question.view):
        if at in question.taken or token.word not in SUPERLATIVES:
            continue
        named = token.column is not None and token.column.strength == 3
        if named or token.inside or _is_comparison(question, at):
            continue
        if token.word in {"first", "last"} and not _is_first(question, at):
            continue
        before = question.ranking
        if before is not None and token.word in BARE and before.word not in {"most", "least"}:
            question.ranking = Ranking(before.word, before.limit or _limit(question, at), before.at)
        else:
            limit = (before.limit if before else None) or _limit(question, at)
            question.ranking = Ranking(token.word, limit, at)
        question.taken.add(at)
    if question.ranking is not None and question.ranking.limit is None:
        _early_limit(question)


def _early_limit(question: Question) -> None:
    """How many are wanted, said before the noun: "the 5 clients with the largest balance"."""
    asked = question.ranking
    for at in range(question.start, asked.at if asked is not None else 0):
        word = question.word(at)
        count = int(word) if word.isdecimal() else COUNTS.get(word)
        free = at not in question.taken and at + 1 not in question.taken
        if asked is not None and count and free and question.word(at + 1).endswith("s"):
            question.taken.add(at)
            question.ranking = replace(asked, limit=count)
            return


def _is_comparison(question: Question, at: int) -> bool:
    """Whether a word compares: "higher than", "at least", "lower" outside of "which … has"."""
    word = question.word(at)
    if question.word(at - 1) == "at" and word in {"least", "most"}:
        return True
    if word in {"lower", "higher", "larger", "bigger", "fewer"}:
        return question.word(at + 1) == "than" or question.lead.word not in {"which", "who", "what"}
    return word == "recent" and question.word(at - 1) != "most"


def _is_first(question: Question, at: int) -> bool:
    """Whether "first" and "last" mean the earliest row, and not the top of the file."""
    dated = any(question.is_moment(column.name) for column in question.columns)
    after = question.word(at + 1)
    return dated and question.is_noun(at + 1) and not after.endswith("s")


def _limit(question: Question, at: int) -> int | None:
    for near in (at - 1, at + 1, at - 2):
        word = question.word(near)
        if near == at - 2 and question.word(at - 1) not in {"most", "least", "best"}:
            continue
        count = int(word) if word.isdecimal() else COUNTS.get(word)
        if count is not None and near not in question.taken:
            question.taken.add(near)
            return count
    return None


def is_common(question: Question) -> bool:
    """Whether what is ranked is how often a value occurs."""
    rare = any(token.word in _OFTEN for token in question.view)
    return rare or find(_COMMON, question.view) is not None


def is_low(question: Question, column: str) -> bool:
    """Whether the least of a column comes first: the oldest has the earliest year."""
    word = question.ranking.word if question.ranking is not None else ""
    if column and question.is_year(column):
        if word in _OLD:
            return True
        if word in _NEW:
            return False
    return word in DOWN


def ranked_column(question: Question) -> str:
    """The column a superlative speaks of without naming it: "dearest" is of the price."""
    ranking = question.ranking
    if ranking is None:
        return ""
    around = [question.word(at) for at in (ranking.at, ranking.at + 1, ranking.at + 2)]
    for word in (w for w in around if w in HINTS):
        name = question.hinted(word)
        if name and (ranking.word not in {"lowest", "highest"}):
            return name
    if ranking.word in FIRST_BY_TIME | _OLD | _NEW:
        dates = [c.name for c in question.columns if question.is_year(c.name)]
        return dates[0] if dates else ""
    return ""


def wants_one(question: Question) -> bool:
    """Whether one row is asked for: "the oldest passenger", "who …?"."""
    ranking = question.ranking
    if ranking is None:
        return False
    if question.lead.word in {"who", "which", "what", "whose"}:
        return True
    rest = [t for t in question.view[ranking.at + 1 :][:3] if t.token.kind == "word"]
    noun = next((t for t in rest if t.word not in SUPERLATIVES and t.word not in HINTS), None)
    return noun is None or not noun.word.endswith("s") or noun.word.endswith("ss")


def hinted_by(question: Question) -> str:
    """The column a superlative or a verb speaks of: "which department pays best"."""
    own = ranked_column(question)
    if own:
        return own
    words = [t.word for t in question.view if t.word in HINTS]
    return next((name for word in words if (name := question.hinted(word))), "")
