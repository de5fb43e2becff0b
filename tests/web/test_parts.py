"""The parts of the page that need no browser: events, tables, forms, people, what moves."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import ReplyBlock
from bot.platforms.web.page.api import Api, Draft, Refused, Silent, events_of
from bot.platforms.web.page.cards import DRAWN
from bot.platforms.web.page.chat import moves, split, unanswered
from bot.platforms.web.page.follow import ordered
from bot.platforms.web.page.forms import values_of
from bot.platforms.web.page.people import SIGNED_IN, claimed
from bot.platforms.web.page.serving import inline_scripts
from bot.platforms.web.page.tables import frame

NOW = 1_800_000_000.0
CLAIMS = {"email": "Grace@Example.org", "email_verified": True, "name": "Grace", "iat": NOW}


def test_every_block_of_a_reply_can_be_drawn():
    """A block that is added to replies cannot be forgotten on the page."""
    union, _ = get_args(ReplyBlock)
    kinds = {block.__dataclass_fields__["kind"].default for block in get_args(union)}
    assert kinds - {"headline"} == set(DRAWN)


def test_events_are_read_as_they_were_sent():
    """Ids, names and data of server-sent events; comments keep the line open and mean nothing."""
    lines = [": hello", "id: 3.41", "event: reply", 'data: {"a":', "data: 1}", "", ": still", ""]
    lines += ["event: ready", "data: {}", "", "data: unfinished"]
    assert list(events_of(iter(lines))) == [("3.41", "reply", '{"a":\n1}'), ("", "ready", "{}")]


cells = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_any_table_can_be_drawn(rows: list[tuple[Any, Any]]):
    """Two columns of one name and any mixture of cells become a table of as many rows."""
    found = frame({"columns": ["x", "x"], "rows": rows, "title": "", "caption": ""})
    assert found.shape == (len(rows), 2)


def test_numbers_stay_numbers_so_that_they_can_be_sorted():
    """A column of numbers with gaps sorts as numbers; one with a word in it is text."""
    block = {"columns": ["a", "b", "c"], "rows": [[1, 1.5, "x"], [None, None, 2]]}
    assert [str(kind) for kind in frame(block).dtypes] == ["Int64", "Float64", "str"]


def test_a_form_sends_what_was_filled_in():
    """Numbers lose no digits, several choices stay several, and what is empty is left out."""
    filled = {"a": 15.3982, "b": 3.0, "c": ["x"], "d": "", "e": None, "f": " text ", "g": 1e300}
    assert values_of(filled) == {
        "a": "15.3982",
        "b": "3",
        "c": ["x"],
        "f": "text",
        "g": "1e+300",
    }


def test_a_sign_in_names_a_person_by_address_and_groups():
    """The confirmed address is the id, in lower case; the provider's groups come along."""
    found = claimed(CLAIMS | {"groups": ["ml-leads"]}, workspace="team", now=NOW)
    assert found is not None
    assert (found.id, found.name) == ("web/team/grace@example.org", "Grace")
    assert found.group_ids == {"web/team/group:ml-leads"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": None},
        {"email": ""},
        {"email": "grace@example.org/../ada"},
        {"email_verified": False},
        {"iat": NOW - SIGNED_IN.total_seconds() - 1},
        {"iat": None},
    ],
    ids=str,
)
def test_a_doubtful_sign_in_names_nobody(wrong: dict[str, Any]):
    """No address, one that is not confirmed, or a sign-in of long ago: nobody."""
    assert claimed(CLAIMS | wrong, workspace="team", now=NOW) is None


def _reply(at: str, *kinds: str, done: bool = True, buttons: int = 0) -> dict[str, Any]:
    return {
        "kind": "reply",
        "id": at,
        "slot": at,
        "thread": "t",
        "at": at,
        "edited_at": at,
        "done": done,
        "blocks": [{"kind": kind} for kind in kinds],
        "buttons": [{}] * buttons,
    }


def _said(at: str, thread: str = "t") -> dict[str, Any]:
    by = {"id": "web/local/ada", "name": "Ada"}
    return {"kind": "said", "id": at, "thread": thread, "at": at, "by": by, "pressed": False}


def test_only_what_moves_is_drawn_again_and_again():
    """Work under way and growing words move; a card that waits for a person stands still."""
    assert moves(_reply("1", "progress", done=False, buttons=1))
    assert moves(_reply("1", "draft", done=False))
    assert not moves(_reply("1", "approval", done=False, buttons=2))
    assert not moves(_reply("1", "headline"))
    items = [_said("1"), _reply("2", "progress", done=False), _said("3")]
    assert split(items) == (items[:1], items[1:])


def test_a_question_waits_until_something_came_of_it():
    """What was said last is waited on, unless an older message was changed by it since."""
    assert unanswered([_said("1")], "web/local/ada")
    assert not unanswered([_said("1"), _reply("2")], "web/local/ada")
    assert unanswered([_reply("1"), _said("2")], "web/local/ada")
    assert not unanswered([_reply("1") | {"edited_at": "3"}, _said("2")], "web/local/ada")


def test_what_somebody_else_pressed_is_not_waited_on():
    """Who may not press a button is told alone; everybody else would wait for ever."""
    pressed = [_reply("1"), _said("2") | {"pressed": True}]
    assert unanswered(pressed, "web/local/ada")
    assert not unanswered(pressed, "web/local/grace")


def test_the_greeting_of_a_channel_is_left_to_the_channel():
    """The page greets by itself, so the channel's hello does not stand in a conversation."""
    hello = _reply("2") | {"slot": "hello:web/local/main", "thread": "channel"}
    assert ordered([_said("1"), hello], "t") == [_said("1")]
    assert ordered([hello], "channel") == [hello]


def test_alerts_stand_in_the_conversation_from_its_beginning_on():
    """The channel's own messages are shown in order, but none from before the conversation."""
    early, late = _said("1", "channel"), _said("5", "channel")
    own = [_said("3"), _reply("6")]
    assert ordered([*own, late, early], "t") == [own[0], late, own[1]]
    assert ordered([early], "t") == []
    assert ordered([early, late], "channel") == [early, late]


def test_scripts_of_the_page_are_known_by_their_hash():
    """Only what Streamlit's own page holds may run; the hash is the example of CSP 2."""
    html = "<script>alert('Hello, world.');</script><script src='x.js'></script>"
    assert inline_scripts(html) == ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]


def test_refusals_of_the_bot_are_sentences():
    """What the API refuses comes with its sentence; what it cannot say is still one."""
    answers = iter(
        [
            httpx.Response(
                422,
                json={"error": {"code": "wrong_fields", "message": "No.", "fields": {"a": "b"}}},
            ),
            httpx.Response(500, text="oops"),
        ]
    )
    api = _api(lambda _: next(answers))
    with pytest.raises(Refused, match=r"^No\.$") as caught:
        api.press(1, 0)
    assert caught.value.fields == {"a": "b"}
    with pytest.raises(Refused, match="refused this"):
        api.press(1, 0)


def test_a_bot_that_is_away_is_told_apart_from_one_that_refuses():
    """A broken connection is silence: the page keeps trying, and the message is kept."""

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone", request=request)

    with pytest.raises(Silent):
        _api(broken).say(Draft("hello"), "", timezone="UTC")


def test_the_board_is_sent_only_when_it_has_changed():
    """The second look sends the tag of the first, and 304 means: as before."""
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("if-none-match"))
        if seen[-1]:
            return httpx.Response(304)
        return httpx.Response(200, json={"datasets": []}, headers={"etag": '"1"'})

    api = _api(answer)
    assert [api.board(), api.board()] == [{"datasets": []}] * 2
    assert seen == [None, '"1"']


def _api(answer: Any) -> Api:
    return Api("http://bot", lambda: "token", transport=httpx.MockTransport(answer))
