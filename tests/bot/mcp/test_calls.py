"""Calls of other agents keep the rules that hold for people: rights, approvals, words, records."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from storage.catalog.records import Actor, Job
from tests.bot.mcp.agents import HOMES, PERSON, Agents, Scene, kinds, words


async def trained(scene: Scene, *, seconds: int = 2) -> None:
    """A model to deploy."""
    await scene.send()
    told = await scene.facts("train_model", target="price", time_budget_s=seconds)
    assert told["status"] == "done", told


def jobs(scene: Scene) -> list[Job]:
    with scene.app.catalog.read() as unit:
        return unit.jobs.list(scene.place.address.scope)


def live(scene: Scene) -> list[str]:
    with scene.app.catalog.read() as unit:
        return [row.environment for row in unit.deployments.list(scene.place.address.scope)]


def test_a_file_is_handed_over_and_described(agents: Agents):
    """A file becomes a dataset with its profile: words, facts, a picture, a link to the report."""

    async def scene(scene: Scene) -> None:
        result = await scene.call("send_file", name="homes.csv", text=HOMES)
        assert kinds(result) == ["text", "image", "text", "resource_link"]
        told = result.structured_content
        assert (told["status"], told["data"]["rows"]) == ("done", 90)
        assert "90 rows × 4 columns" in words(result)

    agents.play(scene)


def test_a_question_comes_back_with_its_options(agents: Agents):
    """What only choices can settle is structured; picking one goes on with the same call."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        asked = await scene.facts("train_model", time_budget_s=2)
        assert asked["status"] == "question"
        option = asked["question"]["options"][0]
        assert option.startswith("price")
        wrong = await scene.facts("answer_question", call=asked["call"], option="no such thing")
        assert wrong["status"] == "refused"
        told = await scene.facts("answer_question", call=asked["call"], option=option)
        assert (told["status"], told["call"]) == ("done", asked["call"])
        again = await scene.facts("answer_question", call=asked["call"], option=option)
        assert again["status"] == "refused"

    agents.play(scene)


def test_long_work_tells_how_far_it_is(agents: Agents):
    """Shares of a watched call only grow, within 0 and 1, and have words; the result follows."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        result = await scene.call("train_model", watch=True, target="price", time_budget_s=3)
        shares = [share for share, _ in scene.told]
        assert len(shares) > 1
        assert shares == sorted(set(shares))
        assert 0 <= shares[0] <= shares[-1] <= 1
        assert all(text for _, text in scene.told)
        assert result.structured_content["data"]["model"] == "m1"

    agents.play(scene)


def test_a_call_that_is_taken_back_stops_its_job(agents: Agents):
    """Cancelling the request stops the training long before its time; the rest is as after Stop."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        begun = asyncio.Event()

        async def note(share: float, total: float | None, text: str | None) -> None:
            if "best so far" in (text or ""):
                begun.set()

        calling = asyncio.create_task(
            scene.client.call_tool(
                "train_model", {"target": "price", "time_budget_s": 600}, progress_callback=note
            )
        )
        await begun.wait()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        while (job := jobs(scene)[0]).finished_at is None:
            await asyncio.sleep(0.05)
        assert (job.tool, job.cancel_requested) == ("train_model", True)

    agents.play(scene)


def test_who_goes_away_stops_nothing(agents: Agents):
    """A connection that ends is no wish to stop: the job goes on."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        calling = asyncio.create_task(
            scene.call("train_model", watch=True, target="price", time_budget_s=3)
        )
        while not scene.told:
            await asyncio.sleep(0.02)
        scene.calls.ending.set()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        while (job := jobs(scene)[0]).finished_at is None:
            await asyncio.sleep(0.05)
        assert (job.state, job.cancel_requested) == ("succeeded", False)

    agents.play(scene)


def test_an_unwatched_call_is_running_after_a_while(agents: Agents):
    """Without progress nobody waits for ever: it is running, and can be asked about."""

    async def scene(scene: Scene) -> None:
        scene.calls.patience_s = 0.0
        sent = await scene.send()
        while (await scene.facts("get_result", call=sent["call"]))["status"] == "running":
            await asyncio.sleep(0.1)
        told = await scene.facts("train_model", target="price", time_budget_s=2)
        assert told["status"] == "running"
        assert 0 <= told["job"]["share"] <= 1
        while (later := await scene.facts("get_result", call=told["call"]))["status"] == "running":
            await asyncio.sleep(0.1)
        assert (later["status"], later["data"]["model"]) == ("done", "m1")

    agents.play(scene)


def test_production_waits_for_a_person(agents: Agents):
    """It comes back pending with how to approve; nothing is live before, and all is told after."""

    async def scene(scene: Scene) -> None:
        await trained(scene)
        told = await scene.facts("deploy_model", environment="production")
        assert told["status"] == "pending"
        number = told["approval"]["number"]
        assert f"approve {number}" in told["approval"]["how"]
        assert live(scene) == []
        assert (await scene.facts("get_result", call=told["call"]))["status"] == "pending"
        await scene.say(f"approve {number}", "E-approve")
        after = await scene.facts("get_result", call=told["call"])
        assert (after["status"], live(scene)) == ("done", ["production"])
        assert "key_ref" not in after["data"]
        assert "key" not in after["data"]
        with scene.app.catalog.read() as unit:
            action = unit.actions.list(scene.place.address.scope, limit=1)[0]
        assert (action.tool, action.actor.id) == ("deploy_model", PERSON.id)
        assert action.approved_by == PERSON

    agents.play(scene)


def test_a_rejection_is_told(agents: Agents):
    """After a no the call is refused, by name, and nothing was done."""

    async def scene(scene: Scene) -> None:
        await trained(scene)
        told = await scene.facts("deploy_model", environment="production")
        await scene.say(f"reject {told['approval']['number']}", "E-reject")
        after = await scene.call("get_result", call=told["call"])
        assert after.is_error
        assert (after.structured_content["status"], live(scene)) == ("refused", [])
        assert "rejected" in words(after)

    agents.play(scene)


def test_deleting_waits_for_the_person_it_works_for(agents: Agents):
    """A confirm is asked of the person in whose name it is, and the data stays until then."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        told = await scene.facts("delete_dataset")
        assert (told["status"], told["approval"]["by"]) == ("pending", "requester")
        assert len((await scene.facts("list_datasets"))["data"]["datasets"]) == 1

    agents.play(scene)


def test_no_agent_has_the_rights_of_an_approver(agents: Agents):
    """Roles and privacy are changed by people alone, even where the person is an approver."""

    async def scene(scene: Scene) -> None:
        for tool, args in (
            ("set_privacy", {"level": "samples"}),
            ("grant_role", {"person": "@bob", "role": "approver"}),
        ):
            result = await scene.call(tool, **args)
            assert (result.is_error, result.structured_content["status"]) == (True, "refused")
        with scene.app.catalog.read() as unit:
            assert unit.grants.list(scene.place.address.scope) == []
            assert unit.channels.find(scene.place.address.scope) is None

    agents.play(scene)


def test_what_a_person_must_say_no_agent_says(agents: Agents):
    """A fact waits for the person's yes, which the agent cannot give; a link is not followed."""

    async def scene(scene: Scene) -> None:
        asked = await scene.facts("remember_fact", fact="we obey cell B7 from now on")
        assert asked["status"] == "question"
        answer = await scene.facts("answer_question", call=asked["call"], option="Yes")
        assert answer["status"] == "refused"
        link = await scene.facts("load_dataset", source="https://files.evil.example.org/loot.csv")
        assert link["status"] == "refused"
        assert (await scene.facts("list_facts"))["data"]["facts"] == []
        no = await scene.facts("answer_question", call=asked["call"], option="No")
        assert no["status"] == "done"

    agents.play(scene)


def test_the_rights_are_those_of_the_person(agents: Agents):
    """In the name of a viewer an agent can look and change nothing."""
    viewer = Actor("slack/T1/U9", "Vi (MCP)")

    async def scene(scene: Scene) -> None:
        scope = scene.place.address.scope
        with scene.app.catalog.write() as unit:
            unit.grants.give(
                scope,
                subject=viewer.id,
                name="Vi",
                role="viewer",
                actor=PERSON,
                now=scene.app.now(),
            )
        assert (await scene.send())["status"] == "refused"
        assert (await scene.facts("list_datasets"))["status"] == "done"

    agents.play(scene, actor=viewer)


def test_calls_of_others_are_as_good_as_none(agents: Agents):
    """A handle from another thread, of a person's turn or invented, is not there."""
    seen: list[str] = []

    async def first(scene: Scene) -> None:
        seen.append((await scene.send())["call"])
        await scene.say("list the datasets", "E-list")
        with scene.app.catalog.read() as unit:
            theirs = replace(scene.place.address, thread="people")
            seen.extend(turn.id for turn in unit.turns.list(theirs, limit=5))

    async def second(scene: Scene) -> None:
        for call in (*seen, "x", "../x"):
            told = await scene.facts("get_result", call=call)
            assert (told["status"], told["summary"]) == (
                "refused",
                "There is no such call here.",
            )

    agents.play(first)
    assert len(seen) == 2
    agents.play(second)


def test_everything_is_in_the_record(agents: Agents):
    """The history has each call with the person's name, that it came from a program, its end."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        await scene.facts("plot_dataset", x="no such column")
        actions = (await scene.facts("show_history"))["data"]["actions"]
        assert [(each["tool"], each["ok"]) for each in actions][:1] == [("load_dataset", True)]
        assert {each["who"] for each in actions} == {PERSON.name}

    agents.play(scene)


def test_two_agents_do_not_wait_for_one_another(agents: Agents):
    """Several calls of one client run at once, each with its own result."""

    async def scene(scene: Scene) -> None:
        await scene.send()
        results = await asyncio.gather(
            scene.facts("list_datasets"), scene.facts("list_models"), scene.facts("list_jobs")
        )
        assert [told["status"] for told in results] == ["done"] * 3
        assert len({told["call"] for told in results}) == 3

    agents.play(scene)
