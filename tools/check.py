"""The check that a monitor's schedule runs: what was served since the last one, against training.

Not a tool people call; it writes a report row, and whoever reads that decides about alerts.
"""

from __future__ import annotations

import time
from datetime import timedelta
from http.client import HTTPException
from typing import TYPE_CHECKING, Final, Literal
from urllib.request import ProxyHandler, build_opener

from pydantic import AwareDatetime, Field

from storage.catalog.records import DriftReport, Json, ModelVersion, Monitor
from tools.base import Args, Tool
from tools.comparison import MIN_ROWS, Window, compare_served, served
from tools.errors import Refused
from tools.model_cards import finite
from tools.outcome import Outcome

if TYPE_CHECKING:
    from tools.context import ToolContext

_LOOK_BACK: Final = timedelta(hours=24)
_PATIENCE_S: Final = (0.0, 1.0, 2.0)


class ScheduledCheck(Args):
    """Arguments of `scheduled_check`."""

    monitor: str = Field(description="Id of the monitor.")
    due: AwareDatetime = Field(description="The time the check was due; the end of its window.")
    since: AwareDatetime = Field(description="The last time before; the start of its window.")
    skipped: int = Field(0, ge=0, description="Due times in between that were missed.")


def scheduled_check(args: ScheduledCheck, context: ToolContext) -> Outcome:
    """Check a slot once; `data` holds the id of the report. A repeated check is the first one.

    Raises:
        Refused: Nothing was ever live in the slot.
    """
    with context.catalog.read() as unit:
        monitor = unit.monitors.get(context.scope, args.monitor)
        last = unit.reports.last(context.scope, monitor.id)
    done_before = last is not None and last.end == args.due
    report = last if last is not None and done_before else _check(monitor, args, context)
    return Outcome(
        summary=str(report.result.get("sentence", report.status)),
        model_id=report.model_id,
        data={"report": report.id, "status": report.status},
    )


def _check(monitor: Monitor, args: ScheduledCheck, context: ToolContext) -> DriftReport:
    model, is_live = _model_of(monitor, context)
    down = "Nothing is deployed there any more."
    if is_live:
        down = _unreachable(context.site.serving_url)
    if down:
        result: Json = {"state": "endpoint_down", "sentence": down}
        return _report(context, monitor, model, args, status="failed", result=result)
    window = Window(args.since, args.due, min(args.since, args.due - _LOOK_BACK))
    rows = served(context, model, environment=monitor.environment, window=window)
    if rows.rows < MIN_ROWS:
        needed = f"{rows.rows:,} rows were served, and {MIN_ROWS} are needed for a verdict."
        result = {"sentence": needed, "start": rows.start.isoformat()}
        return _report(
            context, monitor, model, args, status="no_data", result=result, rows=rows.rows
        )
    from tools.drift.plot import drift_figure
    from tools.drift.result import dump_result

    context.progress(0.3, f"comparing {rows.rows:,} rows")
    found = compare_served(context, model, rows)
    return _report(
        context,
        monitor,
        model,
        args,
        status="drift" if found.drifted else "ok" if found.enough_rows else "no_data",
        result=finite(dump_result(found)) | {"start": rows.start.isoformat()},
        rows=found.rows,
        flagged=found.flagged,
        figure=context.blobs.put(drift_figure(found)) if found.drifted else None,
    )


def _model_of(monitor: Monitor, context: ToolContext) -> tuple[ModelVersion, bool]:
    """The version that is live in the slot, or was last; and whether it is live."""
    with context.catalog.read() as unit:
        lines = unit.deployments.log(
            context.scope, name=monitor.name, environment=monitor.environment
        )
        for line in lines:
            if line.model_id is not None:
                return unit.models.get(context.scope, line.model_id), line is lines[0]
    raise Refused(f"`{monitor.name}` was never deployed to {monitor.environment}.")


def _unreachable(serving_url: str) -> str:
    """Why the prediction server cannot be reached, in words; empty when it can."""
    direct = build_opener(ProxyHandler({}))
    for pause in _PATIENCE_S:  # it may be starting again
        time.sleep(pause)
        try:
            with direct.open(f"{serving_url}/healthz", timeout=3):
                return ""
        except (OSError, HTTPException):
            continue
    return "The prediction server does not answer."


def _report(
    context: ToolContext,
    monitor: Monitor,
    model: ModelVersion,
    args: ScheduledCheck,
    *,
    status: Literal["ok", "drift", "no_data", "failed"],
    result: Json,
    rows: int = 0,
    flagged: tuple[str, ...] = (),
    figure: str | None = None,
) -> DriftReport:
    with context.catalog.write() as unit:
        return unit.reports.add(
            context.scope,
            monitor_id=monitor.id,
            model_id=model.id,
            start=args.since,
            end=args.due,
            rows=rows,
            status=status,
            flagged=flagged,
            result=result,
            figure=figure,
            now=context.now(),
        )


scheduled_check_tool = Tool(
    name="scheduled_check",
    summary="Check what an endpoint served since the last check for drift.",
    args=ScheduledCheck,
    run=scheduled_check,
    effect="read",
    where="job",
    examples=("(runs by itself)", "(on the schedule of a monitor)"),
)
