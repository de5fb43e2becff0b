"""What people read: their own channel, files of its replies, and what is here."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.platforms.web.tokens import person
from tests.bot.platforms.web.conftest import BOB, Web
from tests.bot.platforms.web.test_speaking import TABLE, code, file, replies
from tests.surfaces.web import Client

ELSEWHERE = {
    "another channel": {"channel": "another"},
    "another workspace": {"who": person("ada", workspace="acme")},
}


async def profiled(ada: Client) -> dict[str, Any]:
    """The card of a table, with a picture."""
    kept = await ada.kept("/messages", data={"text": "what is in this?"}, files=[file()])
    return replies(await ada.answered(kept["thread"]))[-1]


def hrefs(card: dict[str, Any], kind: str) -> list[str]:
    return [
        block["href"].removeprefix("/api/v1") for block in card["blocks"] if block["kind"] == kind
    ]


def test_threads_are_known_by_their_first_words(web: Web) -> None:
    """The latest thread comes first; each says who began it, how, and that it is done."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        first = await ada.kept("/messages", json={"text": "help\n me \u202e please"})
        await ada.answered(first["thread"])
        second = await bob.kept("/messages", data={}, files=[file()])
        await bob.answered(second["thread"])
        talks = (await ada.get("/threads"))["threads"]
        assert [(t["thread"], t["title"], t["by"]["name"], t["state"]) for t in talks] == [
            (second["thread"], "crew.csv", "Bob", "idle"),
            (first["thread"], "help me please", "Ada", "idle"),
        ]

    web.play(scene)


def test_everybody_of_a_workspace_reads_the_same(web: Web) -> None:
    """Two people, or two tabs, see one thread; a channel says hello once."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        kept = await ada.kept("/messages", json={"text": "help", "thread": "plain-name_1"})
        mine = await ada.answered(kept["thread"])
        assert (kept["thread"], await bob.thread("plain-name_1")) == ("plain-name_1", mine)
        [hello] = await bob.thread("channel")
        assert hello["kind"] == "reply"

    web.play(scene)


@pytest.mark.parametrize("where", sorted(ELSEWHERE))
def test_from_elsewhere_nothing_is_there(web: Web, where: str) -> None:
    """Threads, replies, files and the board of a channel do not exist for anybody else."""

    async def scene() -> None:
        ada = web.client()
        card = await profiled(ada)
        other = web.client(**ELSEWHERE[where])  # type: ignore[arg-type]
        paths = [f"/threads/{card['thread']}", *hrefs(card, "figure")]
        for path in paths:
            assert (await ada.ask("GET", path)).status_code == 200
            assert code(await other.ask("GET", path)) == (404, "not_found")
        assert (await other.get("/board"))["datasets"] == []
        assert (await other.get("/threads"))["threads"] == []

    web.play(scene)


def test_a_picture_and_a_file(web: Web) -> None:
    """A figure is a PNG; a file comes whole, under its name, and its link needs no token."""

    async def scene() -> None:
        ada = web.client()
        card = await profiled(ada)
        [figure] = hrefs(card, "figure")
        picture = await ada.ask("GET", figure)
        assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
        told = {"If-None-Match": picture.headers["etag"]}
        assert (await ada.ask("GET", figure, headers=told)).status_code == 304
        ask = {"text": "send me the data as csv", "thread": card["thread"]}
        await ada.kept("/messages", json=ask)
        last = replies(await ada.answered(card["thread"], replies=2))[-1]
        [path] = hrefs(last, "file")
        sent = await ada.ask("GET", path)
        assert sent.content.decode("utf-8-sig").replace('"', "").split() == TABLE.decode().split()
        assert sent.headers["content-disposition"].startswith("attachment; filename*=UTF-8''crew")
        assert sent.headers["content-security-policy"] == "default-src 'none'; sandbox"
        link = httpx.URL((await ada.get(f"{path}/link"))["link"])
        async with httpx.AsyncClient() as anybody:
            base = httpx.URL(web.place.base)
            there = await anybody.get(link.copy_with(host=base.host, port=base.port))
        assert there.content == sent.content

    web.play(scene)


@pytest.mark.parametrize(
    "path",
    [
        "/replies/1/files/0/../../../../me",
        "/replies/99999999/files/0",
        "/replies/9223372036854775808/files/0",
        "/replies/1/files/9223372036854775808",
        "/replies/-1/files/0",
        "/replies/x/files/0",
        "/replies/1/files/%2e%2e%2f0",
        "/threads/..%2f..%2fetc",
        "/threads/nobody-wrote-here",
        "/threads/",
        "/nothing",
        "//me",
        "/%00",
    ],
)
def test_paths_lead_nowhere_else(web: Web, path: str) -> None:
    """What is no thread, reply or file is not there; no path leads around that."""

    async def scene() -> None:
        ada = web.client()
        response = await ada.http.get(f"{web.place.base}/api/v1{path}")
        if path.endswith("/me"):  # the client makes it `/me` itself
            assert response.status_code in (200, 404)
        else:
            assert response.status_code in (400, 404)
            assert response.json()["version"] == 1

    web.play(scene)


def test_only_a_card_s_own_files(web: Web) -> None:
    """A block that is no file has no bytes, and there is none behind the last."""

    async def scene() -> None:
        ada = web.client()
        card = await profiled(ada)
        kinds = [block["kind"] for block in card["blocks"]]
        for index in (kinds.index("facts"), len(kinds), 10**6):
            path = f"/replies/{card['id']}/files/{index}"
            assert code(await ada.ask("GET", path)) == (404, "not_found")
        [figure] = hrefs(card, "figure")
        assert code(await ada.ask("GET", f"{figure}/link")) == (404, "not_found")

    web.play(scene)


def test_every_path_asks_who_is_there(web: Web) -> None:
    """Without a token, from a foreign page or under a foreign name nothing is answered."""

    async def scene() -> None:
        paths = ["me", "threads", "threads/x", "events", "board", "forms", "replies/1/files/0", "x"]
        asked = [("GET", path) for path in paths]
        asked += [("POST", path) for path in ("messages", "presses", "sample", "x")]
        token = web.client().http.headers["Authorization"]
        async with httpx.AsyncClient(base_url=web.place.base) as nobody:
            for method, path in asked:
                url = f"/api/v1/{path}"
                assert code(await nobody.request(method, url)) == (401, "unauthorized")
                for name, value, why in (
                    ("Origin", "https://evil.example", "foreign_origin"),
                    ("Host", "evil.example", "wrong_host"),
                ):
                    headers = {"Authorization": token, name: value}
                    refused = await nobody.request(method, url, headers=headers)
                    assert code(refused) == (403, why)
                    assert not [h for h in refused.headers if h.startswith("access-control")]

    web.play(scene)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "me"), ("GET", "messages"), ("HEAD", "board")]
)
def test_other_ways_of_asking(web: Web, method: str, path: str) -> None:
    """A path is asked in its own way only."""

    async def scene() -> None:
        response = await web.client().ask(method, f"/{path}")
        assert response.status_code == 405

    web.play(scene)


def test_the_board_is_sent_when_it_changed(web: Web) -> None:
    """Whoever has the board is told so; what is new on it is sent."""

    async def scene() -> None:
        ada = web.client()
        first = await ada.ask("GET", "/board")
        assert first.json()["datasets"] == []
        tag = {"If-None-Match": first.headers["etag"]}
        assert (await ada.ask("GET", "/board", headers=tag)).status_code == 304
        await profiled(ada)
        fresh = await ada.ask("GET", "/board", headers=tag)
        assert [each["label"] for each in fresh.json()["datasets"]] == ["crew v1"]

    web.play(scene)
