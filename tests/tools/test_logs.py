"""The log: one record a line in either form, with the reference it belongs to."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.logs import JsonLines, Lines, log_to_stderr
from tools.trail import following, reference, subject_of


def record(text: str, *, trace: bool = False) -> logging.LogRecord:
    info = None
    if trace:
        try:
            raise ValueError("in vain")
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("bot.turns", logging.ERROR, "p", 1, text, (), info)


@pytest.fixture
def root() -> Iterator[None]:
    """The root logger as it was before."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


@given(st.text())
def test_a_record_is_one_line_of_json(text: str):
    """Whatever was logged, it is one line, and reads as it was written."""
    line = JsonLines().format(record(text))
    assert len(line.splitlines()) == 1 or "\n" not in line
    assert json.loads(line)["message"] == text


def test_json_has_what_a_search_needs():
    """Time, level, logger, words, reference and trace have names of their own."""
    with following("3fa9c1d2e4b5a697"):
        told = json.loads(JsonLines().format(record("failed", trace=True)))
    assert {name: told[name] for name in ("level", "logger", "message", "ref")} == {
        "level": "error",
        "logger": "bot.turns",
        "message": "failed",
        "ref": "3fa9c1d2",
    }
    assert told["error"].endswith("ValueError: in vain")
    assert told["time"].endswith("+00:00")


def test_nobody_writes_lines_of_their_own():
    """A line break in what was logged begins no new record."""
    with following("3fa9c1d2e4b5a697"):
        line = Lines().format(record("name\n2026-01-01 INFO root: all is well"))
    assert "\n" not in line
    assert " ERROR bot.turns [3fa9c1d2]: name\\n2026" in line


def test_a_reference_ends_with_its_block():
    """Work at the same time keeps its own reference, and afterwards there is none."""

    async def work(subject: str) -> str:
        with following(subject):
            await asyncio.sleep(0)
            return await asyncio.to_thread(reference)

    async def both() -> list[str]:
        return await asyncio.gather(work("a" * 16), work("b" * 16))

    assert asyncio.run(both()) == ["a" * 8, "b" * 8]
    assert reference() == ""


def test_a_job_belongs_to_its_turn_and_a_check_to_itself():
    """The key says whose job it is."""
    assert subject_of("3fa9c1d2e4b5a697:call_1", "j1") == "3fa9c1d2e4b5a697"
    assert subject_of("check:m1:2026-03-02T09:00:00+00:00", "j1") == "j1"
    assert subject_of("anything", "j1") == "j1"


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("form", ["console", "json"])
def test_the_setting_chooses_the_form(form: str, capsys: pytest.CaptureFixture[str]):
    """`console` writes lines, `json` objects; libraries that chatter are kept quiet."""
    log_to_stderr(form)  # type: ignore[arg-type]
    logging.getLogger("here").info("hello")
    logging.getLogger("httpx").info("a request")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith("{") is (form == "json")
