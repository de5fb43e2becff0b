"""People in front of the page: a real browser, what they do in it, and what they see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.bot.processes import started, wait_until

SCREENS = Path(__file__).parent / "screens"
PATIENCE_MS = 120_000
START_S = 120.0
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
_LINK = re.compile(r"http://\S+/open\?ticket=\S+")

needs_browser = pytest.mark.skipif(
    _CHROMIUM is None, reason="there is no Chromium here; .ci/run installs one"
)


class Web:
    """A running `python -m bot web`."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def link(self) -> str:
        """The newest link that it has told."""
        self.wait_for("/open?ticket=")
        return self._links()[-1]

    def wait_for(self, words: str) -> None:
        """Wait until it has written something."""
        wait_until(lambda: words in self.told(), within=START_S, hint=words)

    def told(self) -> str:
        """All that it has written."""
        return self._log.read_text() if self._log.exists() else ""

    def _links(self) -> list[str]:
        return _LINK.findall(self.told())


@contextmanager
def showing(home: Path, **settings: str) -> Iterator[Web]:
    """The page of a home folder, with a bot of its own unless the settings name one."""
    settings = {"MLOPS_WEB": "127.0.0.1:0"} | settings
    log = home.parent / f"{home.name}-web.log"
    log.unlink(missing_ok=True)
    with started(home, "web", "--no-browser", **settings) as process:
        try:
            yield Web(log)
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Screen:
    """One tab: says, presses and reads as a person does."""

    def __init__(self, context: BrowserContext, name: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.name = name
        self.alarms: list[str] = []
        self.page.on("dialog", lambda dialog: self._alarm(dialog.message))
        self.page.on("pageerror", lambda error: self.alarms.append(str(error)))

    def _alarm(self, message: str) -> None:
        self.alarms.append(message)

    def open(self, url: str) -> None:
        """Go to an address, and wait until there is something to type into."""
        self.page.goto(url)
        self.box.wait_for()

    @property
    def box(self) -> Locator:
        """Where messages are typed."""
        return self.page.get_by_placeholder("Say what you want")

    @property
    def last(self) -> Locator:
        """The newest message."""
        return self.page.get_by_test_id("stChatMessage").last

    @property
    def messages(self) -> Locator:
        """All messages."""
        return self.page.get_by_test_id("stChatMessage")

    def say(self, text: str, files: Sequence[Path] = ()) -> None:
        """Send a message with the keyboard."""
        if files:
            chooser = self.page.get_by_test_id("stChatInput").locator("input[type=file]")
            chooser.set_input_files(list(files))
            chips = self.page.get_by_test_id("stChatInput").get_by_test_id("stFileChip")
            expect(chips).to_have_count(len(files), timeout=PATIENCE_MS)
        self.box.fill(text)
        self.box.press("Enter")

    def hears(self, text: str | re.Pattern[str]) -> None:
        """Wait until the assistant's newest message says something."""
        expect(self.last).to_contain_text(text, timeout=PATIENCE_MS)

    def press(self, label: str) -> None:
        """Press the newest button of a name."""
        self.page.get_by_role("button", name=label, exact=True).last.click()

    def shot(self, step: str) -> None:
        """Keep a picture of what is on the screen, once all of it is drawn."""
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE_MS)
        SCREENS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{self.name}-{step}.png")

    def complaints(self) -> list[str]:
        """What axe-core finds serious or critical."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]


@contextmanager
def leaving(browser: Browser) -> Iterator[None]:
    """Everybody who sits down in the block has left at its end."""
    before = list(browser.contexts)
    try:
        yield
    finally:
        for context in browser.contexts:
            if context not in before:
                context.close()


def sit_down(browser: Browser, name: str, *, narrow: bool = False, dark: bool = False) -> Screen:
    """A person with a browser of their own."""
    context = browser.new_context(
        viewport=NARROW if narrow else WIDE,
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    )
    return Screen(context, name)
