"""Models looked at: judged on their hold-out or other data, and explained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pydantic import Field

from storage.catalog.records import Alert, DatasetVersion, DriftReport, Json, ModelVersion
from storage.errors import NotStored
from tools.artifacts import load_model, original_frame
from tools.base import Args
from tools.cards import facts, listed, number, plural, shown
from tools.cards import warnings as warning_block
from tools.model_cards import (
    figures_of,
    is_live,
    model_receipt,
    model_steps,
    predict_step,
    score_json,
    score_line,
    score_text,
    value_text,
    verdict,
)
from tools.outcome import Block, Figure, Headline, NextStep, NextSteps, Outcome, Table, Text

if TYPE_CHECKING:
    import pandas as pd

    from tools.context import ToolContext
    from tools.ml.contract import Contract

_MOST_COLUMNS: Final = 12
_COUNTS: Final = 0.02


class EvaluateModel(Args):
    """Arguments of `evaluate_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(None, description="Data to score on; its own hold-out if omitted.")


class ExplainModel(Args):
    """Arguments of `explain_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


def evaluate_model(args: EvaluateModel, context: ToolContext) -> Outcome:
    """How good a model is, on the rows held out in training or on another dataset.

    Raises:
        NotFound: No such model or dataset in this channel.
        BadRequest: The dataset lacks the target or a column the model needs.
    """
    model = context.model(args.model)
    if args.dataset is None:
        return _on_hold_out(model, context)
    return _on_dataset(model, args.dataset, context)


def _on_hold_out(model: ModelVersion, context: ToolContext) -> Outcome:
    report = model.report
    rows = plural(report["rows"]["holdout"], "row")
    where = f"{rows} of {model.receipt['dataset']} held out in training"
    return Outcome(
        summary=f"Evaluated {model.label} on {where}: {_scores_text(report['metrics'])}.",
        blocks=(
            _headline(model, model.score, report["metrics"]),
            facts(model=model.label, judged_on=where, split=_first_up(report["split_reason"])),
            scores_table(report["metrics"]),
            *(figure for figure in figures_of(report) if figure.title != "Importance"),
            *warning_block(report["warnings"]),
            model_steps(
                model,
                NextStep("Explain", "explain_model", {"model": model.handle}),
                live=is_live(model, context),
            ),
            model_receipt(model),
        ),
        model_id=model.id,
        data={"model": model.handle, "score": model.score, "metrics": report["metrics"]},
    )


def _on_dataset(model: ModelVersion, named: str, context: ToolContext) -> Outcome:
    from tools.ml.evaluation import evaluate

    version = context.dataset(named)
    root, frame = original_frame(version, context)
    pipeline, contract = load_model(model, context)
    context.progress(0.3, f"Judging {model.label} on {root.label}")
    found = evaluate(pipeline, contract, frame)
    own, metrics = score_json(found.score), [score_json(each) for each in found.metrics]
    remarks = [*found.warnings]
    remarks += [f"{plural(each.rows, 'row')} could not be judged: {each.reason}."
                for each in found.skipped]  # fmt: skip
    known = _rows_learnt_from(model, root, frame, contract, context)
    if known:
        which = "these very rows" if known == len(frame) else f"{known:,} of these rows"
        remarks.insert(
            0,
            f"The model learnt from {which}, so this flatters it; its held-out score is "
            f"{model.score['name']} {score_text(model.score)}.",
        )
    where = f"{plural(found.rows, 'row')} of {root.label}"
    return Outcome(
        summary=f"Evaluated {model.label} on {where}: {_scores_text(metrics)}.",
        blocks=(
            _headline(model, own, metrics),
            facts(
                model=model.label,
                judged_on=where,
                held_out_in_training=f"{model.score['name']} {score_text(model.score)}",
            ),
            scores_table(metrics),
            *(context.picture(plot.png, plot.alt, title=plot.title) for plot in found.figures),
            *warning_block(remarks),
            model_steps(
                model,
                NextStep("Explain", "explain_model", {"model": model.handle}),
                live=is_live(model, context),
            ),
            model_receipt(model),
        ),
        dataset_id=version.id,
        model_id=model.id,
        data={"model": model.handle, "score": own, "metrics": metrics, "rows": found.rows},
    )


def _rows_learnt_from(
    model: ModelVersion,
    root: DatasetVersion,
    frame: pd.DataFrame,
    contract: Contract,
    context: ToolContext,
) -> int:
    """How many of the rows the model has seen in training, as a file of their own or in another."""
    from tools.ml.evaluation import rows_learnt_from

    if root.blob == model.receipt["root_digest"]:
        return len(frame)
    try:
        with context.catalog.read() as unit:
            trained_on = unit.datasets.get(context.scope, model.dataset_id)
        _, learnt = original_frame(trained_on, context)
    except NotStored:  # deleted for good since
        return 0
    return rows_learnt_from(contract, frame, learnt)


def explain_model(args: ExplainModel, context: ToolContext) -> Outcome:
    """Which columns drive a model; with an open alert, how much the drifted ones matter.

    Raises:
        NotFound: No such model in this channel.
    """
    model = context.model(args.model)
    importance = model.report["importance"]
    strongest = max((each["drop"] for each in importance), default=0.0)
    used = [each for each in importance if each["drop"] > _COUNTS * max(strongest, 0.0)]
    top = [shown(each["name"]) for each in used[:3]]
    metric = model.score["name"]
    headline = f"{model.label} leans most on {listed(top) or 'no single column'}."
    alarm, said = _alarm(model, importance, context)
    left_out = [f"`{shown(each['name'])}`: {shown(each['reason'], 120)}"
                for each in model.report["excluded"][:8]]  # fmt: skip
    return Outcome(
        summary=f"Explained {model.label}: it leans most on {', '.join(top) or 'no column'}. "
        f"{said}",
        blocks=(
            Headline(headline),
            *alarm,
            *(figure for figure in figures_of(model.report) if figure.title == "Importance"),
            importance_table(importance, metric=metric),
            Text(
                f"Importance is how much worse {metric} gets on held-out rows when a column is "
                "shuffled. It says what the model uses, not what causes what."
            ),
            *((Text(f"Not used: {'; '.join(left_out)}."),) if left_out else ()),
            _after_explaining(model, context),
            model_receipt(model),
        ),
        model_id=model.id,
        data={"model": model.handle, "importance": importance},
    )  # fmt: skip


def _after_explaining(model: ModelVersion, context: ToolContext) -> NextSteps:
    if is_live(model, context):
        judge = NextStep("How good is it?", "evaluate_model", {"model": model.handle})
        return model_steps(model, judge, live=True)
    return model_steps(model, predict_step(model))


def scores_table(scores: Iterable[Json]) -> Table:
    """A line per metric: value, interval, what guessing scores, and what it means."""
    rows = [
        (
            score["name"],
            value_text(score["metric"], score["value"]),
            score_text(score).partition("(")[2].rstrip(")") or None,
            value_text(score["metric"], score["baseline"]),
            score["words"],
        )
        for score in scores
    ]
    columns = ("Metric", "Value", "95 % interval", "Guessing", "Meaning")
    return Table(columns, tuple(rows), "All metrics")


def importance_table(importance: Iterable[Json], *, metric: str) -> Table:
    """The columns by importance."""
    rows = tuple(
        (shown(each["name"]), number(each["drop"]), number(each["spread"]))
        for each in list(importance)[:_MOST_COLUMNS]
    )
    return Table(("Column", f"Loss of {metric} without it", "±"), rows, "Importance")


def _alarm(
    model: ModelVersion, importance: list[Json], context: ToolContext
) -> tuple[tuple[Block, ...], str]:
    """What an open alert on the model means for it: which drifted columns matter most."""
    found = _open_alert(model, context)
    if found is None or not found[1].flagged:
        return (), ""
    alert, report = found
    ranks = {each["name"]: place for place, each in enumerate(importance, start=1)}
    drops = {each["name"]: each["drop"] for each in importance}
    flagged = sorted(report.flagged, key=lambda name: -drops.get(name, 0.0))
    rows = tuple(
        (shown(name), ranks.get(name), number(drops[name]) if name in drops else None)
        for name in flagged[:_MOST_COLUMNS]
    )
    strong = [name for name in flagged if drops.get(name, 0.0) > 0]
    text = (
        f"Alert {alert.number}: of {plural(len(flagged), 'drifted column')}, "
        f"`{shown(strong[0])}` matters most to this model."
        if strong
        else f"Alert {alert.number}: the model hardly uses what drifted."
    )
    columns = ("Drifted column", "Rank", f"Loss of {model.score['name']} without it")
    alt = f"Drift of {plural(len(flagged), 'column')}"
    picture = (Figure(report.figure, alt, "Drift"),) if report.figure else ()
    return (Text(text), Table(columns, rows, "What drifted"), *picture), text


def _open_alert(model: ModelVersion, context: ToolContext) -> tuple[Alert, DriftReport] | None:
    with context.catalog.read() as unit:
        for alert in unit.alerts.list_open(context.scope):
            try:
                monitor = unit.monitors.get(context.scope, alert.monitor_id)
                if monitor.name == model.name and alert.report_id is not None:
                    return alert, unit.reports.get(context.scope, alert.report_id)
            except NotStored:
                continue
    return None


def _headline(model: ModelVersion, own: Json, metrics: list[Json]) -> Headline:
    text = verdict(own, metrics, target=model.target, task=model.task)
    return Headline(text, "good" if own.get("beats_baseline", True) else "warning")


def _scores_text(scores: Iterable[Json]) -> str:
    said = [score_line(score) for score in scores if score["value"] is not None]
    return "; ".join(said)


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]
