"""The bot's own address, over real HTTP."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.hooks import ModelAnswered, ToolCallFinished
from bot.http import web_app
from tests.bot.stage import still


@contextmanager
def serving(app: App, troubles: list[str]) -> Iterator[str]:
    """The address of the app's pages."""
    listener = socket.create_server(("127.0.0.1", 0))
    pages = web_app(app.catalog, app.metrics, troubles=lambda: troubles)
    server = uvicorn.Server(uvicorn.Config(pages, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_alive_and_ready(tmp_path: Path) -> None:
    """/healthz says that the process lives, /readyz that it does its work."""
    with still(tmp_path) as app, serving(app, []) as url:
        assert get(f"{url}/healthz") == (200, '{"status":"alive"}')
        status, body = get(f"{url}/readyz")
        assert (status, json.loads(body)) == (200, {"status": "ready", "reasons": []})


def test_not_ready_says_why(tmp_path: Path) -> None:
    """/readyz is 503 with the reasons in sentences; /healthz stays fine."""
    with still(tmp_path) as app, serving(app, ["the prediction server is not up"]) as url:
        status, body = get(f"{url}/readyz")
        assert status == 503
        assert json.loads(body)["reasons"] == ["the prediction server is not up"]
        assert get(f"{url}/healthz")[0] == 200


def test_metrics_can_be_scraped(tmp_path: Path) -> None:
    """/metrics is in Prometheus' format, and counts what the hooks tell."""
    with still(tmp_path) as app, serving(app, []) as url:
        app.metrics.hook(ToolCallFinished("train_model", "terminal", True, 12.0))
        app.metrics.hook(ToolCallFinished("train_model", "terminal", False, 0.2))
        app.metrics.hook(ModelAnswered("openai:x", "aggregates", 30, 4, 0.5))
        app.metrics.hook(ModelAnswered("openai:x", "aggregates", 20, 6, 0.25))
        status, body = get(f"{url}/metrics")
    assert status == 200
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert values["mlops_tool_calls_total", "ok", "terminal", "train_model"] == 1
    assert values["mlops_tool_calls_total", "error", "terminal", "train_model"] == 1
    assert values["mlops_model_tokens_total", "aggregates", "openai:x", "read"] == 50
    assert values["mlops_model_tokens_total", "aggregates", "openai:x", "written"] == 10
    assert values["mlops_model_cost_total", "openai:x"] == 0.75
    assert values["mlops_catalog_up",] == 1
