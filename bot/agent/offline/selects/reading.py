"""A clause read as a question over the rows: first whether it is one, then what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.agent.offline import replies
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS, Marked
from bot.agent.offline.meaning import Open
from bot.agent.offline.patterns import find
from bot.agent.offline.scene import Scene
from bot.agent.offline.selects.comparing import find_comparisons
from bot.agent.offline.selects.flags import find_flags, find_gaps
from bot.agent.offline.selects.following import leans, varied
from bot.agent.offline.selects.forms import written
from bot.agent.offline.selects.grouping import find_groups, group_pairs
from bot.agent.offline.selects.measuring import fill_measures, find_measures
from bot.agent.offline.selects.moments import find_moments
from bot.agent.offline.selects.parts import part_of
from bot.agent.offline.selects.question import Question
from bot.agent.offline.selects.ranking import find_ranking
from bot.agent.offline.selects.unsure import (
    is_bare,
    open_comparison,
    open_measure,
    speaks_of_gaps,
    strange_group,
    strange_words,
    unheard_denial,
)
from bot.agent.offline.selects.valuing import find_values
from bot.agent.offline.selects.words import AGGREGATES, PERIODS, QUANTILES, SUPERLATIVES

_MEMORY: Final = frozenset({"remember", "memorise", "memorize", "forget", "note"})
_EVENTS: Final = "everything|anything|something|what ~ happened|happens|happening"
_SURE: Final = 4.2
_LEANS: Final = 3.0
_UNSURE: Final = 2.1
_OPENERS: Final = words(
    """
    how what which who show give list calculate compute tell find get count whose where when is
    are name see display return work figure number amount any there do does have has compare
    percentile quantile
    """
)
_MEASURES: Final = frozenset({*AGGREGATES, *SUPERLATIVES, *QUANTILES})
_BEFORE_WHICH: Final = words("on in at for during by from to of")
_WHICH: Final = words("how which what whose")
_NOT_A_QUERY: Final = words(
    """
    model models accuracy f1 auc rmse mae deployment deployments endpoint drift prediction
    predictions deployed deploy train training plot histogram chart graph scatter distribution job
    jobs importance important matter drives production staging monitor monitored predict score
    driver drivers influences influenced affects affect determines influence
    explain classify classifier regression regressor logistic predicts
    predicting forecast boxplot scatterplot barchart heatmap visualise visualize draw sketch diagram
    label likely
    """
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a clause asks of the rows, on the scale of the intents as to how surely.

    Attributes:
        score: How surely it asks for it.
        sql: The SELECT, unless a column is open or nothing can be asked.
        open: The column only the person can tell.
        nothing: Why there is no answer.
        note: What of the question was passed over.
    """

    score: float
    sql: str = ""
    open: Open | None = None
    nothing: str = ""
    note: str = ""


def query(clause: Clause, scene: Scene) -> Query | None:
    """What a clause asks of the rows; `None` if it asks nothing of them."""
    strange = any(_rules_out(token) for token in clause.view) or not clause.view
    strange = strange or find(_EVENTS, clause.view) is not None
    if scene.dataset is None or strange or _asks_meaning(clause) or _keeps(clause):
        return None
    again = _varied(Question(clause, scene)) if leans(clause, scene) else None
    return again or (_asked(Question(clause, scene)) if _opens(clause) else None)


def _keeps(clause: Clause) -> bool:
    """Whether something is to be kept in mind or forgotten, whatever it is about."""
    return any(token.word in _MEMORY for token in clause.view[clause.lead : clause.lead + 2])


def _asked(question: Question) -> Query | None:
    """What a clause asks by itself."""
    special = part_of(question)
    if special:
        return Query(_SURE, special)
    if not _read(question):
        return None
    opened = open_measure(question) or open_comparison(question)
    if opened is not None:
        return Query(_UNSURE, open=opened)
    sql = written(question)
    return _weighed(question, sql) if sql else None


def _varied(question: Question) -> Query | None:
    """The question before, as a clause that leans on it varies it."""
    if not _read(question) or question.counts:
        return None
    sql = varied(question)
    return Query(_LEANS, sql) if sql and not strange_words(question) else None


def _read(question: Question) -> bool:
    """Find what a clause says, each reader taking its words; False where it counts no rows."""
    find_moments(question)
    find_gaps(question)
    find_groups(question)
    find_comparisons(question)
    find_values(question)
    group_pairs(question)
    if not find_measures(question):
        return False
    find_ranking(question)
    fill_measures(question)
    find_flags(question)
    question.conditions = list({c.sql: c for c in question.conditions}.values())
    return True


def _weighed(question: Question, sql: str) -> Query | None:
    """The answer where all of the question was understood; else what was not."""
    if speaks_of_gaps(question):
        return None
    strange, group = " ".join(strange_words(question)), strange_group(question)
    strange = (strange or unheard_denial(question))[:80]
    if group or (strange and is_bare(question)):
        known = question.scene.columns.columns
        return Query(_UNSURE, nothing=replies.no_such_rows(group or strange, known))
    return Query(_SURE, sql, note=replies.passed_over(strange) if strange else "")


def _rules_out(token: Marked) -> bool:
    named = token.column is not None and token.column.strength == 3
    return token.word in _NOT_A_QUERY and not named and not token.inside


def _opens(clause: Clause) -> bool:
    """Whether a clause begins as a question over the rows may begin."""
    first = clause.view[clause.lead]
    words = {t.word for t in clause.view[: clause.lead + 1]} | first.forms
    ahead = [t.word for t in clause.view[clause.lead + 1 : clause.lead + 5]]
    asked = {first.word, *ahead[:1]}
    turned = first.word in _BEFORE_WHICH and ahead[:1] and ahead[0] in _WHICH
    starts = words & _OPENERS or asked & _MEASURES
    number = first.token.kind == "number" or first.word in COUNTS
    grouped = {"per", "by", "each"} & set(ahead[:3]) and first.token.kind == "word"
    return bool(starts or number or turned or first.column or grouped or first.word in PERIODS)


def _asks_meaning(clause: Clause) -> bool:
    """Whether "mean" is no average: "what does 999 mean?"."""
    said = [token.word for token in clause.view]
    return said[-1] in {"mean", "means"} and bool({"do", "does", "did"} & set(said))
