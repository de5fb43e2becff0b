"""The scripts and tests of an exported project that are the same for every model, or nearly."""

from __future__ import annotations

from typing import Final

from tools.ml.contract import Contract
from tools.ml.exporting.literals import literal

TRAIN: Final = '''"""Train, judge on held-out rows, compare with what was promised, keep the model.

    python train.py                        the data the model was made from; must give its score
    python train.py --data other.parquet   other rows of the same columns; must not be worse
    python train.py --report report.md     also write the result as Markdown
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from model import data, judge, pipeline

HERE = Path(__file__).parent
EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


def train(table, truth):
    """The model fitted on the training rows, and its scores on the held-out ones."""
    rows, held = data.split(table, truth)
    fitted = fit(table, truth, rows)
    return fitted, judge.scores(fitted, table.iloc[held], truth[held])


def fit(table, truth, rows):
    """A pipeline fitted on some rows; one thread, so that sums come out the same everywhere."""
    learnt = data.learnt(table, rows)
    with threadpool_limits(1):
        return pipeline.build().fit(table.iloc[learnt], truth[learnt])


def verdict(value: float, *, other: bool) -> tuple[bool, str]:
    """Whether a score passes, and why."""
    promised, metric = EXPECTED["value"], EXPECTED["metric"]
    if other:
        bound = EXPECTED["low"] if judge.HIGHER_IS_BETTER[metric] else EXPECTED["high"]
        good = value >= bound if judge.HIGHER_IS_BETTER[metric] else value <= bound
        return good, f"{metric} {value:.6g} on other data; {bound:.6g} is the least that passes"
    good = abs(value - promised) <= EXPECTED["tolerance"]
    return good, f"{metric} {value:.6g}; promised {promised:.6g} ± {EXPECTED['tolerance']:.2g}"


def report(scores: dict[str, float], good: bool, why: str) -> str:
    """The result as Markdown."""
    title = f"### {'Passed' if good else 'Failed'}: {why}"
    rows = [f"| {name} | {value:.6g} |" for name, value in scores.items()]
    return "\\n".join([title, "", "| metric | value |", "|---|---|", *rows, ""])


def main() -> int:
    """0 if the score passes, 1 if it does not."""
    parser = argparse.ArgumentParser(description="Train and judge the model.")
    parser.add_argument("--data", type=Path, help="other data of the same columns")
    parser.add_argument("--report", type=Path, help="where to write the result as Markdown")
    asked = parser.parse_args()
    other = asked.data is not None
    table, truth = data.prepared(data.load(asked.data or data.DATA, other=other))
    _, scores = train(table, truth)
    good, why = verdict(scores[EXPECTED["metric"]], other=other)
    print(why)
    if asked.report:
        asked.report.write_text(report(scores, good, why), encoding="utf-8")
    if good:
        joblib.dump(fit(table, truth, np.arange(len(truth))), HERE / "model.joblib")
        print("model.joblib is fitted on all rows")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
'''

PREDICT: Final = '''"""Answer the rows of a file: python predict.py rows.csv > answers.csv"""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
import pandas as pd

from model import judge, pipeline


def main(path: Path) -> None:
    """Write the rows with an answer each, as CSV, to standard output."""
    rows = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    missing = [name for name in pipeline.COLUMNS if name not in rows.columns]
    if missing:
        raise SystemExit(f"{path} lacks the columns {', '.join(missing)}.")
    fitted = joblib.load(Path(__file__).parent / "model.joblib")
    rows.assign(answer=judge.answers(fitted, rows)).to_csv(sys.stdout, index=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
'''

_JUDGE_CLASSES: Final = '''"""Answers and scores of a fitted pipeline."""

from __future__ import annotations

import numpy as np

from model import data
from model.scoring import HIGHER_IS_BETTER, class_scores

__all__ = ["HIGHER_IS_BETTER", "answers", "probabilities", "scores"]


def probabilities(fitted, table) -> np.ndarray:
    """Rows × classes; 0 for a class the pipeline has never seen."""
    seen = fitted.predict_proba(table)
    full = np.zeros((len(table), len(data.CLASSES)))
    full[:, fitted.classes_] = seen
    return full


def answers(fitted, table) -> list:
    """The likeliest class of each row."""
    return [data.CLASSES[code] for code in probabilities(fitted, table).argmax(axis=1)]


def scores(fitted, table, truth) -> dict[str, float]:
    """Every metric on these rows."""
    return class_scores(truth, probabilities(fitted, table), positive=POSITIVE)
'''

_JUDGE_NUMBERS: Final = '''"""Answers and scores of a fitted pipeline."""

from __future__ import annotations

import numpy as np

from model.scoring import HIGHER_IS_BETTER, regression_scores

__all__ = ["HIGHER_IS_BETTER", "answers", "scores"]


def answers(fitted, table) -> np.ndarray:
    """A number for each row."""
    return fitted.predict(table)


def scores(fitted, table, truth) -> dict[str, float]:
    """Every metric on these rows."""
    return regression_scores(truth, answers(fitted, table))
'''

TESTS: Final = '''"""What must hold of this project: python -m unittest"""

from __future__ import annotations

import unittest

import numpy as np

import train
from model import data, judge, pipeline

TABLE, TRUTH = data.prepared(data.load())
FITTED, SCORES = train.train(TABLE, TRUTH)


class TestData(unittest.TestCase):
    def test_all_rows_are_there(self):
        """As many rows as the model was made from."""
        train_rows, held = data.split(TABLE, TRUTH)
        expected = train.EXPECTED["rows"]
        self.assertEqual(expected["holdout"], len(held))
        self.assertEqual(expected["train"], len(data.learnt(TABLE, train_rows)))

    def test_no_row_is_on_both_sides(self):
        """What is held out was never learnt from."""
        train_rows, held = data.split(TABLE, TRUTH)
        self.assertEqual(0, len(np.intersect1d(train_rows, held)))


class TestPipeline(unittest.TestCase):
    def test_the_order_of_columns_is_no_matter(self):
        """Columns are taken by name."""
        rows = TABLE.head(20)
        turned = rows[rows.columns[::-1]]
        self.assertEqual(list(judge.answers(FITTED, rows)), list(judge.answers(FITTED, turned)))

    def test_what_was_never_seen_is_answered(self):
        """A category that training did not know, and a gap, still get an answer."""
        rows = TABLE.head(2).astype(object)
        for name, kind in pipeline.COLUMNS.items():
            rows[name] = ["never seen", None] if kind == "category" else list(rows[name])
        self.assertEqual(2, len(judge.answers(FITTED, rows)))


class TestScore(unittest.TestCase):
    def test_the_promised_score_is_reached(self):
        """The same data, the same code, the same score."""
        value = SCORES[train.EXPECTED["metric"]]
        self.assertAlmostEqual(train.EXPECTED["value"], value, delta=train.EXPECTED["tolerance"])


if __name__ == "__main__":
    unittest.main()
'''


def judge_module(contract: Contract) -> str:
    """`model/judge.py`."""
    if not contract.classes:
        return _JUDGE_NUMBERS
    return _JUDGE_CLASSES.replace("positive=POSITIVE", f"positive={literal(contract.positive)}")
