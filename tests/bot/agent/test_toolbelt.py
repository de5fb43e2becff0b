"""The rules every tool call goes through, whoever or whatever asked for it."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

import pytest

from bot.agent.calls import Answered, Call, Suspended, with_choice
from bot.hooks import ToolCallFinished
from bot.messages import ApprovalPrompt, Choices, Progress
from bot.roles import Roles
from tests.bot.agent.belt import GRACE, Belt, Number, open_belt, rehearsed, toy
from tests.bot.stage import ADA
from tools.context import ToolContext
from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.outcome import Headline, Outcome, Text


def done(args: Number, context: ToolContext) -> Outcome:
    return Outcome(f"did {args.n}", (Text(f"did {args.n}"),), dataset_id=f"d{args.n}")


def headline(result: Answered) -> str:
    first = result.blocks[0]
    assert isinstance(first, Headline)
    return first.text


def test_a_call_runs_and_is_recorded(tmp_path: Path) -> None:
    """A call that ran is in the history with who, what and why, and is counted."""
    with open_belt(tmp_path) as belt:
        turn = belt.turn()
        result = belt.answer("write_it", turn=turn, n=3)
        assert (result.ok, result.text, belt.runs) == (True, "counted 3", [3])
        (action,) = belt.actions()
        assert (action.tool, action.actor, action.effect, action.ok) == (
            "write_it",
            ADA,
            "write",
            True,
        )
        assert (action.args, action.sentence, action.turn_id) == ({"n": 3}, "do it", turn.id)
        (event,) = belt.events
        assert isinstance(event, ToolCallFinished)
        assert (event.tool, event.platform, event.ok) == ("write_it", "terminal", True)


def test_what_a_call_made_is_bound_to_the_turn(tmp_path: Path) -> None:
    """Later calls of a turn learn what the earlier ones made."""
    with open_belt(tmp_path, toy("make", done)) as belt:
        assert belt.answer("make", n=4).refs == {"dataset": "d4"}


def test_an_unknown_tool(tmp_path: Path) -> None:
    """A tool that does not exist is named, and the failure is recorded."""
    with open_belt(tmp_path) as belt:
        result = belt.answer("launch_rocket")
        assert result.error["type"] == "NotFound"
        assert "launch_rocket" in result.text
        assert [action.ok for action in belt.actions()] == [False]


def test_invalid_arguments_are_explained(tmp_path: Path) -> None:
    """Wrong arguments are told by name and reason, and nothing runs."""
    with open_belt(tmp_path) as belt:
        wrong = belt.answer("write_it", n="many")
        assert wrong.error["type"] == "BadRequest"
        assert re.search(r"`n`.*integer", wrong.text)
        unknown = belt.answer("write_it", m=1, call_id="c2")
        assert "`m`" in unknown.text
        assert belt.runs == []


def test_a_tool_that_is_not_built_yet(tmp_path: Path) -> None:
    """A declared tool without a body says that it is not available yet."""
    with open_belt(tmp_path, toy("fly", None)) as belt:
        result = belt.answer("fly")
        assert result.error["type"] == "Refused"
        assert "not available yet" in headline(result)


def test_a_viewer_reads_and_does_not_write(tmp_path: Path) -> None:
    """The role decides by effect: a viewer may look, an operator may change."""
    with open_belt(tmp_path, roles=Roles(default="viewer", own_surfaces=frozenset())) as belt:
        assert belt.answer("read_it", n=1).ok
        refused = belt.answer("write_it", n=2, call_id="c2")
        assert refused.error["type"] == "Refused"
        assert belt.runs == [1]


def test_a_failure_for_people_is_told_as_it_is(tmp_path: Path) -> None:
    """A tool's own error reaches person and model with its hint."""

    def fail(args: Number, context: ToolContext) -> Outcome:
        raise BadRequest("Column Q is not there.", "Did you mean R?")

    with open_belt(tmp_path, toy("fail", fail)) as belt:
        result = belt.answer("fail")
        assert headline(result) == "Column Q is not there."
        assert result.blocks[1] == Text("Did you mean R?")
        assert result.text == "error: Column Q is not there. Did you mean R?"
        assert result.error == {
            "type": "BadRequest",
            "message": "Column Q is not there.",
            "hint": "Did you mean R?",
        }


def test_an_unforeseen_failure_is_a_reference(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """People get a reference instead of a traceback; the log has both under it."""

    def crash(args: Number, context: ToolContext) -> Outcome:
        raise ZeroDivisionError("secret detail of /root/path")

    with open_belt(tmp_path, toy("crash", crash)) as belt, caplog.at_level(logging.ERROR):
        result = belt.answer("crash")
    told = f"{result.text} {result.blocks}"
    match = re.search(r"Something went wrong \(ref ([0-9a-f]+)\)", told)
    assert match
    assert "secret detail" not in told
    assert "Traceback" not in told
    (record,) = caplog.records
    assert match[1] in record.getMessage()
    assert record.exc_info is not None


@pytest.mark.parametrize(
    ("effect", "role"), [("deploy", "approver"), ("confirm", "requester")], ids=str
)
def test_what_needs_a_click_waits(tmp_path: Path, effect: str, role: str) -> None:
    """Production waits for an approver, what cannot be taken back for the requester."""
    ship = toy("ship", done, effect=effect, rehearse=rehearsed(lambda: "b1"))
    with open_belt(tmp_path, ship) as belt:
        turn = belt.turn()
        result = belt.call("ship", turn=turn, n=7)
        assert isinstance(result, Suspended)
        prompt = result.blocks[-1]
        assert isinstance(prompt, ApprovalPrompt)
        assert (prompt.role, prompt.state, prompt.question) == (role, "pending", "would do 7")
        with belt.catalog.read() as unit:
            (waiting,) = unit.waiting.of_turn(turn.id)
            approval = unit.approvals.get(prompt.approval_id)
        assert (waiting.kind, waiting.subject) == ("approval", approval.id)
        assert (approval.binding, approval.args) == ("b1", {"n": 7})
        assert belt.actions() == []


def test_the_effect_may_depend_on_the_arguments(tmp_path: Path) -> None:
    """Staging runs at once and production waits, with one tool."""
    ship = toy(
        "ship",
        done,
        effect="deploy",
        effect_of=lambda args, _: "deploy" if args.n > 1 else "write",
        rehearse=rehearsed(lambda: "b"),
    )
    with open_belt(tmp_path, ship) as belt:
        assert belt.answer("ship", n=1).ok
        assert isinstance(belt.call("ship", n=2, call_id="c2"), Suspended)


def test_an_approved_call_runs_and_names_the_approver(tmp_path: Path) -> None:
    """After the click the call runs once, and the history names who approved."""
    ship = toy("ship", done, effect="deploy", rehearse=rehearsed(lambda: "b"))
    with open_belt(tmp_path, ship) as belt:
        assert belt.answer("ship", n=2, approved_by=GRACE).text == "did 2"
        (action,) = belt.actions()
        assert (action.actor, action.approved_by, action.effect) == (ADA, GRACE, "deploy")


def test_the_binding_is_of_this_moment(tmp_path: Path) -> None:
    """What a click would be for is worked out anew when somebody clicks."""
    live = ["first"]
    ship = toy("ship", done, effect="deploy", rehearse=rehearsed(lambda: live[0]))
    with open_belt(tmp_path, ship) as belt:
        turn = belt.turn()
        result = belt.call("ship", turn=turn)
        assert isinstance(result, Suspended)
        prompt = result.blocks[-1]
        assert isinstance(prompt, ApprovalPrompt)
        with belt.catalog.read() as unit:
            approval = unit.approvals.get(prompt.approval_id)
        assert belt.belt.binding_now(turn, approval) == approval.binding
        live[0] = "second"
        assert belt.belt.binding_now(turn, approval) != approval.binding


def pick(args: Number, context: ToolContext) -> Outcome:
    if args.n == 1:
        raise NeedsChoice("Which one?", "n", (Option("two", 2), Option("three", 3)))
    return Outcome(f"picked {args.n}")


def test_an_open_argument_becomes_a_question(tmp_path: Path) -> None:
    """An argument nobody settled is asked with the options as buttons; the call waits."""
    with open_belt(tmp_path, toy("pick", pick)) as belt:
        turn = belt.turn()
        result = belt.call("pick", turn=turn)
        assert isinstance(result, Suspended)
        (question,) = result.blocks
        assert isinstance(question, Choices)
        assert (question.question, question.options) == ("Which one?", ("two", "three"))
        with belt.catalog.read() as unit:
            (waiting,) = unit.waiting.of_turn(turn.id)
        assert waiting.kind == "choice"
        chosen = with_choice(Call("c1", "m1", "pick", {}), "n", 3)
        answer = asyncio.run(belt.belt.call(turn, chosen))
        assert isinstance(answer, Answered)
        assert answer.text == "picked 3"


def test_a_choice_is_a_call_of_its_own() -> None:
    """The same choice made twice is one call, another choice another."""
    call = Call("c1", "m1", "pick", {})
    assert with_choice(call, "n", 3) == with_choice(call, "n", 3)
    assert len({call.id, with_choice(call, "n", 2).id, with_choice(call, "n", 3).id}) == 3


def test_a_job_is_submitted_and_waited_for(tmp_path: Path) -> None:
    """Long work becomes a job at once; the turn shows its progress and waits."""
    with open_belt(tmp_path, toy("dig", done, where="job")) as belt:
        turn = belt.turn()
        result = belt.call("dig", turn=turn, n=5)
        assert isinstance(result, Suspended)
        (progress,) = result.blocks
        (job,) = belt.jobs()
        assert isinstance(progress, Progress)
        assert (progress.job_id, job.tool, job.args, job.actor) == (job.id, "dig", {"n": 5}, ADA)
        assert len(belt.notified) == 1


def test_a_job_under_one_id_is_one_job(tmp_path: Path) -> None:
    """A call repeated under its id, as after a crash, has no second effect."""
    with open_belt(tmp_path, toy("dig", done, where="job")) as belt:
        turn = belt.turn()
        belt.call("dig", turn=turn, call_id="once")
        belt.finish(result=Outcome("dug"))
        again = belt.call("dig", turn=turn, call_id="once")
        assert isinstance(again, Answered)
        assert again.text == "dug"
        assert len(belt.jobs()) == 1


def test_quick_work_that_takes_longer_becomes_a_job(tmp_path: Path) -> None:
    """A worker's call is waited for a moment, then goes on as a job with progress."""
    with open_belt(tmp_path, toy("look", done, where="worker")) as belt:
        result = belt.call("look")
        assert isinstance(result, Suspended)
        assert isinstance(result.blocks[0], Progress)


def after(belt: Belt, tool: str, **end: object) -> Answered | Suspended:
    """Submit a job, end it, and take its end."""
    turn = belt.turn()
    belt.call(tool, turn=turn, n=5)
    job = belt.finish(**end)  # type: ignore[arg-type]
    return asyncio.run(belt.belt.after_job(turn, Call("c1", "m1", tool, {"n": 5}), job))


def test_the_end_of_a_job_is_the_answer(tmp_path: Path) -> None:
    """A job's outcome answers its call and is recorded with the tool's effect."""
    with open_belt(tmp_path, toy("dig", done, where="job", effect="write")) as belt:
        result = after(belt, "dig", result=Outcome("dug 5", dataset_id="d9"))
        assert isinstance(result, Answered)
        assert (result.text, result.refs) == ("dug 5", {"dataset": "d9"})
        assert [(a.tool, a.effect, a.ok) for a in belt.actions()] == [("dig", "write", True)]


def test_a_job_may_need_a_choice(tmp_path: Path) -> None:
    """A question that arises in a worker is asked like any other."""
    error = {
        "type": "NeedsChoice",
        "message": "Which one?",
        "hint": "",
        "argument": "n",
        "options": [{"label": "two", "value": 2}, {"label": "three", "value": 3}],
    }
    with open_belt(tmp_path, toy("dig", done, where="job")) as belt:
        result = after(belt, "dig", error=error)
        assert isinstance(result, Suspended)
        assert isinstance(result.blocks[0], Choices)


def test_a_job_that_failed_is_explained(tmp_path: Path) -> None:
    """A job's failure is told in its own words and recorded as a failure."""
    error = {"type": "Refused", "message": "The file is a picture.", "hint": "Send a table."}
    with open_belt(tmp_path, toy("dig", done, where="job")) as belt:
        result = after(belt, "dig", error=error)
        assert isinstance(result, Answered)
        assert result.error == error
        assert [action.ok for action in belt.actions()] == [False]


def test_asking_needs_a_question_and_answers(tmp_path: Path) -> None:
    """A question of the model without answers is refused, and the model is told why."""
    with open_belt(tmp_path) as belt:
        result = belt.answer("ask_person", question="Why?", options=["because"])
        assert "two to five options" in result.text


def test_refusals_of_tools_keep_their_class(tmp_path: Path) -> None:
    """Scripts can tell a refusal from a bad request."""

    def refuse(args: Number, context: ToolContext) -> Outcome:
        raise Refused("No.")

    with open_belt(tmp_path, toy("no", refuse)) as belt:
        assert belt.answer("no").error["type"] == "Refused"
