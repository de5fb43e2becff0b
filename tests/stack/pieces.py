"""The pieces of deploy/compose.yaml as local processes, with its own configuration."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml

from tests.servers.postgres import find_postgres, postgres_server
from tests.servers.s3 import free_port, s3_server

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PIECES = ("postgres", "s3", "mlflow", "monitoring")
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


@dataclass
class Stack:
    """What runs, and where: a service's `host:port` of the configuration to ours."""

    folder: Path
    stack: ExitStack
    places: dict[str, str] = field(default_factory=dict)
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def place(self, service: str) -> str:
        """A free port of ours for a service of the configuration."""
        return self.places.setdefault(service, f"127.0.0.1:{free_port()}")

    def here(self, text: str) -> str:
        """A text of the configuration with our places."""
        for service, place in self.places.items():
            text = text.replace(service, place)
        return text

    def start(self, name: str, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a program that ends with the block; its output is a file of its name."""
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=self.folder, env=kept | environment, stdout=log, stderr=log
            )
        self.programs.append(process)
        self.stack.callback(_end, process)
        return process

    def settings(self, service: str, **more: str) -> dict[str, str]:
        """The environment that compose.yaml gives a service, at our places."""
        given = dict(
            line.split("=", 1)
            for line in (self.folder / ".env").read_text().splitlines()
            if "=" in line
        )
        compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
        told: dict[str, Any] = compose["services"][service]["environment"]
        values = {
            name: _VARIABLE.sub(lambda found: given.get(found[1], found[2]), str(value))
            for name, value in told.items()
        }
        here = {name: self.here(value) for name, value in values.items()}
        secrets = str(self.folder / "secrets" / "bot")
        here = {name: value.replace("/run/secrets", secrets) for name, value in here.items()}
        return here | {"MLOPS_SECRETS": secrets, "PYTHONPATH": str(ROOT)} | more


@contextmanager
def open_stack(folder: Path) -> Iterator[Stack]:
    """PostgreSQL, S3, MLflow, Prometheus and Alertmanager; the bots are started by the test."""
    subprocess.run(
        [DEPLOY / "set-up", *PIECES],
        env=os.environ | {"DEPLOY_FOLDER": str(folder)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with ExitStack() as stack:
        pieces = Stack(folder, stack)
        for service in ("bot:8080", "predictions:8081", "mlflow:5000"):
            pieces.place(service)
        _stores(pieces)
        _mlflow(pieces)
        yield pieces


def _stores(pieces: Stack) -> None:
    """Debian's PostgreSQL, and an S3 service with the bucket."""
    programs = find_postgres()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed.")
    url = pieces.stack.enter_context(postgres_server(programs))
    (pieces.folder / "secrets/bot/MLOPS_DATABASE_URL").write_text(f"{url}\n", encoding="utf-8")
    endpoint = pieces.stack.enter_context(s3_server())
    pieces.places["s3:9000"] = endpoint.removeprefix("http://")
    key = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=endpoint, **key).create_bucket(Bucket="mlops")


def _mlflow(pieces: Stack) -> None:
    """`mlflow server` as compose.yaml starts it, from an environment of its own."""
    program = ROOT / ".stack/bin/mlflow"
    if not program.is_file():
        raise SystemExit("make stack-test installs MLflow's server into .stack first.")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    service = compose["services"]["mlflow"]
    host, port = pieces.place("mlflow:5000").split(":")
    home = pieces.folder / "mlflow"
    home.mkdir()
    said = [str(word).replace("/mlflow", str(home)) for word in service["command"][1:]]
    changed = {"--host": host, "--port": port, "--allowed-hosts": f"{host}:{port}"}
    command = [
        f"{name}={changed.get(name, value)}" if equals else name
        for name, equals, value in (word.partition("=") for word in said)
    ]
    pieces.start("mlflow", str(program), *command, **service["environment"])
    until(f"http://{host}:{port}/health", seconds=180)


def watch(pieces: Stack, bots: list[str]) -> tuple[str, str]:
    """Prometheus and Alertmanager with the shipped files; their addresses."""
    alerts, prometheus = pieces.place("alertmanager:9093"), f"127.0.0.1:{free_port()}"
    token = str(pieces.folder / "secrets/bot/MLOPS_ALERTS_TOKEN")
    text = (DEPLOY / "prometheus/alertmanager.yaml").read_text(encoding="utf-8")
    text = pieces.here(text).replace("/run/secrets/MLOPS_ALERTS_TOKEN", token)
    (pieces.folder / "alertmanager.yaml").write_text(text, encoding="utf-8")
    data = f"--storage.path={pieces.folder / 'alertmanager'}"
    address = (f"--web.listen-address={alerts}", "--cluster.listen-address=")
    where = f"--config.file={pieces.folder / 'alertmanager.yaml'}"
    pieces.start("alertmanager", "prometheus-alertmanager", where, data, *address)
    shutil.copy(DEPLOY / "prometheus/rules.yaml", pieces.folder)
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yaml").read_text(encoding="utf-8"))
    config["global"] = dict.fromkeys(config["global"], "2s")
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alerts]}]}]
    targets = {"bot": bots, "predictions": [pieces.places["predictions:8081"]]}
    for job in config["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": targets[job["job_name"]]}]
    (pieces.folder / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    data = f"--storage.tsdb.path={pieces.folder / 'prometheus'}"
    where = f"--config.file={pieces.folder / 'prometheus.yaml'}"
    pieces.start("prometheus", "prometheus", where, data, f"--web.listen-address={prometheus}")
    until(f"http://{alerts}/-/ready")
    until(f"http://{prometheus}/-/ready")
    return prometheus, alerts


def until(url: str, *, seconds: float = 90) -> None:
    """Wait until an address answers with 200."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")


def bot_command(*words: str) -> list[str]:
    """`python -m bot` of this environment."""
    return [sys.executable, "-m", "bot", *words]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
