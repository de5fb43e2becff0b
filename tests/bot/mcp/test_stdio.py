"""`python -m bot mcp` as a client starts it: on standard input and output."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from storage.catalog.catalog import open_catalog
from storage.catalog.records import Job, Scope
from tests.bot.mcp.agents import HOMES, all_listed
from tests.bot.processes import environment, run, wait_until

ASKED: list[dict[str, Any]] = [
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "ping"},
    {"jsonrpc": "2.0", "id": 3, "method": "nonsense"},
    {"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "list_jobs"}},
]


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_the_sdk_s_client_works_with_it(tmp_path: Path, mode: str):
    """The SDK starts it, lists the tools, hands a file over and gets its description."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "bot", "mcp"],
        env=environment(tmp_path / "home"),
        cwd=tmp_path,
    )

    links: list[str] = []

    async def talk() -> None:
        async with Client(server, mode=mode) as client:
            assert len(await all_listed(client)) > 30
            told = await client.call_tool("send_file", {"name": "homes.csv", "text": HOMES})
            assert told.structured_content["status"] == "done"
            link = next(part for part in told.content if part.type == "resource_link")
            links.append(link.uri)

    asyncio.run(asyncio.wait_for(talk(), 200))
    assert [Path(link.removeprefix("file://")).is_file() for link in links] == [True]


def test_nothing_but_the_protocol_is_written(tmp_path: Path):
    """Each line of standard output is a message; noise and logs are on standard error."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "mcp"],
        env=environment(tmp_path / "home"),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("this is no message\n")
        process.stdin.write("".join(f"{json.dumps(each)}\n" for each in ASKED))
        process.stdin.flush()
        answers = {}
        while len(answers) < 4:
            told = json.loads(process.stdout.readline())
            if told.get("id") is not None:
                answers[told["id"]] = told
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stdout.read() == ""
    assert answers[1]["result"]["serverInfo"]["name"] == "mlops-assistant"
    assert answers[2]["result"] == {}
    assert answers[3]["error"]["code"] == -32601
    assert answers[4]["result"]["structuredContent"]["status"] == "done"


def test_a_job_outlives_its_client(tmp_path: Path):
    """A client that leaves in the middle of a training has not stopped it: the job stays."""
    home = tmp_path / "home"
    (tmp_path / "homes.csv").write_text(HOMES)
    call = {"name": "train_model", "arguments": {"target": "price", "time_budget_s": 300}}
    lines = [*ASKED[:2], {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": call}]
    assert run(home, "ask", "--file", "homes.csv", "what is in it?").returncode == 0
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "mcp"],
        env=environment(home),
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write("".join(f"{json.dumps(each)}\n" for each in lines))
        process.stdin.flush()
        catalog = open_catalog(f"sqlite:///{home / 'catalog.db'}")

        def training() -> list[Job]:
            with catalog.read() as unit:
                return unit.jobs.list(Scope("terminal", "local", "main"), tool="train_model")

        wait_until(lambda: any(job.state == "running" for job in training()), within=60)
        process.stdin.close()
        assert process.wait(60) == 0
    assert [(job.cancel_requested, job.finished_at) for job in training()] == [(False, None)]
    catalog.close()


def test_a_chat_s_channel_needs_a_person(tmp_path: Path):
    """For a channel of Slack the setting must say whose rights count."""
    ended = run(tmp_path / "home", "mcp", "--channel", "slack/T1/C1", "--thread", "17.1")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "MLOPS_MCP_USER" in ended.stderr


def test_an_address_needs_a_token(tmp_path: Path):
    """Without a token nothing listens."""
    ended = run(tmp_path / "home", "mcp", "--http")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "MLOPS_MCP_TOKEN" in ended.stderr
