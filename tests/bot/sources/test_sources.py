"""Tools of MCP servers: allowed one by one, pinned, bounded, and data whatever they say."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.agent.fences import fence
from bot.errors import SetupError
from bot.messages import ApprovalPrompt
from bot.offering import check_offering, offers
from bot.settings import Settings
from bot.sources.asking import Changed, called
from bot.sources.check import check_sources, pin_all
from bot.sources.listed import Source, read_listed
from bot.sources.pins import digest_of, pins_beside
from bot.sources.tools import source_tools, tool_name
from storage.catalog.records import Actor, Address, Scope, Turn
from tests.bot.processes import alive, wait_until
from tests.bot.stage import message, settings_for, still
from tools.context import ToolContext
from tools.errors import ToolError

SERVER = Path(__file__).parents[2] / "servers/strange_tools.py"
TIMEOUT_S = 20
HERE = Address(Scope("slack", "T1", "C1"), "17.1")
ADA = Actor("slack/T1/U1", "Ada")


def write(folder: Path, manner: str, *, tools: str = 'find_ticket = "read"', **more: str) -> Path:
    """A file that lists the server in one of its manners."""
    path = folder / "mcp.toml"
    lines = [
        "[desk]",
        f"command = {json.dumps([sys.executable, str(SERVER), manner, str(folder / 'pid')])}",
        *(f"{name} = {value}" for name, value in more.items()),
        "[desk.tools]",
        tools,
    ]
    path.write_text("\n".join(lines))
    return path


def pinned(folder: Path, manner: str = "good", **more: str) -> Path:
    """The same, allowed while the server was good, and now of another manner."""
    path = write(folder, "good", **more)
    pins, findings = pin_all(path)
    assert findings == []
    assert pins["desk"]
    return write(folder, manner, **more)


def call(path: Path, **args: Any) -> str:
    """What the tool's outcome tells a model."""
    (_, tool), *_ = source_tools(path).values()
    assert tool.run is not None
    context: ToolContext = None  # type: ignore[assignment]  # such a tool touches nothing of ours
    outcome = tool.run(tool.args(**args), context)
    return outcome.summary


def test_an_allowed_tool_is_called(tmp_path: Path):
    """A pinned tool answers under a name of ours, with what it was given and nothing of ours."""
    path = pinned(tmp_path)
    assert list(source_tools(path)) == ["desk_find_ticket"]
    told = call(path, query="login")
    assert "Ticket 7 about login" in told
    assert "token none; leaked []" in told


def test_only_what_is_named_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A variable of ours reaches a server only by its name in the file."""
    monkeypatch.setenv("STRANGE_TOKEN", "sesame")
    monkeypatch.setenv("MLOPS_SECRET", "not for you, not for you")
    path = pinned(tmp_path, pass_env='["STRANGE_TOKEN"]')
    assert "token sesame; leaked []" in call(path, query="x")


def test_what_was_never_pinned_is_not_offered(tmp_path: Path):
    """Allowing a tool in the file is not enough: it is pinned first, and doctor says so."""
    path = write(tmp_path, "good")
    assert source_tools(path) == {}
    said = " ".join(finding.sentence for finding in check_sources(path))
    assert "never pinned" in said


def test_tools_that_are_not_listed_are_not_there(tmp_path: Path):
    """Of all that a server offers only what the file names can be called."""
    path = pinned(tmp_path)
    assert "close_all" not in str(source_tools(path))
    assert set(pins_beside(path)["desk"]) == {"find_ticket"}


@pytest.mark.parametrize(
    ("written", "effect"),
    [("read", "read"), ("write", "write"), ("deploy", "deploy"), ("unknown", "deploy")],
)
def test_an_unknown_effect_is_the_worst(tmp_path: Path, written: str, effect: str):
    """The effect is what the file says; where nobody knows, an approver decides each call."""
    path = pinned(tmp_path, tools=f'find_ticket = "{written}"')
    (_, tool), *_ = source_tools(path).values()
    assert tool.effect == effect
    assert tool.rehearse is not None


@pytest.mark.parametrize("manner", ["changed", "gone"])
def test_a_changed_tool_is_switched_off(tmp_path: Path, manner: str):
    """Another description, or none any more: the call is refused, and doctor says which tool."""
    path = pinned(tmp_path, manner)
    with pytest.raises(Changed, match="not what it was"):
        call(path, query="x")
    off = [finding for finding in check_sources(path) if finding.state == "bad"]
    assert [("find_ticket" in f.sentence, "--pin" in f.fix) for f in off] == [(True, True)]


@pytest.mark.parametrize(
    ("manner", "sentence"),
    [
        ("hang", "did not answer within"),
        ("hang_on_call", "did not answer within"),
        ("crash", "does not answer as it should|answered with an error"),
        ("crash_on_call", "does not answer as it should|answered with an error"),
        ("flood", "sent more than"),
        ("flood_lines", "sent more than"),
        ("error", "could not do it"),
    ],
)
def test_a_bad_server_ends_in_a_sentence(tmp_path: Path, manner: str, sentence: str):
    """Whatever it does, the call ends soon, in words of ours, and no process of it is left."""
    path = pinned(tmp_path, manner, timeout_s="3" if manner.startswith("hang") else "20")
    begun = time.monotonic()
    with pytest.raises(ToolError, match=sentence):
        call(path, query="x")
    assert time.monotonic() - begun < TIMEOUT_S + 10
    left = int((tmp_path / "pid").read_text())
    wait_until(lambda: not alive([left]), within=10)


@pytest.mark.parametrize("manner", ["noise", "asks"])
def test_what_a_server_says_besides_is_not_heard(tmp_path: Path, manner: str):
    """Lines that are no messages are skipped, and nothing a server asks of us is granted."""
    assert "Ticket 7" in call(pinned(tmp_path, manner), query="x")


def test_a_lying_answer_is_data(tmp_path: Path):
    """An answer cannot close its fence, hide characters or be longer than a page."""
    told = call(pinned(tmp_path, "lie"), query="x")
    answer = told.partition("instruction: ")[2]
    assert len(answer) < 8_100
    assert answer.endswith("(cut here)")
    assert not set(answer) & set("\u202e\u200b`")
    assert fence("data", told).count("</data>") == 1


def test_a_description_is_a_quotation(tmp_path: Path):
    """A model is told who says it; nothing in it, or in its arguments, reads like our fences."""
    (_, tool), *_ = source_tools(pinned(tmp_path)).values()
    assert tool.summary.startswith("A tool of the MCP server desk, which says of it: “")
    schema = tool.args.model_json_schema()
    assert schema["required"] == ["query"]
    assert "</data>" not in json.dumps(schema) + tool.summary


@pytest.mark.parametrize("args", [{}, {"query": "x", "more": 1}, {"query": "x" * 200_000}])
def test_arguments_are_checked_before_anybody_is_asked(tmp_path: Path, args: dict):
    """What is missing, unknown or too much never reaches a server."""
    (_, tool), *_ = source_tools(pinned(tmp_path)).values()
    with pytest.raises(ValueError, match=r"missing|no argument|too much"):
        tool.args(**args)


def test_a_server_that_is_not_there(tmp_path: Path):
    """A command that does not exist is told, by pin, doctor and the call alike."""
    path = tmp_path / "mcp.toml"
    path.write_text('[desk]\ncommand = ["no-such-program-here"]\n[desk.tools]\nfind = "read"\n')
    _, findings = pin_all(path)
    assert "no-such-program-here" in findings[0].sentence
    assert any("no-such-program-here" in finding.sentence for finding in check_sources(path))


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[desk]\n",
        '[desk]\ncommand = ["a"]\nurl = "https://x.example.org/mcp"\n',
        '[desk]\nurl = "http://x.example.org/mcp"\n',
        '[desk]\nurl = "file:///etc/passwd"\n',
        '[Desk-1]\ncommand = ["a"]\n',
        '[desk]\ncommand = ["a"]\n[desk.tools]\nfind = "harmless"\n',
        '[desk]\ncommand = ["a"]\nsurprise = 1\n',
        '[desk]\ncommand = ["a"]\ntimeout_s = 100000\n',
    ],
)
def test_a_wrong_file_is_a_wrong_setting(tmp_path: Path, text: str):
    """What cannot be meant is told with its place, and doctor tells it too."""
    path = tmp_path / "mcp.toml"
    path.write_text(text)
    with pytest.raises(SetupError, match=r"mcp\.toml"):
        read_listed(path)
    settings = Settings(_env_file=None, mcp_servers=path)
    assert [finding.state for finding in check_offering(settings)][-1] == "bad"


def test_the_digest_is_of_everything_it_says():
    """Any change of what a server says of a tool changes the digest; order does not."""
    told = {"name": "a", "description": "b", "inputSchema": {"x": 1, "y": 2}}
    same = {"inputSchema": {"y": 2, "x": 1}, "description": "b", "name": "a"}
    assert digest_of(told) == digest_of(same)
    assert digest_of(told) != digest_of({**told, "annotations": {"readOnlyHint": True}})


def test_names_are_ours():
    """A tool's name is the server's and its own, as a name of ours, whatever it is called."""
    assert tool_name("desk", "find-Ticket/now") == "desk_find_ticket_now"
    assert len(tool_name("desk", "x" * 300)) == 64


def test_where_each_tool_comes_from(tmp_path: Path):
    """Built-in tools and those of servers are told apart."""
    settings = Settings(_env_file=None, mcp_servers=pinned(tmp_path))
    known = offers(settings)
    assert known["desk_find_ticket"].source == "MCP server desk"
    assert known["train_model"].source == "built in"


def test_an_unknown_effect_waits_for_an_approver(tmp_path: Path):
    """In a channel a call of unknown effect is a card first; the server is asked after the yes."""
    path = pinned(tmp_path, tools='find_ticket = "unknown"')
    (tmp_path / "pid").unlink()
    changes = {"mcp_servers": path, "two_person": False, "approvers": frozenset({ADA.id})}
    with still(tmp_path / "home", **changes) as app:

        async def scene() -> None:
            asked = message("", "call:1", actor=ADA, address=HERE)
            card = await app.assistant.call(asked, "desk_find_ticket", {"query": "login"})
            prompt = next(b for b in card.blocks if isinstance(b, ApprovalPrompt))
            assert not (tmp_path / "pid").exists()
            assert "Let desk run" in prompt.question
            await app.assistant.decide(prompt.approval_id, ADA, approve=True)

        asyncio.run(scene())
        with app.catalog.read() as unit:
            (turn,) = unit.turns.list(HERE, limit=5)
            actions = unit.actions.list(HERE.scope, limit=5)
    assert isinstance(turn, Turn)
    assert [(each.tool, each.ok, each.approved_by) for each in actions] == [
        ("desk_find_ticket", True, ADA)
    ]
    assert (tmp_path / "pid").exists()


def test_a_pin_is_bound_to_the_call(tmp_path: Path):
    """A call under another digest is refused, whoever made it."""
    path = pinned(tmp_path)
    source: Source = read_listed(path)["desk"]
    with pytest.raises(Changed):
        called("desk", source, "find_ticket", {"query": "x"}, digest="0" * 64)


def test_settings_name_the_file(tmp_path: Path):
    """MLOPS_MCP_SERVERS names the file; without it nothing is there."""
    assert settings_for(tmp_path).mcp_servers is None
    assert source_tools(None) == {}
    assert os.fspath(pinned(tmp_path)).endswith("mcp.toml")
