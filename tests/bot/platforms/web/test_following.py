"""Following threads: nothing is lost or told wrongly, for one reader or a hundred."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.platforms.web.adapter import WebPlatform
from bot.platforms.web.feed import MOST_OF_ONE
from bot.platforms.web.tokens import person
from tests.bot.platforms.web.conftest import ADA, BOB, Web
from tests.bot.platforms.web.test_speaking import code, file
from tests.surfaces.web import Client, token_of


async def until(what: Callable[[], Any], *, hint: str = "") -> None:
    async with asyncio.timeout(60):
        while not what():
            await asyncio.sleep(0.02)


def platform(web: Web) -> WebPlatform:
    found = web.place.app.office.platforms["web"]
    assert isinstance(found, WebPlatform)
    return found


def done(client: Client) -> list[dict[str, Any]]:
    return [each for each in client.items.values() if each["kind"] == "reply" and each["done"]]


def test_two_tabs_and_a_reload_show_the_same(web: Web) -> None:
    """Who was there all the time, who came late, and who reads it at once have the same items."""

    async def scene() -> None:
        early, late = web.client(), web.client()
        kept = await early.kept("/messages", data={"text": "list datasets"}, files=[file()])
        web.follow(early, kept["thread"])
        await until(lambda: done(early))
        web.follow(late, kept["thread"])
        await until(lambda: late.ready and done(late))
        assert early.items == late.items
        listed = await late.thread(kept["thread"])
        assert sorted(early.items.values(), key=lambda item: item["at"]) == listed

    web.play(scene)


def test_going_on_where_the_line_was_cut(web: Web) -> None:
    """With the last place that was read, only what came later is told, and all of it."""

    async def scene() -> None:
        ada, again = web.client(), web.client()
        kept = await ada.kept("/messages", json={"text": "help"})
        web.follow(ada, kept["thread"])
        await until(lambda: done(ada))
        await web.hang_up()
        for text in ("list datasets", "list models"):
            await ada.kept("/messages", json={"text": text, "thread": kept["thread"]})
        await ada.answered(kept["thread"], replies=3)
        again.cursor = ada.cursor
        web.follow(again, kept["thread"])
        await until(lambda: len(done(again)) == 2)
        words = [item["text"] for item in again.items.values() if item["kind"] == "said"]
        assert words == ["list datasets", "list models"]

    web.play(scene)


@pytest.mark.parametrize("place", ["x", "1", "-1.0", "1.2.3", "9" * 50 + ".1"])
def test_going_on_from_no_place(web: Web, place: str) -> None:
    """A place that is none is refused."""

    async def scene() -> None:
        headers = {"Last-Event-ID": place}
        assert code(await web.client().ask("GET", "/events", headers=headers)) == (
            400,
            "bad_request",
        )

    web.play(scene)


def test_what_is_said_is_shown_before_it_is_answered(web: Web) -> None:
    """A second message stands there for everybody while the first is still at work."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        kept = await ada.kept("/messages", data={"text": "list datasets"}, files=[file()])
        web.follow(bob, kept["thread"])
        more = await ada.kept("/messages", json={"text": "help", "thread": kept["thread"]})
        await until(lambda: f"said:{more['message']}" in bob.items)
        await until(lambda: len(done(bob)) == 2)

    web.play(scene)


def test_a_hundred_people_read_along(web: Web) -> None:
    """A hundred followers of one thread all see a message and its answer, whole and in place."""

    async def scene() -> None:
        ada = web.client()
        kept = await ada.kept("/messages", json={"text": "help"})
        await ada.answered(kept["thread"])
        crowd = [web.client(person(f"p{n}")) for n in range(100)]
        for each in crowd:
            web.follow(each, kept["thread"])
        await until(lambda: all(each.ready for each in crowd))
        assert len(platform(web).feed) == 100
        await ada.kept("/messages", json={"text": "list models", "thread": kept["thread"]})
        await until(lambda: all(len(done(each)) == 2 for each in crowd))
        assert all(each.items == crowd[0].items for each in crowd)
        await web.hang_up()
        await until(lambda: len(platform(web).feed) == 0)

    web.play(scene)


def test_one_person_cannot_take_all_places(web: Web) -> None:
    """Beyond some followers of one person the next is asked to come later; others are not."""

    async def scene() -> None:
        many = [web.client() for _ in range(MOST_OF_ONE)]
        for each in many:
            web.follow(each, "channel")
        await until(lambda: all(each.ready for each in many))
        refused = await web.client().ask("GET", "/events")
        assert (code(refused), "retry-after" in refused.headers) == ((429, "busy"), True)
        bob = web.client(BOB)
        web.follow(bob, "channel")
        await until(lambda: bob.ready)
        await web.hang_up()
        await until(lambda: len(platform(web).feed) == 0)

    web.play(scene)


def _silent(web: Web, thread: str) -> socket.socket:
    """A connection that asks for events and never reads one."""
    host, port = urlsplit(web.place.base).netloc.split(":")
    silent = socket.socket()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    silent.connect((host, int(port)))
    token = token_of(web.place.app.settings, ADA)
    silent.sendall(
        f"GET /api/v1/events?channel={web.channel}&thread={thread} HTTP/1.1\r\nHost: {host}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return silent


def test_who_does_not_read_keeps_nobody_back(web: Web) -> None:
    """A reader who takes nothing costs the others nothing, and is let go when they hang up."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        kept = await ada.kept("/messages", json={"text": "help"})
        await ada.answered(kept["thread"])
        silent = await asyncio.to_thread(_silent, web, kept["thread"])
        await until(lambda: len(platform(web).feed) == 1)
        web.follow(bob, kept["thread"])
        for _ in range(8):
            ask = {"text": "x" * 7900, "thread": kept["thread"]}
            await ada.kept("/messages", json=ask)
        await until(lambda: len(done(bob)) == 9)
        await web.hang_up()
        silent.close()
        await ada.kept("/messages", json={"text": "help", "thread": kept["thread"]})
        await until(lambda: len(platform(web).feed) == 0)

    web.play(scene)


def test_reading_ends_with_the_token(web: Web) -> None:
    """Whoever follows longer than their token is good is let go, and comes with another."""

    async def scene() -> None:
        token = token_of(web.place.app.settings, ADA, life=timedelta(seconds=2))
        ada = web.client(Authorization=f"Bearer {token}")
        params = [("channel", web.channel)]
        async with ada.http.stream("GET", "/api/v1/events", params=params) as stream:
            assert stream.status_code == 200
            told = b"".join([part async for part in stream.aiter_bytes()])
        assert b"event: ready" in told
        assert code(await ada.ask("GET", "/me")) == (401, "unauthorized")

    web.play(scene)


def test_when_another_bot_talks(web: Web) -> None:
    """A bot that does not talk to people now says so; readers go on where they were, later."""

    async def scene() -> None:
        ada = web.client()
        kept = await ada.kept("/messages", json={"text": "help"})
        web.follow(ada, kept["thread"])
        await until(lambda: done(ada))
        here, office = platform(web), web.place.app.office
        await office.end()
        refused = await ada.ask("GET", "/me")
        assert (code(refused), refused.headers["retry-after"]) == ((503, "elsewhere"), "2")
        message = {"json": {"text": "list models", "thread": kept["thread"]}}
        assert code(await ada.ask("POST", "/messages", **message)) == (503, "elsewhere")
        await office.begin()
        await until(lambda: len(here.feed) == 1)
        await ada.kept("/messages", **message)
        await until(lambda: len(done(ada)) == 2)

    web.play(scene)
