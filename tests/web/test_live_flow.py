"""The live flow in a real browser, from the upload to the drift alert and the download."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.web.browser import PATIENCE_MS, Screen, chromium, needs_browser, showing, sit_down
from tools.ml.sample import passengers_csv, shifted_rows

pytestmark = needs_browser

ROWS = 300


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Somebody in front of a page that has just been started."""
    home = tmp_path_factory.mktemp("live") / "home"
    with showing(home) as web, chromium() as browser:
        screen = sit_down(browser, "live")
        screen.open(web.link())
        yield screen
        assert screen.alarms == []


def test_the_live_flow_plays_in_a_browser(screen: Screen, tmp_path: Path):
    """Upload, clean, train, deploy, ship, monitor, alert, download and the record, on one page."""
    upload = tmp_path / "passengers.csv"
    upload.write_text(passengers_csv(), encoding="utf-8")
    screen.shot("00-welcome")
    _look_at_data(screen, upload)
    _train(screen)
    production = _ship(screen)
    _predict(screen)
    _watch(screen, production)
    _take_home(screen)


def _look_at_data(screen: Screen, upload: Path) -> None:
    screen.say("@bot what's in this?", [upload])
    screen.hears("Could be predicted")
    screen.shot("01-profile")
    screen.say("drop Name, Ticket and Cabin and fill in missing values")
    screen.hears("Before and after")
    screen.shot("02-cleaned")


def _train(screen: Screen) -> None:
    screen.say("predict who survived, for 10 seconds")
    expect(screen.last.get_by_role("button", name="Stop")).to_be_visible(timeout=PATIENCE_MS)
    screen.shot("03-training")
    screen.hears("Deploy to staging")
    screen.shot("04-trained")


def _ship(screen: Screen) -> tuple[str, str]:
    """The address and the key of the production endpoint, as the card shows them."""
    screen.press("Deploy to staging")
    screen.hears("is live in staging")
    screen.shot("05-staging")
    screen.say("ship it to production")
    screen.hears("Waits for an approver")
    screen.shot("06-ship")
    screen.press("Approve")
    shipped = screen.messages.filter(has_text="is live in production").last
    expect(shipped).to_be_visible(timeout=PATIENCE_MS)
    screen.shot("07-production")
    command = shipped.get_by_test_id("stCode").last.inner_text()
    key = re.search(r"MLOPS_KEY=(\S+)", command)
    url = re.search(r"http://\S+/predict", command)
    assert key is not None, command
    assert url is not None, command
    return url[0], key[1]


def _predict(screen: Screen) -> None:
    """Fill in one passenger, in fields of the model's contract, which says what is missing."""
    screen.press("Predict…")
    form = screen.page.get_by_test_id("stForm")
    send = form.get_by_test_id("stFormSubmitButton").first.get_by_role("button")
    send.click()
    expect(form.get_by_test_id("stMarkdown").filter(has_text="error")).not_to_have_count(
        0, timeout=PATIENCE_MS
    )
    _choose(screen, form, "Sex", "female")
    form.get_by_label("Pclass").fill("1")
    form.get_by_label("Age").fill("8")
    form.get_by_label("Parch").fill("1")
    screen.shot("08-predict")
    send.click()
    expect(form).to_have_count(0, timeout=PATIENCE_MS)
    screen.hears(re.compile("predict.*Survived", re.IGNORECASE | re.DOTALL))
    screen.shot("09-predicted")


def _choose(screen: Screen, form: Locator, label: str, value: str) -> None:
    """Pick a value of a menu; one that is opened while the form is drawn anew closes again."""
    option = screen.page.get_by_role("option", name=value, exact=True)
    for _ in range(20):
        form.get_by_label(label).click()
        try:
            option.click(timeout=3_000)
        except TooLate:
            continue
        return
    expect(option).to_be_visible()


def _watch(screen: Screen, production: tuple[str, str]) -> None:
    screen.say("monitor it for drift every 10 seconds")
    screen.hears("every 10 seconds")
    screen.shot("10-watching")
    rows = shifted_rows(ROWS, seed=11)
    for start in range(0, len(rows), 100):
        _post(*production, rows[start : start + 100])
    screen.hears(re.compile("Drift in .*Roll back", re.DOTALL))
    screen.shot("11-alert")
    expect(screen.page.get_by_text("Open alerts (1)")).to_be_visible(timeout=PATIENCE_MS)


def _take_home(screen: Screen) -> None:
    screen.say("send me the cleaned data as parquet")
    expect(screen.page.get_by_role("button", name=re.compile(r"\.parquet"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    with screen.page.expect_download() as waiting:
        screen.page.get_by_role("button", name=re.compile(r"\.parquet")).click()
    assert waiting.value.path().read_bytes()[:4] == b"PAR1"
    screen.say("what did we do?")
    screen.hears("approved by")
    screen.shot("12-history")


def _post(url: str, key: str, rows: list[dict[str, Any]]) -> None:
    fields = ("Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked")
    body = {"rows": [{name: row[name] for name in fields if name in row} for row in rows]}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.status == 200
