"""S3 over loopback: moto's server as a process, and a small bucket whose faults can be set."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def s3_server() -> Iterator[str]:
    """Start moto's S3 server; its URL."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError("the S3 server did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


@dataclass
class FaultyBucket:
    """A bucket with faults: how many writes meet a conflict, whether conditions are ignored."""

    url: str = ""
    conflicts: int = 0
    ignores_conditions: bool = False
    objects: dict[str, bytes] = field(default_factory=dict)


@contextmanager
def faulty_bucket() -> Iterator[FaultyBucket]:
    """Serve a FaultyBucket on loopback."""
    bucket = FaultyBucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bucket))
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(bucket: FaultyBucket) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"bucket": bucket})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: FaultyBucket

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        conditional = self.headers["If-None-Match"] and not self.bucket.ignores_conditions
        if self.bucket.conflicts:
            self.bucket.conflicts -= 1
            self._answer(409, "ConditionalRequestConflict")
        elif conditional and self.path in self.bucket.objects:
            self._answer(412, "PreconditionFailed")
        else:
            self.bucket.objects[self.path] = body
            self._answer(200)

    def do_GET(self) -> None:
        path = re.sub(r"\?.*", "", self.path)
        if path in self.bucket.objects:
            self._answer(200, body=self.bucket.objects[path])
        else:
            self._answer(404, "NoSuchKey")

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.bucket.objects.pop(re.sub(r"\?.*", "", self.path), None)
        self._answer(204)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, code: str = "", *, body: bytes = b"") -> None:
        if code:
            body = f"<Error><Code>{code}</Code></Error>".encode()
        self.send_response(status)
        self.send_header("ETag", f'"{hashlib.md5(body).hexdigest()}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
