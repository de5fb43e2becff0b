"""Draws docs/images/page.png: the page as a browser shows it, after a real training.

`make page-picture`, which is `python -m docs.page_picture`; it needs Chromium.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.async_api import Page, async_playwright

PICTURE: Final = Path(__file__).parent / "images" / "page.png"
SIZE: Final = {"width": 1180, "height": 760}
PATIENCE_MS: Final = 180_000
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_LINK: Final = re.compile(rb"http://\S+/open\?ticket=\S+")


def main() -> None:
    """Start the page in a folder of its own, train on the sample, and take the picture."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        asyncio.run(_draw(Path(folder)))


async def _draw(home: Path) -> None:
    settings = {"MLOPS_HOME": str(home), "MLOPS_HTTP": "127.0.0.1:0", "MLOPS_WEB": "127.0.0.1:0"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "web", "--no-browser"),
        env={**os.environ, **settings, "MLOPS_SERVING": "127.0.0.1:0", "LOGNAME": "ada"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await _take(await _link(process))
    finally:
        process.terminate()
        await process.wait()


async def _link(process: asyncio.subprocess.Process) -> str:
    async for line in process.stdout or asyncio.StreamReader():
        if found := _LINK.search(line):
            return found[0].decode()
    raise SystemExit("The page told no link.")


async def _take(link: str) -> None:
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browser_path, args=["--no-sandbox"]
        )
        page = await browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(link)
        await page.get_by_role("button", name="Try it with the sample dataset").click()
        await _said(page, "Loaded the sample data")
        await page.get_by_placeholder("Say what you want").fill(
            "predict who survived, in 10 seconds"
        )
        await page.keyboard.press("Enter")
        await _said(page, "Deploy to staging")
        for name in ("Datasets (", "Models ("):
            await page.get_by_text(name).click()
        await page.get_by_text("predict who survived").last.scroll_into_view_if_needed()
        top = page.get_by_test_id("stChatMessage").nth(-2)
        await top.evaluate("found => found.scrollIntoView({block: 'start'})")
        await page.get_by_text("predicts Survived · ").wait_for()
        await page.wait_for_timeout(1000)  # pictures fade in
        PICTURE.parent.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURE)
        await browser.close()


async def _said(page: Page, words: str) -> None:
    message = page.get_by_test_id("stChatMessage").filter(has_text=words)
    await message.first.wait_for()


if __name__ == "__main__":
    main()
