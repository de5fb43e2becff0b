"""Endpoints: what is live where, going live, and going back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from storage.catalog.records import Deployment, ModelVersion
from tools.base import Args, Habit, Tool
from tools.cards import moment, plural
from tools.deploy_cards import back_card, deployments_table, down_card, live_card
from tools.deployed import last_served, live_model, model_at, passed_checks, slot_name
from tools.model_cards import score_line
from tools.outcome import Fact, Facts, Headline, NextStep, Outcome
from tools.serving.live import Live, endpoint_url, set_live
from tools.serving.names import slot_of
from tools.ship import (
    DeployModel,
    RollbackDeployment,
    UndeployModel,
    effect_of_going_live,
    need_better,
    order_checks,
    rehearse_deploy,
    rehearse_rollback,
    rehearse_undeploy,
)
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext

_PLACES: Final = 5
_BEATS: Final = "beats|beat|better|outperforms|outperform|improves|improvement|tops|stronger"


class ListDeployments(Args):
    """Arguments of `list_deployments`."""

    at: datetime | None = Field(None, description="What was live at this moment; now if omitted.")


def deploy_model(args: DeployModel, context: ToolContext) -> Outcome:
    """Make a model live, wait for the server, and show how to call it.

    Raises:
        NotFound: No such model in this channel.
        Refused: The model's file is gone, or it is not better than it had to be.
    """
    model = context.model(args.model)
    need_better(args, model, context)
    live = set_live(
        context, name=model.name, environment=args.environment, model=model, fresh_key=True
    )
    before = model_at(context, live.previous) if live.changed else None
    url = endpoint_url(context, live.slot)
    told = "" if live.changed else " It was so already."
    return Outcome(
        summary=_told(
            f"{model.label} is live in {args.environment}.{told} Endpoint: {url}. "
            f"{score_line(model.score)}.",
            live,
        ),
        blocks=live_card(context, model, live, before=before, checks=passed_checks(context)),
        dataset_id=model.dataset_id,
        model_id=model.id,
        inverse=_inverse(live),
        data=_data(model, live, url) | ({"key_ref": live.key_ref} if live.key_ref else {}),
    )


def rollback_deployment(args: RollbackDeployment, context: ToolContext) -> Outcome:
    """Serve again what was last served in the slot before the current version.

    Raises:
        NotFound: There is no such slot, or nothing else was ever served there.
        NeedsChoice: Several endpoints fit.
    """
    name = slot_name(args.model, args.environment, context)
    model = last_served(name, args.environment, context)
    live = set_live(context, name=name, environment=args.environment, model=model)
    before = model_at(context, live.previous)
    place = f"{args.environment.capitalize()} serves {model.label} again"
    after = f", in place of {before.label}" if before else ""
    return Outcome(
        summary=_told(f"{place}{after}.", live),
        blocks=back_card(context, model, live, before=before),
        dataset_id=model.dataset_id,
        model_id=model.id,
        inverse=_inverse(live),
        data=_data(model, live, endpoint_url(context, live.slot)),
    )


def undeploy_model(args: UndeployModel, context: ToolContext) -> Outcome:
    """Take what is live out of a slot.

    Raises:
        NotFound: Nothing is live there.
        NeedsChoice: Several endpoints fit.
    """
    name = slot_name(args.model, args.environment, context)
    model = live_model(name, args.environment, context)
    live = set_live(context, name=name, environment=args.environment, model=None)
    with context.catalog.read() as unit:
        watched = any(
            (monitor.name, monitor.environment) == (name, args.environment)
            for monitor in unit.monitors.list(context.scope)
        )
    return Outcome(
        summary=_told(f"{model.label} is no longer served in {args.environment}.", live),
        blocks=down_card(live, model, watched=watched),
        dataset_id=model.dataset_id,
        model_id=model.id,
        inverse=_inverse(live),
        data={"name": name, "environment": args.environment, "model": None},
    )


def list_deployments(args: ListDeployments, context: ToolContext) -> Outcome:
    """What is live in this channel, now or at a moment in the past."""
    at = args.at
    zone = context.site.timezone
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    with context.catalog.read() as unit:
        rows = [
            (line, unit.models.get(context.scope, line.model_id or ""))
            for line in unit.deployments.list(context.scope, at=at)
        ]
    when = f"on {moment(at, zone)}" if at else "now"
    if not rows:
        text = f"Nothing was live {when}." if at else "Nothing is deployed in this channel."
        return Outcome(summary=text, blocks=(Headline(text),), data={"deployments": []})
    verb = "was" if at else "is"
    said = "; ".join(
        f"{model.label} {verb} in {line.environment} (since {moment(line.created_at, zone)}, "
        f"by {line.actor.name})"
        for line, model in rows
    )
    title = f"{plural(len(rows), 'endpoint')} live {when}"
    places = () if at else (Facts(tuple(_place(context, line) for line, _ in rows[:_PLACES])),)
    return Outcome(
        summary=f"{title}: {said}.",
        blocks=(Headline(title), deployments_table(context, rows), *places),
        data={"deployments": [_line_data(context, line, model) for line, model in rows]},
    )


def _inverse(live: Live) -> NextStep | None:
    """The call that restores what was live before."""
    if not live.changed:
        return None
    return NextStep(
        "Undo",
        "set_live",
        {
            "name": live.slot.name,
            "environment": live.slot.environment,
            "model_id": live.previous.model_id if live.previous else None,
            "instead_of": live.wanted,
        },
    )


def _told(sentence: str, live: Live) -> str:
    return " ".join((sentence, *live.problems))


def _data(model: ModelVersion, live: Live, url: str) -> dict[str, object]:
    return {
        "model": model.handle,
        "name": model.name,
        "version": model.version,
        "environment": live.slot.environment,
        "endpoint": url,
        "served": live.served,
    }


def _place(context: ToolContext, line: Deployment) -> Fact:
    return Fact(f"{line.name} in {line.environment}", endpoint_url(context, slot_of(line)))


def _line_data(context: ToolContext, line: Deployment, model: ModelVersion) -> dict[str, object]:
    return {
        "endpoint": endpoint_url(context, slot_of(line)),
        "environment": line.environment,
        "name": line.name,
        "model": model.handle,
        "version": model.version,
        "since": line.created_at.isoformat(),
        "by": line.actor.name,
        "approved_by": line.approved_by.name if line.approved_by else None,
    }


deploy_model_tool = Tool(
    name="deploy_model",
    summary="Serve a model at an HTTP endpoint; production waits for an approver.",
    args=DeployModel,
    run=deploy_model,
    effect="deploy",
    effect_of=effect_of_going_live,
    rehearse=rehearse_deploy,
    order=order_checks,
    where="worker",
    habits=(
        Habit(
            "environment",
            "we deploy to {}",
            "You chose {} twice. Always deploy there from this channel, when you ask?",
            ("deploy", "ship", "release", "publish"),
            usual="staging",
            own=True,
        ),
    ),
    words=Words(
        verbs=("deploy|ship|promote|publish|release|serve|host|redeploy|launch|push|move",),
        nouns=(
            "it|model|<model>|this|that|production|prod|staging|live|out|everyone|version|one|"
            "winner",
            "classifier|regressor|forest|endpoint|api",
        ),
        phrases=(
            "deploy|promote|redeploy",
            "ship|publish|release|serve|host ~ it|model|<model>|this|that|version|one|winner",
            "ship|publish|release|launch|put|push|bring|move|send|get|take|go|make|set|roll ~~ "
            "production|prod|staging|live|stage",
            "<model>|it|this to|into production|prod|staging|live",
            "stage it|this|that|model|<model>",
            "roll out|it out",
            "replace|swap|update ~ production|prod|staging|live|one ~ with|by|for ~ it|this|model|"
            "<model>",
            "go|goes live",
            "put ~ behind ~ api|endpoint",
            "expose|serve ~ api|endpoint|http",
            "make ~ available ~ endpoint|api|production|staging",
            "create|start|open|spin|stand|setup|make up? ~ endpoint|api|service",
        ),
        unless=(
            "back|rollback|revert|undeploy|down|offline|workflow|action|pipeline|previous|earlier",
            "what be|is|was",
            "monitor|watch|drift|stop|remove|delete|unpublish|retire|shut|off",
            "is|was|be|are deployed|live",
        ),
        slots={
            "environment": Slot(
                "choice",
                values={
                    "production": ("production|prod|live|prd",),
                    "staging": ("staging|stage|stg|preprod|preproduction",),
                },
                otherwise="staging",
            ),
            "better_than": Slot(
                "choice",
                values={
                    "staging": (f"{_BEATS} ~~ staging|stage|stg",),
                    "production": (_BEATS,),
                },
                unless=("no|not",),
                condition=True,
            ),
        },
    ),
    examples=("deploy it to staging", "ship it to production"),
)


rollback_deployment_tool = Tool(
    name="rollback_deployment",
    summary="Go back to the version last served there.",
    args=RollbackDeployment,
    run=rollback_deployment,
    effect="deploy",
    effect_of=effect_of_going_live,
    rehearse=rehearse_rollback,
    where="worker",
    words=Words(
        phrases=(
            "rollback",
            "roll|rolled|switch|flip ~ back",
            "go|fall|move|change|step|put|bring ~ back ~ production|prod|staging|version|model|"
            "<model>",
            "go|switch|change|return|get ~ back? to ~ we|it|that|what ~ had|have|was|were|ran ~ "
            "before|earlier|previously|last",
            "back to ~ previous|last|earlier|old|prior|former|version|<model>",
            "revert|restore|reinstate ~ production|prod|staging|deployment|endpoint|version|model|"
            "live",
            "restore|reinstate ~ old|previous|last|earlier|prior|former one|version|model",
            "undo ~ deployment|deploy|rollout|release",
            "use|serve ~ previous|earlier|prior|old|last version|model ~ again",
        ),
        unless=(
            "take ~ back",
            "send|give|csv|xlsx|parquet|file|data|dataset|cleaning|hand|download|export",
        ),
        slots={
            "environment": Slot(
                "choice",
                values={
                    "production": ("production|prod|live|prd",),
                    "staging": ("staging|stage|stg|preprod|preproduction",),
                },
            ),
        },
    ),
    examples=("roll back production", "go back to the previous version"),
)


undeploy_model_tool = Tool(
    name="undeploy_model",
    summary="Take an endpoint down.",
    args=UndeployModel,
    run=undeploy_model,
    effect="deploy",
    effect_of=effect_of_going_live,
    rehearse=rehearse_undeploy,
    where="worker",
    words=Words(
        verbs=(
            "undeploy|remove|delete|stop|kill|retire|decommission|disable|terminate|unpublish|"
            "withdraw|pull",
            "close|end|destroy",
        ),
        nouns=(
            "endpoint|endpoints|deployment|deployments|api|production|prod|staging|live|serving|"
            "server",
        ),
        phrases=(
            "undeploy|unpublish|decommission|unserve",
            "shut|take|bring|tear|pull ~ down|offline",
            "shut|turn|switch off|down ~ endpoint|deployment|api|production|prod|staging|model|"
            "<model>|server|it",
            "turn|switch|shut ~ endpoint|deployment|api|production|prod|staging|model|<model>|"
            "server|it off|down",
            "take|pull|remove ~ out of|from|off production|prod|staging|service|live",
            "retire|withdraw ~ model|<model>|it|version",
            "stop serving",
        ),
        unless=(
            "monitor|monitoring|drift|alert|training|job|column|columns|dataset|watching|rows|"
            "workflow",
            "training",
        ),
        slots={
            "environment": Slot(
                "choice",
                values={
                    "production": ("production|prod|live|prd",),
                    "staging": ("staging|stage|stg|preprod|preproduction",),
                },
            ),
        },
    ),
    examples=("shut down the staging endpoint", "undeploy it"),
)


list_deployments_tool = Tool(
    name="list_deployments",
    summary="Tell what is live where, now or at a moment in the past.",
    args=ListDeployments,
    run=list_deployments,
    effect="read",
    where="bot",
    words=Words(
        verbs=("list|show|see|display|view|give|tell|check",),
        nouns=("deployments|endpoints|deployment|services|deployed|endpoint|live|serving",),
        phrases=(
            "what|which|who ~ be|is|was|were|are|have ~ deployed|live|serving|served|online|"
            "released",
            "what|which ~ in|on|at production|prod|staging|live",
            "is|was|be|are|were|anything|something ~ deployed|live|online|served|serving",
            "when was|be|did ~ deployed|live|deploy|released|shipped",
            "what|which model|version ~ production|prod|staging|live|deployed|serving",
            "where be|is ~ deployed|live|model|served|endpoint|running",
            "deployments|endpoints",
            "deployment status|history|list|overview",
            "status of ~ deployment|deployments|endpoint|endpoints|production|staging",
            "endpoint url|address",
            "url|address|curl of|for",
        ),
        unless=(
            "jobs|job|workflow|training|monitor|monitors|alert|drift|shut|down|remove|better|"
            "compare",
            "how do|does deploying|deployment|deploy",
            "can|could|may|might|should model|models|one be",
            "beat|beats|accurate|accuracy|good",
        ),
        slots={"at": Slot("moment")},
    ),
    examples=("what is deployed?", "what was in production on 3 March?"),
)
