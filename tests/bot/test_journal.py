"""The journal: a line for each thing that happened, found by the reference of its message."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.hooks import Event
from bot.journal import journal
from tests.bot.stage import load, message, still
from tests.deploy.test_prometheus import EVERYTHING
from tools.logs import JsonLines


class Lines(logging.Handler):
    """Keeps what the log would show."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.told: list[dict[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(json.loads(self.format(record)))


@pytest.fixture
def lines() -> Iterator[Lines]:
    kept = Lines()
    logger = logging.getLogger("bot.journal")
    logger.addHandler(kept)
    logger.setLevel(logging.INFO)
    yield kept
    logger.removeHandler(kept)
    logger.setLevel(logging.NOTSET)


def test_everything_that_happens_has_its_line(lines: Lines):
    """No kind of event is left out."""
    assert {type(event) for event in EVERYTHING} == set(get_args(Event))
    for event in EVERYTHING:
        journal(event)
    assert len({line["message"] for line in lines.told}) == len(EVERYTHING)


def test_a_message_and_its_calls_share_a_reference(tmp_path: Path, lines: Lines):
    """The turn's id begins with the reference, two messages have two, and no words are in it."""
    with still(tmp_path) as app:
        load(app, "size,price\n1,2\n3,4\n")
        asyncio.run(app.assistant.answer(message("list datasets", "e1")))
        asyncio.run(app.assistant.answer(message("list models", "e2")))
        with app.catalog.read() as unit:
            turns = [row.id[:8] for row in unit.turns.list(message("", "").address, limit=5)]
    assert [(line["ref"], line["message"].split()[:2]) for line in lines.told] == [
        (turns[0], ["tool", "list_datasets"]),
        (turns[0], ["message", "answered"]),
        (turns[1], ["tool", "list_models"]),
        (turns[1], ["message", "answered"]),
    ]
