"""Metrics, rules and configurations as Prometheus' own tools judge them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.hooks import (
    CheckFinished,
    CheckQueued,
    DeliveryTried,
    JobFinished,
    ModelAnswered,
    ModelFailed,
    ToolCallFinished,
    TurnFinished,
)
from bot.metrics import Metrics
from docs.metrics_page import all_metrics
from storage.catalog.catalog import open_catalog
from storage.prediction_log import PredictionLog
from tests.tools.serving.world import World, priced, trained
from tools.serving.limits import Limits
from tools.serving.metrics import Metrics as ServingMetrics
from tools.serving.metrics import PredictionServed
from tools.serving.request_log import RequestLog
from tools.serving.slots import Slots

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/rules.yaml"

EVERYTHING = (
    TurnFinished("slack", "answered", 0.4),
    DeliveryTried("slack", "sent", 0.2),
    ToolCallFinished("train_model", "slack", True, 20.0),
    ModelAnswered("openai:m", "aggregates", 10, 5, 0.01),
    ModelFailed("openai:m", "TimeoutError"),
    JobFinished("train_model", "succeeded", 0.1, 20.0),
    CheckQueued(0.5, 2),
    CheckFinished("drift"),
)


def promtool(*words: str, told: bytes = b"", program: str = "promtool") -> str:
    """What a tool of Prometheus says, and that it is content."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian's package prometheus has it)")
    ran = subprocess.run(
        [program, *words], cwd=ROOT, input=told, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()
    return (ran.stdout + ran.stderr).decode()


def bot_page(folder: Path) -> bytes:
    catalog = open_catalog(f"sqlite:///{folder / 'catalog.db'}")
    metrics = Metrics(tools=["train_model"], version="1")
    for event in EVERYTHING:
        metrics.hook(event)
    page = metrics.page(catalog)
    catalog.close()
    return page


def served(metrics: ServingMetrics, **more: object) -> None:
    known = {"model": "5ad1.titanic", "environment": "production", "version": "1"}
    metrics(PredictionServed(200, 0.01, **(known | more)))  # type: ignore[arg-type]


@pytest.fixture
def serving(tmp_path: Path) -> ServingMetrics:
    world = World.in_folder(tmp_path)
    log = RequestLog(PredictionLog(world.catalog, world.blobs), limits=Limits())
    return ServingMetrics(Slots(world.catalog, world.blobs), log)


def test_the_bots_metrics_follow_the_conventions(tmp_path: Path):
    """`promtool check metrics` finds nothing in the page of a bot that has done everything."""
    assert promtool("check", "metrics", told=bot_page(tmp_path)) == ""


def test_the_prediction_servers_metrics_follow_the_conventions(serving: ServingMetrics):
    """`promtool check metrics` finds nothing in the page of a server with every kind of model."""
    served(serving, answers=(0, 1, 1), contract=trained().contract, unseen=1)
    served(serving, model="5ad1.houses", answers=(1.5, 1e9), contract=priced().contract)
    served(serving, refused=True)
    assert promtool("check", "metrics", told=serving.text()) == ""


def test_what_callers_send_never_becomes_a_label(serving: ServingMetrics, tmp_path: Path):
    """A thousand strange answers, tools and errors add one label each, not a thousand."""
    for number in range(1000):
        served(serving, answers=(f"strange {number}",), contract=trained().contract)
    answers = re.findall(r"^mlops_prediction_answers_total\{.*$", serving.text().decode(), re.M)
    assert [re.search(r'answer="(\w+)"', line)[1] for line in answers] == ["other"]  # type: ignore[index]
    metrics = Metrics(tools=["train_model"])
    for number in range(1000):
        metrics.hook(ToolCallFinished(f"invented_{number}", "slack", False, 0.1))
        metrics.hook(ModelFailed("openai:m", f"Error{number}"))
    catalog = open_catalog(f"sqlite:///{tmp_path / 'other.db'}")
    page = metrics.page(catalog).decode()
    catalog.close()
    assert re.findall(r'^mlops_tool_calls_total.*tool="(\w+)"', page, re.M) == ["unknown"]
    assert re.findall(r'^mlops_model_errors_total.*reason="(\w+)"', page, re.M) == ["other"]


def test_values_of_a_regression_fit_its_target(serving: ServingMetrics):
    """The ranges lie around what the target typically was, and add up."""
    contract = priced().contract
    typical = max(contract.naive.median, contract.naive.mean)
    served(serving, answers=(0.5 * typical, typical * 1.01, 100 * typical), contract=contract)
    text = serving.text().decode()
    counts = [
        float(n) for n in re.findall(r"^mlops_prediction_value_bucket\{.*\} (\S+)$", text, re.M)
    ]
    assert len(counts) >= 10
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == 3
    assert counts[-2] == 2


def test_the_rules_are_sound_and_tested():
    """`promtool test rules` passes: every alert fires on what it is for, and is quiet beside it."""
    assert "SUCCESS" in promtool("check", "rules", "--lint=all", "--lint-fatal", str(RULES))
    assert "SUCCESS" in promtool("test", "rules", "deploy/prometheus/rules_test.yaml")


def test_every_alert_has_both_tests():
    """There is a test in which each alert fires, and one in which it does not."""
    tests = yaml.safe_load(RULES.with_name("rules_test.yaml").read_text(encoding="utf-8"))["tests"]
    fired = {t["alert_rule_test"][0]["alertname"]: [] for t in tests}
    for test in tests:
        case = test["alert_rule_test"][0]
        fired[case["alertname"]].append(bool(case["exp_alerts"]))
    assert {name: sorted(fires) for name, fires in fired.items()} == {
        rule["alert"]: [False, True] for rule in rules()
    }


def test_the_configurations_are_sound():
    """Promtool and amtool take the configurations that are shipped."""
    assert "SUCCESS" in promtool("check", "config", "deploy/prometheus/prometheus.yaml")
    where = ("check-config", "deploy/prometheus/alertmanager.yaml")
    assert "SUCCESS" in promtool(*where, program="amtool")


def test_every_alert_has_its_runbook():
    """Each alert names a page that exists and is its own; no page is left over."""
    pages = {rule["alert"]: ROOT / rule["annotations"]["runbook"] for rule in rules()}
    for name, page in pages.items():
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {name}\n")
        assert "**Look:**" in text
        assert "**Do:**" in text
    folder = set((ROOT / "docs/runbooks").glob("*.md")) - {ROOT / "docs/runbooks/README.md"}
    assert set(pages.values()) == folder


def test_rules_use_metrics_that_exist():
    """Every metric that a rule names is one that the code exposes."""
    known = {m.name for metrics in all_metrics().values() for m in metrics}
    named = {
        name.removesuffix("_bucket")
        for rule in rules()
        for name in re.findall(r"\bmlops_\w+", rule["expr"])
    }
    assert named - known == set()


def rules() -> list[dict[str, dict[str, str]]]:
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]
