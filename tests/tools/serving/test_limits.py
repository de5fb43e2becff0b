"""What callers cannot do to the prediction server: flood it, hang it, or make it fail."""

from __future__ import annotations

import gzip
import json
import random
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.serving.test_app import HEALTHY, ROW
from tests.tools.serving.world import KEY, SCOPE, Running, World, running, trained
from tools.serving.limits import Limits

SMALL = Limits(
    body_bytes=20_000,
    rows=50,
    head_s=0.4,
    body_s=0.4,
    connections=6,
    waiting=1,
    drain_s=0.2,
)
PATH = f"/models/{SCOPE.id}/survival/staging/predict"


@pytest.fixture
def small(world: World) -> Iterator[Running]:
    """A server with small limits."""
    world.go_live(world.register(trained()))
    with running(world, SMALL) as server:
        yield server


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for many requests."""
    world = World.in_folder(tmp_path_factory.mktemp("sturdy"))
    world.go_live(world.register(trained()))
    with running(world) as server:
        yield server
    world.catalog.close()


def read_all(connection: socket.socket) -> bytes:
    """Everything until the other side closes."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def head(length: int, extra: str = "") -> bytes:
    """The head of a prediction request."""
    lines = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
    return f"{lines}Content-Length: {length}\r\n{extra}\r\n".encode()


def test_a_long_body_gets_413_and_the_connection_closed(small: Running) -> None:
    """A body beyond the bound is refused, with or without its length told before."""
    long = json.dumps({"rows": [ROW | {"deck": "x" * 25_000}]}).encode()
    told = small.predict(long)
    assert (told.status, told.headers["connection"]) == (413, "close")
    parts = (long[at : at + 5_000] for at in range(0, len(long), 5_000))
    chunked = small.send("POST", PATH, body=parts, key=KEY)
    assert chunked.status == 413


def test_a_caller_that_asks_first_is_refused_before_it_sends(small: Running) -> None:
    """`Expect: 100-continue` with too long a body is answered 413 at once."""
    with small.raw() as connection:
        connection.sendall(head(25_000, "Expect: 100-continue\r\n"))
        assert read_all(connection).startswith(b"HTTP/1.1 413 ")


def test_too_many_rows_get_413(small: Running) -> None:
    """More rows than allowed are refused, in both ways of asking."""
    assert small.predict([{}] * 51).status == 413
    tensor = {"name": "age", "shape": [51], "datatype": "FP64", "data": [1] * 51}
    assert small.post(f"/v2/models/{HEALTHY}/infer", {"inputs": [tensor]}).status == 413


def test_a_stalled_body_gets_408(small: Running) -> None:
    """A body that stops arriving is given up, and the connection closed."""
    with small.raw() as connection:
        connection.sendall(head(100) + b'{"rows"')
        assert read_all(connection).startswith(b"HTTP/1.1 408 ")


def test_a_stalled_or_dripping_head_is_cut_off(small: Running) -> None:
    """A connection without a whole head is closed in time, however slowly bytes keep coming."""
    for first in (b"", b"POST / HTTP/1.1\r\n"):
        began = time.monotonic()
        with small.raw() as connection:
            connection.settimeout(0.05)
            alive = True
            connection.sendall(first)
            while alive and time.monotonic() - began < 5:
                try:
                    if first:
                        connection.sendall(b"x")
                    alive = connection.recv(100) != b""
                except TimeoutError:
                    continue
                except OSError:
                    alive = False
            assert not alive
            assert time.monotonic() - began < 3


def test_a_second_request_on_a_connection_has_its_time_too(small: Running) -> None:
    """The time for a head starts anew after each answer; a connection in use is not cut."""
    with small.raw() as connection:
        for _ in range(4):
            connection.sendall(b"GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = b""
            while not answer.endswith(b"}"):
                part = connection.recv(4096)
                assert part
                answer += part
            assert answer.startswith(b"HTTP/1.1 200 ")
            time.sleep(0.2)


def test_more_requests_than_places_get_503(small: Running) -> None:
    """While all places are taken a further request is told to come back."""
    with small.raw() as slow:
        slow.sendall(head(100) + b'{"rows"')
        time.sleep(0.1)
        busy = small.predict([ROW])
    assert (busy.status, busy.headers["retry-after"]) == (503, "1")
    assert small.predict([ROW]).status in (200, 503)


def test_more_connections_than_allowed_get_503(small: Running) -> None:
    """With all connections taken the next request gets a 503, and later one is served again."""
    idle = [small.raw() for _ in range(SMALL.connections)]
    assert small.get("/healthz").status == 503
    for connection in idle:
        connection.close()
    deadline = time.monotonic() + 5
    while small.get("/healthz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_compressed_bodies_are_refused(small: Running) -> None:
    """A compressed body could be a bomb: 415."""
    body = gzip.compress(json.dumps([ROW]).encode())
    headers = {"content-encoding": "gzip"}
    assert small.send("POST", PATH, body=body, key=KEY, headers=headers).status == 415


SHAPES = [
    (b"", "empty"),
    (b"\xff\xfe{}", "UTF-8"),
    (b"{", "not JSON"),
    (b"3", "neither an object nor a list"),
    (b"[]", "at least one row"),
    (b"[1]", "Row 0"),
    (b'{"rows": {}}', "at least one row"),
    (b'{"row": [1]}', "Row 0"),
    (b'{"data": []}', "'data'"),
    (b'{"rows": [{"age": 1}], "more": 2}', "'more'"),
    (b'{"rows": [{"age": 1, "age": 2}]}', "twice"),
    (b'{"rows": [{"age": [1]}]}', "nested"),
    (b'{"rows": [{"age": 1' + b"0" * 5000 + b"}]}", "4,300 digits"),
    (b'{"rows": [{"age": 1' + b"0" * 30 + b"}]}", "64 bits"),
    (b'{"rows": [{"sex": "\\ud800"}]}', "surrogate"),
    (b'{"rows": [{"\\udfff": 1}]}', "surrogate"),
    (b"[" * 100_000, "nested deeper"),
    (b'{"a":' * 50_000, "nested deeper"),
    (b"[" * 40 + b"]" * 40, "nested deeper"),
    (b'{"rows": [{}], "keys": []}', "'keys'"),
    (b'{"rows": [{}], "keys": [1.5]}', "Key 0"),
    (b'{"rows": [{}], "keys": ["' + b"k" * 300 + b'"]}', "Key 0"),
]


@pytest.mark.parametrize(("body", "word"), SHAPES, ids=[word for _, word in SHAPES])
def test_a_refusal_says_what_is_wrong(sturdy: Running, body: bytes, word: str) -> None:
    """A body that cannot be read is answered 4xx with the reason in words."""
    reply = sturdy.predict(body)
    assert 400 <= reply.status < 500
    assert word in reply.json["error"]


TENSORS: list[Any] = [
    {},
    {"inputs": []},
    {"inputs": [1]},
    {"inputs": [{"name": "age"}]},
    {"inputs": [{"name": "age", "data": [1], "shape": [2]}]},
    {"inputs": [{"name": "age", "data": [1], "shape": "x"}]},
    {"inputs": [{"name": "age", "data": [], "shape": [0]}]},
    {"inputs": [{"name": "age", "data": [1], "shape": [1]}] * 2},
    {"inputs": [{"name": "age", "data": [[[1]]], "shape": [1, 1]}]},
]


@pytest.mark.parametrize("value", TENSORS, ids=range(len(TENSORS)))
def test_bad_tensors_are_refused(sturdy: Running, value: Any) -> None:
    """Tensors that are none get a 4xx with words."""
    reply = sturdy.post(f"/v2/models/{HEALTHY}/infer", value)
    assert 400 <= reply.status < 500
    assert reply.json["error"]


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["female", "A", "2026-01-01", "0x1F", "1_000", "٣", "inf", "nan", "1e400"]),
    st.lists(st.integers(), max_size=2),
)
FIELD = st.one_of(st.sampled_from([*ROW, "AGE", " fare ", "survived"]), st.text(max_size=8))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.dictionaries(FIELD, CELL, max_size=6), max_size=4), full=st.booleans())
def test_no_row_makes_it_fail(sturdy: Running, rows: list[dict[str, Any]], full: bool) -> None:
    """Whatever the rows hold, the answer is predictions or a 4xx that is strict JSON."""
    sent = [ROW | row for row in rows] if full else rows
    reply = sturdy.predict({"rows": sent})
    assert reply.status in (200, 400, 422)
    assert json.loads(reply.body, parse_constant=pytest.fail)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_no_damaged_body_makes_it_fail(sturdy: Running, seed: int) -> None:
    """Bodies with bytes changed, cut out or doubled never cause a 5xx."""
    rng = random.Random(seed)
    body = bytearray(json.dumps({"rows": [ROW, ROW], "keys": ["a", "b"]}).encode())
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body))
        end = at + rng.randint(0, 6)
        body[at:end] = rng.choice([b"", bytes([rng.randrange(256)]), body[at:end] * 2, b"[", b'"'])
    path = rng.choice([PATH, f"/v2/models/{HEALTHY}/infer"])
    reply = sturdy.post(path, bytes(body))
    assert reply.status < 500


@settings(max_examples=60, deadline=None)
@given(path=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_no_path_makes_it_fail(sturdy: Running, path: str) -> None:
    """Any path is answered without a 5xx."""
    for method in ("GET", "POST", "DELETE"):
        assert sturdy.send(method, f"/{path}", body=b"x", key=KEY).status < 500


def test_what_is_not_http_is_answered_or_closed(sturdy: Running) -> None:
    """Noise on the socket does not harm the server."""
    rng = random.Random(1)
    for noise in (b"\x16\x03\x01\x02\x00", rng.randbytes(3000), b"GET / HTTP/9.9\r\n\r\n"):
        with sturdy.raw() as connection:
            connection.sendall(noise + b"\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            answer = read_all(connection)
            assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert sturdy.predict([ROW]).status == 200
