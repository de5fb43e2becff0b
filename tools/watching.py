"""Monitors and their alerts as people start, list, stop and silence them; rows only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pydantic import Field

from storage.catalog.catalog import Unit
from storage.catalog.records import Address, Alert, Environment, ModelVersion, Monitor, Scope
from tools.base import Args
from tools.cards import facts, moment, plural, shown, steps, table
from tools.drift_check import live_places
from tools.durations import in_words, seconds_of
from tools.errors import BadRequest, NeedsChoice, NotFound, Option, Refused
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.sample_data import learnt_from_sample
from tools.schedules import next_run, parse_cron, words_of

if TYPE_CHECKING:
    from tools.context import ToolContext

_SHORTEST_S: Final = 10
_USUAL_S: Final = 3_600


class ListMonitors(Args):
    """Arguments of `list_monitors`."""


class MonitorModel(Args):
    """Arguments of `monitor_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment | None = Field(
        None, description="Which endpoint; where it is live if omitted."
    )
    every: str | None = Field(None, description="Interval such as 30m, 6h or 1d.")
    cron: str | None = Field(None, description="POSIX cron line, in place of every.")
    channel: str | None = Field(None, description="Where alerts go; here if omitted.")


class SnoozeAlert(Args):
    """Arguments of `snooze_alert`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    duration: str = Field("1d", description="How long, such as 30m, 6h or 1d.")


class StopMonitor(Args):
    """Arguments of `stop_monitor`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


def monitor_model(args: MonitorModel, context: ToolContext) -> Outcome:
    """Write down the wish to check an endpoint regularly, in place of an earlier one for it.

    Raises:
        BadRequest: The schedule cannot be read, or the model is not live there.
        NotFound: No such model.
        Refused: Alerts may not go to that channel.
    """
    model = context.model(args.model)
    every_s, cron = _schedule(args)
    environment = _place(context, model, args.environment)
    address = _alerts_to(context, args.channel)
    now = context.now()
    with context.catalog.write() as unit:
        before = [row for row in unit.monitors.list(context.scope)
                  if (row.name, row.environment) == (model.name, environment)]  # fmt: skip
        for row in before:
            _close_alert(unit, row, now)
        monitor = unit.monitors.add(
            context.scope,
            name=model.name,
            environment=environment,
            every_s=every_s,
            cron=cron,
            timezone=context.timezone,
            address=address,
            actor=context.actor,
            now=now,
        )
    inverse = NextStep("Undo", "stop_monitor_row", {"monitor": monitor.id})
    if before:
        inverse = NextStep("Undo", "restart_monitor", {"monitor": before[0].id})
    return _monitor_outcome(context, model, monitor, inverse, replaced=bool(before))


def _schedule(args: MonitorModel) -> tuple[int | None, str | None]:
    if args.every and args.cron:
        raise BadRequest(
            "There are two schedules, an interval and a cron line.", "Say only one of them."
        )
    if args.cron:
        parse_cron(args.cron)
        return None, " ".join(args.cron.split())
    every_s = seconds_of(args.every) if args.every else _USUAL_S
    if every_s < _SHORTEST_S:
        raise BadRequest(
            f"Every {in_words(every_s)} is too often.", f"Let {_SHORTEST_S} seconds be the least."
        )
    return every_s, None


def _place(context: ToolContext, model: ModelVersion, wanted: Environment | None) -> Environment:
    """Where to watch: as asked, else production, else staging; something must be live there."""
    live = [line.environment for line in live_places(context, model.name)]
    if not live:
        raise BadRequest(
            f"`{model.name}` is not deployed, so there is nothing to watch.",
            'Say "deploy it to staging" first.',
        )
    if wanted is not None and wanted not in live:
        raise BadRequest(f"`{model.name}` is live in {live[0]}, not in {wanted}.")
    return wanted or live[0]


def _alerts_to(context: ToolContext, channel: str | None) -> Address:
    """Another channel of the same workspace, or here: on chat platforms in the channel itself."""
    name, here = (channel or "").strip().lstrip("#"), context.address
    with context.catalog.read() as unit:
        known = unit.channels.find(here.scope)
        meant = unit.channels.named(here.scope, name) if name else known
    if meant is not None:
        return Address(meant.scope)
    if known is not None:
        raise BadRequest(
            f"I am not in a channel called “{shown(name)}”.", "Invite me there, then ask again."
        )
    if not name or name == here.scope.channel:
        return here
    scope = Scope(here.scope.platform, here.scope.workspace, name)
    if "/" in name:
        try:
            scope = Scope.parse(name)
        except ValueError:
            raise BadRequest(f"“{shown(name)}” is not a channel.") from None
    if (scope.platform, scope.workspace) != (here.scope.platform, here.scope.workspace):
        raise Refused("Alerts stay in the workspace they are about.", "Name a channel in it.")
    return Address(scope)


def _monitor_outcome(
    context: ToolContext,
    model: ModelVersion,
    monitor: Monitor,
    inverse: NextStep,
    *,
    replaced: bool,
) -> Outcome:
    first = next_run(monitor, context.now())
    when = f"{moment(first, monitor.timezone)} {monitor.timezone}" if first else "never"
    headline = f"Watching {monitor.name} ({monitor.environment}) for drift {words_of(monitor)}"
    here = monitor.address.scope == context.scope
    return Outcome(
        summary=f"{headline}. First check: {when}.",
        blocks=(
            Headline(headline, "good"),
            facts(
                first_check=when,
                alerts="here" if here else f"in {monitor.address.scope.channel}",
                instead_of="the schedule before" if replaced else "",
            ),
            Text(
                "Each check compares what the endpoint served since the one before "
                "with the data the live version was trained on."
            ),
            steps(
                NextStep("Undo", "undo", {"made": monitor.id}),
                _second_step(context, model, monitor),
            ),
        ),
        model_id=model.id,
        inverse=inverse,
        data={
            "monitor": monitor.number,
            "environment": monitor.environment,
            "schedule": words_of(monitor),
            "next": first.isoformat() if first else None,
        },
    )


def _second_step(context: ToolContext, model: ModelVersion, monitor: Monitor) -> NextStep:
    """Look at once; on the sample's own models, make something that is worth a look."""
    if learnt_from_sample(model, context):
        place = {"model": model.handle, "environment": monitor.environment}
        return NextStep("Send a shifted batch", "send_shifted_batch", place)
    return NextStep("Check now", "check_drift", {"model": model.name})


def list_monitors(args: ListMonitors, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The active monitors of this channel: schedule, last result, next check."""
    with context.catalog.read() as unit:
        monitors = unit.monitors.list(context.scope)
        lines = [_line(unit, monitor, context) for monitor in monitors]
    if not lines:
        return Outcome(
            summary="Nothing is being watched in this channel.",
            blocks=(Headline("Nothing is being watched in this channel."),),
            data={"monitors": []},
        )
    headline = f"{plural(len(lines), 'monitor')} in this channel"
    said = "; ".join(f"{line[0]} in {line[1]} {line[2]}: {line[4]}" for line in lines)
    columns = ("Model", "Where", "Checked", "Last check", "Result", "Next check", "Since")
    return Outcome(
        summary=f"{headline}. {said}",
        blocks=(Headline(headline), table(columns, lines)),
        data={
            "monitors": [
                {"model": row.name, "environment": row.environment, "schedule": words_of(row)}
                for row in monitors
            ]
        },
    )


def _line(unit: Unit, monitor: Monitor, context: ToolContext) -> tuple[str | None, ...]:
    report = unit.reports.last(monitor.scope, monitor.id)
    alert = unit.alerts.current(monitor.id)
    upcoming = next_run(monitor, context.now())
    result = "not checked yet"
    if report is not None:
        result = str(report.result.get("sentence") or report.status)
    if alert is not None and alert.state == "snoozed" and alert.snoozed_until is not None:
        result += f" Snoozed until {moment(alert.snoozed_until, monitor.timezone)}."
    return (
        monitor.name,
        monitor.environment,
        words_of(monitor),
        moment(report.end, monitor.timezone) if report else None,
        result,
        moment(upcoming, monitor.timezone) if upcoming else None,
        moment(monitor.created_at, monitor.timezone),
    )


def stop_monitor(args: StopMonitor, context: ToolContext) -> Outcome:
    """Stop watching a model, wherever it is watched, and close the alert that was open.

    Raises:
        NotFound: It is not watched, or nothing is.
        NeedsChoice: Several models are watched and none was named.
    """
    now = context.now()
    with context.catalog.write() as unit:
        watched = unit.monitors.list(context.scope)
        if not watched:
            raise NotFound("Nothing is being watched in this channel.")
        name = _meant(context, args.model, [row.name for row in watched], "stop watching")
        stopped = [row for row in watched if row.name == name]
        for row in stopped:
            unit.monitors.stop(context.scope, row.id, now=now)
            _close_alert(unit, row, now)
    places = " and ".join(row.environment for row in stopped)
    headline = f"{name} ({places}) is not watched any more"
    again = NextStep("Undo", "restart_monitor", {"monitor": stopped[0].id})
    inverse = again if len(stopped) == 1 else None
    return Outcome(
        summary=f"{headline}.",
        blocks=(
            Headline(headline),
            *((steps(NextStep("Undo", "undo", {"made": stopped[0].id})),) if inverse else ()),
        ),
        inverse=inverse,
        data={"monitors": [row.number for row in stopped]},
    )


def snooze_alert(args: SnoozeAlert, context: ToolContext) -> Outcome:
    """Keep silent about the open alert of a model for a while; checks go on.

    Raises:
        BadRequest: The duration cannot be read.
        NotFound: No alert is open.
        NeedsChoice: Several are open and no model was named.
    """
    until = context.now() + timedelta(seconds=seconds_of(args.duration))
    with context.catalog.write() as unit:
        alerts = [
            (alert, _monitor_of(unit, alert)) for alert in unit.alerts.list_open(context.scope)
        ]
        if not alerts:
            raise NotFound("No alert is open in this channel.")
        name = _meant(context, args.model, [row.name for _, row in alerts], "snooze")
        alert, monitor = next((alert, row) for alert, row in alerts if row.name == name)
        unit.alerts.update(alert.id, state="snoozed", now=context.now(), snoozed_until=until)
    when = f"{moment(until, monitor.timezone)} {monitor.timezone}"
    headline = f"The alert of {name} ({monitor.environment}) is silent until {when}"
    inverse = NextStep("Wake it", "wake_alert", {"alert": alert.id})
    return Outcome(
        summary=f"{headline}. The checks go on.",
        blocks=(
            Headline(headline),
            Text("The checks go on; if it ends before, the card says so."),
            steps(NextStep("Wake it", "undo", {"made": alert.id})),
        ),
        inverse=inverse,
        data={"alert": alert.number, "until": until.isoformat()},
    )


def _meant(context: ToolContext, named: str | None, names: list[str], verb: str) -> str:
    """The model of a monitor or alert: as named, the only one, else this thread's current one."""
    there = list(dict.fromkeys(names))
    if named:
        name = next((each for each in there if each.casefold() == named.casefold()), None)
        name = name or context.model(named).name
        if name not in there:
            raise NotFound(f"`{name}` has nothing to {verb}.", f"Here are: {', '.join(there)}.")
        return name
    if len(there) == 1:
        return there[0]
    try:
        current = context.model().name
    except NotFound:
        current = ""
    if current in there:
        return current
    options = tuple(Option(name, name) for name in there[:5])
    raise NeedsChoice(f"Which model should I {verb}?", "model", options)


def _monitor_of(unit: Unit, alert: Alert) -> Monitor:
    return unit.monitors.get(alert.scope, alert.monitor_id)


def _close_alert(unit: Unit, monitor: Monitor, now: datetime) -> None:
    """An alert that nobody checks any more is over."""
    alert = unit.alerts.current(monitor.id)
    if alert is not None:
        unit.alerts.update(alert.id, state="resolved", now=now, resolved_at=now)
