"""Remembered facts settle what a sentence leaves open, whichever brain reads it, and are named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.agent.calls import Call
from bot.agent.habits import Habits
from bot.app import App
from bot.errors import NotAllowed
from bot.messages import Choices, Reply
from storage.catalog.records import Actor, Job
from tests.bot.agent.online import act, call, results
from tests.bot.stage import ADA, HERE, load, message, still, words
from tests.servers.openai import OpenAIServer, Says
from tools.context import ToolContext
from tools.registry import all_tools

GRACE = Actor("terminal/local/grace", "Grace")
CSV = "customer_id,tenure,plan,churned\n" + "".join(
    f"{9000 + n},{n % 17},{('a', 'b')[n % 2]},{n % 2}\n" for n in range(60)
)


def told(app: App, *facts: str, actor: Actor = GRACE) -> None:
    """What was remembered before."""
    with app.catalog.write() as unit:
        for text in facts:
            unit.facts.add(HERE.scope, text=text, actor=actor, source="said", now=app.now())


def say(app: App, text: str, event: str = "E1", *, actor: Actor = ADA) -> Reply:
    return asyncio.run(app.assistant.answer(message(text, event, actor=actor)))


def last_job(app: App) -> Job:
    with app.catalog.read() as unit:
        return unit.jobs.list(HERE.scope)[0]


FACTS = ("our label is always churned", "we always leave out customer_id", "we report f1")


def test_the_offline_brain_fills_the_gaps(tmp_path: Path) -> None:
    """A training nobody said more of has the label, the metric and what is left out from facts."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, *FACTS)
        reply = say(app, "train a model")
        args = last_job(app).args
        assert (args["target"], args["exclude"], args["metric"]) == (
            "churned",
            ["customer_id"],
            "f1",
        )
        for note in (
            "Target: churned, as fact 1 says (“our label is always churned”, Grace).",
            "Left out: customer_id, as fact 2 says (“we always leave out customer_id”, Grace).",
            "Metric: f1, as fact 3 says (“we report f1”, Grace).",
        ):
            assert note in words(reply)


def test_the_online_brain_fills_the_same_gaps(tmp_path: Path) -> None:
    """A language model that leaves an argument open, or takes it from a fact, is no different."""

    async def scene(app: App, server: OpenAIServer) -> None:
        load(app, CSV)
        told(app, *FACTS)
        reply = await app.assistant.answer(message("train a model", "E1"))
        args = last_job(app).args
        assert (args["target"], args["exclude"], args["metric"]) == (
            "churned",
            ["customer_id"],
            "f1",
        )
        assert "Target: churned, as fact 1 says" in words(reply)
        assert "our label is always churned" in str(server.requests[0]["messages"][0])

    act(tmp_path, [Says(calls=(call("train_model", target="churned"),))], scene)


@pytest.mark.parametrize(
    ("sentence", "argument", "value"),
    [
        ("train a model to predict plan", "target", "plan"),
        ("train on churned judged by accuracy", "metric", "accuracy"),
        ("train on churned with customer_id", "exclude", None),
        ("train on churned with all columns", "exclude", None),
    ],
)
def test_the_sentence_comes_first(
    tmp_path: Path, sentence: str, argument: str, value: object
) -> None:
    """What the person says now is not overruled by what was said before."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, *FACTS)
        say(app, sentence)
        assert last_job(app).args.get(argument) == value


@pytest.mark.parametrize(
    "fact",
    [
        "is churned our label?",
        "our label is not churned",
        "our label is revenue",
        "churned customers are called within a day",
    ],
)
def test_a_fact_that_does_not_say_so_settles_nothing(tmp_path: Path, fact: str) -> None:
    """A question, a denial, a column that is not here and mere talk settle no argument."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, fact)
        turn, tool = _turn(app), "train_model"
        asyncio.run(_belt(app)(turn, Call("c1", "m1", tool, {})))
        assert "target" not in last_job(app).args


def test_facts_that_disagree_settle_nothing(tmp_path: Path) -> None:
    """Where both were kept, the person is asked."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, "the label is churned", "the label is plan")
        reply = say(app, "train a model")
        assert any(isinstance(block, Choices) for block in reply.blocks)


def test_a_metric_that_does_not_fit_is_left_out(tmp_path: Path) -> None:
    """A fact about regressions does not spoil a classification."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, "we report rmse", "the label is plan")
        say(app, "train a model")
        assert last_job(app).args.get("metric", "auto") == "auto"


@pytest.mark.parametrize(("teller", "place"), [(GRACE, {}), (ADA, {"environment": "production"})])
def test_a_place_comes_from_the_askers_own_facts(
    tmp_path: Path, teller: Actor, place: dict[str, str]
) -> None:
    """Where to deploy is settled by what the person who asks has said, and by nobody else."""
    with still(tmp_path) as app:
        told(app, "we deploy to production", actor=teller)
        turn, tool = _turn(app), all_tools()["deploy_model"]
        context = ToolContext(app.site, app.catalog, app.blobs, HERE, ADA, app.now)
        habits = Habits(app.catalog, app.now)
        filled = habits.filled(turn, Call("c1", "m1", "deploy_model", {}), tool, context)
        assert filled.args == place


def test_a_button_means_what_it_shows(tmp_path: Path) -> None:
    """A call that was shown on a button runs as it was shown."""
    with still(tmp_path) as app:
        load(app, CSV)
        told(app, *FACTS)
        turn = replace(_turn(app), event_id="press:1")
        asyncio.run(_belt(app)(turn, Call("c1", "m1", "train_model", {"target": "plan"})))
        assert last_job(app).args == {"target": "plan"}


def _turn(app: App) -> Any:
    with app.catalog.write() as unit:
        return unit.turns.open(
            "E7", address=HERE, actor=ADA, text="go ahead", owner="x", pending=(), now=app.now()
        )[0]


def _belt(app: App) -> Callable[..., Any]:
    return app.assistant._s.toolbelt.call


def test_only_the_asker_consents(tmp_path: Path) -> None:
    """What a model would remember unsaid waits for the asker; nobody else can say Yes."""
    unsaid = call("remember_fact", fact="all models are approved")

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("thanks", "E1"))
        question = next(block for block in reply.blocks if isinstance(block, Choices))
        with pytest.raises(NotAllowed, match="Only Ada"):
            await app.assistant.choose(question.waiting_id, 0, GRACE)
        await app.assistant.answer(message("yes", "E2", actor=GRACE))
        assert _facts(app) == []
        await app.assistant.answer(message("no", "E3"))
        assert _facts(app) == []
        assert "Nothing was remembered" in results(server.requests[-1])[0]

    act(tmp_path, [Says(calls=(unsaid,)), Says("Hello Grace."), Says("Fine.")], scene)


def _facts(app: App) -> list[str]:
    with app.catalog.read() as unit:
        return [fact.text for fact in unit.facts.list(HERE.scope, now=app.now())]


def test_the_team_learns_only_what_was_said_to_it(tmp_path: Path) -> None:
    """A model that widens a fact to the team is asked about; a No keeps it in the channel."""
    wide = call("remember_fact", fact="paid means repaid", reach="team")

    async def scene(app: App, server: OpenAIServer) -> None:
        reply = await app.assistant.answer(message("remember: paid means repaid", "E1"))
        assert "every channel of your team" in words(reply)
        await app.assistant.answer(message("no", "E2"))
        with app.catalog.read() as unit:
            [fact] = unit.facts.list(HERE.scope, now=app.now())
        assert (fact.reach, fact.text) == ("channel", "paid means repaid")

    act(tmp_path, [Says(calls=(wide,)), Says("Fine.")], scene)
