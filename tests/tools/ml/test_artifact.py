"""Models as bytes."""

from __future__ import annotations

import zipfile
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from skops import io as skops_io

from tests.tools.ml.tables import passengers
from tools.errors import Refused
from tools.ml.artifact import dump_pipeline, load_pipeline
from tools.ml.candidates import ALGORITHMS, CandidateSpec, make_estimator
from tools.ml.columns import Column
from tools.ml.pipelines import build_pipeline
from tools.ml.recipe import FillMissing, Outliers, Recipe

COLUMNS = (
    Column("sex", "category"),
    Column("age", "number"),
    Column("deck", "category"),
    Column("crew", "boolean"),
    Column("booked", "date"),
)
RECIPE: Recipe = (
    FillMissing(("deck",), "constant", "none"),
    FillMissing(("crew",), "most_frequent"),
    FillMissing(("booked",), "median"),
    Outliers(("age",), "clip"),
)


def _table() -> pd.DataFrame:
    frame = passengers(80)
    start = pd.Timestamp("2025-03-01")
    frame["booked"] = start + pd.to_timedelta(np.arange(80) * 13 % 50, unit="h")
    frame.loc[3:6, "booked"] = pd.NaT
    return frame


@pytest.mark.parametrize(
    ("algorithm", "task"),
    [(name, task) for name, about in ALGORITHMS.items() for task in about.tasks],
)
def test_every_algorithm_comes_back_the_same(algorithm: str, task: str) -> None:
    """Each kind of model is kept with trusted types only and predicts the same afterwards."""
    frame = _table()
    about = ALGORITHMS[algorithm]
    params = about.first(task, len(frame))  # type: ignore[arg-type]
    spec = CandidateSpec(algorithm, params, 0)
    target = frame["survived"] if task == "classification" else frame["fare"]
    pipeline = build_pipeline(
        spec, task=task, columns=COLUMNS, recipe=RECIPE, classes=2 * (task == "classification")  # type: ignore[arg-type]
    )  # fmt: skip
    pipeline.fit(frame, target.to_numpy())
    again = load_pipeline(dump_pipeline(pipeline))
    assert np.array_equal(again.predict(frame), pipeline.predict(frame))
    assert make_estimator(spec, task=task).get_params() == pipeline[-1].get_params()  # type: ignore[arg-type]


def test_other_types_are_refused() -> None:
    """A file that holds any other type is not loaded, and the type is named."""
    with pytest.raises(Refused, match=r"fractions\.Fraction"):
        load_pipeline(skops_io.dumps(Fraction(1, 3)))


def test_anything_but_a_pipeline_is_refused() -> None:
    """Harmless types that are no model, and bytes that are no archive, are refused."""
    with pytest.raises(Refused, match="not a model"):
        load_pipeline(skops_io.dumps([1, 2, 3]))
    with pytest.raises(Refused, match="not a model"):
        load_pipeline(b"PK nothing")


def test_files_are_compressed(tmp_path: object) -> None:
    """The archive is deflated, which makes forests several times smaller."""
    from io import BytesIO

    pipeline = build_pipeline(
        CandidateSpec("decision_tree", {}, 0), task="regression", columns=COLUMNS, recipe=(),
        classes=0,
    )  # fmt: skip
    pipeline.fit(_table(), _table()["fare"].to_numpy())
    with zipfile.ZipFile(BytesIO(dump_pipeline(pipeline))) as archive:
        kinds = {member.compress_type for member in archive.infolist()}
    assert kinds == {zipfile.ZIP_DEFLATED}
