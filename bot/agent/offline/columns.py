"""Columns as arguments: the one a pattern points at, lists, groups, and all but those named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.agent.offline.asked import Asked, Reading, denied
from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import DATASET_NOUNS, Marked
from bot.agent.offline.meaning import Open
from bot.agent.offline.names import Mention
from bot.agent.offline.ordinary import FUNCTION_WORDS, VAGUE
from bot.agent.offline.patterns import find, find_all
from bot.agent.offline.scene import Scene
from bot.agent.state import ColumnState

_JOINERS: Final = words(
    """
    , and & or plus / nor column columns feature features field fields both also variable
    variables well und et y
    """
)
_STOPS: Final = words(
    """
    , and or with using without except excluding from by for on in to ignoring but not ; : per
    """
)
_THINGS: Final = DATASET_NOUNS | words(
    "model models endpoint monitor alert alerts job jobs rows records"
)
_MARKERS: Final = words("target label outcome predict = : for on of column is be against vs versus")
_GROUPS: Final[Mapping[str, Callable[[ColumnState], bool]]] = {
    "constant": lambda column: column.distinct <= 1,
    "date": lambda column: column.kind == "datetime",
    "id": lambda column: column.id_like,
    "missing": lambda column: column.missing > 0,
}


def column(ask: Asked) -> str | None:
    """The column a pattern points at, or the first of a kind that is named ("over time")."""
    for group, patterns in ask.slot.values.items():
        if any(find(pattern, ask.view) for pattern in patterns):
            return next(
                (c.name for c in ask.scene.columns.columns.values() if _GROUPS[group](c)), None
            )
    for match in ask.matches("column"):
        at = _surest(ask.clause, match.at, ask.reading)
        mention = ask.view[at].column
        if mention is None or _is_own_word(ask.clause, at, ask.reading):
            continue
        if mention.strength == 1 and _goes_on(ask, at + mention.size):
            continue
        if _is_only_id(ask, at):
            continue
        ask.reading.taken.update(range(at, at + mention.size))
        if len(mention.names) == 1:
            return mention.names[0]
        _settle(ask, mention.names)
        return None
    return None


def columns(ask: Asked) -> list[str]:
    """The columns listed after a pattern, and those of a group that is named."""
    found: list[str] = []
    for match in ask.matches("column"):
        found += [name for name in listed(ask.clause, match.at, ask.reading) if name not in found]
    for group, patterns in ask.slot.values.items():
        if any(find(pattern, ask.view) for pattern in patterns):
            members = [c.name for c in ask.scene.columns.columns.values() if _GROUPS[group](c)]
            found += [name for name in members if name not in found]
            if not found:
                ask.reading.nothing = "There is no such column here, so I changed nothing."
    return found


def others(ask: Asked) -> list[str]:
    """All columns but those a clause calls the only ones wanted."""
    for pattern in ask.slot.only:
        for match in find_all(pattern, ask.view, slot="column", taken=ask.reading.taken):
            wanted = listed(ask.clause, match.at, ask.reading)
            if wanted and not denied(ask.view, match.start):
                return [name for name in ask.scene.columns.columns if name not in wanted]
    return []


def listed(clause: Clause, at: int, reading: Reading) -> list[str]:
    """The columns of a list that begins at a token: "x, y and z"."""
    found: list[str] = []
    index, view = at, clause.view
    while index < len(view):
        mention = view[index].column if index not in reading.taken else None
        if mention is not None and not _is_thing(view, index + mention.size, mention):
            reading.taken.update(range(index, index + mention.size))
            said = mention.names if mention.strength else mention.names[:1]
            found += [name for name in said if name not in found]
            index += mention.size
        elif view[index].word in _JOINERS and found:
            index += 1
        else:
            break
    return found


def _is_only_id(ask: Asked, at: int) -> bool:
    """Whether a mention is of a column that numbers the rows, and another column is spoken of."""
    mention = ask.view[at].column
    if mention is None or not all(_identifies(ask.scene, name) for name in mention.names):
        return False
    others_said = (t.column.names[0] for i, t in enumerate(ask.view) if t.column and i != at)
    return mention.strength < 3 or any(not _identifies(ask.scene, name) for name in others_said)


def _is_thing(view: Sequence[Marked], after: int, mention: Mention) -> bool:
    """Whether a name in part belongs to something else: "the customer dataset"."""
    following = view[after].word if after < len(view) else ""
    return mention.strength < 2 and following in _THINGS


def _identifies(scene: Scene, name: str) -> bool:
    """Whether a column only numbers the rows: a word like it hardly means it."""
    state = scene.column(name)
    return state is not None and state.id_like


def _surest(clause: Clause, at: int, reading: Reading) -> int:
    """Of a name in part and a full name right after it ("employees left") the full one."""
    mention = clause.view[at].column
    if mention is None or mention.strength >= 2:
        return at
    for index in range(at + mention.size, min(at + 5, len(clause.view))):
        token = clause.view[index]
        if token.word in _STOPS:
            break
        if token.column and token.column.strength >= 2 and index not in reading.taken:
            return index
    return at


def _is_own_word(clause: Clause, at: int, reading: Reading) -> bool:
    """Whether the tool's own word ("model", "machine learning") only happens to be a column."""
    token = clause.view[at]
    if not token.forms & reading.own:
        return False
    return not (at and clause.view[at - 1].forms & _MARKERS)


def _goes_on(ask: Asked, after: int) -> bool:
    """Whether a noun follows a name in part, which then means another thing: "customer mood"."""
    token = ask.view[after] if after < len(ask.view) else None
    if token is None or token.token.kind != "word" or token.column or token.inside:
        return False
    known = FUNCTION_WORDS | VAGUE | _STOPS | ask.reading.own
    return not token.forms & known and not token.values and not token.dataset


def _settle(ask: Asked, names: Sequence[str]) -> None:
    """Several columns fit: ask which, the suggested target first."""
    targets = ask.scene.dataset.targets if ask.scene.dataset else ()
    ranked = sorted(names, key=lambda name: name not in targets)
    ask.reading.open = Open(
        ask.name, "Several columns fit. Which one do you mean?", tuple(ranked[:5])
    )


def spare(ask: Asked) -> str | None:
    """The only column a clause surely names that no other argument has claimed."""
    sure = [
        mention
        for index, token in enumerate(ask.view)
        if index not in ask.reading.taken
        and (mention := token.column)
        and mention.strength >= 2
        and not _is_own_word(ask.clause, index, ask.reading)
        and not _identifies(ask.scene, mention.names[0])
    ]
    return sure[0].names[0] if len(sure) == 1 else None
