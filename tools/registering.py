"""From a finished training to a registered model: artifact, drift reference, catalog row, run.

Every step may be repeated: blobs are content-addressed, the catalog adds one model per job, and
the tracking server is asked for the job's run before one is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import ColumnKind, DatasetVersion, Json, ModelVersion
from storage.errors import StorageError
from tools.cards import slug
from tools.errors import Stopped
from tools.model_cards import finite, score_json

if TYPE_CHECKING:
    import pandas as pd

    from storage.catalog.catalog import Unit
    from tools.context import ToolContext
    from tools.ml.training import TrainedModel

_REQUIRED: Final = ("scikit-learn", "numpy", "pandas", "skops")
_KINDS: Final[dict[str, ColumnKind]] = {
    "number": "number",
    "boolean": "boolean",
    "category": "category",
    "date": "datetime",
}


def registered(context: ToolContext) -> ModelVersion | None:
    """The model that an earlier attempt of this very job has registered."""
    if context.job is None:
        return None
    with context.catalog.read() as unit:
        return unit.models.by_job(context.job.id)


def register(
    trained: TrainedModel,
    frame: pd.DataFrame,
    *,
    version: DatasetVersion,
    root: DatasetVersion,
    name: str | None,
    opinion: Json,
    context: ToolContext,
) -> ModelVersion:
    """Keep a trained model, make it the thread's current one, and return its row.

    Args:
        trained: What training gave back.
        frame: The root table it learnt from.
        version: The dataset version asked for.
        root: The version `frame` belongs to.
        name: The model's name; made of dataset and target if None.
        opinion: What was asked for, and what would have been done differently.
        context: Of the call.

    Raises:
        Stopped: Another attempt of the same job has taken over.
    """
    from tools.ml.artifact import dump_pipeline
    from tools.ml.contract import dump_contract

    target = trained.contract.target
    digest = context.blobs.put(dump_pipeline(trained.pipeline))
    reference = context.blobs.put(_reference(trained, frame))
    report = _report(trained, context) | opinion
    now = context.now()
    with context.catalog.write() as unit:
        _need_current(unit, context)
        model = unit.models.add(
            context.scope,
            name=slug(name or f"{version.name}-{target}", "model"),
            digest=digest,
            dataset_id=version.id,
            target=target,
            task=trained.task.value,
            algorithm=trained.algorithm,
            score=score_json(trained.score),
            contract=finite(dump_contract(trained.contract)),
            reference=reference,
            run_id="",
            receipt=_receipt(trained, version=version, root=root, context=context),
            report=report,
            job_id=context.job.id if context.job else None,
            actor=context.actor,
            now=now,
        )
        unit.pointers.set(
            context.scope,
            thread=context.address.thread,
            kind="model",
            ref_id=model.id,
            now=now,
        )
    return model


def track(model: ModelVersion, context: ToolContext) -> ModelVersion | None:
    """Write the model into MLflow; None when it does not answer (the catalog has the model)."""
    from storage.model_registry import RunRecord
    from tools.ml.artifact import TRUSTED
    from tools.ml.contract import load_contract

    contract = load_contract(model.contract)
    record = RunRecord(
        scope_id=model.scope.id,
        name=model.name,
        version=model.version,
        model_id=model.id,
        job_id=model.job_id or model.id,
        digest=model.digest,
        artifact=context.blobs.local_path(model.digest),
        trusted_types=TRUSTED,
        requirements=tuple(
            f"{name}=={number}" for name, number in model.receipt["packages"].items()
        ),
        inputs={feature.name: _KINDS[feature.kind] for feature in contract.features},
        output="number" if contract.task == "regression" else "category",
        dataset=(model.receipt["dataset"], model.receipt["dataset_digest"]),
        params=_params(model),
        metrics=_metrics(model),
        tags={"mlops.target": model.target, "mlops.task": model.task,
              "mlops.code_version": context.site.code_version},
        figures={
            figure["title"] or f"figure {number}": context.blobs.read(figure["blob"])
            for number, figure in enumerate(model.report["figures"], start=1)
        },
    )  # fmt: skip
    try:
        run_id = context.registry.record(record)
    except StorageError:
        return None
    with context.catalog.write() as unit:
        unit.models.set_run(model.id, run_id)
        return unit.models.get(model.scope, model.id)


def _need_current(unit: Unit, context: ToolContext) -> None:
    """Only the attempt that holds the job may register."""
    if context.job is None:
        return
    job = unit.jobs.get(context.job.id)
    if job.state != "running" or job.attempt != context.job.attempt:
        raise Stopped("Another attempt of this job has taken over.")


def _reference(trained: TrainedModel, frame: pd.DataFrame) -> bytes:
    """The drift reference: features and answers of all rows the model would have answered."""
    from tools.ml.predictions import answerable, feature_frame, predict_frame
    from tools.reference import drift_table
    from tools.summaries.summary import dump_summary, summarise

    features = feature_frame(trained.contract, frame)
    features = features.loc[answerable(trained.contract, features)]
    answers = predict_frame(trained.pipeline, trained.contract, features).values
    return dump_summary(summarise(drift_table(trained.contract, features, answers)))


def _report(trained: TrainedModel, context: ToolContext) -> Json:
    from tools.ml.candidates import ALGORITHMS

    report: dict[str, Any] = {
        "figures": [
            {"blob": context.blobs.put(plot.png), "alt": plot.alt, "title": plot.title}
            for plot in trained.figures
        ],
        "warnings": list(trained.warnings),
        "metrics": [score_json(score) for score in trained.metrics],
        "task_reason": trained.task.reason,
        "metric_reason": trained.metric.reason,
        "split_reason": trained.split_reason,
        "rows": {"train": trained.rows_train, "holdout": trained.rows_holdout,
                 "final": trained.rows_final},
        "excluded": [{"name": each.name, "reason": each.reason} for each in trained.excluded],
        "importance": [
            {"name": each.name, "drop": each.drop, "spread": each.spread}
            for each in trained.importance
        ],
        "candidates": [
            {"algorithm": each.spec.algorithm, "label": ALGORITHMS[each.spec.algorithm].label,
             "score": each.score, "seconds": each.seconds, "rows": each.spec.rows,
             "failed": each.failed}
            for each in trained.candidates
        ],
        "ended": trained.ended,
        "seconds": trained.seconds,
    }  # fmt: skip
    safe: Json = finite(report)
    return safe


def _receipt(
    trained: TrainedModel, *, version: DatasetVersion, root: DatasetVersion, context: ToolContext
) -> Json:
    from importlib.metadata import version as installed

    from tools.ml.candidates import dump_specs

    safe: Json = finite(
        {
            "dataset": version.label,
            "dataset_digest": version.blob,
            "root": root.label,
            "root_digest": root.blob,
            "recipe": list(version.recipe),
            "task": trained.task.value,
            "metric": trained.metric.value,
            "split": trained.split_reason,
            "seed": trained.seed,
            "best": dump_specs((trained.best.spec,))[0],
            "candidates": dump_specs(trained.replay),
            "code_version": context.site.code_version,
            "packages": {name: installed(name) for name in _REQUIRED},
        }
    )
    return safe


def _params(model: ModelVersion) -> dict[str, Any]:
    best = model.receipt["best"]
    return {
        "target": model.target,
        "task": model.task,
        "algorithm": model.algorithm,
        "metric": model.score["metric"],
        "seed": model.receipt["seed"],
        "rows": model.report["rows"]["final"],
        **{f"model.{name}": value for name, value in best["params"].items()},
    }


def _metrics(model: ModelVersion) -> dict[str, float]:
    """Hold-out metrics with their intervals and baselines, where they are defined."""
    values: dict[str, float | None] = {}
    for score in model.report["metrics"]:
        name = score["metric"]
        values |= {
            f"holdout_{name}": score["value"],
            f"holdout_{name}_low": score["low"],
            f"holdout_{name}_high": score["high"],
            f"baseline_{name}": score["baseline"],
        }
    return {name: float(value) for name, value in values.items() if value is not None}
