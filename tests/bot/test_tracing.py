"""Spans: none and nothing loaded unless asked for; one trace per message where they are."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.errors import SetupError
from bot.tracing import start_tracing
from tests.bot.processes import ROOT
from tests.bot.stage import load, message, still
from tools.trail import following, span


class Receiver:
    """An OTLP receiver on loopback that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.receiver.spans.extend(scope.spans)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


def attributes(found: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in found.attributes}


def test_nothing_is_loaded_unless_asked_for():
    """A bot without the setting imports no OpenTelemetry."""
    script = (
        "import sys, json, bot.app, bot.commands.serve, scheduler.worker, tools.serving.server; "
        "print(json.dumps([m for m in sys.modules if m.startswith('opentelemetry.sdk') or "
        "m.startswith('opentelemetry.exporter')]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(ran.stdout) == []


def test_a_message_is_one_trace(tmp_path: Path, receiver: Receiver):
    """Turn and tool calls of one message share a trace, and carry no words of people."""
    end = start_tracing(receiver.url, version="1")
    try:
        with still(tmp_path) as app:
            load(app, "size,price\n1,2\n3,4\n")
            asyncio.run(app.assistant.answer(message("list datasets", "e1")))
            asyncio.run(app.assistant.answer(message("list models", "e2")))
    finally:
        end()
    turns = [each for each in receiver.spans if each.name == "turn"]
    tools = {attributes(each)["mlops.tool"]: each for each in receiver.spans if each.name == "tool"}
    assert len({each.trace_id for each in turns}) == 2
    assert set(tools) == {"list_datasets", "list_models"}
    assert [tools[name].trace_id for name in tools] == [turn.trace_id for turn in turns]
    assert [tools[name].parent_span_id for name in tools] == [turn.span_id for turn in turns]
    told = {value for each in receiver.spans for value in attributes(each).values()}
    assert not [value for value in told if " " in value]


def test_a_job_in_another_process_joins_the_trace(receiver: Receiver):
    """What belongs to one reference is one trace, wherever it was made."""
    for name in ("turn", "job"):
        end = start_tracing(receiver.url, version="1")
        try:
            with following("a1b2c3d4e5f60718"), span(name):
                pass
        finally:
            end()
    assert {each.name for each in receiver.spans} == {"turn", "job"}
    assert len({each.trace_id for each in receiver.spans}) == 1


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch):
    """The setting without the extra is one sentence, not a trace of Python."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SetupError, match="extra otel"):
        start_tracing("http://127.0.0.1:9", version="1")
