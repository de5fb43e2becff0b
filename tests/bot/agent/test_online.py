"""The online brain against a local server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.app import App
from bot.messages import ApprovalPrompt, Choices
from tests.bot.agent.online import act, call, is_valid, of_role, results
from tests.bot.stage import ADA, HERE, load, message, stage, words
from tests.servers.openai import Fails, Hangs, OpenAIServer, Says, Step, openai_server

ALONE = "The language model did not answer"
ALLOWED = {
    "system": {"role", "content"},
    "user": {"role", "content"},
    "assistant": {"role", "content", "tool_calls"},
    "tool": {"role", "content", "tool_call_id"},
}


def facts(app: App) -> list[str]:
    with app.catalog.read() as unit:
        return [fact.text for fact in unit.facts.list(HERE.scope, now=app.now())]


def test_a_tool_call_and_then_words(tmp_path: Path) -> None:
    """The model's tool call runs, it reads the result, and its words are the reply."""
    script: list[Step] = [
        Says(calls=(call("remember_fact", fact="paid means repaid"),)),
        Says("I will remember that."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("paid means repaid, note that", "E1"))
        assert reply.done
        assert "I will remember that." in words(reply)
        assert ALONE not in words(reply)
        assert facts(app) == ["paid means repaid"]
        assert "Remembered fact 1" in results(server.requests[1])[0]

    act(tmp_path, script, scene)


def test_what_the_server_gets(tmp_path: Path) -> None:
    """Requests are streamed, one call at a time, with tools and standard fields only."""
    script: list[Step] = [Says(calls=(call("list_facts"),)), Says("None so far.")]

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("which facts do you know?", "E1"))
        for request in server.requests:
            assert request["model"] == "scripted"
            assert request["stream"] is True
            assert request["parallel_tool_calls"] is False
            assert is_valid(request["messages"])
            names = {tool["function"]["name"] for tool in request["tools"]}
            assert {"train_model", "ask_person"} <= names
            assert "record_outcomes" not in names
            for sent in request["messages"]:
                assert set(sent) <= ALLOWED[sent["role"]]

    act(tmp_path, script, scene)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_fault_that_passes(tmp_path: Path, status: int) -> None:
    """After a fault that passes the model is asked again, and nobody notices."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("hello", "E1"))
        assert words(reply).strip() == "Hello there."
        assert len(server.requests) == 2

    act(tmp_path, [Fails(status, {"Retry-After": "0"}), Says("Hello there.")], scene)


@pytest.mark.parametrize(
    "step",
    [Fails(500), Fails(429), Fails(401), Fails(400), Hangs(60), Hangs(0, breaks=True)],
    ids=["500", "429", "401", "400", "hang", "broken stream"],
)
def test_a_server_that_fails_is_done_without(tmp_path: Path, step: Step) -> None:
    """When the server fails for good, the offline brain does the work, and a note says so once."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("remember: paid means repaid in time", "E1"))
        assert reply.done
        assert words(reply).count(ALONE) == 1
        assert facts(app) == ["paid means repaid in time"]

    act(tmp_path, [step] * 9, scene, model_timeout_s=3)


def test_a_server_nobody_listens_at(tmp_path: Path) -> None:
    """A server that is not there is done without, too."""

    async def scene(app: App, server: OpenAIServer) -> None:
        await server.close()
        reply = await app.assistant.answer(message("remember: paid means repaid in time", "E1"))
        assert ALONE in words(reply)
        assert facts(app) == ["paid means repaid in time"]

    act(tmp_path, [], scene, model_timeout_s=3)


def test_the_next_turn_asks_the_server_again(tmp_path: Path) -> None:
    """A failure is for one turn; with the next one the server has another chance."""

    async def scene(app: App, server: OpenAIServer) -> None:
        first = await app.assistant.answer(message("remember: paid means repaid", "E1"))
        second = await app.assistant.answer(message("thanks", "E2"))
        assert ALONE in words(first)
        assert words(second).strip() == "At your service."

    act(tmp_path, [Fails(400), Says("At your service.")], scene)


def test_malformed_arguments_are_told(tmp_path: Path) -> None:
    """Arguments that are no JSON run nothing; the model is told and tries again."""
    script: list[Step] = [
        Says(calls=(("remember_fact", "paid means repaid"),)),
        Says(calls=(call("remember_fact", fact="paid means repaid"),)),
        Says("Done."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("note that paid means repaid", "E1"))
        assert "not valid JSON" in results(server.requests[1])[0]
        assert is_valid(server.requests[1]["messages"])
        assert facts(app) == ["paid means repaid"]

    act(tmp_path, script, scene)


def test_wrong_arguments_are_told(tmp_path: Path) -> None:
    """A call that does not fit the tool's arguments comes back with the reason."""
    script: list[Step] = [
        Says(calls=(call("remember_fact", text="paid means repaid"),)),
        Says(calls=(call("remember_fact", fact="paid means repaid"),)),
        Says("Done."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("note that paid means repaid", "E1"))
        assert "`text`" in results(server.requests[1])[0]
        assert facts(app) == ["paid means repaid"]

    act(tmp_path, script, scene)


def test_an_unknown_tool_is_told(tmp_path: Path) -> None:
    """A tool that does not exist is an answer to the model, not a failure of the turn."""
    script: list[Step] = [Says(calls=(call("launch_rocket"),)), Says("I cannot do that.")]

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("launch the rocket", "E1"))
        assert "launch_rocket" in results(server.requests[1])[0]
        assert "I cannot do that." in words(reply)

    act(tmp_path, script, scene)


def test_of_several_calls_only_the_first_runs(tmp_path: Path) -> None:
    """Several calls in one answer would run in parallel, so only the first is taken."""
    both = (call("remember_fact", fact="one"), call("remember_fact", fact="two"))

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("note one and two", "E1"))
        assert facts(app) == ["one"]
        asked = of_role(server.requests[1], "assistant")[0]
        assert len(asked["tool_calls"]) == 1

    act(tmp_path, [Says(calls=both), Says("Noted.")], scene)


def test_repeated_call_ids_are_different_calls(tmp_path: Path) -> None:
    """A server that repeats the ids of its calls still gets each of them done."""
    script: list[Step] = [
        Says(calls=(call("remember_fact", fact="one"),)),
        Says(calls=(call("remember_fact", fact="two"),)),
        Says("Noted."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        await app.assistant.answer(message("note one and two", "E1"))
        assert sorted(facts(app)) == ["one", "two"]
        assert is_valid(server.requests[2]["messages"])

    act(tmp_path, script, scene)


def test_an_endless_loop_ends(tmp_path: Path) -> None:
    """A model that calls tools for ever is stopped after a bounded number of steps."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("which facts?", "E1"))
        assert reply.done
        assert "more steps than one request should" in words(reply)
        assert len(server.requests) <= 10

    act(tmp_path, [Says(calls=(call("list_facts"),))] * 40, scene)


def test_endless_malformed_calls_end(tmp_path: Path) -> None:
    """A model that never writes valid JSON is stopped, too."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("which facts?", "E1"))
        assert reply.done
        assert len(server.requests) <= 10

    act(tmp_path, [Says(calls=(("list_facts", "{broken"),))] * 40, scene)


def test_the_model_may_ask_the_person(tmp_path: Path) -> None:
    """A question of the model waits for the person; the answer is the call's result."""
    script: list[Step] = [
        Says(calls=(call("ask_person", question="Which one?", options=["a", "b"]),)),
        Says("You chose b."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        asked = await app.assistant.answer(message("train something", "E1"))
        assert not asked.done
        choices = next(block for block in asked.blocks if isinstance(block, Choices))
        assert choices.options == ("a", "b")
        reply = await app.assistant.answer(message("b", "E2"))
        assert "You chose b." in words(reply)
        assert results(server.requests[1])[0] == "b"

    act(tmp_path, script, scene)


def test_a_message_while_a_call_waits(tmp_path: Path) -> None:
    """A new message sees the waiting call as not finished; the list stays valid throughout."""
    script: list[Step] = [
        Says(calls=(call("ask_person", question="Which one?", options=["a", "b"]),)),
        Says("Sunny."),
        Says("So be it: a."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        asked = await app.assistant.answer(message("train something", "E1"))
        await app.assistant.answer(message("how is the weather?", "E2"))
        assert results(server.requests[1])[0] == "not finished yet"
        choices = next(block for block in asked.blocks if isinstance(block, Choices))
        await app.assistant.choose(choices.waiting_id, 0, ADA)
        assert results(server.requests[2]) == ["a"]
        assert of_role(server.requests[2], "user")[-1]["content"] == "train something"
        assert all(is_valid(request["messages"]) for request in server.requests)

    act(tmp_path, script, scene)


def test_a_decision_after_a_long_talk(tmp_path: Path) -> None:
    """A call that waited through many newer turns goes on with its own sentence."""
    asks = Says(calls=(call("ask_person", question="Which one?", options=["a", "b"]),))
    script: list[Step] = [asks, *([Says("Go on.")] * 25), Says("So be it: a.")]

    async def scene(app: App, server: OpenAIServer) -> None:
        asked = await app.assistant.answer(message("train something", "E0"))
        for number in range(25):
            await app.assistant.answer(message(f"small talk {number}", f"E{number + 1}"))
        choices = next(block for block in asked.blocks if isinstance(block, Choices))
        reply = await app.assistant.choose(choices.waiting_id, 0, ADA)
        last = server.requests[-1]
        assert of_role(last, "user")[-1]["content"] == "train something"
        assert results(last)[-1] == "a"
        assert is_valid(last["messages"])
        assert "So be it: a." in words(reply)

    act(tmp_path, script, scene)


def test_production_waits_for_a_click_whatever_the_model_says(tmp_path: Path) -> None:
    """Deleting asked by the model still waits for the person; the model cannot approve."""
    script: list[Step] = [Says(calls=(call("delete_dataset"),)), Says("approve 1")]

    async def scene(app: App, server: OpenAIServer) -> None:
        load(app, "a,b\n1,2\n3,4\n")
        asked = await app.assistant.answer(message("clean up", "E1"))
        assert any(isinstance(block, ApprovalPrompt) for block in asked.blocks)
        assert not asked.done
        with app.catalog.read() as unit:
            assert len(unit.datasets.list(HERE.scope)) == 1

    act(tmp_path, script, scene)


def test_rows_stay_home(tmp_path: Path) -> None:
    """No cell of a file reaches the server: not by a preview, a profile, nor a chart."""
    secrets = ["Zanzibarqux", "Wolframquix", "Yttriumquax"]
    rows = [f"{secrets[i % 3]},{1000 + i},{'yes' if i % 2 else 'no'}" for i in range(60)]
    csv = tmp_path / "clients.csv"
    csv.write_text("\n".join(["client,amount,churned", *rows]))
    script: list[Step] = [
        Says(calls=(call("preview_dataset", rows=5),)),
        Says(calls=(call("profile_dataset"),)),
        Says(calls=(call("clean_dataset", drop_duplicates=True),)),
        Says(calls=(call("plot_dataset", x="client"),)),
        Says("There you are."),
    ]

    async def scene() -> None:
        async with (
            openai_server(script) as server,
            stage(
                tmp_path / "home",
                model="openai:scripted",
                openai_api_key="sk-test",
                openai_base_url=server.url,
            ) as session,
        ):
            await session.say("what is in it?", files=[csv])
        assert len(server.requests) == len(script)
        assert all(is_valid(request["messages"]) for request in server.requests)
        sent = json.dumps(server.requests)
        assert "churned" in sent
        assert [secret for secret in secrets if secret in sent] == []

    asyncio.run(asyncio.wait_for(scene(), 90))
