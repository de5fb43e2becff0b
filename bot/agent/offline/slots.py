"""Arguments of one tool in one clause, read slot by slot by the kind each tool declares."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Union, get_args, get_origin

from bot.agent.offline import rows, times
from bot.agent.offline.clauses import Clause
from bot.agent.offline.intents import nouns_of
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS, Marked
from bot.agent.offline.meaning import Open
from bot.agent.offline.patterns import Match, find, find_all
from bot.agent.offline.scene import Scene
from bot.agent.state import ColumnState
from tools.base import Tool
from tools.words import Slot

_JOINERS = words(
    ", and & or plus / nor column columns feature features field fields both also variable "
    "variables as well und et y"
)


@dataclass
class Reading:
    """What a clause says about a tool's arguments, and what stays open."""

    args: dict[str, Any] = field(default_factory=dict)
    open: Open | None = None
    taken: set[int] = field(default_factory=set)
    own: frozenset[str] = frozenset()
    nothing: str = ""


def slots_of(tool: Tool[Any]) -> dict[str, Slot]:
    """The declared slots in their order, then one for each other argument by its type."""
    declared = dict(tool.words.slots)
    for name, info in tool.args.model_fields.items():
        if name not in declared:
            slot = _by_type(name, info.annotation)
            if slot is not None:
                declared[name] = slot
    order = {"columns": 0, "rows": 0, "pairs": 0}
    return dict(sorted(declared.items(), key=lambda item: order.get(item[1].kind, 1)))


def _by_type(name: str, annotation: Any) -> Slot | None:
    kinds = [a for a in _flat(annotation) if a is not type(None)]
    plain = name.replace("_", " ")
    if name in {"model", "models", "dataset"}:
        return Slot(name)  # type: ignore[arg-type]
    literal = next((a for a in kinds if get_origin(a) is Literal), None)
    if literal is not None:
        return Slot(
            "choice", values={str(v): (str(v).replace("_", " "),) for v in get_args(literal)}
        )
    if bool in kinds:
        return Slot("flag", values={"yes": (plain,)})
    if int in kinds or float in kinds:
        return Slot("number", says=(f"{plain} of|=|:|to|is? <>", f"<> {plain}"))
    if any(get_origin(a) is list for a in kinds):
        return Slot("columns", says=(f"{plain} of|=|:|are? <>",))
    if str in kinds:
        return Slot("name", says=(f"{plain} =|:|called|named|is? <>", f"<> {plain}"))
    return None


def _flat(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _flat(part)
    else:
        yield annotation


def read(tool: Tool[Any], clause: Clause, scene: Scene) -> Reading:
    """The arguments of a tool that a clause names; nothing is filled in that was not said."""
    reading = Reading(own=nouns_of(tool.words))
    slots = slots_of(tool)
    for name, slot in slots.items():
        value = _READERS[slot.kind](name, slot, clause, scene, reading)
        if value is not None and value != [] and value != {}:
            reading.args[name] = value
            reading.args.update(slot.implies)
    for name, slot in slots.items():
        if slot.only and name not in reading.args:
            others = _others(slot, clause, scene, reading)
            if others:
                reading.args[name] = others
    return _without_echoes(tool, reading)


def _without_echoes(tool: Tool[Any], reading: Reading) -> Reading:
    """A column cannot be both the target and left out."""
    singles = {
        value
        for name, value in reading.args.items()
        if isinstance(value, str) and tool.words.slots.get(name, Slot("text")).kind == "column"
    }
    for name, value in list(reading.args.items()):
        if isinstance(value, list) and tool.words.slots.get(name, Slot("text")).kind == "columns":
            reading.args[name] = [item for item in value if item not in singles]
            if not reading.args[name]:
                del reading.args[name]
    return reading


def _matches(slot: Slot, clause: Clause, reading: Reading, entity: str) -> Iterator[Match]:
    for pattern in slot.says:
        for match in find_all(pattern, clause.view, slot=entity, taken=reading.taken):
            if not _denied(clause.view, match.start):
                yield match


def _denied(view: Sequence[Marked], start: int) -> bool:
    """Whether "not" stands right before a match, which then says what is not meant."""
    return start > 0 and view[start - 1].word in {"not", "never", "nor"}


# One reader for each kind of slot.


def _column(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    for match in _matches(slot, clause, reading, "column"):
        at = _surest(clause, match.at, reading)
        mention = clause.view[at].column
        if mention is None or _is_own_word(clause, at, reading):
            continue
        if mention.strength < 3 and all(_identifies(scene, name) for name in mention.names):
            continue
        reading.taken.update(range(at, at + mention.size))
        if len(mention.names) > 1:
            return _settle(name, mention.names, scene, reading)
        return mention.names[0]
    return _spare_column(slot, clause, reading) if slot.spare else None


def _identifies(scene: Scene, name: str) -> bool:
    """Whether a column only numbers the rows: a word like it hardly means it."""
    column = scene.column(name)
    return column is not None and column.id_like


_STOPS: Final = words(
    ", and or with using without except excluding from by for on in to ignoring but not ; : per"
)
_MARKERS: Final = words("target label outcome predict = : for on of column is be")


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


def _settle(name: str, names: Sequence[str], scene: Scene, reading: Reading) -> str | None:
    """Several columns fit: ask which, the suggested target first."""
    targets = scene.dataset.targets if scene.dataset else ()
    ranked = sorted(names, key=lambda column: column not in targets)
    reading.open = Open(name, "Several columns fit. Which one do you mean?", tuple(ranked[:5]))
    return None


def _spare_column(slot: Slot, clause: Clause, reading: Reading) -> str | None:
    sure = [
        mention
        for index, token in enumerate(clause.view)
        if index not in reading.taken
        and (mention := token.column)
        and mention.strength >= 2
        and not _is_own_word(clause, index, reading)
    ]
    return sure[0].names[0] if len(sure) == 1 else None


def _columns(
    name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading
) -> list[str] | None:
    found: list[str] = []
    for match in _matches(slot, clause, reading, "column"):
        found += [column for column in _listed(clause, match.at, reading) if column not in found]
    for group, patterns in slot.values.items():
        if any(find(pattern, clause.view) for pattern in patterns):
            members = [c.name for c in scene.columns.columns.values() if _GROUPS[group](c)]
            found += [column for column in members if column not in found]
            if not found:
                reading.nothing = "There is no such column here, so I changed nothing."
    return found


_GROUPS: Final[Mapping[str, Callable[[ColumnState], bool]]] = {
    "constant": lambda column: column.distinct <= 1,
    "id": lambda column: column.id_like,
    "missing": lambda column: column.missing > 0,
}


def _others(slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> list[str]:
    """All columns but those a clause calls the only ones wanted."""
    for pattern in slot.only:
        for match in find_all(pattern, clause.view, slot="column", taken=reading.taken):
            wanted = _listed(clause, match.at, reading)
            if wanted and not _denied(clause.view, match.start):
                return [name for name in scene.columns.columns if name not in wanted]
    return []


def _listed(clause: Clause, at: int, reading: Reading) -> list[str]:
    """The columns of a list that begins at a token: "x, y and z"."""
    found: list[str] = []
    index, view = at, clause.view
    while index < len(view):
        mention = view[index].column if index not in reading.taken else None
        if mention is not None:
            reading.taken.update(range(index, index + mention.size))
            found += mention.names if mention.strength else mention.names[:1]
            index += mention.size
        elif view[index].word in _JOINERS and found:
            index += 1
        else:
            break
    return found


def _choice(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    found = choices_in(slot, clause)
    return found[0] if found else None


def choices_in(slot: Slot, clause: Clause) -> list[str]:
    """All values of a choice that a clause names and does not deny, in the order declared."""
    return [
        value
        for value, patterns in slot.values.items()
        if any(
            not _denied(clause.view, match.start) and not _named(clause.view, match)
            for pattern in patterns
            for match in find_all(pattern, clause.view)
        )
    ]


def _named(view: Sequence[Marked], match: Match) -> bool:
    """Whether a one-word match is in truth the very name of a column."""
    mention = view[match.start].column
    return match.end - match.start == 1 and mention is not None and mention.strength == 3


def _flag(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> bool | None:
    return True if choices_in(slot, clause) else None


def _number(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> float | None:
    for match in _matches(slot, clause, reading, "number"):
        word = clause.view[match.at].word
        return COUNTS[word] if word in COUNTS else rows.number(word)
    return None


def _seconds(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> int | None:
    found = times.seconds_in(clause.text)
    return max(1, round(found)) if found is not None else None


def _duration(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    return times.duration_in(clause.text, scene.state.today)


def _schedule(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    found = times.schedule_in(clause.text)
    return (getattr(found, name, "") or None) if found else None


def _moment(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    return times.moment_in(clause.text, scene.state.today)


def _dataset(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    for index, token in enumerate(clause.view):
        if token.dataset and index not in reading.taken:
            named = index > 0 and clause.view[index - 1].forms & {
                "dataset",
                "on",
                "over",
                "in",
                "file",
            }
            if not token.column or named or token.column.strength < 3:
                return token.dataset.names[0]
    return None


def _model(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    found = _models(name, slot, clause, scene, reading)
    return found[0] if found else None


def _models(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> list[str]:
    found: list[str] = []
    for index, token in enumerate(clause.view):
        if token.model and index not in reading.taken and token.model.names[0] not in found:
            found.append(token.model.names[0])
    return found


def _rows(
    name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading
) -> list[dict[str, Any]] | None:
    return rows.rows_in(clause, scene)


def _pairs(
    name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading
) -> dict[str, str] | None:
    for match in _matches(slot, clause, reading, "any"):
        pairs = rows.pairs_in(clause, match.at, reading.taken)
        if pairs:
            return pairs
    return None


def _name(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    for match in _matches(slot, clause, reading, "any"):
        token = clause.view[match.at]
        if token.token.kind == "quoted" or token.word not in _NO_NAMES:
            return token.token.raw.strip("#.") or None
    return None


_NO_NAMES = words(
    "it this that them all everyone we you i he she they is be was the a an model data dataset file "
    "csv parquet xlsx excel new well much many do does did done here there of in on to for "
    "yesterday today last week run trigger start and"
)


def _link(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    found = re.search(r"(?:https?|s3)://\S+", clause.said)
    return found[0].rstrip(".,;!?)>") if found else None


def _text(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    for match in _matches(slot, clause, reading, "any"):
        rest = clause.said[clause.view[match.at].token.start - clause.start :].strip(" .!")
        if rest:
            return rest
    return None


def _value(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> Any:
    methods = {
        "median",
        "mean",
        "mode",
        "average",
        "most",
        "commonest",
        "medians",
        "means",
        "something",
    }
    for match in _matches(slot, clause, reading, "any"):
        token = clause.view[match.at]
        if token.token.kind == "quoted":
            return token.token.raw
        if token.token.kind == "number":
            return rows.number(token.word)
        if token.forms & {"zero", "zeros", "zeroe", "0s"}:
            return 0
        if not token.forms & methods and token.word not in _NO_NAMES and not _date_word(token):
            return token.values[0].value if token.values else token.token.raw
    return None


def _date_word(token: Marked) -> bool:
    return bool(token.forms & {"date", "datetime", "timestamp"})


def _question(name: str, slot: Slot, clause: Clause, scene: Scene, reading: Reading) -> str | None:
    from bot.agent.offline.queries import query

    found = query(clause, scene)
    return found.sql if found else None


_READERS: Mapping[str, Any] = {
    "choice": _choice,
    "column": _column,
    "columns": _columns,
    "dataset": _dataset,
    "duration": _duration,
    "flag": _flag,
    "link": _link,
    "model": _model,
    "models": _models,
    "moment": _moment,
    "name": _name,
    "number": _number,
    "pairs": _pairs,
    "question": _question,
    "rows": _rows,
    "schedule": _schedule,
    "seconds": _seconds,
    "text": _text,
    "value": _value,
}
