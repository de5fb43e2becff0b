"""Which rows are held out and how the rest is cross-validated: stratified, grouped or by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    StratifiedKFold,
    TimeSeriesSplit,
    train_test_split,
)

from tools.ml.columns import named_like_id
from tools.ml.scores import Floats, Task

Rows: TypeAlias = npt.NDArray[np.int64]
Way: TypeAlias = Literal["stratified", "random", "grouped", "by time"]

HOLDOUT_SHARE: Final = 0.2
_MOST_HELD_OUT: Final = 50_000
_MOST_VALIDATED: Final = 20_000
_FEWEST_GROUPS: Final = 20
_FEWEST_TIMES: Final = 30


@dataclass(frozen=True, slots=True)
class Order:
    """What the data say about how rows hang together.

    Attributes:
        way: How to split.
        reason: Why, in words for people.
        keys: Group codes or time ranks, one per row; empty if neither.
        group: The column that holds the groups; empty if there are none.
        time: The column of dates that the rows follow; empty if there is none.
    """

    way: Way
    reason: str
    keys: Rows
    group: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Positions of the rows to train on and of those held out."""

    train: Rows
    holdout: Rows
    order: Order


def find_order(frame: pd.DataFrame, dates: pd.DataFrame, *, task: Task, target: str) -> Order:
    """How the rows should be split.

    Args:
        frame: All columns of the usable rows.
        dates: Its columns of dates, read.
        task: A classification is stratified unless rows hang together.
        target: Never the key of a group.
    """
    for name in dates.columns:
        if _rows_follow(dates[name]):
            reason = f"by time: the rows follow `{name}`, so the latest rows are held out"
            ranks = np.argsort(np.argsort(dates[name], kind="stable"))
            return Order("by time", reason, ranks, time=str(name))
    for name in frame.columns:
        if name != target and named_like_id(str(name)) and _repeats(frame[name]):
            reason = (
                f"grouped: rows with the same `{name}` stay on one side, and it is not learnt from"
            )
            groups = pd.factorize(frame[name])[0].astype(np.int64)
            return Order("grouped", reason, groups, str(name))
    nothing = np.empty(0, dtype=np.int64)
    if task == "classification":
        return Order("stratified", "stratified: each part has the same mix of classes", nothing)
    return Order("random", "at random: nothing says that rows hang together", nothing)


def hold_out(order: Order, truth: Floats, *, seed: int) -> Split:
    """Hold out a fifth of the rows (a quarter of small data, at most 50,000)."""
    rows = len(truth)
    wanted = int(np.ceil(rows * (HOLDOUT_SHARE if rows >= 200 else 0.25)))
    size = min(wanted, _MOST_HELD_OUT)
    positions = np.arange(rows)
    if order.way == "by time":
        ranked = np.argsort(order.keys, kind="stable")
        return Split(ranked[:-size], ranked[-size:], order)
    if order.way == "grouped":
        splitter = GroupShuffleSplit(1, test_size=size / rows, random_state=seed)
        train, held = next(splitter.split(positions, groups=order.keys))
        return Split(train.astype(np.int64), held.astype(np.int64), order)
    strata = truth if order.way == "stratified" else None
    classes = len(np.unique(truth)) if strata is not None else 0
    train, held = train_test_split(
        positions, test_size=max(size, classes), random_state=seed, stratify=strata
    )
    return Split(np.sort(train).astype(np.int64), np.sort(held).astype(np.int64), order)


def folds_of(split: Split, truth: Floats, *, seed: int) -> list[tuple[Rows, Rows]]:
    """Folds of the training rows, as positions in the whole table.

    Five folds, three from 20,000 rows on; fewer when a class or the groups are too few. Of each
    validation part at most 20,000 rows are scored.
    """
    order, train = split.order, split.train
    wanted = 5 if len(train) < 20_000 else 3
    keys = order.keys[train] if len(order.keys) else order.keys
    if order.way == "by time":
        parts = TimeSeriesSplit(wanted).split(train)
    elif order.way == "grouped":
        count = min(wanted, len(np.unique(keys)))
        parts = GroupKFold(count, shuffle=True, random_state=seed).split(train, groups=keys)
    elif order.way == "stratified":
        smallest = int(np.bincount(truth[train].astype(np.int64)).min())
        count = max(2, min(wanted, smallest))
        kinds = StratifiedKFold(count, shuffle=True, random_state=seed)
        parts = kinds.split(train, truth[train])
    else:
        parts = KFold(wanted, shuffle=True, random_state=seed).split(train)
    rng = np.random.default_rng(seed)
    return [(train[fit], _at_most(train[judge], _MOST_VALIDATED, rng)) for fit, judge in parts]


def related_rows(split: Split) -> Rows | None:
    """Which held-out rows hang together: groups, or runs of neighbours in time; else None.

    A run has the cube root of the number of rows, the usual length of a block bootstrap.
    """
    order, held = split.order, split.holdout
    if order.way == "grouped":
        return order.keys[held]
    if order.way == "by time":
        ranks = np.argsort(np.argsort(order.keys[held], kind="stable"), kind="stable")
        return np.asarray(ranks // int(np.ceil(np.cbrt(len(held)))), dtype=np.int64)
    return None


def draw_rows(rows: Rows, most: int, *, seed: int) -> Rows:
    """At most `most` of these rows (0: all), in their order; the same ones for the same seed."""
    return _at_most(rows, most, np.random.default_rng(seed)) if most else rows


def _at_most(rows: Rows, most: int, rng: np.random.Generator) -> Rows:
    if len(rows) <= most:
        return rows
    return rows[np.sort(rng.choice(len(rows), size=most, replace=False))]


def _rows_follow(dates: pd.Series) -> bool:
    """Whether the table is in the order of this column: almost no step back, many steps on."""
    if dates.isna().any() or len(dates) < _FEWEST_TIMES:
        return False
    steps = np.diff(dates.to_numpy(dtype="datetime64[us]").astype(np.int64))
    return bool((steps >= 0).mean() >= 0.98 and (steps > 0).sum() >= _FEWEST_TIMES - 1)


def _repeats(keys: pd.Series) -> bool:
    """Whether a column identifies things that come back: many of them, not one per row."""
    if keys.isna().any():
        return False
    distinct = int(keys.nunique())
    return _FEWEST_GROUPS <= distinct <= 0.8 * len(keys)
