"""The module of an exported project that loads the data and says which rows are held out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from tools.ml.exporting.blueprint import Blueprint
from tools.ml.exporting.literals import listing, literal
from tools.ml.exporting.pipeline_code import fill_call, fills, outliers_call
from tools.ml.recipe import (
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Transform,
)
from tools.ml.splits import Order

_DATA: Final = '''"""The data: found by its hash, the rows to learn from, those held out."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
{imports}
DATA = Path(__file__).parent.parent / "data" / {file}
SHA256 = {digest}
TARGET = {target}
{classes}SEED = {seed}


def load(path: Path = DATA, *, other: bool = False) -> pd.DataFrame:
    """The table the model was trained on, or another one of the same columns.

    Raises:
        SystemExit: The file is not there, or its content is another one.
    """
    if not path.exists():
        raise SystemExit(f"{{path}} is not there; data/README.md says where it comes from.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256 and not other:
        raise SystemExit(f"{{path}} is not the data of this model (SHA-256 {{found}}).")
    return pd.read_parquet(path)

{usable}
def prepared(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows that can be learnt from, numbered from 0, and their {truth}."""
{goal}


def split(table: pd.DataFrame, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the rows to train on, and of those held out.

{reason}
    """
    rows = len(truth)
    held_out = min(int(np.ceil(rows * (0.2 if rows >= 200 else 0.25))), 50_000)
{split}


def learnt(table: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Those of these rows that the model learns from."""
{learnt}
'''

_USABLE: Final = '''
def usable(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that are left after cleaning; what is filled here only finds copies."""
    left = table.reset_index(drop=True)
{steps}
    return table.iloc[left.index]

'''

_CLASSES: Final = """    codes = {{label: code for code, label in enumerate(CLASSES)}}
    kept = {usable}[TARGET].map(codes).dropna()
    return table.loc[kept.index].reset_index(drop=True), kept.to_numpy(dtype=int)"""

_NUMBERS: Final = """    numbers = pd.to_numeric({usable}[TARGET], errors="coerce").astype(float)
    kept = numbers[numbers.abs() < 1e100]
    return table.loc[kept.index].reset_index(drop=True), kept.to_numpy()"""

_SPLITS: Final = {
    "by time": """    moments = as_dates(table[{column}], day_first={day_first})
    order = np.argsort(moments, kind="stable").to_numpy()
    return order[:-held_out], order[-held_out:]""",
    "grouped": """    groups = pd.factorize(table[{column}])[0]
    splitter = GroupShuffleSplit(1, test_size=held_out / rows, random_state=SEED)
    return next(splitter.split(np.arange(rows), groups=groups))""",
    "stratified": """    train, held = train_test_split(
        np.arange(rows),
        test_size=max(held_out, len(CLASSES)),
        random_state=SEED,
        stratify=truth,
    )
    return np.sort(train), np.sort(held)""",
    "random": """    train, held = train_test_split(
        np.arange(rows), test_size=held_out, random_state=SEED
    )
    return np.sort(train), np.sort(held)""",
}

_SPLITTERS: Final = {
    "by time": "",
    "grouped": "from sklearn.model_selection import GroupShuffleSplit\n",
    "stratified": "from sklearn.model_selection import train_test_split\n",
    "random": "from sklearn.model_selection import train_test_split\n",
}


def data_module(blueprint: Blueprint) -> str:
    """`model/data.py`."""
    contract, order, plan = blueprint.contract, blueprint.order, blueprint.plan
    steps = [step.transform for step in plan.steps]
    gone = any(isinstance(step, DropMissingRows | DropDuplicates) for step in steps)
    usable = _USABLE.format(steps="\n".join(_usable(blueprint))) if gone else ""
    split = _SPLITS[order.way].format(
        column=literal(order.group or order.time),
        day_first=blueprint.dates.get(order.time, False),
    )
    learnt = "\n".join(_learnt(blueprint, steps))
    goal = _CLASSES if contract.classes else _NUMBERS
    return _DATA.format(
        imports=_imports(usable + split + learnt, order.way),
        file=literal(blueprint.facts.data),
        digest=literal(blueprint.facts.data_digest),
        target=literal(contract.target),
        classes=_classes(blueprint),
        seed=blueprint.spec.seed,
        usable=usable,
        truth="classes" if contract.classes else "numbers",
        goal=goal.format(usable="usable(table)" if gone else "table"),
        reason=_reason(order),
        split=split,
        learnt=learnt,
    )


def _reason(order: Order) -> str:
    """Why rows are held out so, in a docstring: names of columns in it are data."""
    text = order.reason.encode("ascii", "replace").decode().replace("\\", "/").replace('"', "'")
    sentence = f"{text[:1].upper()}{text[1:]}."
    return textwrap.fill(sentence, 88, initial_indent="    ", subsequent_indent="    ")


def _classes(blueprint: Blueprint) -> str:
    contract = blueprint.contract
    if not contract.classes:
        return ""
    yes = f"POSITIVE = {contract.positive}  # the class that means yes\n" if (
        contract.positive is not None
    ) else ""  # fmt: skip
    return f"CLASSES = {literal(list(contract.classes))}\n{yes}"


def _imports(body: str, way: str) -> str:
    used = [name for name in ("Fill", "Outliers", "as_dates") if f"{name}(" in body]
    ours = f"\nfrom model.cleaning import {', '.join(used)}\n" if used else ""
    return f"{_SPLITTERS[way]}{ours}"


def _usable(blueprint: Blueprint) -> Iterator[str]:
    for step in blueprint.plan.steps:
        match step.transform:
            case DropMissingRows(columns=columns):
                yield f"    left = left.dropna(subset={listing(columns, indent=4)})"
            case DropDuplicates():
                yield f"    left = left.drop_duplicates(subset={listing(step.columns, indent=4)})"
            case transform:
                if not (isinstance(transform, Outliers) and transform.action == "drop"):
                    yield from _changed(transform, blueprint, "left")


def _learnt(blueprint: Blueprint, steps: list[Transform]) -> Iterator[str]:
    most, drops = blueprint.spec.rows, any(map(_drops, steps))
    if not most and not drops:
        yield "    return rows"
        return
    if most:
        yield f"    if len(rows) > {most:_}:"
        yield "        rng = np.random.default_rng(SEED)"
        yield f"        rows = rows[np.sort(rng.choice(len(rows), size={most:_}, replace=False))]"
    if not drops:
        yield "    return rows"
        return
    yield "    part = table.iloc[rows].reset_index(drop=True)"
    for step in steps:
        if isinstance(step, Outliers) and step.action == "drop":
            yield f"    part = {outliers_call(step)}.fit(part).inside(part)"
        elif not isinstance(step, DropMissingRows | DropDuplicates):
            yield from _changed(step, blueprint, "part")
    yield "    return rows[part.index.to_numpy()]"


def _drops(step: Transform) -> bool:
    return isinstance(step, Outliers) and step.action == "drop"


def _changed(step: Transform, blueprint: Blueprint, table: str) -> Iterator[str]:
    """A step that changes values, learnt on the very table it changes."""
    match step:
        case FillMissing():
            for group, value in fills(step, blueprint, typed=False):
                yield f"    {table} = {fill_call(step, group, value)}.fit_transform({table})"
        case Outliers():
            yield f"    {table} = {outliers_call(step)}.fit_transform({table})"
        case ParseDates(columns=columns):
            for name in columns:
                first = blueprint.dates.get(name, False)
                read = f"as_dates({table}[{literal(name)}], day_first={first})"
                yield f"    {table} = {table}.assign(**{{{literal(name)}: {read}}})"
        case _:
            raise AssertionError(step)
