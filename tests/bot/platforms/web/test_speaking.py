"""What people send: kept once, checked, and answered to those who may see it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from bot.platforms.web.tokens import person
from tests.bot.platforms.web.conftest import ADA, BOB, GRACE, Web
from tests.surfaces.web import Client

TABLE = b"name,age,city\n" + b"".join(b"p%d,%d,A\n" % (n, 20 + n % 40) for n in range(60))


def file(name: str = "crew.csv", content: bytes = TABLE, kind: str = "text/csv") -> Any:
    return ("files", (name, content, kind))


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def replies(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] == "reply"]


def said(items: list[dict[str, Any]]) -> list[str]:
    return [item["text"] for item in items if item["kind"] == "said"]


def button(item: dict[str, Any], label: str) -> dict[str, Any]:
    [found] = [each for each in item["buttons"] if each["label"] == label]
    return {"reply": item["id"], "index": found["index"]}


async def deleting(ada: Client) -> dict[str, Any]:
    """A card that asks whether to delete a dataset."""
    kept = await ada.kept("/messages", data={"text": "list datasets"}, files=[file()])
    await ada.answered(kept["thread"])
    await ada.kept("/messages", json={"text": "delete this dataset", "thread": kept["thread"]})
    async with asyncio.timeout(60):
        while True:
            cards = replies(await ada.thread(kept["thread"]))
            if any(each["label"] == "Approve" for each in cards[-1]["buttons"]):
                return cards[-1]
            await asyncio.sleep(0.05)


async def shares(follower: Client) -> set[float]:
    """How far the work of the second reply was said to be, until it was done, on one item."""
    told: set[float] = set()
    async with asyncio.timeout(100):
        while True:
            cards = replies(list(follower.items.values()))
            blocks = [block for card in cards for block in card["blocks"]]
            told |= {block["share"] for block in blocks if block["kind"] == "progress"}
            if len(cards) == 2 and all(card["done"] for card in cards):
                return told
            await asyncio.sleep(0.02)


def test_a_retry_has_one_effect(web: Web) -> None:
    """The same key again is the first message: one turn, whatever it says and however often."""

    async def scene() -> None:
        ada = web.client()
        key = {"Idempotency-Key": "k 1"}
        first = await ada.kept("/messages", json={"text": "help"}, headers=key)
        again = await asyncio.gather(
            *(ada.kept("/messages", json={"text": "other"}, headers=key) for _ in range(5))
        )
        assert {(each["message"], each["thread"], each["fresh"]) for each in again} == {
            (first["message"], first["thread"], False)
        }
        items = await ada.answered(first["thread"])
        assert (said(items), len(replies(items))) == (["help"], 1)
        others = web.client(BOB)
        theirs = await others.kept("/messages", json={"text": "help"}, headers=key)
        assert theirs["fresh"] is True

    web.play(scene)


def test_retries_at_the_same_moment(web: Web) -> None:
    """Two requests with one key that cross each other are one message, with its file once."""

    async def scene() -> None:
        ada = web.client()
        send = {"data": {"text": "list datasets"}, "files": [file()]}
        key = {"Idempotency-Key": "same"}
        kept = await asyncio.gather(*(ada.kept("/messages", headers=key, **send) for _ in range(4)))
        assert sorted(each["fresh"] for each in kept) == [False, False, False, True]
        items = await ada.answered(kept[0]["thread"])
        assert (len(items), items[0]["files"]) == (2, ["crew.csv"])
        board = await ada.get("/board")
        assert [each["label"] for each in board["datasets"]] == ["crew v1"]

    web.play(scene)


def test_a_file_too_large_is_told_and_the_rest_is_taken(web: Web) -> None:
    """The answer names what was left out; so does the thread, to the sender alone."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        big = file("big.csv", b"a\n" * (1 << 20))
        kept = await ada.kept("/messages", data={"text": "list datasets"}, files=[big, file()])
        assert [each["name"] for each in kept["refused"]] == ["big.csv"]
        mine = await ada.answered(kept["thread"], replies=2)
        alone = [item for item in replies(mine) if item["only_you"]]
        assert ["big.csv" in json.dumps(item) for item in alone] == [True]
        assert not [item for item in await bob.thread(kept["thread"]) if item.get("only_you")]
        board = await ada.get("/board")
        assert [each["rows"] for each in board["datasets"]] == [60]

    web.play(scene)


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([file("big.csv", b"a\n" * (1 << 20))], (413, "too_large")),
        ([file("plot.png", b"\x89PNG", "image/png")], (415, "wrong_kind")),
        ([file("run.exe", b"MZ", "application/octet-stream")], (415, "wrong_kind")),
    ],
    ids=["huge", "picture", "program"],
)
def test_nothing_but_what_is_not_taken(web: Web, files: list[Any], status: tuple) -> None:
    """A message of which nothing is left is refused, and leaves nothing behind."""

    async def scene() -> None:
        ada = web.client()
        assert code(await ada.ask("POST", "/messages", data={"text": " "}, files=files)) == status
        assert (await ada.get("/threads"))["threads"] == []
        incoming = web.place.app.settings.home / "incoming"
        assert list(incoming.iterdir()) == []

    web.play(scene)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"json": {}}, (400, "bad_request")),
        ({"json": {"text": "  "}}, (400, "bad_request")),
        ({"json": {"text": 7}}, (400, "bad_request")),
        ({"json": {"text": "x" * 8001}}, (400, "bad_request")),
        ({"json": {"text": "x", "thread": "../x"}}, (400, "bad_request")),
        ({"json": {"text": "x", "timezone": "Mars/Base"}}, (400, "bad_request")),
        ({"json": [1]}, (400, "bad_request")),
        ({"content": b"{"}, (400, "bad_request")),
        ({"content": b"[" * 60_000}, (400, "bad_request")),
        ({"content": b"\xff\xfe"}, (400, "bad_request")),
        ({"content": b'"' + b"x" * 70_000}, (413, "too_large")),
        ({"content": b"a=b", "headers": {"Content-Type": "text/plain"}}, (415, "wrong_kind")),
        ({"json": {"text": "x"}, "headers": {"Idempotency-Key": "x" * 129}}, (400, "bad_request")),
        ({"json": {"text": "x"}, "params": [("channel", "../x")]}, (400, "bad_request")),
    ],
)
def test_a_message_that_cannot_be_read(web: Web, request_: dict, status: tuple) -> None:
    """What is no message is refused with what is wrong about it, and nothing is kept."""

    async def scene() -> None:
        ada = web.client()
        request = dict(request_)
        channel = request.pop("params", [("channel", web.channel)])
        path = "/api/v1/messages"
        assert code(await ada.http.post(path, params=channel, **request)) == status
        assert (await ada.get("/threads"))["threads"] == []

    web.play(scene)


NAMES = (
    "<script>alert(1)</script>.csv",
    "../../../etc/passwd.csv",
    "\u202evsc.exe.csv",
    "![x](http://evil.example/a.png).csv",
    "a" * 400 + ".csv",
)


def test_names_are_words_and_nothing_else(web: Web) -> None:
    """Hostile names are told as they are, become no path and no markup, and the rows are read."""

    async def scene() -> None:
        ada = web.client()
        kept = await ada.kept(
            "/messages", data={"text": "list datasets"}, files=[file(n) for n in NAMES]
        )
        items = await ada.answered(kept["thread"])
        assert items[0]["files"] == [name.rpartition("/")[2][:255] for name in NAMES]
        datasets = (await ada.get("/board"))["datasets"]
        assert [each["rows"] for each in datasets] == [60] * len(NAMES)
        assert not set("".join(each["name"] for each in datasets)) & set("<>/()[]!\u202e")

    web.play(scene)


def test_a_click_without_the_right(web: Web) -> None:
    """Who may not decide is told so alone; who may does it, once, for all to see."""

    async def scene() -> None:
        ada, bob = web.client(), web.client(BOB)
        card = await deleting(ada)
        thread = card["thread"]
        await bob.kept("/presses", json=button(card, "Approve"))
        async with asyncio.timeout(60):
            while not [item for item in await bob.thread(thread) if item.get("only_you")]:
                await asyncio.sleep(0.05)
        assert not [item for item in await ada.thread(thread) if item.get("only_you")]
        assert len((await ada.get("/board"))["datasets"]) == 1
        key = {"Idempotency-Key": "yes"}
        for _ in range(3):
            await ada.kept("/presses", json=button(card, "Approve"), headers=key)
        async with asyncio.timeout(60):
            while (await ada.get("/board"))["datasets"]:
                await asyncio.sleep(0.05)
        pressed = [i["by"]["name"] for i in await ada.thread(thread) if i.get("pressed")]
        assert pressed == ["Bob", "Ada"]
        late = await ada.kept("/presses", json=button(card, "Reject"))
        assert late["fresh"] is True
        async with asyncio.timeout(60):
            while not [item for item in await ada.thread(thread) if item.get("only_you")]:
                await asyncio.sleep(0.05)

    web.play(scene)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reply": 10**9, "index": 0}, (410, "gone")),
        ({"reply": 2**63 - 1, "index": 0}, (410, "gone")),
        ({"reply": 2**70, "index": 0}, (400, "bad_request")),
        ({"reply": -1, "index": 0}, (400, "bad_request")),
        ({"reply": True, "index": 0}, (400, "bad_request")),
        ({"reply": "1.5", "index": 0}, (400, "bad_request")),
        ({"index": 0}, (400, "bad_request")),
        ({"reply": 1, "index": 0, "values": [1]}, (400, "bad_request")),
        ({"reply": 1, "index": 0, "values": {"a": {"b": 1}}}, (400, "bad_request")),
        (
            {"reply": 1, "index": 0, "values": {str(n): "" for n in range(101)}},
            (400, "bad_request"),
        ),
    ],
)
def test_a_click_on_nothing(web: Web, body: dict, status: tuple) -> None:
    """A button that never was is gone; what is no click is refused."""

    async def scene() -> None:
        assert code(await web.client().ask("POST", "/presses", json=body)) == status

    web.play(scene)


def test_buttons_of_elsewhere(web: Web) -> None:
    """Another channel's or workspace's button is as gone as one that never was."""

    async def scene() -> None:
        card = await deleting(web.client())
        others = [
            web.client(channel="another"),
            web.client(person("ada", workspace="acme")),
        ]
        for other in others:
            press = button(card, "Approve")
            assert code(await other.ask("POST", "/presses", json=press)) == (410, "gone")
            asked = [("reply", str(press["reply"])), ("index", str(press["index"]))]
            assert code(await other.ask("GET", "/forms", params=asked)) == (410, "gone")

    web.play(scene)


def test_a_form_is_fetched_filled_in_and_checked(web: Web) -> None:
    """A form is shown and checked field by field; the run it begins moves on one message."""

    async def scene() -> None:
        ada = web.client()
        kept = await ada.kept("/sample", json={})
        items = await ada.answered(kept["thread"])
        [offer] = [b for b in replies(items)[-1]["buttons"] if b["form"]]
        card = replies(items)[-1]
        where = {"reply": card["id"], "index": offer["index"]}
        form = (await ada.get("/forms", **where))["form"]
        values = {field["name"]: field["value"] for field in form["fields"]}
        number = next(field["name"] for field in form["fields"] if field["kind"] == "number")
        wrong = await ada.ask("POST", "/presses", json={**where, "values": {**values, number: "x"}})
        assert code(wrong) == (422, "wrong_fields")
        assert number in wrong.json()["error"]["fields"]
        web.follow(ada, kept["thread"])
        right = {**where, "values": {**values, number: "3"}}
        await ada.kept("/presses", json=right)
        assert len(await shares(ada)) > 1
        [run] = (await ada.get("/board"))["runs"]
        assert (run["state"], run["parameters"]["time_budget_s"]) == ("succeeded", 3)
        assert run["metrics"]
        assert [line["text"] for line in run["log"]]
        none = [b for b in card["buttons"] if not b["form"]]
        for each in none[:1]:
            asked = {"reply": card["id"], "index": each["index"]}
            assert (await ada.get("/forms", **asked))["form"] is None

    web.play(scene)


def test_words_that_answer_a_question_stay(web: Web) -> None:
    """What is said to a card, as “reject 1”, stands in the thread like everything said."""

    async def scene() -> None:
        ada = web.client()
        card = await deleting(ada)
        number = card["blocks"][card["buttons"][0]["block"]]["number"]
        told = {"text": f"reject {number}", "thread": card["thread"]}
        await ada.kept("/messages", json=told)
        await ada.answered(card["thread"], replies=2)
        assert said(await ada.thread(card["thread"]))[-1] == f"reject {number}"

    web.play(scene)


def test_roles_are_given_by_name(web: Web) -> None:
    """“make @bob an approver here” means the person of that name in this workspace."""

    async def scene() -> None:
        grace, bob = web.client(GRACE), web.client(BOB)
        assert (await bob.get("/me"))["role"] == "operator"
        kept = await grace.kept("/messages", json={"text": "make @bob an approver here"})
        await grace.answered(kept["thread"])
        assert (await bob.get("/me"))["role"] == "approver"

    web.play(scene)


def test_the_person_sees_who_they_are(web: Web) -> None:
    """Roles come from settings, by name, e-mail, group and channel."""
    people = {
        (ADA, ""): "operator",
        (GRACE, ""): "approver",
        (BOB, ""): "operator",
        (BOB, "quiet"): "approver",
        (person("boss@example.com", workspace="acme"), ""): "approver",
        (person("boss@example.com", workspace="other"), ""): "operator",
        (person("eve@example.com", workspace="acme"), ""): "operator",
        (person("eve@example.com", workspace="acme", groups=["ops"]), ""): "approver",
        (person("eve@example.com", workspace="local", groups=["ops"]), ""): "operator",
    }

    async def scene() -> None:
        for (who, channel), role in people.items():
            told = await web.client(who, channel=channel).get("/me")
            assert (told["person"]["id"], told["role"]) == (who.id, role)

    web.play(scene)
