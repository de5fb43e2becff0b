"""CI in a whole app: runs started and followed, releases that wait for them, what survives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.commands.session import Session
from bot.messages import Reply
from storage.catalog.records import Deployment
from tests.bot.stage import Stage, click, open_stage, printed
from tests.servers.github import workflows as files
from tests.servers.github.server import GitHub, github_server

TABLE = "a,b,y\n" + "".join(f"{n * 7 % 50},{n % 7},{'yes' if n % 3 else 'no'}\n" for n in range(90))
RUN = "run the nightly workflow on main with rows=5"


@pytest.fixture(name="hub", scope="module")
def _hub() -> Iterator[GitHub]:
    """GitHub with one repository for all scenes."""
    with github_server() as hub:
        repo = hub.world.repo()
        repo.put("nightly.yml", files.NIGHTLY)
        repo.put("deploy.yml", files.DEPLOY)
        repo.put("release.yml", files.RELEASE)
        yield hub


@pytest.fixture(autouse=True)
def _afresh(hub: GitHub) -> None:
    """Every test finds a GitHub on which nothing has run."""
    hub.world.runs.clear()
    hub.world.dispatched.clear()
    hub.world.behaviour.clear()
    hub.faults.clear()
    hub.asked.clear()
    hub.world.details = "asked"


@pytest.fixture(name="stage", scope="module")
def _stage(hub: GitHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One app with CI."""
    with open_stage(
        tmp_path_factory.mktemp("home"),
        ci="acme/churn: nightly.yml, deploy.yml!",
        release="acme/churn: release.yml @ main",
        github_token=hub.world.token,
        github_api_url=hub.url,
        github_webhook_secret="s" * 20,
        ci_poll_s=0.1,
        ci_patience_min=5,
        default_role="approver",
    ) as stage:
        yield stage


def test_a_run_is_one_message_from_start_to_end(stage: Stage, hub: GitHub):
    """A run is dispatched with its inputs and ends as one card with jobs, result and link."""

    async def scene(session: Session) -> None:
        reply = await session.say(RUN)
        shown = printed(session)
        assert "nightly.yml #1 on main passed" in shown
        assert f"{hub.url}/acme/churn/actions/runs/{hub.world.runs[0].id}" in shown
        assert "evil.example" not in shown
        assert reply.done
        with session.app.catalog.read() as unit:
            slots = {row.slot for row in unit.outbox.list(session.address)}
        assert slots == {reply.slot}

    stage.play(scene)
    assert hub.world.dispatched[0]["inputs"]["rows"] == "5"


def test_a_red_run_says_why_and_is_made_again(stage: Stage, hub: GitHub):
    """A failed run shows the failing step's last lines, and its button runs what failed again."""
    hub.world.behaviour["nightly.yml"] = "fail"

    async def scene(session: Session) -> None:
        reply = await session.say(RUN)
        shown = printed(session)
        assert "`test`: `Run pytest`" in shown
        assert "FAILED tests/test_data.py::test_rows" in shown
        assert "abcdef0123456789" not in shown
        hub.world.behaviour["nightly.yml"] = "pass"
        again = await session.say("", press=click(reply, "Run what failed again"))
        assert "passed" in printed(session).rpartition("nightly.yml #1")[2]
        assert again.done

    stage.play(scene)
    assert hub.count("POST", "rerun-failed-jobs") == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("run the nightly workflow with rows=many", "does not fit the input `rows`"),
        ("run the nightly workflow", "needs `rows` (a number, required)"),
        ("run the nightly workflow with speed=5", "no input called “speed”"),
        ("run the nightly workflow with rows=5 and mode=slow", "one of `quick` or `full`"),
        (
            "run the nightly workflow on nowhere with rows=5",
            "shows no nightly.yml on nowhere",
        ),
        ("run the lint workflow", "There is no workflow “lint” that I may run"),
        ("run the nightly workflow of acme/other with rows=5", "not a repository I may work with"),
    ],
)
def test_wrong_wishes_are_answered_before_anything_starts(
    stage: Stage, hub: GitHub, said: str, told: str
):
    """What does not fit the declared inputs, or is not set up, is said and nothing is started."""

    async def scene(session: Session) -> None:
        await session.say(said)
        assert told in " ".join(printed(session).split())

    stage.play(scene)
    assert hub.world.runs == []


def test_a_workflow_that_deploys_waits_for_an_approver(stage: Stage, hub: GitHub):
    """A workflow marked with ! starts only after the click, with what was shown."""

    async def scene(session: Session) -> None:
        asked = await session.say("trigger the deploy workflow with target=live")
        assert hub.world.runs == []
        assert "It deploys." in printed(session)
        await session.say("", press=click(asked, "Approve"))
        assert "deploy.yml #1 on main passed" in printed(session)

    stage.play(scene)
    assert [one["inputs"] for one in hub.world.dispatched] == [{"target": "live"}]


def test_stop_stops_the_run(stage: Stage, hub: GitHub):
    """Stop on the message of a run cancels it on GitHub."""
    hub.world.behaviour["nightly.yml"] = "hang"

    async def scene(session: Session) -> None:
        telling = session.app.assistant.answer(session._message(RUN, (), None))
        reply = await telling
        assert not reply.done
        await _until(lambda: bool(hub.world.runs))
        await session.press_quietly(click(reply, "Stop"))
        await _until(lambda: hub.world.runs[0].stopped)
        session.slot = reply.slot
        await session._settled(reply)
        assert "It was stopped." in printed(session)

    stage.play(scene)


def test_production_moves_only_for_a_green_digest(stage: Stage, hub: GitHub, tmp_path: Path):
    """Red: nothing moves and it says so; lost: the same; green: this digest, once."""
    table = tmp_path / "t.csv"
    table.write_text(TABLE)

    async def scene(session: Session) -> None:
        await session.say("train a logistic regression to predict y", files=[table])
        for behaviour, told in (("fail", "release.yml #1 on main failed"), ("vanish", "is gone")):
            hub.world.behaviour["release.yml"] = behaviour  # type: ignore[assignment]
            await _ship(session)
            shown = " ".join(printed(session).split())
            assert told in shown
            assert "Nothing was moved: production is as it was." in shown
            assert _live(session) == []
        hub.world.behaviour["release.yml"] = "pass"
        await _ship(session)
        assert "release.yml is green" in printed(session)
        [line] = _live(session)
        assert line.digest == hub.world.dispatched[-1]["inputs"]["digest"]
        with session.app.catalog.read() as unit:
            assert len(unit.deployments.log(session.address.scope)) == 1

    stage.play(scene, limit_s=280)


def test_what_changed_meanwhile_is_not_overruled(stage: Stage, hub: GitHub, tmp_path: Path):
    """If production changed while the checks ran, they move nothing; a roll-back did not wait."""
    table = tmp_path / "t.csv"
    table.write_text(TABLE)

    async def scene(session: Session) -> None:
        await session.say("train a logistic regression to predict y", files=[table])
        await _ship(session)
        await session.say("train a logistic regression to predict y")
        await _ship(session)
        before = hub.count("POST", "dispatches")
        hub.world.behaviour["release.yml"] = "hang"
        asked = await session.say("ship m1 to production")
        waits = await session.app.assistant.answer(
            session._message("", (), click(asked, "Approve"))
        )
        await _until(lambda: hub.count("POST", "dispatches") == before + 1)
        back = await session.say("roll back production")
        await session.say("", press=click(back, "Approve"))
        assert hub.count("POST", "dispatches") == before + 1
        moved = len(_log(session))
        hub.world.runs[-1].behaviour = "pass"
        session.slot = waits.slot
        await session._settled(waits)
        assert "has changed meanwhile" in " ".join(printed(session).split())
        assert len(_log(session)) == moved

    stage.play(scene, limit_s=280)


def test_following_is_asked_for_taken_back_and_ended_in_words(stage: Stage):
    """People follow CI with a sentence, take it back with undo, and end it with another."""
    steps = (
        ("follow CI of acme/churn here", 1, "I post here when any run in acme/churn ends."),
        ("undo", 0, "Taken back"),
        ("follow the nightly workflow of acme/churn here", 1, "a run of nightly.yml in acme/churn"),
        ("stop following CI of acme/churn", 0, "I post no more runs of acme/churn here."),
        ("follow CI of acme/nothing here", 0, "not a repository I may work with"),
    )

    async def scene(session: Session) -> None:
        for said, followed, told in steps:
            await session.say(said)
            assert told in " ".join(printed(session).split())
            with session.app.catalog.read() as unit:
                assert len(unit.follows.list(session.address.scope)) == followed

    stage.play(scene)


async def _until(what: Callable[[], bool]) -> None:
    while not what():
        await asyncio.sleep(0.05)


async def _ship(session: Session) -> Reply:
    asked = await session.say("ship it to production")
    return await session.say("", press=click(asked, "Approve"))


def _live(session: Session) -> list[Deployment]:
    with session.app.catalog.read() as unit:
        return unit.deployments.list(session.address.scope)


def _log(session: Session) -> list[Deployment]:
    with session.app.catalog.read() as unit:
        return unit.deployments.log(session.address.scope)
