"""Models as MLflow shows them: runs, registered versions, and aliases that mirror deployments.

The catalog is the truth and its blobs are what is loaded; this is the copy that people browse
and other tools read. MLflow is imported on first use, by workers only.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import ColumnKind, Environment
from storage.errors import Corrupted, NotStored, Unavailable

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

_JOB: Final = "mlops.job_id"
_MODEL: Final = "mlops.model_id"
_DIGEST: Final = "mlops.digest"
_SQLITE: Final = "sqlite:///"
_ARTIFACT: Final = "model.skops"
_LONGEST_PARAM: Final = 6000
_QUIET: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}
_TYPES: Final[Mapping[ColumnKind, str]] = {
    "integer": "long",
    "number": "double",
    "boolean": "boolean",
    "datetime": "datetime",
    "category": "string",
    "text": "string",
}


@dataclass(frozen=True, slots=True)
class RunRecord:
    """All that MLflow is told about one trained model.

    Attributes:
        model_id: The catalog's id of the model.
        version: The catalog's version; MLflow counts its own.
        digest: sha256 of the artifact.
        artifact: The model as a skops file.
        trusted_types: The types a loader of that file has to trust.
        requirements: Pinned packages, such as `scikit-learn==1.9.1`.
        inputs: The columns a caller sends.
        output: The kind of the answer.
        dataset: Name and digest of the training data.
        figures: PNG bytes by file name, without the suffix.
    """

    scope_id: str
    name: str
    version: int
    model_id: str
    job_id: str
    digest: str
    artifact: Path
    trusted_types: tuple[str, ...]
    requirements: tuple[str, ...]
    inputs: Mapping[str, ColumnKind]
    output: ColumnKind
    dataset: tuple[str, str]
    params: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, bytes] = field(default_factory=dict)


class ModelRegistry:
    """An MLflow tracking server and registry, by URL, or a SQLite file and a folder.

    Args:
        tracking_uri: `sqlite:///path`, `http(s)://…`, or another database URL.
        artifact_root: A folder or `s3://…` for artifacts; a server by URL has its own.
    """

    def __init__(self, tracking_uri: str, *, artifact_root: str) -> None:
        self._uri = tracking_uri
        self._root = artifact_root.rstrip("/")

    def initialise(self) -> None:
        """Create the tables of an empty database, one process at a time."""
        with _own_words():
            _ = self._client

    def record(self, record: RunRecord) -> str:
        """Write the run, its files and its registered version; the run's id.

        Everything is looked for by job before it is written, so doing it again, also after a
        crash half-way, adds nothing. Raises Corrupted when the artifact has another digest.
        """
        with record.artifact.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != record.digest:
                raise Corrupted(f"the artifact of model {record.model_id} was changed")
        with _own_words():
            experiment_id = self._experiment(_name(record.scope_id, record.name))
            run_id = self._run(record, experiment_id)
            logged_id = self._logged_model(record, experiment_id, run_id)
            self._version(record, run_id, logged_id)
            self._client.set_terminated(run_id, "FINISHED")
        return run_id

    def set_alias(
        self, scope_id: str, name: str, environment: Environment, model_id: str | None
    ) -> None:
        """Point an environment's alias at a model, by its catalog id, or drop it (None).

        Raises NotStored when the registry does not have the model.
        """
        registered = _name(scope_id, name)
        with _own_words():
            if model_id is None:
                if self._find_registered(registered):
                    self._client.delete_registered_model_alias(registered, environment)
                return
            for version in self._versions(registered):
                if version.tags.get(_MODEL) == model_id:
                    self._client.set_registered_model_alias(
                        registered, environment, version.version
                    )
                    return
        raise NotStored(f"the registry has no version for model {model_id}")

    @cached_property
    def _client(self) -> MlflowClient:
        for name, value in _QUIET.items():
            os.environ.setdefault(name, value)
        for name in ("mlflow", "alembic"):
            logging.getLogger(name).setLevel(logging.WARNING)
        from mlflow.tracking import MlflowClient

        with _alone(self._uri):
            client = MlflowClient(self._uri, registry_uri=self._uri)
            client.search_experiments(max_results=1)
            client.search_registered_models(max_results=1)
        return client

    def _experiment(self, name: str) -> str:
        from mlflow.exceptions import MlflowException

        found = self._client.get_experiment_by_name(name)
        if found is None:
            try:
                return str(self._client.create_experiment(name, self._location(name)))
            except MlflowException as error:
                if error.error_code != "RESOURCE_ALREADY_EXISTS":
                    raise
            return self._experiment(name)
        return str(found.experiment_id)

    def _location(self, name: str) -> str | None:
        if self._uri.startswith(("http://", "https://")):
            return None
        root = self._root if "://" in self._root else Path(self._root).absolute().as_uri()
        return f"{root}/{name}"

    def _run(self, record: RunRecord, experiment_id: str) -> str:
        from mlflow.entities import Dataset, DatasetInput, Metric, Param, RunTag

        client = self._client
        runs = client.search_runs([experiment_id], f"tags.`{_JOB}` = '{record.job_id}'")
        run = runs[0] if runs else client.create_run(experiment_id, tags={_JOB: record.job_id})
        run_id = str(run.info.run_id)
        if run.info.status == "FINISHED":
            return run_id
        at = run.info.start_time
        tags = {
            **record.tags,
            _MODEL: record.model_id,
            _DIGEST: record.digest,
            "mlflow.runName": f"{record.name} v{record.version}",
        }
        client.log_batch(
            run_id,
            metrics=[Metric(name, value, at, 0) for name, value in record.metrics.items()],
            params=[
                Param(name, str(value)[:_LONGEST_PARAM]) for name, value in record.params.items()
            ],
            tags=[RunTag(name, str(value)) for name, value in tags.items()],
        )
        name, digest = record.dataset
        # MLflow holds at most 36 characters of a digest.
        data = Dataset(name, digest[:36], "local", f'{{"sha256": "{digest}"}}')
        client.log_inputs(run_id, [DatasetInput(data, [])])
        self._figures(record, run_id)
        return run_id

    def _figures(self, record: RunRecord, run_id: str) -> None:
        if record.figures:
            with tempfile.TemporaryDirectory(prefix="figures-") as folder:
                for title, png in record.figures.items():
                    (Path(folder) / f"{_slug(title)}.png").write_bytes(png)
                self._client.log_artifacts(run_id, folder, "figures")

    def _logged_model(self, record: RunRecord, experiment_id: str, run_id: str) -> str:
        client = self._client
        wanted = f"tags.`{_JOB}` = '{record.job_id}'"
        found = client.search_logged_models([experiment_id], wanted)
        logged = found[0] if found else None
        if logged is None:
            logged = client.create_logged_model(
                experiment_id,
                name=_slug(record.name),
                source_run_id=run_id,
                tags={_JOB: record.job_id, _MODEL: record.model_id, _DIGEST: record.digest},
            )
        if str(logged.status) != "READY":
            with tempfile.TemporaryDirectory(prefix="model-") as folder:
                _write_model(record, Path(folder), run_id=run_id, logged_id=logged.model_id)
                client.log_model_artifacts(logged.model_id, folder)
            client.finalize_logged_model(logged.model_id, "READY")
        return str(logged.model_id)

    def _version(self, record: RunRecord, run_id: str, logged_id: str) -> None:
        registered = _name(record.scope_id, record.name)
        if any(each.tags.get(_MODEL) == record.model_id for each in self._versions(registered)):
            return
        if not self._find_registered(registered):
            self._client.create_registered_model(registered)
        self._client.create_model_version(
            registered,
            source=self._client.get_logged_model(logged_id).artifact_location,
            run_id=run_id,
            model_id=logged_id,
            tags={
                _MODEL: record.model_id,
                _JOB: record.job_id,
                _DIGEST: record.digest,
                "mlops.version": str(record.version),
            },
        )

    def _find_registered(self, registered: str) -> bool:
        return bool(self._client.search_registered_models(f"name = '{registered}'"))

    def _versions(self, registered: str) -> Iterator[Any]:
        token = None
        while True:
            page = self._client.search_model_versions(
                f"name = '{registered}'", max_results=1000, page_token=token
            )
            yield from page
            token = page.token
            if not token:
                return


def _write_model(record: RunRecord, folder: Path, *, run_id: str, logged_id: str) -> None:
    """Fill a folder in MLflow's model layout, with the artifact byte for byte as it is."""
    from importlib.metadata import version

    from mlflow import pyfunc
    from mlflow.models import Model
    from mlflow.models.signature import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    (folder / _ARTIFACT).write_bytes(record.artifact.read_bytes())
    columns: list[ColSpec | TensorSpec] = [
        ColSpec(_TYPES[kind], name, required=False) for name, kind in record.inputs.items()
    ]
    model = Model(
        run_id=run_id,
        model_id=logged_id,
        signature=ModelSignature(Schema(columns), Schema([ColSpec(_TYPES[record.output])])),
    )
    pyfunc.add_to_model(
        model, loader_module="mlflow.sklearn", model_path=_ARTIFACT, predict_fn="predict"
    )
    model.add_flavor(
        "sklearn",
        pickled_model=_ARTIFACT,
        sklearn_version=version("scikit-learn"),
        serialization_format="skops",
        code=None,
        skops_trusted_types=list(record.trusted_types),
    )
    model.save(folder / "MLmodel")
    (folder / "requirements.txt").write_text("\n".join(record.requirements) + "\n")


def _name(scope_id: str, name: str) -> str:
    """The name in the registry, which is one for all scopes."""
    return f"{scope_id}.{_slug(name)}"


def _slug(name: str) -> str:
    """A name without what MLflow refuses, or what would end a filter string."""
    return re.sub(r"[^\w.\- ]", "_", name)


@contextmanager
def _alone(uri: str) -> Iterator[None]:
    """Hold off other processes: MLflow's migrations crash when they run side by side."""
    if uri.startswith(_SQLITE):
        path = Path(f"{uri.removeprefix(_SQLITE)}.lock")
    else:
        known = hashlib.sha256(uri.encode()).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"mlflow-{os.getuid()}-{known}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if uri.startswith(_SQLITE):
            # MLflow would try for 100 seconds before it says that a file cannot be opened.
            Path(uri.removeprefix(_SQLITE)).open("a").close()
        yield


@contextmanager
def _own_words() -> Iterator[None]:
    """MLflow's errors become ours; its warnings are about its own code, and stay there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from mlflow.exceptions import MlflowException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (MlflowException, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise Unavailable(f"the model registry refuses: {first}") from error
