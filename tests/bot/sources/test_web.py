"""MCP servers at an address: with their token, and bounded like those that are started."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.sources.asking import offered
from bot.sources.listed import Source
from tests.servers.strange_tools import respond
from tools.errors import ToolError

TOKEN = "open-sesame-for-tests"


class Handler(BaseHTTPRequestHandler):
    """One request, one answer, in the manner of its server."""

    protocol_version = "HTTP/1.1"
    manner = "good"

    def do_POST(self) -> None:
        """Answer a message of the protocol."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._send(401, b"{}")
        elif "id" not in message:
            self._send(202, b"")
        elif self.manner == "away":
            self._send(307, b"", Location="https://evil.example.org/mcp")
        elif self.manner == "packed":
            self._send(200, b"\x1f\x8b" + bytes(100), Content_Encoding="gzip")
        elif self.manner == "flood" and message["method"] != "server/discover":
            self._flood()
        elif message["method"] == "server/discover":
            error = {"code": -32601, "message": "Method not found"}
            self._tell({"jsonrpc": "2.0", "id": message["id"], "error": error})
        else:
            result = respond("good", message)
            self._tell({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def do_GET(self) -> None:
        """There is no stream to listen to."""
        self._send(405, b"")

    do_DELETE = do_GET  # noqa: N815 - what the base class calls

    def _tell(self, message: object) -> None:
        self._send(200, json.dumps(message).encode())

    def _flood(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(2**40))
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b"x" * 2**16)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is written."""


@contextmanager
def served(manner: str) -> Iterator[str]:
    """The address of a server for as long as the block runs."""
    kind = type("Mannered", (Handler,), {"manner": manner})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/mcp"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_TOKEN", TOKEN)


def test_a_server_at_an_address_is_asked_with_its_token():
    """What it offers is read; the token is the one of the variable that the file names."""
    with served("good") as url:
        offers = offered("desk", Source(url=url, token_env="DESK_TOKEN"))
    assert set(offers) == {"find_ticket", "close_all"}


def test_without_its_token_nothing_is_read():
    """A server that refuses us is told in a sentence."""
    with served("good") as url, pytest.raises(ToolError, match=r"^desk "):
        offered("desk", Source(url=url))


@pytest.mark.parametrize("manner", ["flood", "packed"])
def test_an_answer_at_an_address_is_bounded(manner: str):
    """Endless and packed answers are given up."""
    with served(manner) as url, pytest.raises(ToolError, match=r"^desk "):
        offered("desk", Source(url=url, token_env="DESK_TOKEN", timeout_s=10))


def test_nobody_is_led_away():
    """A redirect to another origin is not followed."""
    with served("away") as url, pytest.raises(ToolError, match=r"^desk "):
        offered("desk", Source(url=url, token_env="DESK_TOKEN", timeout_s=10))
