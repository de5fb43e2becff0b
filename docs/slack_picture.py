"""Draws docs/images/slack.png: two messages as the Slack adapter posts them, in a channel's look.

`make slack-picture`, which is `python -m docs.slack_picture`; it needs Chromium. The messages are
those that the tests of the adapter hold it to; the plot is made anew from the sample.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
from playwright.sync_api import sync_playwright

from tests.golden.preview_slack import RECORDED, STYLE, post
from tools.drift.detect import detect
from tools.drift.plot import drift_figure
from tools.ml.sample import passengers_csv, shifted_rows
from tools.summaries.summary import count_into, summarise

PICTURE: Final = Path(__file__).parent / "images" / "slack.png"
NAMES: Final = ("ship", "alert")
FEATURES: Final = ["Survived", "Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked"]
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_LOOK: Final = "body { margin: 20px; } .notice { display: none; } .post { margin-bottom: 22px; }"


def main() -> None:
    """Draw the plot, put the messages on a page, and take the picture."""
    with tempfile.TemporaryDirectory(prefix="picture-") as folder:
        page = Path(folder) / "slack.html"
        page.write_text(_page(Path(folder)), encoding="utf-8")
        _take(page)


def _page(folder: Path) -> str:
    messages = [
        message
        for name in NAMES
        for message in json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    ]
    for message in messages:
        for block in message["blocks"]:
            if block["type"] == "image":
                (folder / f"{block['slack_file']['id']}.png").write_bytes(_plot())
    shown = "".join(post(message, folder) for message in messages)
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}{_LOOK}</style>{shown}"


def _plot() -> bytes:
    """What the alert shows: the passengers of the later voyage that it counted."""
    first = pd.read_csv(io.StringIO(passengers_csv()))[FEATURES]
    later = pd.DataFrame(shifted_rows(400, seed=11, outcome=True))[FEATURES]
    reference = summarise(pa.Table.from_pandas(first, preserve_index=False))
    current = pa.Table.from_pandas(later.astype(first.dtypes), preserve_index=False)
    return drift_figure(detect(reference, count_into(reference, current)))


def _take(page: Path) -> None:
    browser_path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 780, "height": 400})
        shown.goto(page.as_uri())
        shown.screenshot(path=PICTURE, full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
