"""How often words are shown while they grow, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, SystemMessage

from bot.agent.memory import Memory
from bot.agent.minds import Mind, Minds
from bot.agent.saying import Saying
from bot.hooks import Event, ModelAnswered
from tests.bot.agent.belt import Belt, open_belt
from tests.bot.stage import HERE, still


@pytest.fixture
def belt(tmp_path: Path) -> Iterator[Belt]:
    with open_belt(tmp_path) as opened:
        yield opened


class Watch:
    """Seconds that a test sets, what was shown, and what was counted."""

    def __init__(self, home: Path, belt: Belt, *, private: bool = False) -> None:
        self.seconds = 0.0
        self.shown: list[str] = []
        self.events: list[Event] = []
        self.sent = [SystemMessage("Now there are 7 rows.")]
        with still(home) as app:
            blobs = app.blobs
        self.saying = Saying(
            replace(belt.turn(), private=private),
            Mind("aggregates"),
            memory=Memory(belt.catalog),
            minds=Minds(belt.catalog, blobs, now=belt.clock, model="openai:scripted"),
            draft=self.shown.append,
            hooks=(self.events.append,),
            clock=lambda: self.seconds,
        )


def test_at_most_once_a_second(belt: Belt, tmp_path: Path) -> None:
    """However fast a model writes, its message is edited once a second."""
    watch = Watch(tmp_path / "other", belt)
    for tenth in range(35):
        watch.seconds = tenth / 10
        watch.saying.grow("Go. " * (tenth + 1), watch.sent)
    assert len(watch.shown) == 4


def test_taking_back_does_not_wait(belt: Belt, tmp_path: Path) -> None:
    """What must not stand is taken back at once, and only if something was shown."""
    watch = Watch(tmp_path / "other", belt)
    watch.saying.grow("", watch.sent)
    watch.saying.grow("Fine.", watch.sent)
    watch.saying.grow("", watch.sent)
    assert watch.shown == ["Fine.", ""]


def test_a_private_answer_is_shown_when_it_is_whole(belt: Belt, tmp_path: Path) -> None:
    """What only one person may see cannot be edited in place, so it does not grow."""
    watch = Watch(tmp_path / "other", belt, private=True)
    watch.saying.grow("Fine.", watch.sent)
    assert watch.shown == []


def test_tokens_are_counted(belt: Belt, tmp_path: Path) -> None:
    """Each answer is told to the hooks with the configured model, its level and its tokens."""
    watch = Watch(tmp_path / "other", belt)
    usage = {"input_tokens": 30, "output_tokens": 4, "total_tokens": 34}
    answer = AIMessage("There are 7 rows.", usage_metadata=usage)
    assert watch.saying.account(answer, watch.sent) == "There are 7 rows."
    channel = HERE.scope.id
    assert watch.events == [ModelAnswered("openai:scripted", "aggregates", 30, 4, channel=channel)]


def test_what_no_server_counts_is_estimated(belt: Belt, tmp_path: Path) -> None:
    """A server that counts no tokens does not get around a budget."""
    watch = Watch(tmp_path / "other", belt)
    watch.saying.account(AIMessage("x" * 400), watch.sent)
    [event] = watch.events
    assert isinstance(event, ModelAnswered)
    assert event.tokens_in > 0
    assert event.tokens_out >= 100
