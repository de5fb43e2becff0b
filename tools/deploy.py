"""Endpoints: what is live where, going live, and going back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words

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
    words=Words(),
    examples=("deploy it to staging", "ship it to production"),
)


rollback_deployment_tool = Tool(
    name="rollback_deployment",
    summary="Go back to the version last served there.",
    args=RollbackDeployment,
    run=None,
    effect="deploy",
    where="worker",
    words=Words(),
    examples=("roll back production", "go back to the previous version"),
)


undeploy_model_tool = Tool(
    name="undeploy_model",
    summary="Take an endpoint down.",
    args=UndeployModel,
    run=None,
    effect="deploy",
    where="worker",
    words=Words(),
    examples=("shut down the staging endpoint", "undeploy it"),
)


list_deployments_tool = Tool(
    name="list_deployments",
    summary="Tell what is live where, now or at a moment in the past.",
    args=ListDeployments,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("what is deployed?", "what was in production on 3 March?"),
)
