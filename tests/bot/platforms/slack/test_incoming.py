"""Recorded payloads: what is kept of each, under which key, and what is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.incoming import Heard, Me, heard, said
from bot.platforms.slack.interactions import interaction, is_interaction
from storage.catalog.records import Scope

FOLDER = Path(__file__).parents[3] / "payloads/slack"
ME = Me("T061EG9R6", "U0LAN0Z89", "B0LAN0Z89")
ROOM = Scope("slack", "T061EG9R6", "C0LAN2Q65")
ALONE = Scope("slack", "T061EG9R6", "D024BE91L")
TS = "1761922800.000700"
ROOT = "1761920000.000100"


def payload(name: str) -> dict[str, Any]:
    """A recorded body."""
    body: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return body


def taken(name: str) -> Heard | None:
    """What is made of a recorded body."""
    body = payload(name)
    return interaction(body) if is_interaction(body) else heard(body, ME)


def kept(name: str) -> Heard:
    """What is kept of a recorded body."""
    found = taken(name)
    assert found is not None
    return found


def event(name: str, *fields: str) -> tuple[object, ...]:
    """Some of what is kept of a recorded body."""
    return tuple(kept(name).event[field] for field in fields)


def test_both_events_of_a_mention_have_one_key() -> None:
    """`app_mention` and `message` of one post are one message, in one lane."""
    mention, message = kept("app_mention"), kept("message_with_file")
    assert mention.key == message.key == f"T061EG9R6/C0LAN2Q65/{TS}"
    assert (mention.lane, mention.scope, mention.cursor) == (f"C0LAN2Q65/{TS}", ROOM, TS)
    assert (message.lane, message.scope, message.cursor) == (f"C0LAN2Q65/{TS}", ROOM, TS)
    assert mention.event["files"] == []
    (file,) = message.event["files"]
    assert (file["name"], file["size"], "preview" in file) == ("churn.csv", 10240, False)


def test_a_message_out_of_the_history_has_the_key_of_its_event() -> None:
    """What was caught up with is told apart from what was delivered."""
    old = {**payload("message_with_file")["event"], "from_history": True}
    del old["channel_type"], old["event_ts"]
    found = said(old, ME)
    assert found is not None
    assert found.key == kept("app_mention").key
    assert found.event["whole"]


@pytest.mark.parametrize(
    ("name", "scope", "thread", "lane"),
    [
        ("app_mention_in_thread", ROOM, ROOT, f"C0LAN2Q65/{ROOT}"),
        ("message_in_thread", ROOM, ROOT, f"C0LAN2Q65/{ROOT}"),
        ("message_broadcast", ROOM, ROOT, f"C0LAN2Q65/{ROOT}"),
        ("message_direct", ALONE, "", "D024BE91L/"),
        ("message_direct_in_thread", ALONE, ROOT, f"D024BE91L/{ROOT}"),
    ],
)
def test_messages_of_one_conversation_stand_in_one_lane(
    name: str, scope: Scope, thread: str, lane: str
) -> None:
    """A thread is a lane, and so are the direct messages beside it."""
    found = kept(name)
    assert (found.scope, found.event["thread"], found.lane) == (scope, thread, lane)


def test_a_shared_channel_is_noticed_at_the_event() -> None:
    """That another organisation reads along is known even where channels cannot be asked."""
    assert event("message_in_shared_channel", "outside") == (True,)
    assert event("message_with_file", "outside") == (False,)


@pytest.mark.parametrize(
    "name",
    [
        "message_unrelated",
        "message_changed",
        "message_deleted",
        "message_of_a_bot",
        "message_of_our_own",
        "message_channel_join",
        "member_joined_somebody",
        "tokens_of_people_revoked",
        "block_actions_of_another_app",
        "view_closed",
    ],
)
def test_what_is_not_for_the_assistant_is_not_kept(name: str) -> None:
    """Edits, deletions, bots, other people's business: acknowledged and forgotten."""
    assert taken(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("member_joined_channel", {"kind": "joined", "channel": "C0LAN2Q65", "user": "U061F7AUR"}),
        ("channel_left", {"kind": "left", "channel": "C0LAN2Q65"}),
        ("channel_archive", {"kind": "left", "channel": "C0LAN2Q65"}),
        ("app_home_opened_home", {"kind": "home", "channel": "D024BE91L", "user": "U061F7AUR"}),
        (
            "app_home_opened_messages",
            {"kind": "opened", "channel": "D024BE91L", "user": "U061F7AUR", "thread": ""},
        ),
        (
            "assistant_thread_started",
            {"kind": "opened", "channel": "D024BE91L", "user": "U061F7AUR", "thread": ROOT},
        ),
        ("tokens_revoked", {"kind": "shut_out"}),
        ("app_uninstalled", {"kind": "shut_out"}),
    ],
)
def test_other_events_are_kept_under_their_own_id(name: str, expected: dict[str, str]) -> None:
    """What happens to the assistant, as little of it as is needed."""
    found = kept(name)
    assert (found.key, found.event, found.scope) == ("Ev0PV52K21", expected, None)


def test_clicks_say_which_button_of_which_reply() -> None:
    """A button, a menu and a click in an ephemeral message."""
    where = ("kind", "channel", "thread", "user", "name", "reply", "index")
    clicked = ("press", "C0LAN2Q65", TS, "U061F7AUR", "dana", 12)
    assert event("block_actions_button", *where) == (*clicked, 0)
    assert event("block_actions_menu", *where) == (*clicked, 6)
    assert event("block_actions_ephemeral", *where) == (*clicked, 0)
    found = kept("block_actions_button")
    assert found.key == "trigger:12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3"
    assert (found.lane, found.event["key"]) == ("", found.key)


def test_an_opinion_says_about_which_reply() -> None:
    """The feedback buttons."""
    fields = ("kind", "reply", "good", "user")
    assert event("block_actions_feedback", *fields) == ("opinion", 12, True, "U061F7AUR")


def test_a_form_says_what_was_filled_in_and_where_it_was_opened() -> None:
    """The modal carries the button and the thread; several choices are a list."""
    found = event("view_submission", "kind", "channel", "thread", "reply", "index", "values")
    values = {"age": "42", "plans": ["a", "b"]}
    assert found == ("submit", "C0LAN2Q65", TS, 12, 1, values)


def test_a_command_and_a_shortcut_say_what_they_are_about() -> None:
    """`/mlops status`, and *use this file* on a message."""
    assert event("slash_command", "kind", "channel", "user", "text") == (
        "command",
        "C0LAN2Q65",
        "U061F7AUR",
        "what is deployed?",
    )
    assert event("message_action", "kind", "thread", "opens") == ("use_file", TS, True)
    (file,) = kept("message_action").event["files"]
    assert file["url_private_download"].endswith("/download/churn.csv")


def test_without_a_trigger_the_whole_body_is_the_key() -> None:
    """The same body has the same key, another body another one."""
    body = payload("block_actions_button")
    del body["trigger_id"]
    keys = [interaction(each) for each in (body, {**body}, {**body, "token": "other"})]
    first, again, other = [found.key for found in keys if found is not None]
    assert first == again
    assert first != other
    assert first.startswith("body:")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "event",
                    "event_id",
                    "user",
                    "channel",
                    "ts",
                    "view",
                    "actions",
                    "container",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
TYPES = ["event_callback", "block_actions", "view_submission", "message_action", "view_closed"]


@given(st.dictionaries(st.text(max_size=6), JSON, max_size=3), JSON, st.sampled_from(TYPES))
def test_no_body_is_too_strange(rest: dict[str, Any], inner: Any, kind: str) -> None:
    """Whatever stands in a body, something or nothing is made of it."""
    body = {
        **rest,
        "type": kind,
        "event_id": "E1",
        "event": inner,
        "view": inner,
        "actions": inner,
        "message": inner,
        "callback_id": "use_file",
    }
    found = interaction(body) if is_interaction(body) else heard(body, ME)
    assert found is None or found.key
