"""CI workflows: starting them, telling how they are, running them again, stopping them."""

from __future__ import annotations

from typing import Final

from tools.base import Tool
from tools.ci_runs import (
    CancelWorkflow,
    RerunWorkflow,
    RunWorkflow,
    WorkflowStatus,
    cancel_workflow,
    effect_of_rerun,
    effect_of_run,
    order_rerun,
    order_run,
    rehearse_rerun,
    rehearse_run,
    rerun_workflow,
    run_workflow,
    spoken_of_run,
    workflow_status,
)
from tools.words import Slot, Words

_CI: Final = "ci|workflow|workflows|pipeline|build|tests|action|actions"
_START: Final = "run|trigger|start|launch|kick|dispatch|fire|execute|invoke"
_AGAIN: Final = "rerun|retry|restart|redo|repeat"
_FOLLOWS: Final = "follow|follows|following|followed|unfollow|subscribe|unsubscribe|subscribed"
_FAILED: Final = "fail|failed|failing|red|broken|break|broke|crash|crashed"

_REPOSITORY: Final = Slot("repository")

run_workflow_tool = Tool(
    name="run_workflow",
    summary="Start a CI workflow and follow it to its end.",
    args=RunWorkflow,
    run=run_workflow,
    effect="deploy",
    effect_of=effect_of_run,
    rehearse=rehearse_run,
    order=order_run,
    spoken=spoken_of_run,
    where="bot",
    words=Words(
        verbs=(f"{_START}|begin|call",),
        nouns=("workflow|action|pipeline|ci|build",),
        phrases=(
            "trigger|dispatch ~~ workflow|pipeline|action|ci|build|tests",
            f"{_START} ~~ yml|yaml",
            f"{_START} <any> on main|master|develop|trunk|branch",
            "run|trigger|start|launch|kick off? ~~ workflow|pipeline|ci",
        ),
        unless=(
            f"status|did|passed|pass|how|stop|cancel|why|green|{_FAILED}",
            f"{_AGAIN}|again|re|{_FOLLOWS}",
            "build ~ model|classifier",
            "last|latest|recent runs|run",
            "what|which|when|who",
        ),
        slots={
            "workflow": Slot("workflow"),
            "repository": _REPOSITORY,
            "ref": Slot("branch"),
            "inputs": Slot("inputs"),
        },
    ),
    examples=(
        "run the nightly retrain workflow on main with rows=10000",
        "trigger the deploy workflow",
    ),
)


workflow_status_tool = Tool(
    name="workflow_status",
    summary="Tell how CI is: the last runs, one run with its jobs, and why it failed.",
    args=WorkflowStatus,
    run=workflow_status,
    effect="read",
    where="bot",
    words=Words(
        verbs=("check|show|see|did|why|what|how|has|is|have|get|status|list",),
        nouns=(_CI,),
        phrases=(
            f"did|has|have|is|be|was ~ {_CI} ~ "
            "pass|passed|finish|finished|green|done|succeed|succeeded|ok|running|through|"
            f"{_FAILED}",
            f"why|what|where ~ {_CI} ~ {_FAILED}",
            f"what|who {_FAILED} ~ {_CI}",
            f"status|state|result|results|log|logs of|from ~ {_CI}",
            f"{_CI} status|state|result|results|log|logs",
            f"how ~ {_CI} do|doing|go|going|look|looking",
            f"last|latest|recent {_CI} runs|run",
            f"which|what ~ {_CI} ~ follow|followed",
            f"why ~ it|that|this ~ {_FAILED}",
            f"did|has|have it|that ~ pass|passed|succeed|succeeded|go|gone|{_FAILED}",
            "be it|that green|red",
        ),
        unless=(
            f"{_START} ~ workflow|pipeline|ci|action",
            f"{_AGAIN}|unfollow|subscribe|cancel|stop",
            "model|classifier",
        ),
        slots={
            "workflow": Slot("workflow"),
            "repository": _REPOSITORY,
            "ref": Slot("branch"),
        },
    ),
    examples=("did CI pass?", "why did the workflow fail?"),
)


rerun_workflow_tool = Tool(
    name="rerun_workflow",
    summary="Run a CI run again, or only what failed of it, and follow it.",
    args=RerunWorkflow,
    run=rerun_workflow,
    effect="deploy",
    effect_of=effect_of_rerun,
    rehearse=rehearse_rerun,
    order=order_rerun,
    where="bot",
    words=Words(
        phrases=(
            f"{_AGAIN} ~~ {_CI}",
            f"re run|start|try ~~ {_CI}",
            f"{_START} ~ {_CI} ~ again|anew",
            f"{_AGAIN} ~ failed jobs|job",
            "re run ~ failed jobs|job",
            f"{_AGAIN} ~ failed ~ {_CI}",
        ),
        unless=("model|classifier|training", f"why|did|how|stop|cancel|{_FOLLOWS}"),
        slots={
            "workflow": Slot("workflow"),
            "repository": _REPOSITORY,
            "failed_only": Slot(
                "flag", values={"yes": ("failed|failing|broken|red jobs|job|ones|part|parts",)}
            ),
        },
    ),
    examples=("run CI again", "rerun the failed jobs of the workflow"),
)


cancel_workflow_tool = Tool(
    name="cancel_workflow",
    summary="Stop a CI run.",
    args=CancelWorkflow,
    run=cancel_workflow,
    effect="write",
    where="bot",
    words=Words(
        verbs=("cancel|stop|abort|kill|halt|end|terminate",),
        nouns=("ci|workflow|pipeline|action",),
        unless=(f"{_FOLLOWS}|post|posting|tell|telling|model|training",),
        slots={
            "workflow": Slot("workflow"),
            "repository": _REPOSITORY,
        },
    ),
    examples=("cancel the workflow run", "stop the CI run"),
)
