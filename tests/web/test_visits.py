"""Reloads, second tabs, restarts, forms, hostile files, narrow screens and keyboards."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.bot.processes import wait_until
from tests.web.browser import (
    PATIENCE_MS,
    Screen,
    Web,
    chromium,
    leaving,
    needs_browser,
    showing,
    sit_down,
)

pytestmark = needs_browser

LIVELY = "a[href^=http], a[href^=javascript], img:not([src*='/media/']), script, iframe, .katex"
NAMES = (
    "<img src=x onerror=alert(1)>",
    "[free](javascript:alert(2))",
    "![p](http://evil.example/p.png)",
    "$\\alpha^2$ :smile: https://evil.example",
    "<script>alert(3)</script>",
)


class Place:
    """One page for all visits, and who is sitting in front of it."""

    def __init__(self, browser: Browser, web: Web, home: Path) -> None:
        self.browser = browser
        self.web = web
        self.home = home

    def sit_down(self, name: str, *, narrow: bool = False, dark: bool = False) -> Screen:
        """Somebody with a new browser, who comes by the link."""
        screen = sit_down(self.browser, name, narrow=narrow, dark=dark)
        screen.open(self.web.link())
        return screen

    def bot(self) -> int:
        """The process of the bot that the page has started; 0 while there is none."""
        found = [
            int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._is_bot(folder)
        ]
        return found[0] if found else 0

    def _is_bot(self, folder: Path) -> bool:
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            settings = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            return False
        return b"--parent" in words and f"MLOPS_HOME={self.home}".encode() in settings


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A page that has just been started, and a browser."""
    home = tmp_path_factory.mktemp("visits") / "home"
    with showing(home) as web, chromium() as browser:
        yield Place(browser, web, home)


@pytest.fixture
def place(house: Place) -> Iterator[Place]:
    """The same for all tests, without the people of the one before."""
    with leaving(house.browser):
        yield house


def test_a_training_is_followed_after_a_reload_and_in_a_second_tab(place: Place):
    """Started by a typed form and reloaded in its middle, it ends as one result in both tabs."""
    screen = place.sit_down("training")
    screen.page.get_by_role("button", name="Try it with the sample dataset").click()
    screen.hears("Loaded the sample data")
    _fill_in_training(screen)
    expect(screen.last.get_by_role("button", name="Stop")).to_be_visible(timeout=PATIENCE_MS)
    screen.page.reload()
    expect(screen.last.get_by_role("button", name="Stop")).to_be_visible(timeout=PATIENCE_MS)
    screen.shot("after-reload")
    second = Screen(screen.context, "second")
    second.open(screen.page.url)
    for tab in (screen, second):
        tab.hears("Deploy to staging")
        expect(tab.page.get_by_text("Candidates", exact=True)).to_have_count(1)
    second.shot("second-tab")
    assert screen.alarms + second.alarms == []


def _fill_in_training(screen: Screen) -> None:
    screen.press("Train on Survived")
    form = screen.page.get_by_test_id("stForm")
    expect(form).to_be_visible(timeout=PATIENCE_MS)
    form.scroll_into_view_if_needed()
    screen.shot("form")
    assert screen.complaints() == []
    budget = form.get_by_label(re.compile("time", re.IGNORECASE)).first
    budget.fill("10")
    form.get_by_test_id("stFormSubmitButton").first.get_by_role("button").click()


def test_conversations_can_be_gone_back_to(place: Place):
    """A new conversation is one click away, and so is every older one."""
    screen = place.sit_down("threads")
    screen.say("list the datasets")
    screen.hears("passengers")
    screen.page.get_by_role("button", name="New conversation").click()
    expect(screen.page.get_by_text("What shall we look at?")).to_be_visible(timeout=PATIENCE_MS)
    expect(screen.messages).to_have_count(0)
    threads = screen.page.locator(".st-key-threads").get_by_role("button", name="list the datasets")
    threads.first.click()
    screen.hears("passengers")
    assert "thread=" in screen.page.url


def test_names_that_try_to_script_stay_names(place: Place, tmp_path: Path):
    """File name, column names and cells that are HTML, Markdown or LaTeX are shown as letters."""
    upload = tmp_path / "<img src=x onerror=alert(0)> [x](javascript:alert(0)).csv"
    rows = [",".join(f'"{name}"' for name in NAMES) + ",n,day"]
    cells = ",".join(f'"{name}"' for name in reversed(NAMES))
    rows += [f"{cells},{index * 1.5},2026-01-{index:02d}" for index in range(1, 31)]
    upload.write_text("\n".join(rows), encoding="utf-8")
    screen = place.sit_down("hostile")
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.say("what's in <b>this</b> ![x](http://evil.example/a.png)?", [upload])
    screen.hears(re.compile("Loaded .*alert.*30 rows", re.DOTALL))
    screen.say("profile it")
    screen.hears(re.compile("missing|could be predicted", re.IGNORECASE))
    screen.shot("names")
    assert screen.page.get_by_test_id("stChatMessage").locator(LIVELY).count() == 0
    assert screen.alarms == []
    assert [url for url in asked if "evil" in url] == []


@pytest.mark.parametrize(
    ("narrow", "dark"), [(False, False), (True, True)], ids=["wide-light", "narrow-dark"]
)
def test_nothing_serious_stands_in_anybodys_way(place: Place, narrow: bool, dark: bool):
    """axe-core finds nothing serious, and nothing is wider than the screen, in light and dark."""
    name = f"{'narrow' if narrow else 'wide'}-{'dark' if dark else 'light'}"
    screen = place.sit_down(name, narrow=narrow, dark=dark)
    screen.shot("welcome")
    assert screen.complaints() == []
    screen.page.get_by_role("button", name="Try it with the sample dataset").click()
    screen.hears("Loaded the sample data")
    screen.say("what's in it?")
    screen.hears("Could be predicted")
    screen.shot("profile")
    assert screen.complaints() == []
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= (390 if narrow else 1280)
    if narrow:
        screen.page.get_by_test_id("stExpandSidebarButton").click()
    for section in ("Datasets (", "Jobs ("):
        screen.page.get_by_test_id("stSidebar").get_by_text(section).click()
    expect(screen.page.get_by_test_id("stSidebar")).to_contain_text("900 rows")
    screen.shot("beside")
    assert screen.complaints() == []


def test_the_keyboard_is_enough(place: Place):
    """Without a mouse the sample is loaded and its first button pressed; focus is always seen."""
    screen = place.sit_down("keyboard")
    _tab_to(screen, "Try it with the sample dataset")
    screen.page.keyboard.press("Enter")
    screen.hears("Loaded the sample data")
    _tab_to(screen, "Clean it")
    screen.shot("focus")
    screen.page.keyboard.press("Enter")
    screen.hears("Before and after")


def _tab_to(screen: Screen, label: str) -> None:
    focused = "document.activeElement.closest('button')?.innerText ?? ''"
    for _ in range(60):
        screen.page.keyboard.press("Tab")
        if label in screen.page.evaluate(focused).split("\n"):
            return
    raise AssertionError(f"{label} cannot be reached")


def test_nothing_of_streamlits_own_stands_around(place: Place):
    """No deploy button, no menu, no badge: the page is the assistant's alone."""
    screen = place.sit_down("chrome")
    for name in ("stAppDeployButton", "stMainMenu", "stToolbarActions", "stDecoration"):
        assert screen.page.get_by_test_id(name).locator("visible=true").count() == 0
    assert screen.page.title() == "MLOps Assistant"


def test_the_page_says_when_the_bot_is_away_and_goes_on_by_itself(place: Place):
    """While the bot is being started again the page says so; then the answer arrives."""
    screen = place.sit_down("away")
    screen.say("list the datasets")
    screen.hears("passengers")
    before = place.bot()
    os.kill(before, signal.SIGKILL)
    expect(screen.page.get_by_text("does not answer just now").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    screen.shot("away")
    wait_until(lambda: place.bot() not in (0, before), within=60)
    expect(screen.page.get_by_text("does not answer just now")).to_have_count(
        0, timeout=PATIENCE_MS
    )
    screen.say("which datasets are there?")
    expect(screen.messages.filter(has_text="passengers")).not_to_have_count(0, timeout=PATIENCE_MS)
