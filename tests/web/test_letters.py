"""Names and cells are letters on the page, whatever they were written to become."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import expect

from bot.platforms.web.page.inert import inert, one_line, paragraphs
from tests.bot.processes import ROOT
from tests.web.browser import PATIENCE_MS, chromium, needs_browser, sit_down
from tests.web.letters import PIECES, texts

WAYS = ("paragraph", "small", "button", "heading", "warning", "marked")
LIVELY = "a, img, script, iframe, li, table, del, blockquote, hr, .katex, [style*='color: rgb']"
_READ = """ways => Object.fromEntries(
  [...document.querySelectorAll("[class*='st-key-']")].flatMap(box =>
    [...box.classList].filter(name => ways.some(way => name.startsWith(`st-key-${way}-`)))
      .map(name => [name.slice(7), [box.innerText, [...box.querySelectorAll(LIVELY)]
        .map(found => found.outerHTML)]])))""".replace("LIVELY", repr(LIVELY))

hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=8).map("".join)


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """The address of the page that shows them."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.web.letters", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@needs_browser
def test_a_browser_shows_every_letter_and_nothing_else(page: str):
    """In a real browser hostile texts read as they were written, and no element comes of them."""
    with chromium() as browser:
        screen = sit_down(browser, "letters")
        asked: list[str] = []
        screen.page.on("request", lambda request: asked.append(request.url))
        _visit(screen.page, page)
        shown = screen.page.evaluate(_READ, list(WAYS))
        assert screen.alarms == []
    wrong = list(_wrong(shown))
    assert wrong == []
    assert [url for url in asked if not url.startswith((page, "data:", "blob:"))] == []


def _visit(tab: Any, url: str) -> None:
    """Open the page once its process answers."""
    for _ in range(120):
        try:
            tab.goto(url)
            break
        except Exception as error:
            if "ERR_CONNECTION_REFUSED" not in str(error):
                raise
            tab.wait_for_timeout(500)
    tab.get_by_text("That was all.").wait_for(timeout=PATIENCE_MS)
    buttons = tab.get_by_test_id("stButton").locator("button")
    expect(buttons).to_have_count(len(texts()), timeout=PATIENCE_MS)  # they are loaded by and by
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE_MS)


def _wrong(shown: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for index, text in enumerate(texts()):
        for way in WAYS:
            read, lively = shown[f"{way}-{index}"]
            letters = read.replace("\u2060", "")
            if lively or (way in ("paragraph", "button") and one_line(letters) != one_line(text)):
                yield way, text, (read, lively)


@given(hostile)
def test_escaping_keeps_every_letter(text: str):
    """What Markdown makes of an escaped text is the text: each mark is taken literally."""
    escaped = inert(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped).replace("\u2060", "") == one_line(text)


@given(hostile)
def test_no_mark_is_left_alive(text: str):
    """Every character that Markdown could read is behind a backslash."""
    rest = re.sub(r"\\[!-/:-@\[-`{-~]", "", inert(text))
    assert re.search(r"[!-/:-@\[-`{-~]", rest) is None


@given(hostile)
@example("``")
def test_only_code_and_emphasis_mean_something(text: str):
    """In a paragraph nothing but whole pairs of ` and * is left unescaped."""
    rest = re.sub(r"\\[!-/:-@\[-`{-~]|`[^`\n]+`", "", paragraphs(text))  # from left to right
    assert re.search(r"[!-)+-/:-@\[-_{-~]", rest) is None
    assert rest.count("*") % 2 == 0


@given(st.text(alphabet="\u202e\u2066\u200b\u2060\ufeff\x00\x07ab \n", max_size=30))
def test_nothing_turns_or_hides_text(text: str):
    """Characters that are not seen are not there."""
    assert re.search(r"[^ab \\]", inert(text)) is None
