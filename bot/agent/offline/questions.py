"""What a question over the rows asks for: aggregates, groups, conditions, an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.conditions import Condition, conditions_in, quoted
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS, Marked
from bot.agent.offline.measures import AGGREGATES, HINTS, SUPERLATIVES, Aggregate
from bot.agent.offline.names import words_of
from bot.agent.offline.patterns import find, find_all
from bot.agent.offline.scene import Scene

_OPENERS: Final = words(
    """
    how what which who show give list calculate compute tell find get count whose where when is
    are name see display return work figure number amount any there do does have has
    """
)
_OTHER_COUNTS: Final = words(
    """
    column columns feature features variable variables field fields model models job jobs dataset
    datasets monitor monitors file files deployment deployments
    fact facts alert alerts endpoint endpoints trees version versions
    """
)
_NOT_A_QUERY: Final = words(
    """
    model models accuracy f1 auc rmse mae deployment deployments endpoint drift prediction
    predictions deployed deploy train training plot histogram chart graph scatter distribution job
    jobs importance important matter drives production staging monitor monitored predict score
    driver drivers influence explain
    """
)
_GROUP: Final = (
    "for|in|within|of each|every|different <>",
    "group|grouped|split|broken|aggregated|aggregate down? by <>",
    "by|per|across <>",
    "each <>",
)
_PERIODS: Final = {
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}


@dataclass
class Question:
    """What has been found in the clause so far."""

    clause: Clause
    scene: Scene
    taken: set[int] = field(default_factory=set)
    groups: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    aggregates: list[Aggregate] = field(default_factory=list)
    superlative: str = ""
    limit: int | None = None

    @property
    def view(self) -> tuple[Marked, ...]:
        """The clause's marked tokens."""
        return self.clause.view

    def numeric(self, name: str) -> bool:
        """Whether a column counts or measures something."""
        column = self.scene.column(name)
        return column is not None and column.kind in {"integer", "number"}

    def is_moment(self, name: str) -> bool:
        """Whether a column holds dates."""
        column = self.scene.column(name)
        return column is not None and column.kind == "datetime"


def is_backwards(question: Question, column: str) -> bool:
    """Whether more of a superlative is less of a column: the oldest has the earliest year."""
    if question.superlative not in _OLD:
        return False
    return question.is_moment(column) or any(word in _YEARS for word in words_of(column))


_OLD: Final = words("oldest newest youngest latest")
_YEARS: Final = words("year built vintage date")


def question_in(clause: Clause, scene: Scene) -> Question | None:
    """The question over rows that a clause asks; `None` if it asks none."""
    if scene.dataset is None or not clause.view or not _opens(clause):
        return None
    if any(_rules_out(token) for token in clause.view):
        return None
    question = Question(clause, scene)
    _find_aggregates(question)
    if not (question.aggregates or question.superlative or _grouped(question)):
        return None
    _find_groups(question)
    question.conditions = conditions_in(clause, scene, question.taken)
    return question


def _rules_out(token: Marked) -> bool:
    named = token.column is not None and token.column.strength == 3
    return token.word in _NOT_A_QUERY and not named


def _opens(clause: Clause) -> bool:
    """Whether a clause begins as a question over the rows may begin."""
    first = clause.view[clause.lead]
    words = {t.word for t in clause.view[: clause.lead + 1]} | first.forms
    second = clause.view[clause.lead + 1].word if clause.lead + 1 < len(clause.view) else ""
    starts = (
        words & _OPENERS
        or second in AGGREGATES
        or first.word in AGGREGATES
        or first.word in SUPERLATIVES
    )
    number = first.token.kind == "number" or first.word in COUNTS
    return bool(starts or number or first.column or second in {"per", "by"})


def _grouped(question: Question) -> bool:
    """Whether a numeric column is asked for by another: "revenue per region"."""
    first = question.view[question.clause.lead]
    if _counted(question):
        question.aggregates.append("count")
        return True
    by = next(
        (i for i, t in enumerate(question.view) if t.word in {"per", "by", "each", "across"}),
        len(question.view),
    )
    return bool(
        first.column
        and first.column.strength
        and question.numeric(first.column.names[0])
        and by + 1 < len(question.view)
        and any(t.column or t.word in _PERIODS for t in question.view[by + 1 : by + 3])
    )


def _counted(question: Question) -> bool:
    """Whether things without a column are asked for by one: "movies per year"."""
    view = question.view[question.clause.lead :]
    mention = view[0].column if view else None
    measured = mention is not None and any(map(question.numeric, mention.names))
    things = len(view) in range(3, 6) and view[0].token.kind == "word" and not measured
    split = (
        view[1].word in {"per", "by"} and (view[2].column or view[2].word in _PERIODS)
        if things
        else False
    )
    return bool(split) and view[0].word.endswith("s") and not view[0].values


def _find_aggregates(question: Question) -> None:
    view = question.view
    for pattern in ("how many", "how often", "number|count of", "how many times"):
        match = find(pattern, view)
        if match is None:
            continue
        following = next(
            (
                t.word
                for t in view[match.end :][:2]
                if t.word not in {"different", "unique", "distinct"}
            ),
            "",
        )
        if following in _OTHER_COUNTS:
            return
        question.aggregates.append("count")
        question.taken.update(range(match.start, match.end))
        break
    for index, token in enumerate(view):
        if index in question.taken:
            continue
        named = token.column is not None and token.column.strength == 3
        spans_name = token.inside or (token.column is not None and token.column.size > 1)
        if not named and not spans_name and token.word in AGGREGATES:
            _add_aggregate(question, index, token)
        elif token.word in SUPERLATIVES and not named and not spans_name:
            _add_superlative(question, index, token.word)


def _add_aggregate(question: Question, index: int, token: Marked) -> None:
    name = AGGREGATES[token.word]
    if token.word in SUPERLATIVES and (_ranks(question, index) or token.word == "top"):
        _add_superlative(question, index, token.word)
        return
    question.taken.add(index)
    if name == "distinct" and "count" in question.aggregates:
        question.aggregates.remove("count")
        question.aggregates.append("distinct")
    elif name not in question.aggregates:
        question.aggregates.append(name)


def _ranks(question: Question, index: int) -> bool:
    """Whether a superlative asks for rows or groups ("who has the highest …"), not for a value."""
    opener = question.view[question.clause.lead].word
    return (
        opener in {"which", "who", "whose"}
        or _number_at(question.view, index - 1) is not None
        or (index + 1 < len(question.view) and _number_at(question.view, index + 1) is not None)
        or (index + 1 < len(question.view) and question.view[index + 1].word == "first")
    )


def _add_superlative(question: Question, index: int, word: str) -> None:
    question.taken.add(index)
    if word == "top" and question.superlative:
        return
    if word == "least" and index and question.view[index - 1].word == "at":
        return
    question.superlative = (
        question.superlative if word in {"most", "least", "top"} and question.superlative else word
    )
    for near in (index - 1, index + 1):
        limit = _number_at(question.view, near)
        if limit is not None:
            question.limit = limit
            question.taken.add(near)


def _number_at(view: tuple[Marked, ...], index: int) -> int | None:
    if not 0 <= index < len(view):
        return None
    if view[index].token.kind == "number" and view[index].word.isdigit():
        return int(view[index].word)
    return COUNTS.get(view[index].word)


def _find_groups(question: Question) -> None:
    if question.superlative == "top" or question.limit:
        ranked = find("by|in|on|with <column>", question.view)
        if ranked and question.superlative in {"top", "first", "bottom"}:
            return
    for pattern in _GROUP:
        for match in find_all(pattern, question.view, slot="column", taken=question.taken):
            _take_groups(question, match.at)
    for word, period in _PERIODS.items():
        said = find(f"by|per|each|every {word}|{word}s", question.view)
        date = next(
            (c.name for c in question.scene.columns.columns.values() if c.kind == "datetime"), None
        )
        if said and date and not question.groups and said.end - 1 not in question.taken:
            question.groups.append(f"date_trunc('{period}', {quoted(date)})")
            question.taken.update(range(said.start, said.end))


def _take_groups(question: Question, at: int) -> None:
    index, view = at, question.view
    while index < len(view):
        mention = view[index].column
        if mention is not None and index not in question.taken:
            question.groups.append(quoted(mention.names[0]))
            question.taken.update(range(index, index + mention.size))
            index += mention.size
        elif (
            view[index].word in {"and", ",", "&", "column"}
            and index + 1 < len(view)
            and view[index + 1].column
        ):
            index += 1
        else:
            return


def measures_of(question: Question) -> list[str]:
    """The columns that are still free to be measured, the surest first."""
    found: list[tuple[int, str]] = []
    for index, token in enumerate(question.view):
        if index in question.taken or token.column is None:
            continue
        names = token.column.names
        found.append(
            (-token.column.strength, next((n for n in names if question.numeric(n)), names[0]))
        )
    numbers = any(question.numeric(name) for _, name in found)
    hinted = [] if numbers else _hinted(question)
    return [name for _, name in sorted(found, key=lambda item: item[0])] + hinted


def _hinted(question: Question) -> list[str]:
    words = [t.word for t in question.view if t.word in HINTS]
    for word in words:
        for hint in HINTS[word]:
            for name in question.scene.columns.parts.get(
                hint, question.scene.columns.exact.get(hint, [])
            ):
                if question.numeric(name) or question.is_moment(name):
                    return [name]
    return []
