"""`python -m tools.serving` on its own: settings, readiness, refusals, a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.serving.test_app import ROW
from tests.tools.serving.world import SCOPE, Client, World, trained
from tools.serving.limits import Limits
from tools.serving.settings import (
    BadSettings,
    ServingSettings,
    from_environment,
    from_line,
    parse_address,
)


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The server as a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MLOPS_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tools.serving", *arguments],
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_server_on_its_own_serves_and_ends_cleanly(world: World) -> None:
    """From the environment alone it migrates, serves what is live, and ends with 0 on SIGTERM."""
    world.go_live(world.register(trained()))
    environment = {
        "MLOPS_DATABASE_URL": world.catalog.url,
        "MLOPS_BLOBS_URL": world.blobs_url,
        "MLOPS_SERVING": "127.0.0.1:0",
    }
    with start(environment) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert (ready["ready"], ready["pid"]) == (True, process.pid)
        client = Client(int(ready["url"].rpartition(":")[2]))
        path = f"/models/{SCOPE.id}/survival/staging/predict"
        assert client.post(path, [ROW]).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with world.catalog.read() as unit:
        parts = unit.predictions.parts(SCOPE.id, name="survival", environment="staging")
    assert [part.rows for part in parts] == [1]


def test_missing_settings_are_told_in_one_line() -> None:
    """Without a catalog it says which settings are missing, and exits with 1."""
    with start({}) as process:
        said, noise = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "MLOPS_DATABASE_URL and MLOPS_BLOBS_URL must be set" in json.loads(said)["error"]
    assert noise == ""


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    """A port in use ends it with a line that is no traceback."""
    environment = {
        "MLOPS_DATABASE_URL": f"sqlite:///{tmp_path}/c.db",
        "MLOPS_BLOBS_URL": "file:///",
    }
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with start(environment, "--host", "127.0.0.1", "--port", port) as process:
            said, noise = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "in use" in json.loads(said)["error"]
    assert noise == ""


def test_settings_travel_as_one_line() -> None:
    """What the supervisor writes is what the child reads."""
    settings = ServingSettings(
        database_url="sqlite:///c.db",
        blobs_url="memory://b",
        parent=7,
        limits=Limits(rows=5, head_s=0.5),
    )
    assert from_line(settings.dump()) == settings
    for line in ("", "{", "[]", "{}", '{"database_url": 1, "blobs_url": "memory://b"}'):
        with pytest.raises(BadSettings):
            from_line(line)


def test_settings_from_the_environment() -> None:
    """Defaults and given values are read; an address that is none is named."""
    given = {"MLOPS_DATABASE_URL": "sqlite:///c.db", "MLOPS_BLOBS_URL": "memory://b"}
    settings = from_environment(given)
    assert (settings.host, settings.port, settings.s3_endpoint_url) == ("127.0.0.1", 8081, None)
    assert from_environment(given | {"MLOPS_SERVING": "0.0.0.0:9000"}).port == 9000
    assert parse_address("[::1]:80") == ("::1", 80)
    for wrong in ("8081", "host", "host:", "host:port", "host:70000", ":80"):
        with pytest.raises(BadSettings, match="is not host:port"):
            parse_address(wrong)
