"""Which rows a question is about: comparisons, values, gaps and yes-or-no columns as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.measures import COMPARISONS, HINTS
from bot.agent.offline.names import ValueMention
from bot.agent.offline.patterns import find_all
from bot.agent.offline.scene import Scene
from bot.agent.state import ColumnState

_MISSING: Final = words("missing null nulls empty blank unknown absent nan")
_PERSONS: Final = words(
    """
    people persons patients passengers customers clients members employees students pupils users
    women men adults guests workers citizens visitors players everyone those anyone
    """
)
_YES: Final = ("yes", "true", "1", "y", "t")
_NO: Final = ("no", "false", "0", "n", "f")
_PEOPLE: Final = {
    "male": words("man men boy boys male males gentleman gentlemen"),
    "female": words("woman women girl girls lady ladies female females"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of one column, as SQL."""

    column: str
    sql: str


def quoted(name: str) -> str:
    """A column as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str, column: ColumnState | None) -> str:
    """A value as an SQL literal of its column's type."""
    if column is not None and column.kind == "boolean":
        return "true" if value.casefold() in _YES else "false"
    if column is not None and column.kind in {"integer", "number"}:
        return value.replace(",", "").rstrip("%")
    return "'" + value.replace("'", "''") + "'"


def truthy(column: ColumnState) -> str:
    """The SQL literal that means yes in a yes-or-no column; empty for any other column."""
    if column.kind == "boolean":
        return "true"
    if column.kind in {"integer", "number"}:
        return "1" if (column.low, column.high) == (0, 1) and column.distinct <= 2 else ""
    folded = {value.casefold(): value for value in column.top}
    if len(folded) == 2:
        for yes, no in zip(_YES, _NO, strict=True):
            if set(folded) == {yes, no}:
                return literal(folded[yes], column)
    return ""


def conditions_in(clause: Clause, scene: Scene, taken: set[int]) -> list[Condition]:
    """The conditions of a clause; the tokens they use are added to `taken`."""
    found = [
        *_gaps(clause, taken),
        *_comparisons(clause, scene, taken),
        *_values(clause, scene, taken),
        *_people(clause, scene, taken),
    ]
    return list({condition.sql: condition for condition in found}.values())


def _gaps(clause: Clause, taken: set[int]) -> list[Condition]:
    view, found = clause.view, list[Condition]()
    for index, token in enumerate(view):
        if token.word not in _MISSING:
            continue
        near = [
            *range(index + 1, min(index + 4, len(view))),
            *range(index - 1, max(index - 4, -1), -1),
        ]
        for at in near:
            mention = view[at].column
            if mention is not None and at not in taken and mention.strength:
                taken.update({index, *range(at, at + mention.size)})
                found.append(Condition(mention.names[0], f"{quoted(mention.names[0])} IS NULL"))
                break
    return found


def _comparisons(clause: Clause, scene: Scene, taken: set[int]) -> list[Condition]:
    view, found = clause.view, list[Condition]()
    for patterns, operator in COMPARISONS:
        for pattern in patterns:
            for match in find_all(f"{pattern} <>", view, slot="number", taken=taken):
                column = _compared(clause, scene, match.start, match.at, taken)
                if column is None or match.at in taken:
                    continue
                value = view[match.at].word.rstrip("%")
                sql = f"{quoted(column)} {operator} {value}"
                if operator == "between":
                    high = next(
                        (
                            t.word
                            for t in view[match.at + 1 : match.at + 4]
                            if t.token.kind == "number"
                        ),
                        None,
                    )
                    if high is None:
                        continue
                    sql = f"{quoted(column)} BETWEEN {value} AND {high}"
                    taken.update(range(match.at, min(match.at + 4, len(view))))
                elif _is_date(scene, column):
                    sql = f"{quoted(column)} {operator} '{value}-01-01'"
                taken.update(range(match.start, match.end))
                found.append(Condition(column, sql))
    return found


def _is_date(scene: Scene, column: str) -> bool:
    state = scene.column(column)
    return state is not None and state.kind == "datetime"


def _compared(clause: Clause, scene: Scene, start: int, at: int, taken: set[int]) -> str | None:
    """The column a number is compared with: named beside it, or hinted at ("older than 30")."""
    view = clause.view
    if start and view[start - 1].word in _PERSONS:
        age = scene.columns.parts.get("age", scene.columns.exact.get("age", []))
        if age:
            return age[0]
    for index in [
        *range(start - 1, max(start - 5, -1), -1),
        *range(at + 1, min(at + 4, len(view))),
    ]:
        mention = view[index].column
        if mention is None or index in taken:
            continue
        name: str | None = next((n for n in mention.names if _comparable(scene, n)), None)
        if name is not None:
            taken.update(range(index, index + mention.size))
            return name
    said = [view[i].word for i in range(max(0, start - 3), at)]
    for word in reversed(said):
        for hint in HINTS.get(word, ()):
            for name in scene.columns.parts.get(hint, scene.columns.exact.get(hint, [])):
                if _comparable(scene, name):
                    return name
    return None


def _comparable(scene: Scene, name: str) -> bool:
    column = scene.column(name)
    return column is not None and column.kind in {"integer", "number", "datetime"}


def _values(clause: Clause, scene: Scene, taken: set[int]) -> list[Condition]:
    found: list[Condition] = []
    view = clause.view
    for index, token in enumerate(view):
        if index in taken:
            continue
        for value in _ranked(token, view):
            if (
                token.column is not None
                and token.column.strength == 3
                and value.column != token.column.names[0]
            ):
                continue
            taken.update(range(index, index + value.size))
            unlike = index and view[index - 1].word in {"not", "except", "without"}
            said = literal(value.value, scene.column(value.column))
            sql = f"{quoted(value.column)} {'<>' if unlike else '='} {said}"
            found.append(Condition(value.column, sql))
            _use_up(view, value.column, index, taken)
            break
        else:
            found += _equal(clause, scene, index, taken)
    return found


def _ranked(token: Marked, view: tuple[Marked, ...]) -> list[ValueMention]:
    """A token's values, those whose column is named nearby first."""
    named = {name for other in view if other.column for name in other.column.names}
    return sorted(token.values, key=lambda v: v.column not in named)


def _use_up(view: tuple[Marked, ...], column: str, index: int, taken: set[int]) -> None:
    """Take the name of a condition's column beside its value: "the Sales department"."""
    for at in range(max(0, index - 4), min(len(view), index + 3)):
        mention = view[at].column
        if mention is not None and column in mention.names and at not in taken:
            taken.update(range(at, at + mention.size))


def _equal(clause: Clause, scene: Scene, index: int, taken: set[int]) -> list[Condition]:
    """`column = word` or `column 3`, where the value is no known one."""
    view = clause.view
    mention = view[index].column
    if mention is None or not mention.strength:
        return []
    at = index + mention.size
    linked = at < len(view) and view[at].word in {"=", "==", "is", "equals"}
    at += linked
    if at >= len(view) or at in taken:
        return []
    column = scene.column(mention.names[0])
    number = view[at].token.kind == "number"
    if column is None or not (number or view[at].token.kind == "quoted"):
        return []
    taken.update(range(index, at + 1))
    sql = f"{quoted(column.name)} = {literal(view[at].token.raw, column)}"
    return [Condition(column.name, sql)]


def _people(clause: Clause, scene: Scene, taken: set[int]) -> list[Condition]:
    for index, token in enumerate(clause.view):
        said = next((sex for sex, people in _PEOPLE.items() if token.word in people), "")
        if not said or index in taken:
            continue
        for column in scene.columns.columns.values():
            match = next((v for v in column.top if v.casefold() in {said, said[0]}), None)
            if match and len(column.top) <= 3:
                taken.add(index)
                return [Condition(column.name, f"{quoted(column.name)} = {literal(match, column)}")]
    return []
