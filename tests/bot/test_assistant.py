"""The one door: messages, clicks, choices, approvals, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.session import Session
from bot.errors import Gone, NotAllowed
from bot.messages import ApprovalPrompt, Choices, IncomingMessage, Progress
from storage.catalog.records import Actor
from tests.bot.stage import Stage, click, open_stage, printed, still, words
from tests.bot.stage import message as said

CSV = "age,income,paid\n" + "\n".join(
    f"{20 + i % 40},{1000 + 37 * (i % 53) if i % 9 else ''},{'yes' if (i % 40) > 18 else 'no'}"
    for i in range(120)
)
STRANGER = Actor("slack/T1/U9", "mallory")


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One app for all scenes here."""
    with open_stage(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "loans.csv"
    path.write_text(CSV)
    return path


def test_a_file_without_words_is_profiled(theatre: Stage, csv: Path) -> None:
    """A file alone becomes a dataset version and its profile card."""

    async def scene(session: Session) -> None:
        reply = await session.say("", files=[csv])
        assert reply.done
        assert "120 rows × 3 columns" in words(reply)
        assert "loans v1" in printed(session)

    theatre.play(scene)


def test_an_event_is_answered_once(theatre: Stage) -> None:
    """A repeated event gets the reply it already had and has no second effect."""

    async def scene(session: Session) -> None:
        message = IncomingMessage(
            "E1", session.address, session.actor, "remember: paid means repaid in time"
        )
        first = await session.app.assistant.answer(message)
        again = await session.app.assistant.answer(message)
        assert again == first
        facts = await session.say("list the facts")
        assert words(facts).count("repaid in time") == 1

    theatre.play(scene)


def test_a_sentence_of_several_steps_binds_to_its_own_results(theatre: Stage, csv: Path) -> None:
    """Clean, then train: the model learns from the version the same sentence made."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        reply = await session.say("fill in missing values, then predict paid for 3 seconds")
        assert reply.done
        with session.app.catalog.read() as unit:
            model = unit.models.latest(session.address.scope)
            assert model is not None
            dataset = unit.datasets.get(session.address.scope, model.dataset_id)
        assert (model.target, dataset.version) == ("paid", 2)

    theatre.play(scene)


def test_an_open_target_is_asked_and_the_answer_goes_on(theatre: Stage, csv: Path) -> None:
    """One question with choices; its answer continues the original sentence."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        asked = await session.say("train a model for 3 seconds")
        choice = next(b for b in asked.blocks if isinstance(b, Choices))
        done = await session.say("", press=click(asked, "paid"))
        assert "paid" in choice.options
        assert done.done
        with session.app.catalog.read() as unit:
            model = unit.models.latest(session.address.scope)
        assert model is not None
        assert model.target == "paid"
        with pytest.raises(Gone):
            await session.say("", press=click(asked, "paid"))

    theatre.play(scene)


def test_a_button_runs_its_own_call(theatre: Stage, csv: Path) -> None:
    """A next step's button makes exactly the call that was shown."""

    async def scene(session: Session) -> None:
        profile = await session.say("", files=[csv])
        cleaned = await session.say("", press=click(profile, "Clean it"))
        assert cleaned.done
        with session.app.catalog.read() as unit:
            assert unit.actions.list(session.address.scope)[0].tool == "clean_dataset"

    theatre.play(scene)


def test_deleting_waits_for_the_own_click(theatre: Stage, csv: Path) -> None:
    """Deleting needs the requester's click; others get a private no; a click works once."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        asked = await session.say("delete this dataset")
        prompt = next(b for b in asked.blocks if isinstance(b, ApprovalPrompt))
        assert prompt.role == "requester"
        decide = session.app.assistant.decide
        with pytest.raises(NotAllowed):
            await decide(prompt.approval_id, STRANGER, approve=True)
        reply = await session.say("", press=click(asked, "Approve"))
        shown = next(b for b in reply.blocks if isinstance(b, ApprovalPrompt))
        assert (shown.state, shown.decided_by) == ("approved", session.actor.name)
        with session.app.catalog.read() as unit:
            assert unit.datasets.list(session.address.scope) == []
        with pytest.raises(Gone):
            await decide(prompt.approval_id, session.actor, approve=True)

    theatre.play(scene)


def test_a_rejected_call_changes_nothing(theatre: Stage, csv: Path) -> None:
    """Reject ends the call; the rest of the sentence is not carried out."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        asked = await session.say("delete this dataset")
        prompt = next(b for b in asked.blocks if isinstance(b, ApprovalPrompt))
        reply = await session.say(f"reject {prompt.number}")
        assert reply.done
        with session.app.catalog.read() as unit:
            assert len(unit.datasets.list(session.address.scope)) == 1

    theatre.play(scene)


def test_two_clicks_at_once_decide_once(theatre: Stage, csv: Path) -> None:
    """Of concurrent clicks one decides, the others are told that it is over."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        asked = await session.say("delete this dataset")
        prompt = next(b for b in asked.blocks if isinstance(b, ApprovalPrompt))
        clicks = [
            session.app.assistant.decide(prompt.approval_id, session.actor, approve=True)
            for _ in range(3)
        ]
        ends = await asyncio.gather(*clicks, return_exceptions=True)
        assert sum(isinstance(end, Gone) for end in ends) == 2
        with session.app.catalog.read() as unit:
            actions = unit.actions.list(session.address.scope)
        assert sum(a.tool == "delete_dataset" for a in actions) == 1

    theatre.play(scene)


def test_a_button_of_another_channel_is_gone(theatre: Stage, csv: Path) -> None:
    """A click carries only an id; from another channel it finds nothing."""

    async def scene(session: Session) -> None:
        profile = await session.say("", files=[csv])
        scope = replace(session.address.scope, channel="elsewhere")
        message = IncomingMessage(
            "E2",
            replace(session.address, scope=scope),
            session.actor,
            press=click(profile, "Clean it"),
        )
        with pytest.raises(Gone):
            await session.app.assistant.answer(message)

    theatre.play(scene)


def test_a_viewer_may_look_only(tmp_path: Path) -> None:
    """The role decides: a viewer reads, and is told who may write."""
    with still(tmp_path, default_role="viewer") as app:
        asked = said("remember: never on a Friday", "E3", actor=STRANGER)
        reply = asyncio.run(app.assistant.answer(asked))
        assert "not change anything" in words(reply)
        with app.catalog.read() as unit:
            assert unit.facts.list(asked.address.scope, now=app.now()) == []


def test_stop_keeps_the_best_so_far(theatre: Stage, csv: Path) -> None:
    """Stop ends a training early, and the best model so far is kept."""

    async def scene(session: Session) -> None:
        await session.say("", files=[csv])
        message = IncomingMessage(
            "E4", session.address, session.actor, "predict paid for 300 seconds"
        )
        begun = await session.app.assistant.answer(message)
        session.slot = begun.slot
        job = next(b for b in begun.blocks if isinstance(b, Progress))

        def under_way() -> str:
            with session.app.catalog.read() as unit:
                return str(unit.jobs.get(job.job_id).progress.get("text"))

        while "best so far" not in await asyncio.to_thread(under_way):
            await asyncio.sleep(0.05)
        await session.press_quietly(click(begun, "Stop"))
        while not (await asyncio.to_thread(session.latest)).done:
            await asyncio.sleep(0.1)
        with session.app.catalog.read() as unit:
            assert unit.models.latest(session.address.scope) is not None

    theatre.play(scene)
