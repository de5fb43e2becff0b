"""All tools by name: explicit tuples, and what other installed packages add."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from storage.plugins import Plugin
from tools.advise import suggest_plan_tool
from tools.asking import open_form_tool
from tools.base import Tool
from tools.check import scheduled_check_tool
from tools.ci import (
    cancel_workflow_tool,
    rerun_workflow_tool,
    run_workflow_tool,
    workflow_status_tool,
)
from tools.clean import clean_dataset_tool
from tools.datasets import (
    delete_dataset_tool,
    download_dataset_tool,
    list_datasets_tool,
    load_dataset_tool,
    plot_dataset_tool,
    preview_dataset_tool,
    profile_dataset_tool,
)
from tools.deploy import (
    deploy_model_tool,
    list_deployments_tool,
    rollback_deployment_tool,
    undeploy_model_tool,
)
from tools.errors import NotFound
from tools.evaluate import (
    compare_models_tool,
    evaluate_model_tool,
    explain_model_tool,
    list_models_tool,
)
from tools.export import export_project_tool
from tools.follow import follow_workflow_tool, unfollow_workflow_tool
from tools.history import show_history_tool, undo_tool
from tools.jobs import cancel_job_tool, list_jobs_tool
from tools.memory import (
    forget_fact_tool,
    keep_habit_tool,
    list_facts_tool,
    remember_fact_tool,
)
from tools.minds import set_privacy_tool, show_model_view_tool, show_usage_tool
from tools.monitor import (
    check_drift_tool,
    list_monitors_tool,
    monitor_model_tool,
    snooze_alert_tool,
    stop_monitor_tool,
)
from tools.plugins import tool_plugins
from tools.predict import predict_tool, record_outcomes_tool
from tools.proposing import propose_project_tool
from tools.query import query_dataset_tool
from tools.roles import (
    allow_channel_tool,
    grant_role_tool,
    list_roles_tool,
    revoke_role_tool,
)
from tools.shifting import send_shifted_batch_tool
from tools.train import train_model_tool

TOOLS: tuple[Tool[Any], ...] = (
    load_dataset_tool,
    list_datasets_tool,
    profile_dataset_tool,
    preview_dataset_tool,
    query_dataset_tool,
    plot_dataset_tool,
    download_dataset_tool,
    delete_dataset_tool,
    suggest_plan_tool,
    clean_dataset_tool,
    train_model_tool,
    list_models_tool,
    compare_models_tool,
    evaluate_model_tool,
    explain_model_tool,
    predict_tool,
    open_form_tool,
    record_outcomes_tool,
    deploy_model_tool,
    rollback_deployment_tool,
    undeploy_model_tool,
    list_deployments_tool,
    check_drift_tool,
    monitor_model_tool,
    list_monitors_tool,
    stop_monitor_tool,
    snooze_alert_tool,
    run_workflow_tool,
    workflow_status_tool,
    rerun_workflow_tool,
    cancel_workflow_tool,
    follow_workflow_tool,
    unfollow_workflow_tool,
    export_project_tool,
    propose_project_tool,
    show_history_tool,
    undo_tool,
    remember_fact_tool,
    forget_fact_tool,
    list_facts_tool,
    list_jobs_tool,
    cancel_job_tool,
    grant_role_tool,
    revoke_role_tool,
    list_roles_tool,
    set_privacy_tool,
    show_model_view_tool,
    show_usage_tool,
)

INTERNAL_TOOLS: tuple[Tool[Any], ...] = (scheduled_check_tool,)
"""What only the scheduler calls: never offered to people or models."""

BUTTON_TOOLS: tuple[Tool[Any], ...] = (
    send_shifted_batch_tool,
    allow_channel_tool,
    keep_habit_tool,
)
"""What only buttons call, with the rights of whoever presses: never offered to models."""

RESERVED: Final = ("ask_person", "answer_question", "get_result", "send_file")
"""Names that mean something beside the tools."""


@cache
def outside_tools() -> tuple[Plugin, ...]:
    """What other installed packages bring; names of ours are not theirs to take."""
    ours = {tool.name for tool in (*TOOLS, *INTERNAL_TOOLS, *BUTTON_TOOLS)}
    return tool_plugins(taken={*ours, *RESERVED})


@cache
def all_tools() -> dict[str, Tool[Any]]:
    """Our tools and those of other packages that can be used, by name."""
    outside = (plugin.value for plugin in outside_tools() if not plugin.trouble)
    return {tool.name: tool for tool in (*TOOLS, *outside)}


@cache
def pressable_tools() -> dict[str, Tool[Any]]:
    """All that may be called in the name of a person: what can be asked for, and buttons."""
    return {**{tool.name: tool for tool in BUTTON_TOOLS}, **all_tools()}


def find_tool(name: str) -> Tool[Any]:
    """The tool a job names, internal ones too; raises NotFound when it is not installed here."""
    internal = {tool.name: tool for tool in INTERNAL_TOOLS}
    tool = internal.get(name) or pressable_tools().get(name)
    if tool is None:
        raise NotFound(f"There is no tool `{name}`.")
    return tool
