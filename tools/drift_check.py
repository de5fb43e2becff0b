"""Checking for drift now: what an endpoint served lately, or a dataset, against training."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from storage.catalog.records import DatasetVersion, Deployment, Environment, ModelVersion
from tools.base import Args
from tools.cards import moment, plural
from tools.comparison import MIN_ROWS, Served, Window, compare_dataset, compare_served, served
from tools.errors import BadRequest, NeedsChoice, Option
from tools.outcome import Outcome

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.drift.result import DriftResult

_LATELY: Final = timedelta(hours=24)


class CheckDrift(Args):
    """Arguments of `check_drift`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(
        None, description="Data to check; what the endpoint served if omitted."
    )


def check_drift(args: CheckDrift, context: ToolContext) -> Outcome:
    """Compare a dataset, or what an endpoint served lately, with the training data of its model.

    Raises:
        BadRequest: Too little was served, and there is no other data to check.
        NeedsChoice: So too, and there are several datasets it might be about.
        NotFound: No such model or dataset.
    """
    model = context.model(args.model)
    if args.dataset:
        return _check_dataset(context, model, context.dataset(args.dataset))
    model, environment, rows = _served_lately(context, model, args.model)
    if rows is None or rows.rows < MIN_ROWS:
        dataset = _other_data(context, model, rows.rows if rows else 0)
        why = f"Too little was served lately, so this is about {dataset.name}."
        return _check_dataset(context, model, dataset, why)
    context.progress(0.3, f"comparing {rows.rows:,} rows")
    result = compare_served(context, model, rows)
    zone = context.site.timezone
    what = f"served in {environment} since {moment(rows.start, zone)}"
    return _drift_outcome(context, model, result, what=what, since=rows.start)


def _served_lately(
    context: ToolContext, model: ModelVersion, named: str | None
) -> tuple[ModelVersion, Environment | None, Served | None]:
    """What was served of the version meant, in production first; None when it is not deployed.

    Without a version named, it is the one that is live.
    """
    now = context.now()
    window = Window(now - _LATELY, now, None)
    places = live_places(context, model.name)
    for place in places:
        meant = model
        if place.model_id and place.model_id != model.id and named in (None, model.name):
            with context.catalog.read() as unit:
                meant = unit.models.get(context.scope, place.model_id)
        rows = served(context, meant, environment=place.environment, window=window)
        if rows.rows >= MIN_ROWS or place is places[-1]:
            return meant, place.environment, rows
    return model, None, None


def live_places(context: ToolContext, name: str) -> list[Deployment]:
    """Where a model of this name is live, production first."""
    with context.catalog.read() as unit:
        places = [line for line in unit.deployments.list(context.scope) if line.name == name]
    return sorted(places, key=lambda line: line.environment)


def _other_data(context: ToolContext, model: ModelVersion, served: int) -> DatasetVersion:
    """The one dataset here that the model was not trained on."""
    with context.catalog.read() as unit:
        versions = unit.datasets.list(context.scope)
    trained_on = {version.root_id for version in versions if version.id == model.dataset_id}
    newest: dict[str, DatasetVersion] = {}
    for version in versions:
        if version.root_id not in trained_on:
            newest.setdefault(version.name, version)
    others = list(newest.values())
    if len(others) == 1:
        return others[0]
    if others:
        options = tuple(Option(version.name, version.name) for version in others[:5])
        raise NeedsChoice("Which data should I check?", "dataset", options)
    raise BadRequest(
        f"{model.label} has answered {plural(served, 'row')} lately, and {MIN_ROWS} are needed.",
        "Send more rows to the endpoint, or attach a file to compare with the training data.",
    )


def _check_dataset(
    context: ToolContext, model: ModelVersion, dataset: DatasetVersion, *notes: str
) -> Outcome:
    root = context.root_of(dataset)
    context.progress(0.3, f"comparing {root.rows:,} rows")
    result = compare_dataset(context, model, root)
    return _drift_outcome(
        context, model, result, what=root.label, since=root.created_at, notes=notes
    )


def _drift_outcome(
    context: ToolContext,
    model: ModelVersion,
    result: DriftResult,
    *,
    what: str,
    since: datetime,
    notes: tuple[str, ...] = (),
) -> Outcome:
    from tools.drift.result import dump_result
    from tools.drift_cards import drift_card
    from tools.model_cards import finite

    verdict: Literal["ok", "drift", "no_data"] = (
        "drift" if result.drifted else "ok" if result.enough_rows else "no_data"
    )
    now = context.now()
    with context.catalog.write() as unit:
        report = unit.reports.add(
            context.scope,
            monitor_id=None,
            model_id=model.id,
            start=since,
            end=now,
            rows=result.rows,
            status=verdict,
            flagged=result.flagged,
            result=finite(dump_result(result)),
            figure=None,
            now=now,
        )
    return Outcome(
        summary=f"{model.label}, {what}: {result.sentence}",
        blocks=drift_card(context, model, result, what=what, notes=notes),
        model_id=model.id,
        data={
            "report": report.id,
            "model": model.handle,
            "status": verdict,
            "flagged": list(result.flagged),
            "checked": list(result.checked),
            "rows": result.rows,
        },
    )
