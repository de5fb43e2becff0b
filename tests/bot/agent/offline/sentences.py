"""The sentences the offline brain is measured on: tables, what was said, what it should mean."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.agent.offline.meaning import Open, Step, Understanding
from bot.agent.offline.picked import is_refusal, value_of
from bot.agent.offline.understand import understand
from bot.agent.state import CallState, ColumnState, DatasetState, ModelState, ThreadState
from tools.registry import TOOLS

OWN = Path(__file__).parent.parent / "sentences.jsonl"
EVERYDAY = OWN.with_name("sentences_everyday.jsonl")
ADVICE = OWN.with_name("sentences_advice.jsonl")
SHARED = Path(__file__).parents[4].parent / "shared"
TODAY = "2026-11-23T10:00:00+00:00"
EFFECTS = {tool.name: tool.effect for tool in TOOLS}


@dataclass(frozen=True)
class Case:
    """One sentence over a state, and what it should come to.

    Attributes:
        said: The sentence.
        state: What is in scope.
        calls: (tool, arguments that must be there and equal), in order.
        asks: The argument that is to be asked for instead.
        answer: What the person says to the question; `calls` are what follows.
        others: Tools that are as good an answer, if called alone.
        held: Whether the grammar was grown without a look at it.
    """

    said: str
    state: ThreadState
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    asks: str = ""
    answer: str = ""
    others: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True)
class Verdict:
    """How one sentence was understood; `harmful` are changes nobody asked for."""

    case: Case
    right: bool
    harmful: tuple[str, ...]
    meant: Understanding


def judge(case: Case) -> Verdict:
    """Understand a sentence and compare."""
    meant = understand(case.said, case.state, TOOLS)
    opened = next((step.open for step in meant.steps if step.open), None)
    meant, opened = _answered(case, meant) if case.answer else (meant, opened)
    wanted = {tool for tool, _ in case.calls}
    harmful = tuple(
        step.tool
        for step in meant.steps
        if EFFECTS[step.tool] != "read" and step.tool not in wanted and step.open is None
    )
    if case.asks:
        right = (
            opened is not None
            and opened.argument == case.asks
            and len(opened.options) in range(2, 6)
        )
    else:
        got = [(step.tool, step.args) for step in meant.steps]
        right = opened is None and (_same(got, case.calls) or [t for t, _ in got] in _alone(case))
    return Verdict(case, right, harmful, meant)


def _answered(case: Case, meant: Understanding) -> tuple[Understanding, Open | None]:
    """What is meant once the person has answered the question."""
    step = next((step for step in meant.steps if step.open), None)
    if step is None or step.open is None or is_refusal(case.answer):
        return Understanding(), None
    question = {"argument": step.open.argument, "options": step.open.options}
    name, value = value_of(case.answer, {**question, "values": step.open.values}, case.state)
    return Understanding((Step(step.tool, {**step.args, name: value}),)), None


def _alone(case: Case) -> list[list[str]]:
    return [[name] for name in case.others] + ([[]] if "nothing" in case.others else [])


def _same(
    got: Sequence[tuple[str, dict[str, Any]]], wanted: Sequence[tuple[str, dict[str, Any]]]
) -> bool:
    return len(got) == len(wanted) and all(
        tool == other and all(_fits(args.get(name), value) for name, value in least.items())
        for (tool, args), (other, least) in zip(got, wanted, strict=True)
    )


def _fits(got: Any, wanted: Any) -> bool:
    """Whether an argument is the one wanted; of a row, the cells that were named."""
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return (
            isinstance(got, list)
            and len(got) == len(wanted)
            and all(row.items() <= given.items() for row, given in zip(wanted, got, strict=True))
        )
    return bool(got == wanted)


def own_cases() -> Iterator[Case]:
    """Our sentences, over invented tables."""
    return _cases(OWN)


def advice_cases() -> Iterator[Case]:
    """Questions for advice, over the same tables, and what only sounds like them."""
    return _cases(ADVICE)


def everyday_cases(batch: int) -> Iterator[Case]:
    """Sentences of people who know nothing of the grammar, by the batch they were written in."""
    return _cases(EVERYDAY, batch)


def _cases(path: Path, batch: int | None = None) -> Iterator[Case]:
    tables: dict[str, DatasetState] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "table" in row:
            columns = tuple(map(column, row["columns"]))
            tables[row["table"]] = DatasetState(
                row["table"], 1, 200, columns, tuple(row["targets"])
            )
            continue
        if row.get("batch") != batch:
            continue
        yield Case(
            row["said"],
            _state(tables[row["on"]] if row["on"] else None, row),
            tuple((tool, args) for tool, args in row.get("calls", ())),
            row.get("ask", ""),
            row.get("then", ""),
            tuple(row.get("any", ())),
            row.get("held", False),
        )


def _state(dataset: DatasetState | None, row: dict[str, Any]) -> ThreadState:
    if dataset is None:
        return ThreadState(TODAY)
    models = (model_of(dataset, row["model"]),) if "model" in row else ()
    models = tuple(replace(model, live_in=tuple(row.get("live", ()))) for model in models)
    names = tuple(model.name for model in models)
    calls = (CallState(*row["last"]),) if "last" in row else ()
    return ThreadState(
        TODAY,
        (dataset,),
        models,
        monitors=names if row.get("watched") else (),
        alerts=names if row.get("alert") else (),
        jobs=tuple(row.get("jobs", ())),
        facts=tuple(row.get("facts", ())),
        calls=calls,
    )


def model_of(dataset: DatasetState, handle: str) -> ModelState:
    """A model that predicts the first suggested target of a table."""
    target = dataset.targets[0]
    features = tuple(c for c in dataset.columns if c.name != target)
    return ModelState(
        target.lower(), 1, handle, target, "classification", "random_forest", features
    )


def column(spec: str) -> ColumnState:
    """A column from `name:kind=values`; `?` at the end says it has gaps."""
    name, _, rest = spec.rpartition(":")
    kind, _, values = rest.removesuffix("?").partition("=")
    missing = 3 if rest.endswith("?") else 0
    if kind in {"int", "num"}:
        low, high = map(float, values.split(".."))
        word = "integer" if kind == "int" else "number"
        return ColumnState(name, word, missing, 2 if values == "0..1" else 40, low, high)
    plain = {
        "cat": ColumnState(name, "category", missing, 3, top=tuple(values.split(","))),
        "id": ColumnState(name, "text", 0, 200, id_like=True),
        "bool": ColumnState(name, "boolean", 0, 2, top=("False", "True")),
        "date": ColumnState(name, "datetime", 0, 190),
        "text": ColumnState(name, "text", missing, 90, top=("abc", "def")),
    }
    return plain[kind]


def shared_cases() -> Iterator[Case]:
    """The labelled sentences over the shared files."""
    for line in (SHARED / "prompts.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        dataset = _file(row["csv"])
        models = (model_of(dataset, row["model"]),) if "model" in row else ()
        calls = row.get("calls", [[row["approval"], {}]] if "approval" in row else [])
        yield Case(
            row["text"],
            ThreadState(TODAY, (dataset,), models),
            tuple((tool, args) for tool, args in calls),
            row.get("choices", ""),
        )


@cache
def _file(name: str) -> DatasetState:
    with (SHARED / "data" / name).open(newline="", encoding="utf-8") as file:
        header, *lines = csv.reader(file)
    columns = [_measured(title, [line[i] for line in lines]) for i, title in enumerate(header)]
    targets = {
        "titanic.csv": ("Survived", "Fare"),
        "penguins.csv": ("species", "body_mass_g"),
        "tips.csv": ("tip",),
        "diamonds.csv": ("price", "cut"),
    }
    return DatasetState(name.removesuffix(".csv"), 1, len(lines), tuple(columns), targets[name])


def _measured(name: str, cells: list[str]) -> ColumnState:
    present = [cell for cell in cells if cell not in {"", "NA"}]
    missing, distinct = len(cells) - len(present), len(set(present))
    unique = distinct == len(cells)
    try:
        numbers = [float(cell) for cell in present]
    except ValueError:
        kind = "category" if distinct <= 50 else "text"
        top = tuple(value for value, _ in Counter(present).most_common(8))
        return ColumnState(name, kind, missing, distinct, top=top, id_like=unique)
    whole = all(number.is_integer() for number in numbers)
    kind = "integer" if whole else "number"
    return ColumnState(
        name, kind, missing, distinct, min(numbers), max(numbers), id_like=unique and whole
    )
