"""CI in people's words: what is run, asked about, run again, stopped and followed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.agent.offline.understand import understand
from bot.agent.state import ThreadState
from tests.bot.agent.offline.sentences import TODAY
from tools.registry import TOOLS

EMPTY = ThreadState(today=TODAY)
NIGHTLY = {"workflow": "nightly retrain", "ref": "main", "inputs": {"rows": "10000"}}

SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("run the nightly retrain workflow on main with rows=10000", "run_workflow", NIGHTLY),
    ("did CI pass?", "workflow_status", {}),
    ("why did CI fail?", "workflow_status", {}),
    ("why did the nightly workflow fail?", "workflow_status", {"workflow": "nightly"}),
    ("trigger the deploy workflow", "run_workflow", {"workflow": "deploy"}),
    ("start nightly.yml on develop", "run_workflow", {"workflow": "nightly.yml", "ref": "develop"}),
    ("kick off the retrain pipeline", "run_workflow", {"workflow": "retrain"}),
    ("dispatch the tests workflow on branch fix-12", "run_workflow", {"ref": "fix-12"}),
    ("run the retrain workflow with rows=500 and dry_run=true", "run_workflow",
     {"inputs": {"rows": "500", "dry_run": "true"}}),
    ("is the build green?", "workflow_status", {}),
    ("is CI green on main?", "workflow_status", {"ref": "main"}),
    ("how is the nightly workflow doing?", "workflow_status", {"workflow": "nightly"}),
    ("what is the state of CI", "workflow_status", {}),
    ("show me the last workflow runs", "workflow_status", {}),
    ("what broke the build?", "workflow_status", {}),
    ("has the pipeline finished?", "workflow_status", {}),
    ("rerun the failed jobs of the workflow", "rerun_workflow", {"failed_only": True}),
    ("re-run the workflow", "rerun_workflow", {}),
    ("run CI again", "rerun_workflow", {}),
    ("cancel the workflow run", "cancel_workflow", {}),
    ("stop the CI run", "cancel_workflow", {}),
    ("follow CI of acme/churn here", "follow_workflow", {"repository": "acme/churn"}),
    ("post the CI results of acme/churn in this channel", "follow_workflow",
     {"repository": "acme/churn"}),
    ("tell us here when a workflow of acme/site ends", "follow_workflow",
     {"repository": "acme/site"}),
    ("stop following CI of acme/churn", "unfollow_workflow", {"repository": "acme/churn"}),
    ("unfollow acme/churn", "unfollow_workflow", {"repository": "acme/churn"}),
    ("rerun the failed jobs", "rerun_workflow", {"failed_only": True}),
    ("re-run only the failed jobs of the nightly workflow", "rerun_workflow",
     {"failed_only": True, "workflow": "nightly"}),
    ("why did it fail?", "workflow_status", {}),
    ("did it pass?", "workflow_status", {}),
    ("run nightly on main", "run_workflow", {"workflow": "nightly", "ref": "main"}),
    ("follow acme/churn here", "follow_workflow", {"repository": "acme/churn"}),
    ("show me the log of the failed workflow", "workflow_status", {}),
    ("run the nightly workflow with 500 rows", "run_workflow", {"inputs": {"rows": "500"}}),
    ("run the nightly workflow of acme/churn with mode full and rows 5", "run_workflow",
     {"repository": "acme/churn", "inputs": {"rows": "5"}}),
    ("which CI do we follow here?", "workflow_status", {}),
)  # fmt: skip

OTHERS = (
    ("train a model", "train_model"),
    ("stop the training", "cancel_job"),
    ("deploy it to staging", "deploy_model"),
    ("what jobs are running?", "list_jobs"),
    ("stop watching it for drift", "stop_monitor"),
)


@pytest.mark.parametrize(("said", "tool", "least"), SAID)
def test_ci_is_understood(said: str, tool: str, least: dict[str, Any]):
    """A sentence about CI means one call of the right tool with what was said."""
    steps = understand(said, EMPTY, TOOLS).steps
    assert [step.tool for step in steps] == [tool]
    assert {name: steps[0].args.get(name) for name in least} == least


@pytest.mark.parametrize(("said", "tool"), OTHERS)
def test_what_is_no_ci_stays_what_it_was(said: str, tool: str):
    """Sentences about models, jobs and monitors do not mean CI."""
    assert [step.tool for step in understand(said, EMPTY, TOOLS).steps] in ([tool], [])
