"""Simple questions over the rows as one SELECT over the table `data`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.conditions import Condition, conditions_in, quoted, truthy
from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.measures import AGGREGATES, DOWN, HINTS, SUPERLATIVES, Aggregate
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
    datasets monitor monitors file files deployment deployments times minutes seconds hours days
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
_NUMBERS: Final = {
    w: i for i, w in enumerate("zero one two three four five six seven eight nine ten".split())
} | {"dozen": 12, "twenty": 20, "few": 3, "fifteen": 15, "twelve": 12}
_SURE: Final = 4.2
_FAIR: Final = 3.1


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT and how sure the sentence is to ask for it, on the scale of the intents."""

    sql: str
    score: float


@dataclass
class _Parse:
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
        return self.clause.view

    def numeric(self, name: str) -> bool:
        """Whether a column counts or measures something."""
        column = self.scene.column(name)
        return column is not None and column.kind in {"integer", "number"}


def query(clause: Clause, scene: Scene) -> Query | None:
    """The SELECT a clause asks for; `None` if it asks for none."""
    if scene.dataset is None or not clause.view or not _opens(clause, scene):
        return None
    if any(
        t.word in _NOT_A_QUERY and not (t.column and t.column.strength == 3) for t in clause.view
    ):
        return None
    parse = _Parse(clause, scene)
    _find_aggregates(parse)
    if not (parse.aggregates or parse.superlative or _grouped(parse)):
        return None
    _find_groups(parse)
    parse.conditions = conditions_in(clause, scene, parse.taken)
    return _write(parse)


def _opens(clause: Clause, scene: Scene) -> bool:
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
    number = first.token.kind == "number" or first.word in _NUMBERS
    return bool(starts or number or first.column)


def _grouped(parse: _Parse) -> bool:
    """Whether a numeric column is asked for by another: "revenue per region"."""
    first = parse.view[parse.clause.lead]
    by = next(
        (i for i, t in enumerate(parse.view) if t.word in {"per", "by", "each", "across"}),
        len(parse.view),
    )
    return bool(
        first.column
        and first.column.strength
        and parse.numeric(first.column.names[0])
        and by + 1 < len(parse.view)
        and any(t.column for t in parse.view[by + 1 : by + 3])
    )


def _find_aggregates(parse: _Parse) -> None:
    view = parse.view
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
        parse.aggregates.append("count")
        parse.taken.update(range(match.start, match.end))
        break
    for index, token in enumerate(view):
        if index in parse.taken:
            continue
        named = token.column is not None and token.column.strength == 3
        spans_name = token.inside or (token.column is not None and token.column.size > 1)
        if not named and not spans_name and token.word in AGGREGATES:
            _add_aggregate(parse, index, token)
        elif token.word in SUPERLATIVES and not named and not spans_name:
            _add_superlative(parse, index, token.word)


def _add_aggregate(parse: _Parse, index: int, token: Marked) -> None:
    name = AGGREGATES[token.word]
    if token.word in SUPERLATIVES and (_ranks(parse, index) or token.word == "top"):
        _add_superlative(parse, index, token.word)
        return
    parse.taken.add(index)
    if name == "distinct" and "count" in parse.aggregates:
        parse.aggregates.remove("count")
        parse.aggregates.append("distinct")
    elif name not in parse.aggregates:
        parse.aggregates.append(name)


def _ranks(parse: _Parse, index: int) -> bool:
    """Whether a superlative asks for rows or groups ("who has the highest …"), not for a value."""
    opener = parse.view[parse.clause.lead].word
    return (
        opener in {"which", "who", "whose"}
        or _number_at(parse.view, index - 1) is not None
        or (index + 1 < len(parse.view) and _number_at(parse.view, index + 1) is not None)
        or (index + 1 < len(parse.view) and parse.view[index + 1].word == "first")
    )


def _add_superlative(parse: _Parse, index: int, word: str) -> None:
    parse.taken.add(index)
    if word == "top" and parse.superlative:
        return
    if word == "least" and index and parse.view[index - 1].word == "at":
        return
    parse.superlative = (
        parse.superlative if word in {"most", "least", "top"} and parse.superlative else word
    )
    for near in (index - 1, index + 1):
        limit = _number_at(parse.view, near)
        if limit is not None:
            parse.limit = limit
            parse.taken.add(near)


def _number_at(view: tuple[Marked, ...], index: int) -> int | None:
    if not 0 <= index < len(view):
        return None
    if view[index].token.kind == "number" and view[index].word.isdigit():
        return int(view[index].word)
    return _NUMBERS.get(view[index].word)


def _find_groups(parse: _Parse) -> None:
    if parse.superlative == "top" or parse.limit:
        ranked = find("by|in|on|with <column>", parse.view)
        if ranked and parse.superlative in {"top", "first", "bottom"}:
            return
    for pattern in _GROUP:
        for match in find_all(pattern, parse.view, slot="column", taken=parse.taken):
            _take_groups(parse, match.at)
    for word, period in _PERIODS.items():
        match = find(f"by|per|each|every {word}|{word}s", parse.view)
        date = next(
            (c.name for c in parse.scene.columns.columns.values() if c.kind == "datetime"), None
        )
        if match and date and not parse.groups and match.end - 1 not in parse.taken:
            parse.groups.append(f"date_trunc('{period}', {quoted(date)})")
            parse.taken.update(range(match.start, match.end))


def _take_groups(parse: _Parse, at: int) -> None:
    index, view = at, parse.view
    while index < len(view):
        mention = view[index].column
        if mention is not None and index not in parse.taken:
            parse.groups.append(quoted(mention.names[0]))
            parse.taken.update(range(index, index + mention.size))
            index += mention.size
        elif (
            view[index].word in {"and", ",", "&", "column"}
            and index + 1 < len(view)
            and view[index + 1].column
        ):
            index += 1
        else:
            return


def _measures(parse: _Parse) -> list[str]:
    """The columns that are still free to be measured, the surest first."""
    found: list[tuple[int, str]] = []
    for index, token in enumerate(parse.view):
        if index in parse.taken or token.column is None:
            continue
        names = token.column.names
        found.append(
            (-token.column.strength, next((n for n in names if parse.numeric(n)), names[0]))
        )
    hinted = [] if found else _hinted(parse)
    return [name for _, name in sorted(found, key=lambda item: item[0])] + hinted


def _hinted(parse: _Parse) -> list[str]:
    words = [t.word for t in parse.view if t.word in HINTS]
    for word in words:
        for hint in HINTS[word]:
            for name in parse.scene.columns.parts.get(
                hint, parse.scene.columns.exact.get(hint, [])
            ):
                if parse.numeric(name):
                    return [name]
    return []


def _write(parse: _Parse) -> Query | None:
    measures = _measures(parse)
    numeric = [name for name in measures if parse.numeric(name)]
    if parse.superlative and not set(parse.aggregates) & {"avg", "sum", "median", "share", "count"}:
        return _ranking(parse, measures, numeric)
    if (
        parse.superlative
        and parse.view[parse.clause.lead].word in {"which", "who", "what"}
        and not parse.groups
    ):
        return _group_ranking(parse, measures, numeric)
    columns = _selected(parse, measures, numeric)
    if not columns:
        return None
    order = f"{columns[-1].split(' AS ')[-1]}{' DESC' if parse.superlative not in DOWN else ''}"
    return Query(
        _select([*parse.groups, *columns], parse, order=order if parse.groups else ""), _SURE
    )


def _selected(parse: _Parse, measures: list[str], numeric: list[str]) -> list[str]:
    """The aggregates to select."""
    names = parse.aggregates or ["sum"]
    if "corr" in names:
        return (
            [f'corr({quoted(numeric[0])}, {quoted(numeric[1])}) AS "correlation"']
            if len(numeric) > 1
            else []
        )
    if "share" in names:
        return _share(parse, measures)
    if "distinct" in names:
        return [f'count(DISTINCT {quoted(measures[0])}) AS "values"'] if measures else []
    if "count" in names:
        _conditions_of_flags(parse, measures)
        return ['count(*) AS "rows"']
    if not numeric and measures and set(names) <= {"max", "min"}:
        return [f"{name}({quoted(measures[0])}) AS {name}" for name in names]
    wanted = numeric[: 1 if len(names) > 1 else 4]
    return [f"{name}({quoted(c)}) AS {_alias(name, c)}" for c in wanted for name in names]


def _alias(name: str, column: str) -> str:
    return quoted(f"{name}_{column}")


def _conditions_of_flags(parse: _Parse, measures: list[str]) -> None:
    """In a count, a yes-or-no column says which rows count."""
    for name in measures:
        column = parse.scene.column(name)
        if column is None or any(c.column == name for c in parse.conditions):
            continue
        yes = truthy(column)
        at = next(
            (
                i
                for i, t in enumerate(parse.view)
                if t.column and name in t.column.names and i not in parse.taken
            ),
            0,
        )
        if yes:
            denied = any(
                t.word in {"not", "never", "without", "no"} for t in parse.view[max(0, at - 3) : at]
            )
            parse.conditions.append(
                Condition(name, f"{quoted(name)} {'<>' if denied else '='} {yes}")
            )


def _share(parse: _Parse, measures: list[str]) -> list[str]:
    _conditions_of_flags(parse, measures)
    if not parse.conditions:
        return (
            ['100.0 * count(*) / sum(count(*)) OVER () AS "percent"']
            if _by_values(parse, measures)
            else []
        )
    what = " AND ".join(c.sql for c in parse.conditions)
    parse.conditions = []
    return [f'100.0 * avg(CASE WHEN {what} THEN 1 ELSE 0 END) AS "percent"']


def _by_values(parse: _Parse, measures: list[str]) -> bool:
    if measures and not parse.groups:
        parse.groups.append(quoted(measures[0]))
    return bool(parse.groups)


def _ranking(parse: _Parse, measures: list[str], numeric: list[str]) -> Query | None:
    """Rows or groups in order: the five dearest, the region with the highest revenue."""
    view, lead = parse.view, parse.clause.lead
    common = find("most|least common|frequent|popular|often", view)
    if common or (view[lead].word in {"which", "what"} and measures and parse.groups == []):
        return _group_ranking(parse, measures, numeric)
    if parse.groups and numeric:
        column = f"{_total(parse, numeric[0])}"
        return Query(_select([*parse.groups, column], parse, order=_order(parse, column)), _SURE)
    if not numeric:
        return None
    direction = "" if parse.superlative in DOWN else " DESC"
    limit = parse.limit or (1 if view[lead].word in {"who", "which", "what", "whose"} else 5)
    where = _where(parse)
    return Query(
        f"SELECT * FROM data{where} ORDER BY {quoted(numeric[0])}{direction} NULLS LAST LIMIT {limit}",
        _SURE,
    )


def _group_ranking(parse: _Parse, measures: list[str], numeric: list[str]) -> Query | None:
    group = next((name for name in measures if not parse.numeric(name)), None)
    if group is None and len(measures) > 1:
        group = next(name for name in measures if name != numeric[-1])
    others = [name for name in numeric if name != group]
    if group is None:
        if not numeric:
            return None
        direction = "" if parse.superlative in DOWN else " DESC"
        return Query(
            f"SELECT * FROM data{_where(parse)} ORDER BY {quoted(numeric[0])}{direction} NULLS LAST "
            f"LIMIT {parse.limit or 1}",
            _SURE,
        )
    parse.groups = [quoted(group)]
    flags = [n for n in measures if n != group and (c := parse.scene.column(n)) and truthy(c)]
    if flags and not set(parse.aggregates) & {"avg", "sum", "median"}:
        column = f'avg(CASE WHEN {quoted(flags[0])} = {truthy(parse.scene.columns.columns[flags[0]])} THEN 1.0 ELSE 0 END) AS "share"'
    elif others:
        column = _total(parse, others[0])
    else:
        column = 'count(*) AS "rows"'
    limit = f" LIMIT {parse.limit or 1}"
    return Query(
        _select([*parse.groups, column], parse, order=_order(parse, column)) + limit, _SURE
    )


def _total(parse: _Parse, column: str) -> str:
    name = next((a for a in parse.aggregates if a in {"avg", "sum", "median", "max", "min"}), "")
    if not name or name in {"max", "min"}:
        words = column.casefold()
        adds = (
            "revenue",
            "amount",
            "units",
            "sales",
            "quantity",
            "total",
            "count",
            "cost",
            "profit",
        )
        name = "sum" if any(word in words for word in adds) else "avg"
    return f"{name}({quoted(column)}) AS {_alias(name, column)}"


def _order(parse: _Parse, column: str) -> str:
    return f"{column.rsplit(' AS ', maxsplit=1)[-1]}{'' if parse.superlative in DOWN else ' DESC'}"


def _where(parse: _Parse) -> str:
    return f" WHERE {' AND '.join(c.sql for c in parse.conditions)}" if parse.conditions else ""


def _select(columns: list[str], parse: _Parse, *, order: str) -> str:
    grouped = f" GROUP BY {', '.join(parse.groups)}" if parse.groups else ""
    ordered = f" ORDER BY {order}" if order else ""
    return f"SELECT {', '.join(columns)} FROM data{_where(parse)}{grouped}{ordered}"
