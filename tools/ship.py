"""What a click on production would do: shown before, bound to the model, checked at the click."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from pydantic import Field

from storage.catalog.records import Deployment, Environment, ModelVersion
from tools.base import Args, Effect, Rehearsal
from tools.deploy_cards import score_on, ship_card
from tools.deployed import last_served, live_model, live_now, model_at, slot_name
from tools.errors import Refused
from tools.model_cards import score_line, score_text
from tools.outcome import Headline, Outcome
from tools.workflows.declared import MARK, fitted, read_workflow
from tools.workflows.order import Order, new_mark

if TYPE_CHECKING:
    from tools.context import ToolContext


class DeployModel(Args):
    """Arguments of `deploy_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment = Field("staging", description="Where: staging or production.")
    better_than: Environment | None = Field(
        None, description="Only if it scores better than what is live there."
    )


class RollbackDeployment(Args):
    """Arguments of `rollback_deployment`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment = Field("production", description="Where: staging or production.")


class UndeployModel(Args):
    """Arguments of `undeploy_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment = Field("staging", description="Where: staging or production.")


def rehearse_deploy(args: DeployModel, context: ToolContext) -> Rehearsal:
    """What would ship, pinned to this very version, beside what is live now.

    Raises:
        NotFound: No such model in this channel.
        Refused: The model's file is gone, or it is not better than it had to be.
    """
    model = context.model(args.model)
    need_better(args, model, context)
    if not context.blobs.exists(model.digest):
        raise Refused(f"The file of {model.label} is gone, so it cannot be served.")
    now_live = live_now(model.name, args.environment, context)
    current = model_at(context, now_live)
    title = f"Ship {model.label} to {args.environment}?"
    if current is not None and current.id != model.id:
        title = f"Ship {model.label} to {args.environment}, in place of {current.label}?"
    remarks = _remarks(model, current, context)
    return _rehearsal(
        "deploy_model",
        {"model": model.handle, "environment": args.environment},
        (model, now_live),
        Outcome(
            summary=" ".join((title, f"{score_line(model.score)}.", *remarks)),
            blocks=ship_card(context, model, now_live=current, remarks=remarks, title=title),
            dataset_id=model.dataset_id,
            model_id=model.id,
        ),
    )


def need_better(args: DeployModel, model: ModelVersion, context: ToolContext) -> None:
    """The condition a deployment may hang on: that it beats what is live.

    Raises:
        Refused: It does not, or the two cannot be compared. Nothing live is beaten by anything.
    """
    if args.better_than is None:
        return
    current = model_at(context, live_now(model.name, args.better_than, context))
    if current is None or current.id == model.id:
        return
    mine, theirs = model.score, score_on(current, model.score["metric"])
    if theirs and None not in (mine["value"], theirs["value"]):
        sign = 1 if mine["higher_is_better"] else -1
        if sign * mine["value"] > sign * theirs["value"]:
            return
    against = score_text(theirs) if theirs else "no such score"
    raise Refused(
        f"{model.label} was not deployed: its {mine['name']} is not better than that of "
        f"{current.label}: {score_text(mine)} against {against}."
    )


def order_checks(args: DeployModel, context: ToolContext) -> Order | None:
    """The checks that must be green for this very file before it goes to production.

    Raises:
        NotFound: No such model, or no such workflow.
        BadRequest: The workflow does not take model, version and digest.
    """
    ci = context.ci
    if args.environment != "production" or ci is None or ci.release is None:
        return None
    model, through = context.model(args.model), ci.release
    ref = through.ref or ci.server.repository(through.repo).default_branch
    declared = read_workflow(ci.server.source(through.repo, through.file, ref), through.file)
    told = {"model": model.name, "version": str(model.version), "digest": model.digest}
    inputs, mark = fitted(declared, told), new_mark()
    if declared.marks:
        inputs = {**inputs, MARK: mark}
    binding = rehearse_deploy(args, context).binding
    return Order(through.repo, through.file, ref, inputs, mark, binding=binding)


def rehearse_rollback(args: RollbackDeployment, context: ToolContext) -> Rehearsal:
    """What would be served again, and in place of what.

    Raises:
        NotFound: There is no such slot, or nothing else was ever served there.
        NeedsChoice: Several endpoints fit.
    """
    name = slot_name(args.model, args.environment, context)
    model = last_served(name, args.environment, context)
    now_live = live_now(name, args.environment, context)
    current = model_at(context, now_live)
    title = f"Roll {args.environment} back to {model.label}?"
    return _rehearsal(
        "rollback_deployment",
        {"model": name, "environment": args.environment},
        (model, now_live),
        Outcome(
            summary=f"{title} {score_line(model.score)}.",
            blocks=ship_card(context, model, now_live=current, remarks=(), title=title),
            dataset_id=model.dataset_id,
            model_id=model.id,
        ),
    )


def rehearse_undeploy(args: UndeployModel, context: ToolContext) -> Rehearsal:
    """What would no longer be served.

    Raises:
        NotFound: Nothing is live there.
        NeedsChoice: Several endpoints fit.
    """
    name = slot_name(args.model, args.environment, context)
    model = live_model(name, args.environment, context)
    now_live = live_now(name, args.environment, context)
    title = f"Take {model.label} out of {args.environment}? Nothing will answer there."
    return _rehearsal(
        "undeploy_model",
        {"model": name, "environment": args.environment},
        (model, now_live),
        Outcome(
            summary=title,
            blocks=(Headline(title, "warning"),),
            dataset_id=model.dataset_id,
            model_id=model.id,
        ),
    )


def effect_of_going_live(
    args: DeployModel | RollbackDeployment | UndeployModel,
    context: ToolContext | None,  # noqa: ARG001
) -> Effect:
    """Staging is switched at once and can be undone; production waits for an approver."""
    return "deploy" if args.environment == "production" else "write"


def _rehearsal(
    tool: str,
    args: dict[str, str],
    about: tuple[ModelVersion, Deployment | None],
    outcome: Outcome,
) -> Rehearsal:
    """Bound to the call, the exact model, and what is live at this moment."""
    model, now_live = about
    bound = [tool, args, model.id, model.digest, now_live.id if now_live else None]
    text = json.dumps(bound, sort_keys=True)
    return Rehearsal(args, hashlib.sha256(text.encode()).hexdigest(), outcome)


def _remarks(
    model: ModelVersion, current: ModelVersion | None, context: ToolContext
) -> tuple[str, ...]:
    """What an approver should know beyond the score."""
    found = []
    with context.catalog.read() as unit:
        lines = unit.deployments.log(context.scope, name=model.name, environment="staging")
    through = context.ci.release if context.ci is not None else None
    if through is not None:
        found.append(f"Production moves only once {through.file} is green for it.")
    if model.id not in {line.model_id for line in lines}:
        found.append("This version was never live in staging.")
    if current is not None and current.id == model.id:
        found.append("This version is what production serves already.")
    elif current is not None:
        mine, theirs = model.score, score_on(current, model.score["metric"])
        if theirs and None not in (mine["value"], theirs["value"]):
            sign = 1 if mine["higher_is_better"] else -1
            if sign * mine["value"] < sign * theirs["value"]:
                found.append(
                    f"Its {mine['name']} is worse than that of what it replaces: "
                    f"{score_text(mine)} against {score_text(theirs)}."
                )
    return tuple(found)
