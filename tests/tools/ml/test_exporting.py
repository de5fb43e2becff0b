"""An exported project makes the same model again: any cleaning, any split, any algorithm."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tools.ml.candidates import CandidateSpec
from tools.ml.exporting import Facts, draw, project_files
from tools.ml.exporting.locking import locked
from tools.ml.exporting.papers import plain
from tools.ml.preparation import TrainingRequest
from tools.ml.recipe import (
    DropColumns,
    DropDuplicates,
    DropMissingRows,
    FillMissing,
    Outliers,
    ParseDates,
    Recipe,
    Rename,
)
from tools.ml.training import TrainedModel, train
from tools.model_cards import score_json

ROWS = 260


@dataclass(frozen=True)
class Case:
    """A training to be made again."""

    target: str
    algorithm: str
    params: dict[str, Any]
    recipe: Recipe = ()
    metric: str = "auto"
    drop: tuple[str, ...] = ()
    rows: int = 0


def shop() -> pd.DataFrame:
    """A table with every kind of column, gaps, outliers, copies, groups and an order in time."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "when": pd.date_range("2024-01-01", periods=ROWS, freq="7h").strftime("%d/%m/%Y %H:%M"),
            "customer_id": rng.integers(0, 60, ROWS),
            "age": np.where(rng.random(ROWS) < 0.2, np.nan, rng.normal(40, 12, ROWS).round()),
            "member": rng.random(ROWS) < 0.4,
            'it\'s "a" {place}\n__import__': rng.choice(["north", "south", "ü\\n", None], ROWS),
            "town": [f"town {number}" for number in rng.zipf(1.6, ROWS) % 70],
            "spent": rng.lognormal(3, 1, ROWS),
        }
    )
    table["tip"] = 0.1 * table["spent"] + table["member"] + rng.normal(0, 1, ROWS)
    table["back"] = np.where(table["tip"] + rng.normal(0, 2, ROWS) > 3, "yes", "no")
    table["size"] = pd.cut(table["spent"], 3, labels=["S", "M", "L"]).astype("str")
    return pd.concat([table, table.iloc[-4:]], ignore_index=True)


PLACE = 'it\'s "a" {place}\n__import__'
BOOSTING = {"max_iter": 20, "max_leaf_nodes": 6, "learning_rate": 0.1}
FOREST = {"n_estimators": 10, "min_samples_leaf": 3, "max_features": 0.5}
CASES = {
    "by time, dates read, constants": Case(
        "tip",
        "gradient_boosting",
        BOOSTING,
        (
            ParseDates(("when",)),
            FillMissing((PLACE,), "constant", "none"),
            FillMissing(("age",), "constant", 30.0),
        ),
        drop=("back", "size"),
    ),
    "grouped, by yes and no, scaled": Case(
        "back", "logistic_regression", {}, metric="f1", drop=("when", "tip", "size")
    ),
    "stratified, three classes, rows dropped": Case(
        "size",
        "random_forest",
        FOREST,
        (
            DropMissingRows(("age",)),
            Rename((("town", "city"), ("age", "years"))),
            FillMissing((PLACE,), "most_frequent"),
            DropDuplicates(),
        ),
        drop=("when", "customer_id", "spent"),
    ),
    "at random, outliers left out, few rows": Case(
        "spent",
        "extra_trees",
        FOREST,
        (
            DropColumns(("size",)),
            FillMissing(("age",), "median"),
            Outliers(("tip",), "drop", 1.5),
            Outliers(("age",), "clip", 1.0),
        ),
        metric="mae",
        drop=("when", "customer_id"),
        rows=120,
    ),
    "neighbours of everything": Case(
        "back", "nearest_neighbours", {"n_neighbors": 5}, metric="log_loss",
        drop=("when", "customer_id"),
    ),
}  # fmt: skip


def trained(frame: pd.DataFrame, case: Case) -> TrainedModel:
    spec = CandidateSpec(case.algorithm, case.params, 0, case.rows)
    request = TrainingRequest(
        target=case.target,
        algorithm=case.algorithm,
        metric=case.metric,
        recipe=case.recipe,
        replay=(spec,),
        time_budget_s=5,
    )
    return train(frame, request, progress=lambda *_: None, should_stop=lambda: False)


def written(frame: pd.DataFrame, model: TrainedModel, recipe: Recipe, folder: Path) -> Path:
    """The project in a folder, promising its score to nine digits."""
    (folder / "data").mkdir(parents=True)
    data = folder / "data" / "shop.parquet"
    frame.to_parquet(data)
    facts = Facts(
        name="shop | v1",
        digest="0" * 64,
        made="2026-01-02",
        by="Ada",
        data="shop.parquet",
        data_digest=hashlib.sha256(data.read_bytes()).hexdigest(),
        rows={
            "train": model.rows_train,
            "holdout": model.rows_holdout,
            "final": model.rows_final,
        },
        score=score_json(model.score),
        metrics=tuple(map(score_json, model.metrics)),
        report={
            "warnings": list(model.warnings),
            "excluded": [{"name": one.name, "reason": one.reason} for one in model.excluded],
            "importance": [{"name": one.name, "drop": one.drop} for one in model.importance],
        },
        python="3.11",
        code_version="0",
    )
    blueprint = draw(frame, model.contract, model.best.spec, recipe, seed=model.seed, facts=facts)
    for path, text in project_files(blueprint, rows=len(frame), cleaning=["filled it"]).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    promised = json.loads((folder / "expected.json").read_text())
    promised["tolerance"] = 1e-9 * max(1.0, abs(promised["value"]))
    (folder / "expected.json").write_text(json.dumps(promised))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, check=False, cwd=folder, env=env, capture_output=True, text=True)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_score_comes_out_again(case: Case, tmp_path: Path) -> None:
    """Training in the project gives the score of the assistant to nine digits, and is kept."""
    frame = shop().drop(columns=list(case.drop))
    model = trained(frame, case)
    folder = written(frame, model, case.recipe, tmp_path / "project")

    result = run(folder, "train.py", "--report", "report.md")

    assert (result.returncode, result.stderr) == (0, "")
    assert "Passed" in (folder / "report.md").read_text()
    rows = frame.head(8).drop(columns=case.target)
    rows.to_parquet(folder / "rows.parquet")
    answered = run(folder, "predict.py", "rows.parquet")
    assert (answered.returncode, answered.stderr) == (0, "")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One project, for what must hold of all."""
    frame = shop().drop(columns=["when", "customer_id"])
    case = Case("back", "random_forest", FOREST)
    return written(frame, trained(frame, case), (), tmp_path_factory.mktemp("one") / "project")


def test_its_own_tests_pass(project: Path) -> None:
    """`python -m unittest` in the project passes."""
    result = run(project, "-m", "unittest")

    assert result.returncode == 0, result.stderr
    assert "Ran 5 tests" in result.stderr


def test_other_data_is_told(project: Path, tmp_path: Path) -> None:
    """Changed data are refused by their hash, taken as other data when named, and gated."""
    own = project / "data" / "shop.parquet"
    other = tmp_path / "other.parquet"
    turned = pd.read_parquet(own)
    turned["back"] = np.random.default_rng(1).permutation(turned["back"])
    turned.to_parquet(other)

    gate = run(project, "train.py", "--data", str(other))
    kept = own.read_bytes()
    own.write_bytes(other.read_bytes())
    refused = run(project, "train.py")
    own.write_bytes(kept)

    assert (gate.returncode, "on other data" in gate.stdout) == (1, True)
    assert (refused.returncode, "is not the data of this model" in refused.stderr) == (1, True)


def test_everything_is_locked(project: Path) -> None:
    """Each package has one version, the one that is installed here."""
    lines = (project / "requirements.txt").read_text().split()

    assert lines == locked()
    assert {"scikit-learn", "pandas", "pyarrow", "scipy"} <= {one.split("==")[0] for one in lines}
    assert all("==" in line for line in lines)


def test_nothing_in_a_name_comes_alive(project: Path) -> None:
    """Names of columns and models are literals in code, and inert in the papers."""
    code = (project / "model" / "pipeline.py").read_text()
    papers = (project / "README.md").read_text() + (project / "MODEL_CARD.md").read_text()

    assert repr(PLACE) in code
    assert "\n__import__" not in code + papers
    assert r"shop \| v1" in papers
    assert plain("<b>[x](y)") == r"\<b\>\[x\]\(y\)"


def test_it_imports_nothing_of_ours(project: Path) -> None:
    """No module of the project needs the assistant."""
    text = "\n".join(path.read_text() for path in project.rglob("*.py"))

    assert not [
        line
        for line in text.splitlines()
        if line.strip().startswith(("from tools", "import tools", "from bot", "from storage"))
    ]
