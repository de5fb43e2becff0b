"""Endpoints: what is live where, going live, and going back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Slot, Words

Environment = Literal["staging", "production"]


class DeployModel(Args):
    """Arguments of `deploy_model`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment = Field("staging", description="Where: staging or production.")


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


class ListDeployments(Args):
    """Arguments of `list_deployments`."""

    at: datetime | None = Field(None, description="What was live at this moment; now if omitted.")


deploy_model_tool = Tool(
    name="deploy_model",
    summary="Serve a model at an HTTP endpoint; production waits for an approver.",
    args=DeployModel,
    run=None,
    effect="deploy",
    where="worker",
    words=Words(
        verbs=("deploy|ship|promote|publish|release|serve|host|redeploy|launch|roll|push|move",),
        nouns=(
            "it|model|<model>|this|that|production|prod|staging|live|out|everyone|version|one|winner",
            "classifier|regressor|forest|endpoint|api",
        ),
        phrases=(
            "deploy|promote|redeploy",
            "ship|publish|release|serve|host ~ it|model|<model>|this|that|version|one|winner",
            "ship|publish|release|launch|put|push|bring|move|send|get|take|go|make|set|roll ~~ "
            "production|prod|staging|live|stage",
            "roll out|it out",
            "go|goes live",
            "put ~ behind ~ api|endpoint",
            "expose|serve ~ api|endpoint|http",
            "make ~ available ~ endpoint|api|production|staging",
            "create|start|open|spin|stand up? ~ endpoint|api|service",
        ),
        unless=(
            "back|rollback|revert|undeploy|down|offline|workflow|action|pipeline|previous|earlier",
            "what be|is|was",
            "monitor|watch|drift|stop|remove|delete|unpublish|retire|shut|turn off",
            "is|was|be|are deployed|live",
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
    examples=("deploy it to staging", "ship it to production"),
)


rollback_deployment_tool = Tool(
    name="rollback_deployment",
    summary="Go back to the version last served there.",
    args=RollbackDeployment,
    run=None,
    effect="deploy",
    where="worker",
    words=Words(
        phrases=(
            "rollback",
            "roll|rolled|switch|go|fall|move|change|flip|step|put|bring ~ back",
            "back to ~ previous|last|earlier|old|prior|former|version|<model>",
            "revert|restore|reinstate ~ production|prod|staging|deployment|previous|last|old|earlier|endpoint|"
            "version|model|live|prior",
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
    run=None,
    effect="deploy",
    where="worker",
    words=Words(
        verbs=(
            "undeploy|remove|delete|stop|kill|retire|decommission|disable|terminate|unpublish|withdraw|pull",
            "close|end|destroy",
        ),
        nouns=(
            "endpoint|endpoints|deployment|deployments|api|production|prod|staging|live|serving|server",
        ),
        phrases=(
            "undeploy|unpublish|decommission|unserve",
            "shut|take|bring|tear|pull ~ down|offline",
            "shut|turn|switch off|down ~ endpoint|deployment|api|production|prod|staging|model|<model>|server|it",
            "turn|switch|shut ~ endpoint|deployment|api|production|prod|staging|model|<model>|server|it off|down",
            "take|pull|remove ~ out of|from|off production|prod|staging|service|live",
            "retire|withdraw ~ model|<model>|it|version",
            "stop serving",
        ),
        unless=(
            "monitor|monitoring|drift|alert|training|job|column|columns|dataset|watching|rows|workflow",
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
    run=None,
    effect="read",
    where="bot",
    words=Words(
        verbs=("list|show|see|display|view|give|tell|check",),
        nouns=("deployments|endpoints|deployment|services|deployed|endpoint|live|serving",),
        phrases=(
            "what|which|who ~ be|is|was|were|are|have ~ deployed|live|serving|running|served|online|released",
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
            "jobs|job|workflow|training|monitor|monitors|alert|drift|shut|take down|remove|better|compare",
            "how do|does deploying|deployment",
            "beat|beats|accurate|accuracy|good",
        ),
        slots={"at": Slot("moment")},
    ),
    examples=("what is deployed?", "what was in production on 3 March?"),
)
