"""One reader for each kind of slot: from a clause to the value of an argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.agent.offline import ci, misreadings, periods, rows, times
from bot.agent.offline.asked import Asked, denied
from bot.agent.offline.choices import choices_in
from bot.agent.offline.clauses import Clause
from bot.agent.offline.columns import column, columns
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import COUNTS, Marked
from bot.agent.offline.ordinary import FUNCTION_WORDS
from bot.agent.offline.patterns import find_all
from bot.agent.offline.selects.reading import query
from tools.words import Slot, SlotKind

_NO_NAMES: Final = words(
    """
    it this that them all everyone we you i he she they is be was the a an model data dataset file
    csv parquet xlsx excel new well much many do does did done here there of in on to for
    yesterday today last week run trigger start and
    """
)
_NO_VALUES: Final = words(
    """
    median mean mode average most commonest something date datetime timestamp
    """
)
_ARTICLES: Final = words("our the my your their a an all every each no")
_SAID_AS_VALUES: Final = words("none no yes other never")
_AND: Final = words(", and & plus")
_MENTIONED: Final = re.compile(r"(?:@[\w.\-]+ (?:and )?)+$")
_BEFORE_DATASET: Final = words("dataset on over in file")


def _choice(ask: Asked) -> str | None:
    found = choices_in(ask.slot, ask.clause)
    return found[0] if found else None


def _flag(ask: Asked) -> bool | None:
    return True if choices_in(ask.slot, ask.clause) else None


def _number(ask: Asked) -> float | None:
    for match in ask.matches("number"):
        word = ask.view[match.at].word
        return COUNTS[word] if word in COUNTS else rows.number(word)
    return None


def _seconds(ask: Asked) -> int | None:
    found = times.budget_in(ask.clause.text)
    return max(1, round(found)) if found is not None else None


def _duration(ask: Asked) -> str | None:
    """How long; where the slot says how, only what begins there and looks like a time."""
    today = ask.scene.state.today
    if not ask.slot.says:
        return times.duration_in(ask.clause.text, today)
    for match in ask.matches("any"):
        start = ask.view[match.at - 1].token.start - ask.clause.start
        found = times.duration_in(ask.clause.said[start:].lower(), today)
        if found is not None:
            return found
    return None


def _schedule(ask: Asked) -> str | None:
    found = times.schedule_in(ask.clause.text)
    return (getattr(found, ask.name, "") or None) if found else None


def _moment(ask: Asked) -> str | None:
    return times.moment_in(ask.clause.text, ask.scene.state.today)


def _period(ask: Asked) -> str | None:
    """One end of the stretch of time; which one, the argument's name says."""
    found = periods.period_in(ask.clause.text, ask.scene.state.today)
    return (getattr(found, ask.name, "") or None) if found else None


def _topic(ask: Asked) -> str | None:
    """A word that was said to be what it is about, else a model or dataset by its name."""
    named = _name(ask)
    if named is not None:
        return named
    known = (token.model or token.dataset for token in ask.view if token.model or token.dataset)
    return next((mention.names[0] for mention in known if mention), None)


def _dataset(ask: Asked) -> str | None:
    for index, token in enumerate(ask.view):
        if token.dataset and index not in ask.reading.taken:
            named = index > 0 and ask.view[index - 1].forms & _BEFORE_DATASET
            if not token.column or named or token.column.strength < 3:
                return token.dataset.names[0] + _version(ask.view, index + token.dataset.size)
    here = ask.scene.dataset
    if here is None or ask.reading.args or not choices_in(ask.slot, ask.clause):
        return None
    return f"{here.name} v{here.version}"


def _version(view: Sequence[Marked], at: int) -> str:
    """The version said right after a name, as the tools write it: " v2"."""
    said = [token.word for token in view[at : at + 2]]
    if said and re.fullmatch(r"v\d+", said[0]):
        return f" {said[0]}"
    return f" v{said[1]}" if said[:1] == ["version"] and said[-1].isdigit() else ""


def _model(ask: Asked) -> str | None:
    found = _models(ask)
    return found[0] if found else None


def _models(ask: Asked) -> list[str]:
    found: list[str] = []
    for index, token in enumerate(ask.view):
        if token.model and index not in ask.reading.taken and token.model.names[0] not in found:
            found.append(token.model.names[0])
    return found


def _rows(ask: Asked) -> list[dict[str, Any]] | None:
    return rows.rows_in(ask.clause, ask.scene)


def _pairs(ask: Asked) -> dict[str, str] | None:
    for match in ask.matches("any"):
        pairs = rows.pairs_in(ask.clause, match.at, ask.reading.taken)
        if pairs:
            return pairs
    return None


def _name(ask: Asked) -> str | None:
    if chosen := choices_in(ask.slot, ask.clause):
        return chosen[0]
    for match in ask.matches("any"):
        token = ask.view[match.at]
        if token.token.kind == "quoted" or token.word not in _NO_NAMES:
            return token.token.raw.strip("#.") or None
    return None


def people_in(slot: Slot, clause: Clause) -> list[str]:
    """All that a clause mentions where a person must stand: "@dana", "@dana and @bob"."""
    view = clause.view
    matches = (m for says in slot.says for m in find_all(says, view, slot="person"))
    at = next((match.at for match in matches if not denied(view, match.start)), None)
    if at is None:
        return []
    names = [view[place].token.raw for place in _listed_with(view, at)]
    return list(dict.fromkeys(names))


def _listed_with(view: Sequence[Marked], at: int) -> list[int]:
    """The places of the people in the list that the one at a place is in."""
    found = [at]
    for step in (1, -1):
        place = at + step
        while 0 <= place < len(view) and view[place].word in _AND:
            while 0 <= place < len(view) and view[place].word in _AND:
                place += step
            if not (0 <= place < len(view) and view[place].token.kind == "person"):
                break
            found.append(place)
            place += step
    return sorted(found)


def _person(ask: Asked) -> str | None:
    """The first one mentioned; else the bare name, which a tool can only ask about."""
    return next(iter(people_in(ask.slot, ask.clause)), None) or _name(ask)


def _link(ask: Asked) -> str | None:
    found = re.search(r"(?:https?|s3)://\S+", ask.clause.said)
    if found:
        return found[0].rstrip(".,;!?)>")
    return next(iter(choices_in(ask.slot, ask.clause)), None)


def _with_article(clause: Clause, start: int) -> int:
    """Where the text really begins: with the "our" or "all" right before its first word."""
    for token in reversed([token for token in clause.tokens if token.start < start]):
        if token.word not in _ARTICLES:
            break
        start = token.start
    return start


def _text(ask: Asked) -> str | None:
    for match in ask.matches("any"):
        at = _with_article(ask.clause, ask.view[match.at].token.start) - ask.clause.start
        before = _MENTIONED.search(ask.clause.said[:at])
        rest = ask.clause.said[before.start() if before else at :].strip(" .!")
        if rest:
            return rest
    return None


def _value(ask: Asked) -> Any:
    for match in ask.matches("any"):
        token = ask.view[match.at]
        if token.token.kind == "quoted":
            return token.token.raw
        if token.token.kind == "number":
            return rows.number(token.word)
        if token.forms & {"zero", "zeros", "zeroe", "0s"}:
            return 0
        plain = token.word in FUNCTION_WORDS - _SAID_AS_VALUES
        if not token.forms & _NO_VALUES and token.word not in _NO_NAMES and not plain:
            return token.values[0].value if token.values else token.token.raw
    return None


def _question(ask: Asked) -> str | None:
    found = query(ask.clause, ask.scene)
    if found is None:
        return None
    ask.reading.open, ask.reading.nothing = found.open, found.nothing
    ask.reading.notes += [found.note] * bool(found.note)
    return found.sql or None


READERS: Final[Mapping[SlotKind, Callable[[Asked], Any]]] = {
    "branch": lambda ask: ci.branch_in(ci.written(ask.clause)),
    "choice": _choice,
    "column": column,
    "columns": columns,
    "dataset": _dataset,
    "duration": _duration,
    "flag": _flag,
    "inputs": lambda ask: ci.inputs_in(ci.written(ask.clause)),
    "lines": misreadings.lines,
    "link": _link,
    "mark": misreadings.mark,
    "marks": misreadings.marks,
    "model": _model,
    "models": _models,
    "moment": _moment,
    "name": _name,
    "number": _number,
    "pairs": _pairs,
    "period": _period,
    "person": _person,
    "question": _question,
    "repository": lambda ask: ci.repository_in(ci.written(ask.clause)),
    "rows": _rows,
    "schedule": _schedule,
    "seconds": _seconds,
    "text": _text,
    "topic": _topic,
    "value": _value,
    "workflow": lambda ask: ci.workflow_in(ci.written(ask.clause)),
}
