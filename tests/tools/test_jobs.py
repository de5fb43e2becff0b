"""Jobs are listed with their progress and stopped by number or by "stop it"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.catalog.records import Job
from tests.tools.conftest import ELSEWHERE, HERE, Lab, block, text_of
from tools.errors import BadRequest, NeedsChoice, NotFound


def submit(lab: Lab, key: str, *, thread: str = HERE.thread, **args: str) -> Job:
    with lab.context.catalog.write() as unit:
        job, _ = unit.jobs.submit(
            lab.context.scope,
            thread=thread,
            key=key,
            tool="train_model",
            args=args,
            actor=lab.context.actor,
            context={},
            now=lab.context.now(),
        )
    return job


def start(lab: Lab) -> Job:
    now = lab.context.now()
    with lab.context.catalog.write() as unit:
        job = unit.jobs.claim("worker", lease_until=now + timedelta(minutes=1), now=now)
        assert job is not None
        unit.jobs.progress(
            job.id, attempt=job.attempt, progress={"share": 0.4, "text": "Trying ridge"}
        )
    return job


def test_no_jobs(lab: Lab) -> None:
    """An empty channel says so."""
    assert "No job has run" in text_of(lab.call("list_jobs").blocks)


def test_list(lab: Lab) -> None:
    """Each job is a row: number, work, state with progress, who."""
    submit(lab, "a", target="Fare")
    start(lab)
    submit(lab, "b")
    rows = block(lab.call("list_jobs"), "table").rows
    assert list(rows[0][:4]) == [2, "train model", "waiting for a worker", "Ada"]
    assert list(rows[1][:3]) == [1, "train model (target Fare)", "running, 40 %, Trying ridge"]


def test_stop_the_running_one(lab: Lab) -> None:
    """Without a number the running job of the thread is told to stop."""
    submit(lab, "elsewhere", thread="t2")
    mine = submit(lab, "a")
    start(lab)
    start(lab)
    stopped = lab.call("cancel_job")
    assert mine.number == stopped.data["job"]
    with lab.context.catalog.read() as unit:
        assert unit.jobs.get(mine.id).cancel_requested
    assert "stopping" in block(lab.call("list_jobs"), "table").rows[0][2]


def test_cancel_a_waiting_one(lab: Lab) -> None:
    """A job that has not begun is cancelled at once."""
    job = submit(lab, "a")
    assert "before it began" in lab.call("cancel_job", job="job 1").summary
    with lab.context.catalog.read() as unit:
        assert unit.jobs.get(job.id).state == "cancelled"


def test_which_one(lab: Lab) -> None:
    """Several running jobs and no number: the person picks."""
    submit(lab, "a", target="Fare")
    submit(lab, "b", target="Age")
    with pytest.raises(NeedsChoice) as question:
        lab.call("cancel_job")
    assert [option.value for option in question.value.options] == ["2", "1"]


@pytest.mark.parametrize(("said", "error"), [("7", NotFound), ("the big one", BadRequest)])
def test_unknown(lab: Lab, said: str, error: type[Exception]) -> None:
    """A number that is not there, and a word that is no number, are told."""
    submit(lab, "a")
    with pytest.raises(error):
        lab.call("cancel_job", job=said)


def test_nothing_to_stop(lab: Lab) -> None:
    """Nothing runs: said so."""
    with pytest.raises(NotFound, match="No job is running"):
        lab.call("cancel_job")


def test_already_over(lab: Lab) -> None:
    """A job that has ended cannot be stopped."""
    submit(lab, "a")
    lab.call("cancel_job")
    with pytest.raises(BadRequest, match="not running any more"):
        lab.call("cancel_job", job="1")


def test_another_channel_s_job_is_not_there(lab: Lab) -> None:
    """A job of another channel is answered as if it did not exist."""
    submit(lab, "a")
    with pytest.raises(NotFound):
        lab.call("cancel_job", job="1", context=lab.elsewhere())
    assert HERE.scope != ELSEWHERE.scope


def test_quick_looks_are_left_out(lab: Lab) -> None:
    """A finished job is listed if it took a while; a quick look at data is not."""
    for seconds in (0, 90):
        submit(lab, f"job{seconds}")
        job = start(lab)
        lab.context.now.at += timedelta(seconds=seconds)
        with lab.context.catalog.write() as unit:
            unit.jobs.finish(
                job.id, attempt=job.attempt, state="succeeded", result={}, now=lab.context.now()
            )
    listed = lab.call("list_jobs")
    assert [row[0] for row in block(listed, "table").rows] == [2]
    assert block(listed, "headline").text == "No job is running now."


def test_a_question_is_no_failure(lab: Lab) -> None:
    """A job that ended by asking the person something is listed as that."""
    submit(lab, "a", target="Survived")
    job = start(lab)
    with lab.context.catalog.write() as unit:
        unit.jobs.finish(
            job.id,
            attempt=job.attempt,
            state="failed",
            result=None,
            error={"type": "NeedsChoice", "message": "Which one?"},
            now=lab.context.now(),
        )
    assert block(lab.call("list_jobs"), "table").rows[0][2] == "asked a question"
