"""Rows for a prediction, as assignments or in prose, and pairs such as new names for columns."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS, Marked
from bot.agent.offline.scene import Scene
from bot.agent.state import ColumnState

_EQUALS: Final = frozenset(
    {"=", ":", "==", "is", "of", "as", "be", "are", "was", "to", "equals", "at"}
)
_MEN: Final = words("man boy gentleman guy he male men mr sir his him husband father son")
_WOMEN: Final = words("woman girl lady she female women mrs miss ms her wife mother")
_ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
}
_DENIALS: Final = words("no non not without nor")
_POLES: Final = (("yes", "no"), ("true", "false"), ("y", "n"), ("t", "f"))
_NUMERIC: Final = frozenset({"integer", "number"})


def number(said: str) -> float:
    """A number as said: whole ones stay whole, a percentage becomes its value."""
    text = said.rstrip("%").replace(",", "")
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value


def typed(raw: str, column: ColumnState | None) -> Any:
    """A value as its column writes it: numbers as numbers, known values in their own case."""
    text = raw.strip().strip("\"'")
    if column is not None and column.kind not in _NUMERIC:
        same = next((value for value in column.top if value.casefold() == text.casefold()), None)
        if same is not None:
            return same
        if column.kind == "boolean":
            return text.casefold() in {"true", "yes", "1", "y"}
    if re.fullmatch(r"[-+]?\d+,\d{1,2}", text):
        return number(text.replace(",", "."))
    if re.fullmatch(r"[-+]?\d+(?:,\d{3})*(?:\.\d+)?", text):
        return number(text)
    return text


def rows_in(clause: Clause, scene: Scene) -> list[dict[str, Any]] | None:
    """The rows a clause describes; `None` if it describes none."""
    quoted = _json_rows(clause.said)
    if quoted:
        return quoted
    features = _features(scene)
    row = {**_described(clause, features), **_assigned(clause, features)}
    return [row] if row else None


def _features(scene: Scene) -> dict[str, ColumnState]:
    """The columns a row can have: the model's, else the dataset's."""
    model = scene.state.model
    if model and model.features:
        return {column.name: column for column in model.features}
    return dict(scene.columns.columns)


def _json_rows(said: str) -> list[dict[str, Any]] | None:
    match = re.search(r"\[\s*\{.*\}\s*\]|\{.*\}", said, re.DOTALL)
    if not match:
        return None
    try:
        value = json.loads(match[0].replace("'", '"'))
    except ValueError:
        return None
    found = value if isinstance(value, list) else [value]
    return [row for row in found if isinstance(row, dict)] or None


def _assigned(clause: Clause, features: dict[str, ColumnState]) -> dict[str, Any]:
    """`Pclass=3, Sex: male`; a value ends where the next mark or column begins."""
    row: dict[str, Any] = {}
    view = clause.view
    for index, token in enumerate(view):
        mention = token.column
        if mention is None or mention.strength < 1:
            continue
        at = index + mention.size
        if at < len(view) and view[at].word in {"=", ":", "=="}:
            value = _value_at(view, at + 1)
            if value:
                name = mention.names[0]
                row[name] = typed(value, features.get(name))
    return row


def _value_at(view: Sequence[Marked], at: int) -> str:
    words: list[str] = []
    for token in view[at:]:
        if token.token.kind == "punct" and token.word not in {"-", "/", "."}:
            break
        if words and (token.word == "and" or (token.column and token.column.strength >= 2)):
            break
        words.append(token.token.raw)
        if token.token.kind in {"number", "quoted"}:
            break
    return " ".join(words)


def _described(clause: Clause, features: dict[str, ColumnState]) -> dict[str, Any]:
    """A row in prose: "a 30 year old man in first class with 2 children"."""
    row: dict[str, Any] = {}
    view = clause.view
    for index, token in enumerate(view):
        _old(view, index, features, row)
        _beside(view, index, features, row)
        for value in token.values:
            known = value.column in features and value.column not in row
            if known and not (token.column and token.column.strength == 3):
                row[value.column] = typed(value.value, features[value.column])
                break
        _person(token, features, row)
    for index in range(len(view)):
        _flag(view, index, features, row)
    return row


def _flag(
    view: Sequence[Marked], index: int, features: dict[str, ColumnState], row: dict[str, Any]
) -> None:
    """A yes-or-no column that is merely named: "a smoker", "with a pool", "no waterfront"."""
    mention = view[index].column
    if mention is None or mention.strength < 1 or mention.names[0] not in features:
        return
    name, column = mention.names[0], features[mention.names[0]]
    pair = _yes_no(column)
    if name in row or pair is None:
        return
    denied = index > 0 and view[index - 1].word in _DENIALS
    row[name] = pair[1] if denied else pair[0]


def _yes_no(column: ColumnState) -> tuple[Any, Any] | None:
    """How a column writes yes and no, if it does."""
    if column.kind == "boolean":
        return True, False
    if column.kind == "integer" and (column.low, column.high) == (0, 1):
        return 1, 0
    by_case = {value.casefold(): value for value in column.top}
    return next(((by_case[y], by_case[n]) for y, n in _POLES if {y, n} == set(by_case)), None)


def _old(
    view: Sequence[Marked], index: int, features: dict[str, ColumnState], row: dict[str, Any]
) -> None:
    age = next((name for name in features if name.casefold() == "age"), None)
    words = [token.word for token in view[index : index + 6] if token.word != "-"]
    if age and view[index].token.kind == "number" and words[1:2] in (["year"], ["years"], ["yo"]):
        if words[1] == "yo" or "old" in words[2:4]:
            row.setdefault(age, number(view[index].word))
    elif (
        age
        and words[:1] == ["aged"]
        and len(view) > index + 1
        and view[index + 1].token.kind == "number"
    ):
        row.setdefault(age, number(view[index + 1].word))


def _beside(
    view: Sequence[Marked], index: int, features: dict[str, ColumnState], row: dict[str, Any]
) -> None:
    """A number or value beside a column's name: "3 bedrooms", "carat of 0.5", "first class"."""
    mention = view[index].column
    if mention is None or mention.strength < 1 or mention.names[0] not in features:
        return
    name, after = mention.names[0], index + mention.size
    if name in row:
        return
    column = features[name]
    while after < len(view) and view[after].word in _EQUALS:
        after += 1
    if after < len(view) and _fits(view[after], column):
        row[name] = _as_value(view[after], column)
    elif index and column.kind in _NUMERIC and _count(view[index - 1]) is not None:
        row[name] = _count(view[index - 1])


def _fits(token: Marked, column: ColumnState) -> bool:
    if column.kind in _NUMERIC:
        return token.token.kind == "number"
    if token.token.kind == "quoted":
        return True
    folded = {value.casefold() for value in column.top}
    return token.token.raw.casefold() in folded or any(
        v.column == column.name for v in token.values
    )


def _as_value(token: Marked, column: ColumnState) -> Any:
    value = next((v.value for v in token.values if v.column == column.name), token.token.raw)
    return typed(value, column)


def _count(token: Marked) -> float | None:
    if token.token.kind == "number":
        return number(token.word)
    return COUNTS.get(token.word) or _ORDINALS.get(token.word)


def _person(token: Marked, features: dict[str, ColumnState], row: dict[str, Any]) -> None:
    """Everyday words for a person, in a column whose values are male and female."""
    said = "male" if token.word in _MEN else "female" if token.word in _WOMEN else ""
    if not said:
        return
    for name, column in features.items():
        match = next((v for v in column.top if v.casefold() in {said, said[0]}), None)
        other = "female" if said == "male" else "male"
        if match and name not in row and any(v.casefold() in {other, other[0]} for v in column.top):
            row[name] = match


def _is_called(view: Sequence[Marked], at: int, after: int) -> bool:
    """Whether a new name follows a column's without a word between: "call x y"."""
    if not at or view[at - 1].word != "call" or after >= len(view):
        return False
    return view[after].word not in _EQUALS and view[after].token.kind != "punct"


def _after_name(view: Sequence[Marked], at: int) -> int:
    """Where the word stands that joins a column to its new name: "x should be called y"."""
    end = at
    while end < len(view) and view[end].word in _SHOULD:
        end += 1
    return end if end < len(view) and view[end].word in _CALLED else at


_SHOULD: Final = words("should shall must to be is have has")
_CALLED: Final = words("called named renamed")
_BECOMES: Final = _CALLED | words("to as into -> → = : =>")


def pairs_in(clause: Clause, at: int, taken: set[int]) -> dict[str, str]:
    """New names by old ones: "A to B and C to D"."""
    view, pairs = clause.view, dict[str, str]()
    index = max(at, 0)
    while index < len(view):
        mention = view[index].column
        if mention is None:
            index += 1
            continue
        middle = index + mention.size
        if _is_called(view, index, middle):
            pairs[mention.names[0]] = view[middle].token.raw
            taken.update(range(index, middle + 1))
            break
        middle = _after_name(view, middle)
        if middle >= len(view) or view[middle].word not in _BECOMES:
            index += 1
            continue
        new = middle + 1
        if new < len(view) and view[new].token.kind != "punct":
            pairs[mention.names[0]] = view[new].token.raw
            taken.update(range(index, new + 1))
        index = new + 1
    return pairs
