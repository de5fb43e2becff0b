"""A page for several people: they sign in, and roles follow their address or group."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.servers.oidc.server import CLIENT_ID, CLIENT_SECRET, provider
from tests.web.browser import (
    PATIENCE_MS,
    Screen,
    chromium,
    leaving,
    needs_browser,
    showing,
    sit_down,
)

pytestmark = needs_browser

PEOPLE = {
    "ada": {"email": "ada@example.org", "email_verified": True, "name": "Ada"},
    "grace": {
        "email": "grace@example.org",
        "email_verified": True,
        "name": "Grace",
        "groups": ["ml-leads"],
    },
    "nobody": {"email": "nobody@example.org", "email_verified": False, "name": "Nobody"},
}


@pytest.fixture(autouse=True)
def _alone(place: tuple[Browser, str]) -> Iterator[None]:
    with leaving(place[0]):
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of a page where people sign in."""
    home = tmp_path_factory.mktemp("team") / "home"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with provider(PEOPLE) as known, chromium() as browser:
        settings = {
            "MLOPS_WEB": url.removeprefix("http://"),
            "MLOPS_WEB_URL": url,
            "MLOPS_WEB_OIDC_URL": known.metadata_url,
            "MLOPS_WEB_CLIENT_ID": CLIENT_ID,
            "MLOPS_WEB_CLIENT_SECRET": CLIENT_SECRET,
            "MLOPS_APPROVERS": "web/team/group:ml-leads",
        }
        with showing(home, **settings) as web:
            web.wait_for("Open the page with")
            yield browser, url


def test_another_signed_in_person_approves(place: tuple[Browser, str]):
    """Who asks cannot approve their own shipping; somebody of the approvers' group can."""
    browser, url = place
    ada, grace = (_signed_in(browser, url, name) for name in ("ada", "grace"))
    ada.page.get_by_role("button", name="Try it with the sample dataset").click()
    ada.hears("Loaded the sample data")
    ada.say("predict who survived, for 5 seconds")
    ada.hears("Deploy to staging")
    ada.say("ship it to production")
    ada.hears("Waits for an approver")
    ada.press("Approve")
    expect(ada.page.get_by_text("Only you see this.")).to_be_visible(timeout=PATIENCE_MS)
    ada.shot("refused")
    thread = grace.page.locator(".st-key-threads").get_by_role("button").first
    thread.click()
    waiting = grace.messages.filter(has_text="Waits for an approver")
    expect(waiting).to_have_count(1, timeout=PATIENCE_MS)
    expect(grace.page.get_by_text("Only you see this.")).to_have_count(0)
    grace.press("Approve")
    for screen in (ada, grace):
        shipped = re.compile("Approved by Grace.*is live in production", re.DOTALL)
        expect(screen.messages.filter(has_text=shipped)).to_have_count(1, timeout=PATIENCE_MS)
        screen.shot("approved")


def test_nobody_is_let_in_without_a_confirmed_address(place: tuple[Browser, str]):
    """An account whose e-mail address is not confirmed could be anybody's, so it sees nothing."""
    browser, url = place
    screen = _at_sign_in(browser, url, "nobody")
    screen.page.get_by_role("link", name="nobody").click()
    expect(screen.page.get_by_text("Please sign in again")).to_be_visible(timeout=PATIENCE_MS)
    assert screen.box.count() == 0
    screen.shot("unconfirmed")


def test_who_has_not_signed_in_sees_nothing(place: tuple[Browser, str]):
    """Before the sign-in the page shows a button and not one name of what is here."""
    browser, url = place
    screen = sit_down(browser, "stranger")
    screen.page.goto(url)
    expect(screen.page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    screen.shot("sign-in")
    assert screen.complaints() == []
    assert screen.box.count() == 0


def _at_sign_in(browser: Browser, url: str, name: str) -> Screen:
    screen = sit_down(browser, name)
    screen.page.goto(url)
    screen.page.get_by_role("button", name="Sign in").click()
    expect(screen.page.get_by_text("Who are you?")).to_be_visible(timeout=PATIENCE_MS)
    return screen


def _signed_in(browser: Browser, url: str, name: str) -> Screen:
    screen = _at_sign_in(browser, url, name)
    screen.page.get_by_role("link", name=name).click()
    screen.box.wait_for()
    return screen
