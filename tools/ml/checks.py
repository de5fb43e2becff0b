"""What is checked before a training: leaking columns, tiny classes, copies, too few rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tools.cards import percent
from tools.errors import Refused
from tools.ml.scores import Floats, Predicted, Task, score_of

FEWEST_ROWS: Final = 20
_FEW_ROWS: Final = 200
_FEWEST_OF_CLASS: Final = 5
_MOST_ROWS: Final = 5000
_MOST_CELLS: Final = 200_000
_FEWEST_LEAK_ROWS: Final = 400
_IMBALANCE: Final = 0.1
_LEAKS: Final = {"classification": 0.995, "regression": 0.9995}
_SUSPICIOUS: Final = {"classification": 0.97, "regression": 0.99}
_ENOUGH_TO_EXCLUDE: Final = 60


@dataclass(frozen=True, slots=True)
class Alone:
    """How well one feature predicts the target by itself (1 is perfectly), on unseen rows."""

    name: str
    power: float
    leaks: bool


def need_rows(rows: int, *, target: str) -> tuple[str, ...]:
    """Warnings about the number of usable rows.

    Raises:
        Refused: Fewer than 20 rows are left.
    """
    if rows < FEWEST_ROWS:
        some = "1 row" if rows == 1 else f"{rows} rows"
        raise Refused(
            f"Only {some} can be used to learn `{target}`; at least {FEWEST_ROWS} are needed.",
            "Add rows, or clean with fewer rows dropped.",
        )
    if rows < _FEW_ROWS:
        return (f"Only {rows} rows: the score is rough, look at its interval.",)
    return ()


def rare_classes(target: pd.Series) -> tuple[list[object], tuple[str, ...]]:
    """Classes too small to be learnt and judged, and what to say about classes.

    Raises:
        Refused: Fewer than two classes would be left.
    """
    counts = target.value_counts()
    rare = {label: count for label, count in counts.items() if count < _FEWEST_OF_CLASS}
    kept = counts[counts >= _FEWEST_OF_CLASS]
    if len(kept) < 2:
        raise Refused(
            f"`{target.name}` needs two classes with at least {_FEWEST_OF_CLASS} rows each; "
            f"it has {len(kept)}.",
            "Pick another target or add rows.",
        )
    warnings = [
        f"Class `{label}` of `{target.name}` has only {count} row{'s' if count > 1 else ''}: "
        "left out, it can be neither learnt nor judged."
        for label, count in list(rare.items())[:5]
    ]
    if len(rare) > 5:
        warnings.append(f"{len(rare) - 5} more tiny classes are left out.")
    share = float(kept.min() / kept.sum())
    if share < _IMBALANCE:
        warnings.append(
            f"Only {percent(share)} of the rows are `{kept.idxmin()}`: "
            "judge the model by that class, not by its accuracy."
        )
    return list(rare), tuple(warnings)


def copied_rows(frame: pd.DataFrame) -> tuple[str, ...]:
    """A warning if rows are exact copies of earlier ones; they may sit on both sides."""
    copies = int(frame.duplicated().sum())
    if not copies:
        return ()
    rows = "row is an exact copy" if copies == 1 else "rows are exact copies"
    return (
        f"{copies:,} {rows} of an earlier row; a copy in both parts flatters the score. "
        "Clean with *drop duplicates* if that is a mistake.",
    )


def powers_alone(
    matrix: Floats, owners: list[str], truth: Floats, *, task: Task, seed: int
) -> list[Alone]:
    """How well each column predicts the target alone, judged by one held-out half.

    Args:
        matrix: Encoded features, rows × columns of the encoding.
        owners: The feature each column of the encoding came from.
        truth: Class codes or numbers.
        task: Balanced accuracy for a classification, R² for a regression.
        seed: Draws the rows (at most 5,000, fewer of a wide table) and halves them.
    """
    rng = np.random.default_rng(seed)
    names = dict.fromkeys(owners)
    most = int(np.clip(_MOST_CELLS // len(names), _FEWEST_LEAK_ROWS, _MOST_ROWS))
    rows = rng.permutation(len(truth))[:most]
    fit, judge = np.sort(rows[::2]), np.sort(rows[1::2])
    found = []
    for name in names:
        columns = np.array([owner == name for owner in owners])
        power = _power(matrix[:, columns], truth, fit, judge, task=task)
        if power >= _SUSPICIOUS[task]:
            leaks = power >= _LEAKS[task] and len(rows) >= _ENOUGH_TO_EXCLUDE
            found.append(Alone(name, power, leaks))
    return found


def _power(
    matrix: Floats,
    truth: Floats,
    fit: npt.NDArray[np.int64],
    judge: npt.NDArray[np.int64],
    *,
    task: Task,
) -> float:
    leaf = 2 if len(fit) >= 40 else 1
    if task == "regression":
        tree = DecisionTreeRegressor(min_samples_leaf=leaf, random_state=0)
        tree.fit(matrix[fit], truth[fit])
        by_tree = score_of("r2", Predicted(truth[judge], tree.predict(matrix[judge])))
        # Steps of a tree cannot follow a copy in another unit exactly; a line can.
        return max(by_tree, *(_by_line(column, truth) for column in matrix.T))
    model = DecisionTreeClassifier(max_depth=6, min_samples_leaf=leaf, random_state=0)
    values = model.fit(matrix[fit], truth[fit]).predict(matrix[judge])
    classes = int(truth.max()) + 1
    shape = np.zeros((len(judge), classes))
    return score_of("balanced_accuracy", Predicted(truth[judge], values, shape))


def _by_line(column: Floats, truth: Floats) -> float:
    """Squared correlation where there are values; 0 for a constant or almost empty column."""
    there = ~np.isnan(column)
    if there.sum() < 0.5 * len(column) or np.ptp(column[there]) == 0 or np.ptp(truth[there]) == 0:
        return 0.0
    return float(np.corrcoef(column[there], truth[there])[0, 1] ** 2)
