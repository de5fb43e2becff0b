"""The files of deploy/ are what the programs that read them expect."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from docs.metrics_page import all_metrics

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana/dashboards").glob("*.json"))
PROVISIONING = sorted((DEPLOY / "grafana/provisioning").rglob("*.yaml"))


def check(*words: str | Path) -> None:
    """check-jsonschema, and that it is content."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("check-jsonschema"), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_the_files_fit_their_schemas():
    """Compose's own schema, and ours for what Grafana reads."""
    check("--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    check("--schemafile", DEPLOY / "schemas/dashboard.json", *DASHBOARDS)
    check("--schemafile", DEPLOY / "schemas/provisioning.json", *PROVISIONING)


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_ask_for_metrics_that_exist(path: Path):
    """Every metric in a query is exposed; panels have their own ids and places."""
    known = {m.name for metrics in all_metrics().values() for m in metrics}
    panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
    queries = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    named = {n.removesuffix("_bucket") for q in queries for n in re.findall(r"\bmlops_\w+", q)}
    assert len(named) >= 10
    assert named - known == set()
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len({panel["id"] for panel in panels}) == len(set(places)) == len(panels)


def test_everything_measured_is_shown():
    """A metric that nobody can see on a dashboard or in an alert would be measured for nothing."""
    files = [*DASHBOARDS, DEPLOY / "prometheus/rules.yaml"]
    shown = "".join(path.read_text(encoding="utf-8") for path in files)
    metrics = {m.name for metrics in all_metrics().values() for m in metrics}
    assert {name for name in metrics if name not in shown} == {"mlops_build_info"}


def test_what_compose_sets_are_settings():
    """Every variable that compose gives the assistant is one that it or its libraries read."""
    known = {str(field.alias) for field in Settings.model_fields.values()}
    for name in ("bot", "predictions", "web"):
        given = set(compose()["services"][name]["environment"])
        assert given - known == {"AWS_SHARED_CREDENTIALS_FILE", "AWS_DEFAULT_REGION"}


def test_no_secret_is_in_an_environment():
    """What is secret comes from files; nothing is published but on loopback."""
    for name, service in compose()["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|TOKEN|_KEY|CREDENTIALS", variable):
                assert str(value).startswith("/run/secrets/"), (name, variable)
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


def test_every_piece_says_when_it_is_well():
    """Each service has a health check, here or in the image, and what needs it waits for it."""
    services = compose()["services"]
    assert {n for n, s in services.items() if "healthcheck" not in s} == {"bot"}
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert how["condition"] == "service_healthy"
            assert how.get("required", True) or services[needed]["profiles"]


def test_set_up_makes_what_compose_needs(tmp_path: Path):
    """Every secret file exists afterwards, is no two times the same, and is kept the next time."""

    def run(*pieces: str) -> dict[str, str]:
        environment = os.environ | {"DEPLOY_FOLDER": str(tmp_path)}
        subprocess.run([DEPLOY / "set-up", *pieces], env=environment, check=True, text=True,
                       capture_output=True)  # fmt: skip
        files = [path for path in (tmp_path / "secrets").rglob("*") if path.is_file()]
        return {str(path.relative_to(tmp_path)): path.read_text() for path in files}

    first = run("postgres", "s3", "mlflow", "monitoring", "web")
    needed = {secret["file"].removeprefix("./") for secret in compose()["secrets"].values()}
    assert needed <= set(first)
    long = [text for text in first.values() if len(text) == 48]
    assert len(long) == len(set(long)) == 5
    assert first["secrets/postgres_password"] in first["secrets/bot/MLOPS_DATABASE_URL"]
    with (tmp_path / ".env").open("a") as own:
        own.write("MLOPS_TIMEZONE=Europe/Berlin\n")
    assert run("postgres") == first
    written = (tmp_path / ".env").read_text()
    assert "COMPOSE_PROFILES=postgres\n" in written
    assert "MLOPS_BLOBS_URL" not in written
    assert written.endswith("# yours:\nMLOPS_TIMEZONE=Europe/Berlin\n")
    assert set(first) - set(run()) == {"secrets/bot/MLOPS_DATABASE_URL"}
    assert run("postgres") == first
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_an_unknown_piece_is_refused(tmp_path: Path):
    """A misspelt piece is named, and where the right ones are."""
    environment = os.environ | {"DEPLOY_FOLDER": str(tmp_path)}
    ran = subprocess.run([DEPLOY / "set-up", "postgress"], env=environment, check=False, text=True,
                         capture_output=True)  # fmt: skip
    assert ran.returncode == 2
    assert "postgress" in ran.stderr


def test_the_image_keeps_its_promises_on_paper():
    """Two stages, locked, byte-compiled, its own user, exec form, one volume, a base to choose."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert text.count("FROM ${PYTHON_IMAGE}") == 2
    for promise in ("--locked", "UV_COMPILE_BYTECODE=1", "compileall", "USER 1000:1000",
                    "STOPSIGNAL SIGTERM", 'ENTRYPOINT ["python", "-m", "bot"]', "VOLUME /data",
                    "ARG PYTHON_IMAGE="):  # fmt: skip
        assert promise in text
    last = text.rpartition("FROM ")[2]
    assert "uv sync" not in last
    assert "type=secret" not in last
