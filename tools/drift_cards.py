"""The card of a drift check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import ModelVersion
from tools.cards import (
    facts,
    listed,
    percent,
    plural,
    receipt,
    short,
    shown,
    steps,
    table,
    warnings,
)
from tools.outcome import Block, Headline, NextStep

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.drift.result import ColumnDrift, DriftResult

_ROWS: Final = 12
_METHODS: Final = {
    "ks": "Kolmogorov–Smirnov",
    "wasserstein": "Wasserstein",
    "chi_square": "chi-square",
    "jensen_shannon": "Jensen–Shannon",
    "missing": "missing rate",
    "new_categories": "new values",
    "none": "not compared",
}


def drift_card(
    context: ToolContext,
    model: ModelVersion,
    result: DriftResult,
    *,
    what: str,
    notes: tuple[str, ...] = (),
) -> tuple[Block, ...]:
    """Verdict, picture, a line per column, and what to do; `what` says which rows were checked."""
    from tools.drift.plot import drift_figure

    skipped = tuple(f"`{shown(skip.name)}` was not compared: it {skip.reason}."
                    for skip in result.skipped)  # fmt: skip
    return (
        _headline(model, result),
        context.picture(drift_figure(result), f"In training and now: {result.sentence}"),
        facts(
            columns_drifted=f"{len(result.flagged)} of {len(result.checked)}",
            checked=f"{plural(result.rows, 'row')}: {what}",
            compared_with=f"{plural(result.reference_rows, 'row')} of training",
        ),
        _columns_table(result),
        *warnings((*notes, *skipped)),
        *_next_steps(context, model, result),
        receipt(
            model=f"{model.label}, {short(model.digest)}",
            reference=short(model.reference),
            code=context.site.code_version,
        ),
    )


def _headline(model: ModelVersion, result: DriftResult) -> Headline:
    if not result.enough_rows:
        return Headline(f"No verdict on {model.label}. {result.sentence}", "warning")
    if not result.drifted:
        return Headline(f"No drift: the data of {model.label} is as in training", "good")
    names = listed([column.name for column in result.worst(len(result.columns))], most=3)
    return Headline(f"Drift in the data of {model.label}: {names} moved", "bad")


def _columns_table(result: DriftResult) -> Block:
    columns = sorted(result.columns, key=lambda c: (not c.flagged, -c.effect / c.threshold))
    more = len(columns) - _ROWS
    return table(
        ("Column", "Verdict", "What happened", "Test", "Effect", "Matters from", "By chance"),
        [_line(column) for column in columns[:_ROWS]],
        caption=f"and {plural(more, 'more column')}, none of which drifted further." * (more > 0),
    )


def _line(column: ColumnDrift) -> tuple[Any, ...]:
    return (
        column.name,
        "drift" if column.flagged else "ok",
        column.reason,
        _METHODS.get(column.method, column.method),
        round(column.effect, 3),
        column.threshold,
        percent(column.q_value) if column.q_value >= 0.0005 else "under 0.1 %",
    )


def _next_steps(
    context: ToolContext, model: ModelVersion, result: DriftResult
) -> tuple[Block, ...]:
    if not result.drifted:
        return ()
    with context.catalog.read() as unit:
        versions = [each for each in unit.datasets.list(context.scope)
                    if each.id == model.dataset_id]  # fmt: skip
    explain = NextStep("Explain", "explain_model", {"model": model.handle})
    if not versions:
        return (steps(explain),)
    retrain = {"dataset": versions[0].name, "target": model.target, "name": model.name}
    return (steps(explain, NextStep("Retrain", "train_model", retrain)),)
