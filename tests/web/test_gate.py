"""The gate in front of the page: a link that works once, a cookie, and nothing without either."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.platforms.web.page.gate import LIFE_S, Gate, Tickets

HOST = "127.0.0.1:8501"
STREAM = f"ws://{HOST}/stream"
PATHS = ("/", "/_stcore/health", "/_stcore/host-config", "/media/x.png", "/static/js/index.js")


class Clock:
    """Seconds since 1970, as the test says."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


class Place:
    """A page behind its gate, and the links it has told."""

    def __init__(self, key: bytes = b"key", *, port: int = 8501, open_to_all: bool = False) -> None:
        self.clock = Clock()
        self.told: list[str] = []
        self.tickets = Tickets(key, f"assistant_{port}", now=self.clock, renewed=self.told.append)
        app = Starlette(
            routes=[
                WebSocketRoute("/stream", _stream),
                Route("/{path:path}", _page, methods=["GET", "PUT"]),
            ]
        )
        tickets = None if open_to_all else self.tickets
        gate = Gate(app, hosts=frozenset({HOST}), tickets=tickets, scripts=("'sha256-abc'",))
        self.browser = TestClient(gate, base_url=f"http://{HOST}", follow_redirects=False)


async def _page(_: Request) -> Response:
    return PlainTextResponse("the page")


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("the stream")
    await socket.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_nothing_is_served_without_a_cookie(path: str, method: str):
    """Every path is refused, kindly, to a browser that did not come by the link."""
    answer = Place().browser.request(method, path)
    assert answer.status_code == 403
    assert "This page opens with its link" in answer.text
    assert answer.text != "the page"


def test_the_stream_is_refused_without_a_cookie():
    """The websocket, by which Streamlit says all that is on the page, asks for the cookie too."""
    with pytest.raises(WebSocketDisconnect), Place().browser.websocket_connect(STREAM):
        pass


def test_the_link_opens_the_page_and_leaves_a_cookie_no_script_can_read():
    """The link sets an HttpOnly, SameSite session cookie and goes on to the page."""
    place = Place()
    answer = place.browser.get(place.tickets.path)
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie
    assert place.browser.get("/").text == "the page"
    with place.browser.websocket_connect(STREAM) as stream:
        assert stream.receive_text() == "the stream"


def test_a_link_works_once_and_the_next_one_is_told():
    """A second browser cannot use a link again; the terminal has the next one for it."""
    place = Place()
    used = place.tickets.path
    place.browser.get(used)
    place.browser.cookies.clear()
    again = place.browser.get(used)
    assert again.status_code == 403
    assert "used already" in again.text
    assert place.told == [place.tickets.path]
    assert place.browser.get(place.told[0]).status_code == 303


def test_a_cookie_outlives_the_process_that_gave_it():
    """After a restart the same browser goes on; the signature is all that is checked."""
    before, after = Place(), Place()
    before.browser.get(before.tickets.path)
    after.browser.cookies.update(before.browser.cookies)
    assert after.browser.get("/").text == "the page"


@pytest.mark.parametrize("other", [Place(b"other key"), Place(port=8502)], ids=["key", "port"])
def test_a_cookie_of_another_installation_is_nothing_here(other: Place):
    """A cookie counts for the secret and the port it was made for."""
    place = Place()
    place.browser.cookies.set("assistant_8501", other.tickets.session())
    assert place.browser.get("/").status_code == 403


def test_a_cookie_ends():
    """After thirty days the browser comes by the link again."""
    place = Place()
    place.browser.get(place.tickets.path)
    place.clock.at += LIFE_S + 1
    assert place.browser.get("/").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example:8501"},
        {"host": "127.0.0.1.evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
    ],
)
@pytest.mark.parametrize("signs_in", [False, True])
def test_other_hosts_and_origins_are_refused(headers: dict[str, str], signs_in: bool):
    """A page of somebody else, or a name bent to this machine, reaches nothing with a cookie."""
    place = Place(open_to_all=signs_in)
    if not signs_in:
        place.browser.get(place.tickets.path)
    assert place.browser.get("/", headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect),
        place.browser.websocket_connect(STREAM, headers=headers),
    ):
        pass


def test_a_page_loads_its_own_files_only():
    """What a name smuggled in could load nothing from outside, and no frame holds the page."""
    answer = Place(open_to_all=True).browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval' 'sha256-abc';" in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("cookie", ["", "x", "1.2.3", "99999999999.a.b", "\u20ac"])
def test_made_up_cookies_are_refused(cookie: str):
    """Nothing but a signed value counts."""
    assert not Place().tickets.knows(cookie)
