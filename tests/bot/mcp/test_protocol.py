"""What the protocol promises, held against the SDK's own client in both of its eras."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator
from mcp import MCPError
from mcp_types import INVALID_PARAMS

from bot.mcp.catalogue import OWN, PAGE
from tests.bot.mcp.agents import Agents, Scene, all_listed
from tools.registry import all_tools

ERAS = ("legacy", "auto")


@pytest.mark.parametrize("mode", ERAS)
def test_every_tool_of_the_registry_is_offered(agents: Agents, mode: str):
    """All tools that can be called are listed, once each, besides the three for agents alone."""

    async def scene(scene: Scene) -> None:
        names = [tool.name for tool in await all_listed(scene.client)]
        ready = [name for name, tool in all_tools().items() if tool.run is not None]
        assert sorted(names) == sorted([*ready, *OWN])

    agents.play(scene, mode=mode)


def test_the_list_comes_in_pages(agents: Agents):
    """A page has at most twenty tools and leads to the next; only the last leads nowhere."""

    async def scene(scene: Scene) -> None:
        first = await scene.client.list_tools()
        assert len(first.tools) == PAGE
        second = await scene.client.list_tools(cursor=first.next_cursor)
        assert {t.name for t in first.tools} & {t.name for t in second.tools} == set()

    agents.play(scene)


@pytest.mark.parametrize("cursor", ["", "x", "OTk5OTk=", "Nw==", "LTIw", "4pyT"])
def test_a_cursor_that_is_none_is_told(agents: Agents, cursor: str):
    """A cursor that this list never gave is a wrong parameter."""

    async def scene(scene: Scene) -> None:
        with pytest.raises(MCPError) as caught:
            await scene.client.list_tools(cursor=cursor)
        assert caught.value.code == INVALID_PARAMS

    agents.play(scene)


def test_schemas_are_json_schemas(agents: Agents):
    """The arguments and results of every tool are described by valid schemas of objects."""

    async def scene(scene: Scene) -> None:
        for tool in await all_listed(scene.client):
            for schema in (tool.input_schema, tool.output_schema):
                assert schema is not None
                Draft202012Validator.check_schema(schema)
                assert schema["type"] == "object"

    agents.play(scene)


def test_annotations_follow_from_the_effect(agents: Agents):
    """Titles for people; what only reads says so; what may wait for a click may destroy."""

    async def scene(scene: Scene) -> None:
        listed = {tool.name: tool for tool in await all_listed(scene.client)}
        assert all(t.annotations and t.title == t.annotations.title for t in listed.values())
        for name, tool in all_tools().items():
            told = listed[name].annotations if name in listed else None
            if told is None:
                continue
            reads = tool.effect == "read" and tool.effect_of is None
            assert (told.read_only_hint, told.idempotent_hint) == (reads, reads)
            risky = tool.effect in ("confirm", "deploy") or tool.effect_of is not None
            assert told.destructive_hint == risky

    agents.play(scene)


def test_the_server_says_who_it_is(agents: Agents):
    """Name, version, and what a pending result means, are told at the start."""

    async def scene(scene: Scene) -> None:
        assert scene.client.server_info is not None
        assert scene.client.server_info.name == "mlops-assistant"
        assert "approval of a person" in (scene.client.instructions or "")

    agents.play(scene)


@pytest.mark.filterwarnings("ignore:ping is removed")
def test_ping_is_answered(agents: Agents):
    """A client of the era that has pings gets an answer."""

    async def scene(scene: Scene) -> None:
        answer = await scene.client.send_ping()
        assert answer.model_dump(exclude_none=True) == {}

    agents.play(scene)


def test_a_tool_that_is_none_is_an_error_of_the_protocol(agents: Agents):
    """An unknown name, or one that only buttons call, is a wrong parameter and no result."""

    async def scene(scene: Scene) -> None:
        for name in ("conquer_world", "allow_channel", "scheduled_check", "ask_person"):
            with pytest.raises(MCPError) as caught:
                await scene.call(name)
            assert caught.value.code == INVALID_PARAMS

    agents.play(scene)


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("train_model", {"time_budget_s": 10**9}),
        ("list_models", {"surprise": 1}),
        ("get_result", {}),
        ("send_file", {"name": "a.csv"}),
        ("send_file", {"name": "a.csv", "text": "a", "base64": "YQ=="}),
    ],
)
def test_wrong_arguments_come_back_to_the_agent(agents: Agents, tool: str, args: dict):
    """What does not fit is a result that says so, from which a model can mend its call."""

    async def scene(scene: Scene) -> None:
        result = await scene.call(tool, **args)
        assert result.is_error
        assert result.structured_content["status"] in ("failed", "refused")
        assert "Traceback" not in str(result)

    agents.play(scene)


def test_resources_are_one_template(agents: Agents):
    """Files are read by their ticket; none is listed, and what is no ticket of ours is told."""

    async def scene(scene: Scene) -> None:
        assert (await scene.client.list_resources()).resources == []
        templates = (await scene.client.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == ["mlops://files/{ticket}"]
        for uri in ("mlops://files/x", "mlops://files/e30.x", "file:///etc/passwd", "x"):
            with pytest.raises(MCPError) as caught:
                await scene.client.read_resource(uri)
            assert caught.value.code == INVALID_PARAMS

    agents.play(scene)
