"""The MLflow side of models: written once, readable by MLflow, aliases as deployed."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from storage.errors import Corrupted, NotStored, Unavailable
from storage.model_registry import ModelRegistry, RunRecord

_INITIALISE = (
    "import sys; from storage.model_registry import ModelRegistry; "
    "ModelRegistry(sys.argv[1], artifact_root=sys.argv[2]).initialise()"
)


@dataclass(frozen=True)
class Place:
    """A registry, MLflow's own view of it, and a trained pipeline."""

    registry: ModelRegistry
    client: Any
    uri: str
    artifact: Path
    frame: Any
    expected: list[int]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("registry")
    uri, root = f"sqlite:///{folder / 'mlflow.db'}", str(folder / "artifacts")
    artifact, frame, expected = _train(folder)
    registry = ModelRegistry(uri, artifact_root=root)
    registry.initialise()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.tracking import MlflowClient

        yield Place(registry, MlflowClient(uri, uri), uri, artifact, frame, expected)


def _train(folder: Path) -> tuple[Path, Any, list[int]]:
    import pandas as pd
    import skops.io
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    frame = pd.DataFrame({"age": [float(n) for n in range(60)], "sex": ["f", "m"] * 30})
    columns = make_column_transformer((OneHotEncoder(), ["sex"]), remainder="passthrough")
    pipeline = make_pipeline(columns, HistGradientBoostingClassifier(max_iter=5, random_state=0))
    pipeline.fit(frame, [0, 1] * 30)
    path = folder / "trained.skops"
    skops.io.dump(pipeline, path, compression=zipfile.ZIP_DEFLATED)
    return path, frame, [int(each) for each in pipeline.predict(frame)]


def _record(place: Place, job_id: str, **given: Any) -> RunRecord:
    values: dict[str, Any] = {
        "scope_id": "0123456789",
        "name": "churn",
        "version": 1,
        "model_id": f"model-{job_id}",
        "digest": hashlib.sha256(place.artifact.read_bytes()).hexdigest(),
        "artifact": place.artifact,
        "trusted_types": ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",),
        "requirements": ("scikit-learn==1.9.1", "skops==0.16.0"),
        "inputs": {"age": "number", "sex": "category"},
        "output": "integer",
        "dataset": ("titanic v2", "d" * 64),
        "params": {"max_iter": 5, "long": "x" * 9000},
        "metrics": {"roc_auc": 0.87},
        "tags": {"actor": "Ada"},
        "figures": {"roc curve": b"\x89PNG"},
    }
    return RunRecord(job_id=job_id, **(values | given))


def _versions(place: Place, name: str) -> list[Any]:
    return list(place.client.search_model_versions(f"name = '0123456789.{name}'"))


def _count(place: Place, name: str) -> tuple[int, int, int]:
    """How many runs, models and registered versions MLflow has under a name."""
    experiment = place.client.get_experiment_by_name(f"0123456789.{name}")
    ids = [experiment.experiment_id]
    return (
        len(place.client.search_runs(ids)),
        len(place.client.search_logged_models(ids)),
        len(_versions(place, name)),
    )


def test_a_run_says_how_the_model_came_about(place: Place) -> None:
    """Parameters, metrics, figures, tags and the dataset's hash can be read in MLflow."""
    run_id = place.registry.record(_record(place, "run"))
    run = place.client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params["max_iter"] == "5"
    assert run.data.metrics == {"roc_auc": 0.87}
    assert run.data.tags["actor"] == "Ada"
    assert run.data.tags["mlflow.runName"] == "churn v1"
    dataset = run.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == ("titanic v2", "d" * 36)
    assert "d" * 64 in dataset.source
    figures = place.client.list_artifacts(run_id, "figures")
    assert [figure.path for figure in figures] == ["figures/roc curve.png"]


def test_mlflow_can_load_and_ask_the_model(place: Place) -> None:
    """Other tools load the very artifact by its alias, with its signature and requirements."""
    record = _record(place, "load", name="loaded")
    place.registry.record(record)
    place.registry.set_alias("0123456789", "loaded", "staging", "model-load")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow

        mlflow.set_tracking_uri(place.uri)
        model = mlflow.pyfunc.load_model("models:/0123456789.loaded@staging")
        folder = mlflow.artifacts.download_artifacts("models:/0123456789.loaded@staging")
    assert [int(each) for each in model.predict(place.frame)] == place.expected
    assert model.metadata.signature.inputs.input_names() == ["age", "sex"]
    assert (Path(folder) / "model.skops").read_bytes() == place.artifact.read_bytes()
    requirements = (Path(folder) / "requirements.txt").read_text().split()
    assert requirements == ["scikit-learn==1.9.1", "skops==0.16.0"]


def test_recording_again_adds_nothing(place: Place) -> None:
    """A job that is done again after a crash leaves one run, one model, one version."""
    record = _record(place, "again", name="again")
    first = place.registry.record(record)
    assert place.registry.record(record) == first
    assert _count(place, "again") == (1, 1, 1)
    other = dataclasses.replace(record, job_id="other", model_id="model-other", version=2)
    assert place.registry.record(other) != first
    assert _count(place, "again") == (2, 2, 2)
    assert {each.tags["mlops.version"] for each in _versions(place, "again")} == {"1", "2"}


@pytest.mark.parametrize("stage", ["figures", "model", "version"])
def test_recording_goes_on_where_it_broke_off(place: Place, stage: str) -> None:
    """After a crash at any stage, doing it again completes the run and doubles nothing."""
    name = f"broken-{stage}"
    record = _record(place, stage, name=name)
    registry = _Failing(place.uri, artifact_root=str(place.artifact.parent / "artifacts"))
    registry.fails_before = stage
    with pytest.raises(ZeroDivisionError):
        registry.record(record)
    run_id = place.registry.record(record)
    assert _count(place, name) == (1, 1, 1)
    assert place.client.get_run(run_id).info.status == "FINISHED"
    assert len(place.client.list_artifacts(run_id, "figures")) == 1


class _Failing(ModelRegistry):
    """Dies before a stage, like a process that is killed there."""

    fails_before = ""

    def _figures(self, record: RunRecord, run_id: str) -> None:
        self._die("figures")
        super()._figures(record, run_id)

    def _logged_model(self, record: RunRecord, experiment_id: str, run_id: str) -> str:
        self._die("model")
        return super()._logged_model(record, experiment_id, run_id)

    def _version(self, record: RunRecord, run_id: str, logged_id: str) -> None:
        self._die("version")
        super()._version(record, run_id, logged_id)

    def _die(self, stage: str) -> None:
        if stage == self.fails_before:
            raise ZeroDivisionError


def test_aliases_mirror_what_is_deployed(place: Place) -> None:
    """An alias follows the deployment from version to version, and goes with it."""
    for number in (1, 2):
        place.registry.record(_record(place, f"alias{number}", name="aliased", version=number))

    def aliased() -> str | None:
        aliases = place.client.get_registered_model("0123456789.aliased").aliases
        version = aliases.get("production")
        if version is None:
            return None
        found = place.client.get_model_version("0123456789.aliased", version)
        return str(found.tags["mlops.model_id"])

    def move(model_id: str | None) -> None:
        place.registry.set_alias("0123456789", "aliased", "production", model_id)

    move("model-alias1")
    assert aliased() == "model-alias1"
    move("model-alias2")
    assert aliased() == "model-alias2"
    move(None)
    assert aliased() is None
    move(None)
    assert aliased() is None
    with pytest.raises(NotStored):
        move("nowhere")


def test_dropping_the_alias_of_an_unknown_model_is_no_error(place: Place) -> None:
    """Undeploying what the registry never had changes nothing."""
    place.registry.set_alias("0123456789", "never", "staging", None)


def test_names_that_mlflow_refuses_are_spelled_otherwise(place: Place) -> None:
    """A name with a slash, a colon or a quote neither fails nor ends a filter."""
    for number in range(2):
        place.registry.record(_record(place, "odd", name="it's a/b: c", version=number))
    assert len(_versions(place, "it_s a_b_ c")) == 1


def test_a_changed_artifact_is_refused(place: Place, tmp_path: Path) -> None:
    """Bytes that are not those the catalog knows never enter the registry."""
    path = tmp_path / "other.skops"
    path.write_bytes(b"other")
    with pytest.raises(Corrupted):
        place.registry.record(_record(place, "changed", artifact=path))


def test_a_registry_that_is_away_is_unavailable(tmp_path: Path) -> None:
    """No vendor error gets out when the database cannot be opened."""
    (tmp_path / "folder.db").mkdir()
    registry = ModelRegistry(f"sqlite:///{tmp_path / 'folder.db'}", artifact_root=str(tmp_path))
    with pytest.raises(Unavailable):
        registry.initialise()


def test_several_processes_start_on_an_empty_database(tmp_path: Path) -> None:
    """Workers that start together on an empty database all find it initialised."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", _INITIALISE, f"sqlite:///{tmp_path / 'mlflow.db'}"]
    started = [
        subprocess.Popen(
            [*command, str(tmp_path / "artifacts")],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    errors = [process.communicate(timeout=120)[1] for process in started]
    codes = [process.returncode for process in started]
    assert list(zip(codes, errors, strict=True)) == [(0, "")] * 4


def test_telemetry_is_off(place: Place) -> None:
    """Nothing is told to anybody about the use of the registry."""
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert not [each for each in threading.enumerate() if "telemetry" in each.name.lower()]
