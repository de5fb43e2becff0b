"""Watching endpoints: drift checks, schedules and alerts."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words

Environment = Literal["staging", "production"]


class CheckDrift(Args):
    """Arguments of `check_drift`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    dataset: str | None = Field(
        None, description="Data to check; what the endpoint served if omitted."
    )


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


class ListMonitors(Args):
    """Arguments of `list_monitors`."""


class StopMonitor(Args):
    """Arguments of `stop_monitor`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


class SnoozeAlert(Args):
    """Arguments of `snooze_alert`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    duration: str = Field("1d", description="How long, such as 30m, 6h or 1d.")


check_drift_tool = Tool(
    name="check_drift",
    summary="Compare recent data with what the model was trained on, now.",
    args=CheckDrift,
    run=None,
    effect="read",
    where="job",
    words=Words(),
    examples=("is there any drift?", "check m1 for drift"),
)


monitor_model_tool = Tool(
    name="monitor_model",
    summary="Check an endpoint for drift on a schedule and alert here.",
    args=MonitorModel,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("monitor it for drift every hour", "check for drift every weekday at 8"),
)


list_monitors_tool = Tool(
    name="list_monitors",
    summary="List the drift monitors with their last results.",
    args=ListMonitors,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("show monitors", "what is being watched?"),
)


stop_monitor_tool = Tool(
    name="stop_monitor",
    summary="Stop watching a model.",
    args=StopMonitor,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("stop the drift monitor", "stop watching it"),
)


snooze_alert_tool = Tool(
    name="snooze_alert",
    summary="Silence the open alert of a model for a while.",
    args=SnoozeAlert,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("snooze the alert for 6 hours", "mute the alert until tomorrow"),
)
