"""`chat`: typed lines, numbered buttons, attachments, and Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from bot.commands.session import Session
from storage.catalog.catalog import open_catalog
from tests.bot.processes import alive, children, environment, started, wait_until
from tests.bot.stage import HERE, open_stage, printed, stage
from tests.bot.test_assistant import CSV
from tests.servers.openai import Hangs, Says, openai_server


def chat(home: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """What a conversation prints; the lines come from a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        input="".join(f"{line}\n" for line in lines),
        env=environment(home),
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_a_conversation(tmp_path: Path) -> None:
    """A path is attached, a number presses a button, a missing file is told, /quit leaves."""
    (tmp_path / "loans.csv").write_text(CSV)
    ended = chat(
        tmp_path / "home",
        "loans.csv what is in it?",
        "1",
        "/attach gone.csv",
        "remember: paid means repaid",
        "",
        "/quit",
        "never said",
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    shown = ended.stdout
    assert "120 rows × 3 columns" in shown
    assert "Cleaned loans v1 into loans v2" in shown
    assert "There is no file gone.csv." in shown
    assert "Remembered" in shown
    assert "never said" not in shown


def test_ctrl_c_stops_the_job_and_keeps_the_best(tmp_path: Path) -> None:
    """Ctrl-C presses Stop: the training ends soon with the best so far, and the chat goes on."""
    home = tmp_path / "home"
    (tmp_path / "loans.csv").write_text(CSV)
    with started(home, "chat") as talking:
        assert talking.stdin is not None
        talking.stdin.write("loans.csv predict paid for 300 seconds\n")
        talking.stdin.flush()
        wait_until((home / "catalog.db").exists, within=30)
        catalog = open_catalog(f"sqlite:///{home / 'catalog.db'}")

        def learning() -> bool:
            with catalog.read() as unit:
                jobs = unit.jobs.list(HERE.scope)
            return any("best so far" in str(job.progress.get("text")) for job in jobs)

        wait_until(learning, within=60)
        workers = children(talking.pid)
        talking.send_signal(signal.SIGINT)
        log = home.parent / "home-chat.log"
        wait_until(lambda: "Predicts `paid`" in log.read_text(), within=30)
        talking.stdin.write("list the models\n")
        talking.stdin.close()
        assert talking.wait(30) == 0
        assert alive(workers) == []
        catalog.close()
    assert "loans-paid v1" in log.read_text()


def test_who_stops_waiting_does_not_stop_the_work(tmp_path: Path) -> None:
    """Ctrl-C without a job stops the waiting only; the answer still comes."""

    async def scene() -> None:
        async with (
            openai_server([Hangs(1.5), Says("unused")]) as server,
            stage(
                tmp_path,
                model="openai:scripted",
                openai_api_key="sk-test",
                openai_base_url=server.url,
            ) as session,
        ):
            saying = asyncio.create_task(session.say("hello there"))
            while not server.requests:
                await asyncio.sleep(0.02)
            saying.cancel()
            await asyncio.gather(saying, return_exceptions=True)
            assert "late" not in printed(session)
            while "late" not in printed(session):
                await asyncio.sleep(0.05)

    asyncio.run(asyncio.wait_for(scene(), 60))


def test_two_lines_at_once_are_answered_in_order(tmp_path: Path) -> None:
    """Messages of one thread are dealt with one after the other."""

    async def scene(session: Session) -> None:
        await asyncio.gather(
            session.say("remember: one"), session.say("remember: two"), session.say("list facts")
        )
        shown = printed(session)
        assert shown.index("fact 1") < shown.index("fact 2")
        assert shown.count("Remembered") == 2

    with open_stage(tmp_path) as opened:
        opened.play(scene)
