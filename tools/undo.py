"""Taking back the last change of a thread: one small operation per kind of change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from pydantic import Field

from storage.catalog.records import Action, Json
from storage.errors import NotStored
from tools.base import Args, Effect, Rehearsal, Role
from tools.cards import plural, shown, warnings
from tools.errors import BadRequest, NotFound
from tools.grants import give, need_somebody_else
from tools.outcome import Headline, Outcome, Text
from tools.workflows.heard import told_in

if TYPE_CHECKING:
    from storage.catalog.catalog import Unit
    from tools.context import ToolContext

_Operation: TypeAlias = Callable[["Unit", "ToolContext", Json], Outcome]


class Undo(Args):
    """Arguments of `undo`."""

    made: str | None = Field(
        None, description="Only if the last change made this; set by buttons, never in words."
    )


def undo(args: Undo, context: ToolContext) -> Outcome:
    """Take back the last change made in this thread that was not taken back yet.

    Raises:
        NotFound: There is nothing to take back.
        BadRequest: Something else was done since, or what it needs is gone.
    """
    if context.job is not None and context.job.attempt > 1:
        raise BadRequest(
            "Taking back was interrupted, and may have been done.",
            "Ask “what did we do?”, and say *undo* again if it was not.",
        )
    action = _last(args, context)
    done = did(action)
    name, values = _inverse(action)
    problems: tuple[str, ...] = ()
    if name == "set_live":
        _need_unchanged(action, context, values)
        result, problems = _set_live(context, values)
        with context.catalog.write() as unit:
            unit.actions.mark_undone(action.id)
    else:
        with context.catalog.write() as unit:
            if not unit.actions.mark_undone(action.id):
                raise BadRequest(f"“{done}” has been taken back already.")
            try:
                result = _OPERATIONS[name](unit, context, values)
            except (NotStored, KeyError):
                raise BadRequest(f"“{done}” cannot be taken back: what it needs is gone.") from None
    return Outcome(
        summary=" ".join((f"Took back “{done}”.", result.summary, *problems)),
        blocks=(
            Headline(f"Taken back: {done}.", "good"),
            Text(result.summary),
            *warnings(problems),
        ),
        dataset_id=result.dataset_id,
        model_id=result.model_id,
        data={"undone": action.tool, "action": action.id},
    )


def effect_of_undo(args: Undo, context: ToolContext | None) -> Effect:  # noqa: ARG001
    """`deploy` where taking back changes production, `write` everywhere else."""
    if context is None:
        return "write"
    with context.catalog.read() as unit:
        action = unit.actions.last_undoable(context.address)
    if action is None:
        return "write"
    name, values = _inverse(action)
    return "deploy" if name == "set_live" and values["environment"] == "production" else "write"


def role_of_undo(args: Undo, context: ToolContext | None) -> Role:  # noqa: ARG001
    """`approver` where taking back changes who may do what, or who may see what."""
    if context is None:
        return "viewer"
    with context.catalog.read() as unit:
        action = unit.actions.last_undoable(context.address)
    bound = action is not None and _inverse(action)[0] in _FOR_APPROVERS
    return "approver" if bound else "viewer"


def rehearse_undo(args: Undo, context: ToolContext) -> Rehearsal:
    """What would be taken back; bound to that very change.

    Raises:
        NotFound: There is nothing to take back.
        BadRequest: Something else was done since.
    """
    action = _last(args, context)
    name, values = _inverse(action)
    after = ""
    if name == "set_live":
        _need_unchanged(action, context, values)
        after = _live_after(context, values)
    bound = json.dumps([action.id, name, values], sort_keys=True)
    return Rehearsal(
        args=args.model_dump(exclude_none=True),
        binding=hashlib.sha256(bound.encode()).hexdigest(),
        outcome=Outcome(
            summary=f"Would take back “{did(action)}”. {after}".strip(),
            blocks=(
                Headline(f"Take back: {did(action)}?", "warning"),
                *((Text(after),) if after else ()),
            ),
            dataset_id=action.dataset_id,
            model_id=action.model_id,
        ),
    )


def did(action: Action) -> str:
    """What an action did: the first sentence of its summary, without its full stop."""
    first = action.summary.replace("\n", " ").split(". ", 1)[0].rstrip(".")
    return shown(first, 160) or action.tool.replace("_", " ")


def _last(args: Undo, context: ToolContext) -> Action:
    with context.catalog.read() as unit:
        action = unit.actions.last_undoable(context.address)
        if action is not None and args.made and args.made not in _made(unit, action):
            raise BadRequest(
                f"Something else was done since: {did(action)}.",
                "Say *undo* to take that back first.",
            )
        _need_older(action, unit, context)
    if action is None:
        raise NotFound(
            "There is nothing to take back in this thread.",
            "Each change can be taken back once; ask “what did we do?” for the list.",
        )
    return action


def _need_older(action: Action | None, unit: Unit, context: ToolContext) -> None:
    """What was done after somebody asked to undo is not what they meant, or had the right to."""
    if action is None or context.job is None:
        return
    if action.created_at > unit.jobs.get(context.job.id).created_at:
        raise BadRequest(
            f"Something else was done meanwhile: {did(action)}.", "Say *undo* to take that back."
        )


def _made(unit: Unit, action: Action) -> set[str]:
    """The names under which a button may know what an action made."""
    scope = action.address.scope
    names = {str(value) for value in _inverse(action)[1].values()}
    if action.dataset_id:
        names.add(unit.datasets.get(scope, action.dataset_id).label)
    if action.model_id:
        names.add(unit.models.get(scope, action.model_id).handle)
    return names


def _inverse(action: Action) -> tuple[str, Json]:
    inverse = action.inverse or {}
    return str(inverse.get("tool", "")), dict(inverse.get("args", {}))


def _use_dataset(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    scope, dataset_id = context.scope, values["dataset_id"]
    version = unit.datasets.get(scope, dataset_id) if dataset_id else None
    unit.pointers.set(
        scope,
        thread=context.address.thread,
        kind="dataset",
        ref_id=version.id if version else "",
        now=context.now(),
    )
    if version is None:
        return Outcome("No dataset is current in this thread now; its file stays in the list.")
    return Outcome(f"The current dataset is {version.label} again.", dataset_id=version.id)


def _use_model(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    scope, model_id = context.scope, values["model_id"]
    model = unit.models.get(scope, model_id) if model_id else None
    unit.pointers.set(
        scope,
        thread=context.address.thread,
        kind="model",
        ref_id=model.id if model else "",
        now=context.now(),
    )
    if model is None:
        return Outcome("No model is current in this thread now; it stays in the list.")
    return Outcome(f"The current model is {model.label} again.", model_id=model.id)


def _restore_dataset(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    count = unit.datasets.restore(context.scope, values["name"])
    if not count:
        raise NotStored(f"no deleted dataset {values['name']}")
    latest = unit.datasets.versions(context.scope, values["name"])[0]
    unit.pointers.set(
        context.scope,
        thread=context.address.thread,
        kind="dataset",
        ref_id=latest.id,
        now=context.now(),
    )
    versions = plural(count, "version")
    return Outcome(f"{latest.name} is back with {versions}.", dataset_id=latest.id)


def _recall_fact(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    fact = unit.facts.recall(context.scope, values["number"])
    return Outcome(f"Fact {fact.number} is remembered again: {shown(fact.text, 500)}")


def _forget_fact(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    fact = unit.facts.forget(context.scope, values["number"], now=context.now())
    back = [unit.facts.recall(context.scope, number) for number in values.get("back", ())]
    again = "".join(f" Fact {old.number} holds again: {shown(old.text, 500)}" for old in back)
    return Outcome(f"Fact {fact.number} is forgotten: {shown(fact.text, 500)}{again}")


def _restart_monitor(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    monitor = unit.monitors.restart(context.scope, values["monitor"], now=context.now())
    return Outcome(f"{monitor.name} in {monitor.environment} is watched for drift again.")


def _stop_monitor(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    monitor = unit.monitors.get(context.scope, values["monitor"])
    unit.monitors.stop(context.scope, monitor.id, now=context.now())
    return Outcome(f"{monitor.name} in {monitor.environment} is not watched for drift any more.")


def _unfollow(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    unit.follows.remove(context.scope, repo=values["repo"], file=values["file"])
    return Outcome(f"Runs of {values['repo']} are not posted here any more.")


def _follow(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    who, now, where = context.actor, context.now(), told_in(unit, context.address)
    for file in values["files"]:
        unit.follows.add(where, repo=values["repo"], file=file, actor=who, now=now)
    return Outcome(f"Runs of {values['repo']} are posted here again.")


def _wake_alert(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    alert = unit.alerts.get(context.scope, values["alert"])
    unit.alerts.update(alert.id, state="firing", now=context.now(), snoozed_until=None)
    return Outcome(f"Alert {alert.number} is awake again.")


def _set_grant(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    subject, name, role = values["subject"], values["name"], values["role"]
    current = unit.grants.find(context.scope, subject)
    if (current.role if current else None) != values["instead_of"]:
        raise BadRequest(
            f"The role of {name} was changed again since.", "Say which role it is to be."
        )
    if values["instead_of"] == "approver":
        need_somebody_else(subject, context)
    if role is None:
        unit.grants.take(context.scope, subject=subject)
        return Outcome(f"{name} has no role given in this channel.")
    give(unit, context, subject=subject, name=name, role=role)
    return Outcome(f"The role of {name} here is {role} again.")


def _restore_privacy(unit: Unit, context: ToolContext, values: Json) -> Outcome:
    unit.channels.set(context.scope, now=context.now(), privacy=values["level"])
    return Outcome(f"The privacy of this channel is {values['level'] or 'as set up'} again.")


_OPERATIONS: Final[dict[str, _Operation]] = {
    "use_dataset": _use_dataset,
    "use_model": _use_model,
    "restore_dataset": _restore_dataset,
    "recall_fact": _recall_fact,
    "forget_fact": _forget_fact,
    "restart_monitor": _restart_monitor,
    "stop_monitor_row": _stop_monitor,
    "wake_alert": _wake_alert,
    "unfollow": _unfollow,
    "follow": _follow,
    "set_grant": _set_grant,
    "restore_privacy": _restore_privacy,
}
_FOR_APPROVERS: Final = ("set_grant", "restore_privacy")


def _need_unchanged(action: Action, context: ToolContext, values: Json) -> None:
    """What somebody made live after this action must not be overruled by an undo."""
    slot = {"name": values["name"], "environment": values["environment"]}
    with context.catalog.read() as unit:
        last = next(iter(unit.deployments.log(context.scope, **slot, limit=1)), None)
    if last is not None and last.model_id != values["instead_of"]:
        raise BadRequest(
            f"{values['environment'].capitalize()} of {values['name']} was changed again by "
            f"{last.actor.name} since “{did(action)}”.",
            "Roll it back, or deploy the version you want.",
        )


def _set_live(context: ToolContext, values: Json) -> tuple[Outcome, tuple[str, ...]]:
    from tools.serving.live import set_live

    model = None
    if values["model_id"]:
        with context.catalog.read() as unit:
            model = unit.models.get(context.scope, values["model_id"])
    live = set_live(context, name=values["name"], environment=values["environment"], model=model)
    said = _live_now(values, model.label if model else "", "again")
    return Outcome(said, model_id=model.id if model else None), live.problems


def _live_after(context: ToolContext, values: Json) -> str:
    label = ""
    if values["model_id"]:
        with context.catalog.read() as unit:
            label = unit.models.get(context.scope, values["model_id"]).label
    return _live_now(values, label, "from then on")


def _live_now(values: Json, label: str, when: str) -> str:
    place = f"{values['environment'].capitalize()} of {values['name']}"
    return f"{place} serves {label or 'nothing'} {when}."
