"""Pipelines and hand-over: CI workflows and stand-alone projects."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Slot, Words


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
    words=Words(
        verbs=("run|trigger|start|launch|kick|dispatch|fire|execute|rerun|begin|call|invoke",),
        nouns=("workflow|action|pipeline|ci|build",),
        phrases=(
            "trigger|dispatch ~~ workflow|pipeline|action|ci|build|tests",
            "run|trigger|start|launch|kick off? ~~ workflow|pipeline|ci",
        ),
        unless=(
            "status|failed|fail|did|passed|pass|how|stop|cancel|why|green|red",
            "build ~ model|classifier",
        ),
        slots={
            "workflow": Slot(
                "name",
                says=(
                    "<> workflow|pipeline|action|build",
                    "workflow|pipeline|action called|named? <>",
                    "run|trigger|start|launch|rerun|dispatch <> on",
                ),
                ask="Which workflow?",
            ),
            "ref": Slot("name", says=("on|branch|tag|ref|from|against|for branch|tag|ref? <>",)),
            "inputs": Slot("pairs", says=("with|inputs|using <>",)),
        },
    ),
    examples=("trigger the deploy workflow on main", "run the nightly retrain workflow"),
)


workflow_status_tool = Tool(
    name="workflow_status",
    summary="Tell how a CI workflow is doing.",
    args=WorkflowStatus,
    run=None,
    effect="read",
    where="bot",
    words=Words(
        verbs=("check|show|see|did|why|what|how|has|is|have|get|status",),
        nouns=("ci|workflow|workflows|pipeline|build|action|actions|tests",),
        phrases=(
            "did|has|have|is|be ~ ci|workflow|pipeline|build|tests|action ~ "
            "pass|passed|fail|failed|finish|finished|green|red|done|succeed|succeeded|ok|running|broken",
            "why ~ ci|workflow|pipeline|build|tests|action ~ fail|failed|red|broken|break",
            "status of ~ ci|workflow|workflows|pipeline|build|action",
            "ci|workflow|workflows|pipeline|build status|state|result|results",
            "how ~ ci|workflow|pipeline|build|tests do|doing|go|going|look|looking",
        ),
        unless=(
            "run|trigger|start|launch|dispatch ~ workflow|pipeline|ci|action",
            "model|classifier",
        ),
        slots={
            "workflow": Slot(
                "name", says=("<> workflow|pipeline|action|build", "workflow|pipeline <>")
            ),
            "ref": Slot("name", says=("on|branch|tag|ref branch|tag|ref? <>",)),
        },
    ),
    examples=("did CI pass?", "why did the workflow fail?"),
)


export_project_tool = Tool(
    name="export_project",
    summary="Hand over a stand-alone project that reproduces a model.",
    args=ExportProject,
    run=None,
    effect="read",
    where="job",
    words=Words(
        verbs=(
            "export|package|bundle|download|hand|give|generate|create|produce|send|get|make|zip|wrap",
        ),
        nouns=("project|repo|repository|code|package|codebase|bundle|source|script|notebook",),
        phrases=(
            "hand|give|pass|send ~ to|over ~ "
            "engineering|engineers|engineer|developers|developer|dev|devs|team|it|ops|platform",
            "hand|take over|off|over ~ to|model|<model>",
            "handover|handoff",
            "package|bundle|wrap|zip it|this|model|<model> up? for",
            "stand alone project",
            "standalone project?",
            "export|package|bundle|download ~ model|<model>",
            "reproducible|reproduce ~ project|package|model|it|code",
            "code|project|source|repo for|of|behind|that ~ model|it|<model>|this",
        ),
        unless=("csv|xlsx|parquet|excel|data|dataset|file|workflow|table",),
    ),
    examples=("hand this to engineering", "export the project"),
)
