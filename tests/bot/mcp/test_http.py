"""`python -m bot mcp --http`: a token, known hosts and origins, and the same client."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
from collections.abc import Iterator

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.bot.mcp.agents import HOMES, all_listed
from tests.bot.processes import started, wait_until

TOKEN = "correct-horse-battery"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("http")
    port = free_port()
    with started(
        folder / "home",
        "mcp",
        "--http",
        MLOPS_MCP_TOKEN=TOKEN,
        MLOPS_MCP_HTTP=f"127.0.0.1:{port}",
        MLOPS_MCP_HOSTS="mcp.example.org",
        MLOPS_MAX_UPLOAD_MB="1",
    ) as process:
        wait_until(lambda: answers(port), within=90)
        yield port
        process.terminate()
        assert process.wait(60) == 0
    assert "Traceback" not in (folder / "home-mcp.log").read_text()


def post(port: int, body: object = None, **headers: str) -> tuple[int, str]:
    """One POST with these headers; its status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    asked = {"jsonrpc": "2.0", "id": 1, "method": "ping"} if body is None else body
    given = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {TOKEN}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    connection.request("POST", "/mcp", json.dumps(asked), given)
    response = connection.getresponse()
    told = response.status, response.read().decode(errors="replace")
    connection.close()
    return told


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_sdk_s_client_works_with_it(port: int, mode: str):
    """With the token: tools, a file, a watched call, and a download that a person can open."""

    async def talk() -> None:
        async with httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120
        ) as web:
            way = streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=web)
            async with Client(way, mode=mode) as client:
                assert len(await all_listed(client)) > 30
                shares: list[float] = []

                async def note(share: float, total: float | None, text: str | None) -> None:
                    shares.append(share)

                await client.call_tool("send_file", {"name": f"{mode}.csv", "text": HOMES})
                told = await client.call_tool(
                    "train_model",
                    {"target": "price", "time_budget_s": 2},
                    progress_callback=note,
                )
                assert told.structured_content["status"] == "done"
                assert len(shares) > 1
                file = await client.call_tool("download_dataset", {"format": "csv"})
                link = next(part for part in file.content if part.type == "resource_link")
                got = await web.get(re.sub(r"//[^/]+/", f"//127.0.0.1:{port}/", link.uri))
                assert got.text.startswith('"size","rooms"')

    asyncio.run(asyncio.wait_for(talk(), 250))


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer wrong-token-wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x"]
)
def test_without_the_token_nothing_is_answered(port: int, value: str):
    """No token, another, or another scheme: 401 with the scheme to use, whatever was asked."""
    status, body = post(port, Authorization=value)
    assert (status, json.loads(body)["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Host": "evil.example.org"}, 421),
        ({"Host": "127.0.0.1.evil.example.org:80"}, 421),
        ({"Origin": "https://evil.example.org"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_a_page_that_rebinds_its_name_gets_nothing(port: int, headers: dict, expected: int):
    """A foreign Host or Origin is refused even with the token."""
    assert post(port, **headers)[0] == expected


def test_a_name_that_was_allowed_is_answered(port: int):
    """MLOPS_MCP_HOSTS adds the name of a proxy, for Host and Origin."""
    begin = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        },
    }
    status, _ = post(port, begin, Host="mcp.example.org", Origin="https://mcp.example.org")
    assert status == 200


def test_a_body_is_bounded(port: int):
    """What is larger than a file may be is refused before it is read as a message."""
    assert post(port, {"x": "y" * (4 * 2**20)})[0] == 413


def test_other_paths_are_nothing(port: int):
    """Only the protocol and signed downloads are there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    statuses = []
    for path in ("/", "/metrics", "/files/x.y"):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()
    assert statuses == [404, 404, 403]


def test_it_listens_on_loopback_by_default(port: int):
    """The default address is this machine's own."""
    from bot.settings import Settings

    assert Settings(_env_file=None).mcp_http.startswith("127.0.0.1:")
