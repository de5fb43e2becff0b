"""Vendor libraries stay behind their adapter."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import modules

ADAPTERS: dict[str, tuple[str, ...]] = {
    "langchain": ("bot.agent.core", "bot.agent.models"),
    "langgraph": ("bot.agent.core",),
    "langchain_openai": ("bot.agent.models",),
    # Messages are what a turn is made of, so those who store or rehearse one name their types.
    "langchain_core": ("bot.agent", "bot.turns", "bot.commands.plan"),
    "slack_sdk": ("bot.platforms.slack",),
    "slack_bolt": ("bot.platforms.slack",),
    "discord": ("bot.platforms.discord",),
    "prompt_toolkit": ("bot.commands.chat",),
    "rich": ("bot.platforms", "bot.commands"),
    "pydantic_settings": ("bot.settings",),
    "mcp": ("bot.mcp", "bot.sources", "bot.commands.mcp"),
    "mcp_types": ("bot.mcp", "bot.sources"),
    "httpx2": ("bot.sources.asking", "bot.sources.bounds"),
    "anyio": ("bot.mcp.ends", "bot.sources"),
    "dateparser": ("bot.agent.offline.times",),
    "apscheduler": ("scheduler.service",),
    "cron_descriptor": ("tools.schedules",),
    "uvicorn": ("bot.commands.serve", "tools.serving", "bot.commands.mcp", "bot.commands.web"),
    "streamlit": ("bot.platforms.web.page",),
    "python_multipart": ("bot.platforms.web.multipart",),
    "starlette": (
        "bot.alertmanager",
        "bot.downloads",
        "bot.http",
        "bot.platforms",
        "bot.webhooks",
        "tools.serving",
        "bot.mcp",
    ),
    "githubkit": ("tools.workflows.api",),
    "yaml": ("tools.workflows.declared",),
    "prometheus_client": ("bot.http", "bot.metrics", "bot.readings", "tools.serving"),
    "opentelemetry": ("bot.tracing",),
    "matplotlib": ("tools.ml", "tools.drift.plot"),
    "skops": ("tools.ml.artifact",),
    "scipy": ("tools.ml",),
    "python_calamine": ("tools.ml.reading.sheets",),
    "charset_normalizer": ("tools.ml.reading.encoding",),
    "xlsxwriter": ("tools.ml.writing",),
    "boto3": ("storage.blobs.s3",),
    "botocore": ("storage.blobs.s3",),
    "sqlalchemy": ("storage.catalog",),
    "alembic": ("storage.catalog",),
    "mlflow": ("storage.model_registry",),
    "duckdb": ("tools.queries",),
    "sqlglot": ("tools.queries",),
}
"""Which modules (with those below them) may import a library."""

UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize("library", sorted(ADAPTERS))
def test_only_its_adapter_imports_a_library(library: str):
    """A vendor library is imported by its adapter and nowhere else, not even inside a function."""
    allowed = ADAPTERS[library]
    users = {m.name for m in modules() if any(_within(i, library) for i in m.imported)}
    assert {user for user in users if not any(_within(user, home) for home in allowed)} == set()


def test_nothing_loads_or_runs_code_from_data():
    """No module unpickles, evaluates or compiles anything, so no data can become code."""
    found = set()
    for module in modules():
        found |= {
            (module.name, name)
            for name in module.imported
            if name.partition(".")[0] in UNSAFE_MODULES
        }
        found |= {
            (module.name, node.func.id)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in UNSAFE_CALLS
        }
    assert found == set()


def test_the_environment_is_read_where_a_process_begins():
    """Settings are made once, by the command line; only processes of their own read the rest."""
    makers = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Settings"
    }
    assert makers == {"bot.commands.entry"}
    readers = {module.name for module in modules() if "os.environ" in module.text}
    assert readers == {
        "bot.sources.asking",  # what servers of tools are given
        "bot.platforms.terminal.adapter",  # which picture protocol the terminal speaks
        "scheduler.environment",  # what child processes are given
        "storage.model_registry",  # switches MLflow's telemetry off
        "tools.serving.__main__",  # a process of its own
    }


def _within(name: str, parent: str) -> bool:
    return name == parent or name.startswith(f"{parent}.")
