"""Which slot people mean, what is live in it, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.catalog.records import Deployment, Environment, ModelVersion
from tools.errors import NeedsChoice, NotFound, Option
from tools.serving.live import as_found
from tools.workflows.order import trail_of

if TYPE_CHECKING:
    from tools.context import ToolContext


def slot_name(named: str | None, environment: Environment, context: ToolContext) -> str:
    """The endpoint people mean; without a name the current model's, or the only one there.

    Raises:
        NotFound: There is no such model in this channel.
        NeedsChoice: Several endpoints fit.
    """
    if named:
        return context.model(named).name
    with context.catalog.read() as unit:
        names = [
            line.name
            for line in unit.deployments.list(context.scope)
            if line.environment == environment
        ]
    current = context.model().name
    if current in names or not names:
        return current
    if len(names) == 1:
        return names[0]
    raise NeedsChoice(
        f"Which endpoint in {environment}?",
        "model",
        tuple(Option(name, name) for name in names[:5]),
    )


def _log(name: str, environment: Environment, context: ToolContext) -> list[Deployment]:
    """The slot's log, newest first, as this call found it."""
    with context.catalog.read() as unit:
        lines = unit.deployments.log(context.scope, name=name, environment=environment, limit=1000)
        return as_found(unit, context, lines)


def live_now(name: str, environment: Environment, context: ToolContext) -> Deployment | None:
    """The log line that makes a model live in the slot; None when nothing is."""
    newest = next(iter(_log(name, environment, context)), None)
    return newest if newest is not None and newest.model_id is not None else None


def live_model(name: str, environment: Environment, context: ToolContext) -> ModelVersion:
    """The version that is live in the slot; raises NotFound when none is."""
    model = model_at(context, live_now(name, environment, context))
    if model is None:
        raise NotFound(
            f"Nothing of `{name}` is live in {environment}.",
            "Ask “what is deployed?” for what is live.",
        )
    return model


def last_served(name: str, environment: Environment, context: ToolContext) -> ModelVersion:
    """The version served there before the current one; raises NotFound when there was none."""
    lines = _log(name, environment, context)
    current = lines[0].model_id if lines else None
    others = (line for line in lines if line.model_id not in (None, current))
    model = model_at(context, next(others, None))
    if model is not None:
        return model
    if not lines:
        raise NotFound(
            f"`{name}` was never deployed to {environment}.",
            f"Say “deploy {name} to {environment}” to begin.",
        )
    raise NotFound(
        f"There is nothing to go back to: no other version of `{name}` was ever live in "
        f"{environment}.",
        "Deploy another version, or undeploy this one.",
    )


def model_at(context: ToolContext, line: Deployment | None) -> ModelVersion | None:
    """The version a log line made live; None for no line, or one that emptied the slot."""
    if line is None or line.model_id is None:
        return None
    with context.catalog.read() as unit:
        return unit.models.get(context.scope, line.model_id)


def passed_checks(context: ToolContext) -> str:
    """Where the checks are that let this job go on; "" where none had to be green."""
    if context.job is None:
        return ""
    with context.catalog.read() as unit:
        trail = trail_of(unit.jobs.get(context.job.id).context)
    return f"{trail.order.file} is green: {trail.url}" if trail is not None else ""
