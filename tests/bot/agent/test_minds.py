"""What a language model may see, what it cost, and what is left of its numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.messages import Reply
from tests.bot.agent.online import act, call, of_role, results
from tests.bot.stage import HERE, load, message, words
from tests.servers.openai import Fails, OpenAIServer, Says, Step
from tools.outcome import File

CSV = "town,price\n" + "".join(f"Ulm,{1000 + n}\n" for n in range(40))


async def say(app: App, text: str, event: str) -> Reply:
    return await app.assistant.answer(message(text, event))


def sent_text(server: OpenAIServer) -> str:
    return json.dumps([request["messages"] for request in server.requests])


def test_a_number_nobody_told_is_struck(tmp_path: Path) -> None:
    """A number of the model's own never reaches people, and is kept for those who look."""
    script: list[Step] = [
        Says(calls=(call("list_datasets"),)),
        Says("There are 40 rows, and your model will reach 0.97."),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        load(app, CSV)
        reply = await say(app, "what is in this?", "E1")
        assert "There are 40 rows, and your model will reach [?]." in words(reply)
        assert "0.97" not in words(reply)
        with app.catalog.read() as unit:
            assert unit.model_calls.list(HERE.scope)[0].struck == ("0.97",)

    act(tmp_path, script, scene)


def test_a_number_that_people_said_stays(tmp_path: Path) -> None:
    """What people wrote themselves may be said back to them."""

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await say(app, "our budget is 4,200 euros", "E1")
        assert "4200 euros, noted." in words(reply)

    act(tmp_path, [Says("4200 euros, noted.")], scene)


def test_schema_tells_names_and_types_alone(tmp_path: Path) -> None:
    """At the level schema no number of the data leaves: not in the state, not in a result."""
    script: list[Step] = [Says(calls=(call("profile_dataset"),)), Says("Done.")]

    async def scene(app: App, server: OpenAIServer) -> None:
        load(app, CSV)
        await say(app, "privacy schema", "E1")
        server.requests.clear()
        await say(app, "what is in this?", "E2")
        assert "'price' (integer)" in sent_text(server)
        assert "40 rows" not in of_role(server.requests[-1], "system")[0]["content"]
        assert results(server.requests[-1])[-1].startswith("done")
        assert "1039" not in sent_text(server)

    act(tmp_path, [Says(calls=(call("set_privacy", level="schema"),)), Says(""), *script], scene)


def test_none_asks_no_model(tmp_path: Path) -> None:
    """At the level none no request is made, and the offline brain does the work."""

    async def scene(app: App, server: OpenAIServer) -> None:
        with app.catalog.write() as unit:
            unit.channels.meet(HERE.scope, now=app.now())
            unit.channels.set(HERE.scope, now=app.now(), privacy="none")
        reply = await say(app, "remember: paid means repaid", "E1")
        assert "Remembered" in words(reply)
        assert server.requests == []

    act(tmp_path, [], scene)


def test_a_shared_channel_shows_no_rows(tmp_path: Path) -> None:
    """In a channel that others share the level samples is refused, and does not hold if set."""

    async def scene(app: App, server: OpenAIServer) -> None:
        with app.catalog.write() as unit:
            unit.channels.meet(HERE.scope, now=app.now())
            unit.channels.set(HERE.scope, now=app.now(), shared=True)
        reply = await say(app, "privacy samples", "E1")
        assert "shared with another organisation" in words(reply)
        with app.catalog.read() as unit:
            channel = unit.channels.find(HERE.scope)
        assert channel is not None
        assert channel.privacy == ""

    act(tmp_path, [Says(calls=(call("set_privacy", level="samples"),)), Says("")], scene)


def test_what_was_sent_can_be_read(tmp_path: Path) -> None:
    """People get the very messages that the model was sent for its last answer."""
    script: list[Step] = [Says("Hello."), Says(calls=(call("show_model_view"),)), Says("")]

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "hello there", "E1")
        asked = server.requests[0]["messages"]
        reply = await say(app, "what did the model see?", "E2")
        files = [block for block in reply.blocks if isinstance(block, File)]
        kept = [json.loads(app.blobs.read(file.blob)) for file in files]
        first: list[dict[str, Any]] = kept[0]
        assert first[0]["content"].splitlines()[0] == asked[0]["content"].splitlines()[0]
        assert "hello there" in json.dumps(kept)

    act(tmp_path, script, scene)


@pytest.mark.parametrize("limit", ["tokens_per_person", "tokens_per_channel"])
def test_a_used_up_budget_is_said(tmp_path: Path, limit: str) -> None:
    """At the day's limit the offline brain goes on, and one line says why."""

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "hello", "E1")
        asked = len(server.requests)
        reply = await say(app, "remember: paid means repaid", "E2")
        assert "used up" in words(reply)
        assert "Remembered" in words(reply)
        assert len(server.requests) == asked

    act(tmp_path, [Says("Hello.")], scene, **{limit: 1})


def test_what_was_sent_in_vain_can_be_read(tmp_path: Path) -> None:
    """A request that got no answer left the house all the same, and is shown as such."""

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "remember: paid means repaid", "E1")
        with app.catalog.read() as unit:
            [lost] = unit.model_calls.list(HERE.scope)
        assert (lost.tokens_in, lost.tokens_out) == (0, 0)
        assert "paid means repaid" in app.blobs.read(lost.sent).decode()
        reply = await say(app, "what did the model see?", "E2")
        assert "For the last answer here" in words(reply)
        assert "1 request" in words(reply)

    script: list[Step] = [Fails(400), Says(calls=(call("show_model_view"),)), Says("")]
    act(tmp_path, script, scene)


def test_an_answer_without_a_model_saw_nothing(tmp_path: Path) -> None:
    """After an answer of the offline brain it is said that nothing was sent for it."""
    script: list[Step] = [Says("Hello."), Says(calls=(call("show_model_view", back=1),)), Says("")]

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "hello", "E1")
        with app.catalog.write() as unit:
            unit.channels.meet(HERE.scope, now=app.now())
            unit.channels.set(HERE.scope, now=app.now(), privacy="none")
        await say(app, "remember: paid means repaid", "E2")
        with app.catalog.write() as unit:
            unit.channels.set(HERE.scope, now=app.now(), privacy="aggregates")
        reply = await say(app, "what did the model see?", "E3")
        assert "For the last answer here a language model saw nothing" in words(reply)

    act(tmp_path, script, scene)


def test_the_cost_of_one_answer_is_told(tmp_path: Path) -> None:
    """What the last answer took is told apart from the channel's day, and counted in metrics."""
    script: list[Step] = [
        Says("Hello."),
        Says("And hello again."),
        Says(calls=(call("show_usage", of="answer"),)),
        Says(""),
    ]

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "hello", "E1")
        await say(app, "hello again", "E2")
        with app.catalog.read() as unit:
            last = unit.model_calls.list(HERE.scope)[0]
        reply = await say(app, "what did that answer cost?", "E3")
        assert f"{last.tokens_in + last.tokens_out} tokens for the last answer" in words(reply)
        page = app.metrics.page(app.catalog).decode()
        assert f'mlops_channel_cost_total{{channel="{HERE.scope.id}"}}' in page
        assert "mlops_reply_tokens_count 3.0" in page

    act(tmp_path, script, scene, model_price=(1.0, 2.0))


def test_tokens_and_cost_are_told(tmp_path: Path) -> None:
    """Tokens and money of the channel are shown by person, at the configured price."""
    script: list[Step] = [Says("Hello."), Says(calls=(call("show_usage"),)), Says("")]

    async def scene(app: App, server: OpenAIServer) -> None:
        await say(app, "hello", "E1")
        reply = await say(app, "how many tokens was that?", "E2")
        with app.catalog.read() as unit:
            calls = unit.model_calls.list(HERE.scope)
        assert min(one.tokens_in + one.tokens_out for one in calls) > 0
        assert all(one.cost == (one.tokens_in + 2 * one.tokens_out) / 1e6 for one in calls)
        assert "at the configured price" in words(reply)

    act(tmp_path, script, scene, model_price=(1.0, 2.0))
