"""Pipelines and hand-over: CI workflows and stand-alone projects."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class RunWorkflow(Args):
    """Arguments of `run_workflow`."""

    workflow: str = Field(description="Workflow name.")
    ref: str = Field("main", description="Branch or tag.")
    inputs: dict[str, str] = Field({}, description="Inputs of the workflow.")


class WorkflowStatus(Args):
    """Arguments of `workflow_status`."""

    workflow: str | None = Field(None, description="Workflow name.")
    ref: str | None = Field(None, description="Branch or tag.")


class ExportProject(Args):
    """Arguments of `export_project`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


run_workflow_tool = Tool(
    name="run_workflow",
    summary="Start a CI workflow and follow it.",
    args=RunWorkflow,
    run=None,
    effect="deploy",
    where="bot",
    words=Words(),
    examples=("trigger the deploy workflow on main", "run the nightly retrain workflow"),
)


workflow_status_tool = Tool(
    name="workflow_status",
    summary="Tell how a CI workflow is doing.",
    args=WorkflowStatus,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("did CI pass?", "why did the workflow fail?"),
)


export_project_tool = Tool(
    name="export_project",
    summary="Hand over a stand-alone project that reproduces a model.",
    args=ExportProject,
    run=None,
    effect="read",
    where="job",
    words=Words(),
    examples=("hand this to engineering", "export the project"),
)
