"""What children are told: the site whole, the environment without what is not theirs."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.environment import child_environment
from tests.scheduler.places import site_in
from tools.context import Site


def test_children_get_no_keys_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens and the installation's secret stay here; credentials of storage go along."""
    kept = {"AWS_ACCESS_KEY_ID": "a", "MLFLOW_TRACKING_TOKEN": "m", "PYTHONPATH": "/more"}
    models = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY")
    chats = ("SLACK_BOT_TOKEN", "DISCORD_TOKEN", "GITHUB_TOKEN")
    ours = (*chats, "MLOPS_SECRET", "MLOPS_MCP_TOKEN", *models)
    for name, value in {**kept, **dict.fromkeys(ours, "private")}.items():
        monkeypatch.setenv(name, value)
    told = child_environment()
    assert "private" not in told.values()
    assert {name: told[name] for name in kept if name != "PYTHONPATH"} == {
        "AWS_ACCESS_KEY_ID": "a",
        "MLFLOW_TRACKING_TOKEN": "m",
    }
    root = str(Path(__file__).parents[2])
    assert told["PYTHONPATH"].split(os.pathsep) == [root, "/more"]
    assert told["OMP_NUM_THREADS"] == "1"


def test_a_site_survives_the_way_to_a_worker(tmp_path: Path) -> None:
    """What arrives is what was sent; what people may see of it has no secret."""
    site = replace(site_in(tmp_path), sources=("data.example.org", "s3://team-data"))
    assert Site.load(json.loads(json.dumps(site.dump()))) == site
    assert site.secret not in repr(site)
