"""Blocks and views beyond the documented limits are refused, with the place of the fault."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.servers.slack import SlackServer, slack_server
from tests.servers.slack.bolt import client_of
from tests.servers.slack.validate.views import checked_view
from tests.servers.slack.words import words_of
from tests.servers.slack.world import Refused

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(count: int, **more: Any) -> Json:
    options = [{"text": plain(f"o{n}"), "value": str(n)} for n in range(count)]
    return {"type": "static_select", "options": options, **more}


def table(rows: int, cells: int = 2, text: str = "1") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://a.io/b.png", "alt_text": "b", **more}


TAKEN: dict[str, list[Json]] = {
    "fifty blocks": [{"type": "divider"}] * 50,
    "a full section": [section("x" * 3000)],
    "a table in full": [table(100, 20)],
    "a rich list": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "a", "style": {"bold": True}}],
                        }
                    ],
                }
            ],
        }
    ],
    "feedback": [
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "fb",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        }
    ],
    "a plan": [
        {
            "type": "plan",
            "title": "Training",
            "tasks": [
                {"type": "task_card", "task_id": "1", "title": "Split", "status": "complete"}
            ],
        }
    ],
    "a menu and a picture": [actions(menu(100)), picture(title=plain("t"))],
}
REFUSED: dict[str, tuple[list[Json], str, str]] = {
    "too many blocks": (
        [{"type": "divider"}] * 51,
        "invalid_blocks",
        "no more than 50 items allowed [json-pointer:/blocks]",
    ),
    "a long section": (
        [section("x" * 3001)],
        "invalid_blocks",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an empty section": (
        [section("")],
        "invalid_blocks",
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    "an unknown block": (
        [{"type": "chart"}],
        "invalid_blocks",
        "unsupported type: chart [json-pointer:/blocks/0/type]",
    ),
    "an unknown property": (
        [{"type": "divider", "colour": "red"}],
        "invalid_blocks",
        "invalid additional property: colour [json-pointer:/blocks/0]",
    ),
    "an alert outside of modals": (
        [{"type": "alert", "text": mrkdwn("x")}],
        "invalid_blocks",
        "unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    "a header with markup": (
        [{"type": "header", "text": mrkdwn("x")}],
        "invalid_blocks",
        "must provide a text object of type plain_text [json-pointer:/blocks/0/text]",
    ),
    "eleven fields": (
        [{"type": "section", "fields": [mrkdwn("x")] * 11}],
        "invalid_blocks",
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    "a picture without words": (
        [picture(alt_text=None)],
        "invalid_blocks",
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    "a long button": (
        [actions(button(text=plain("x" * 76)))],
        "invalid_blocks",
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    "a long value": (
        [actions(button(value="x" * 2001))],
        "invalid_blocks",
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    "one action twice": (
        [actions(button(action_id="a"), button(action_id="a"))],
        "invalid_blocks",
        "`action_id` a already exists for another element [json-pointer:/blocks/0/elements/1]",
    ),
    "one block twice": (
        [section(block_id="b"), section(block_id="b")],
        "invalid_blocks",
        "`block_id` b already exists [json-pointer:/blocks/1/block_id]",
    ),
    "too many options": (
        [actions(menu(101))],
        "invalid_blocks",
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    "a choice that is no option": (
        [actions(menu(1, initial_option={"text": plain("o9"), "value": "9"}))],
        "invalid_blocks",
        "initial option must exactly match an option "
        "[json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    "a long table": (
        [table(101)],
        "invalid_blocks",
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    "a wordy table": (
        [table(50, 20, "x" * 11)],
        "invalid_blocks",
        "no more than 10000 characters in table cells [json-pointer:/blocks/0]",
    ),
    "an empty cell": (
        [table(1, 1, "")],
        "invalid_blocks",
        "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ),
    "two tables": ([table(1), table(1)], "invalid_attachments", "only_one_table_allowed"),
    "much text in all": ([section("x" * 3000)] * 5, "msg_blocks_too_long", ""),
    "much markdown in all": (
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        "msg_too_long",
        "",
    ),
}


def posted(blocks: list[Json]) -> tuple[str, list[str]]:
    """The error and the messages with which the server answers these blocks."""

    async def post(server: SlackServer) -> tuple[str, list[str]]:
        channel = server.add_channel("ml")
        try:
            await client_of(server).chat_postMessage(channel=channel, text="x", blocks=blocks)
        except SlackApiError as error:
            answer: Any = error.response
            assert [answer["error"]] == [refusal.error for refusal in server.refusals]
            server.refusals.clear()
            return answer["error"], answer.get("response_metadata", {}).get("messages", [])
        return "", []

    async def run() -> tuple[str, list[str]]:
        async with slack_server() as server:
            return await post(server)

    return asyncio.run(run())


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_documentation_allows_is_taken(name: str) -> None:
    """Blocks up to the documented limits are posted."""
    assert posted(TAKEN[name]) == ("", [])


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_documentation_forbids_is_refused(name: str) -> None:
    """Blocks beyond a limit are refused with Slack's code and the place."""
    blocks, code, message = REFUSED[name]
    expected = [f"[ERROR] {message}"] if message else []
    assert posted(blocks) == (code, expected)


def test_a_malformed_payload_fails_the_test_at_the_end() -> None:
    """What was refused for its shape fails the block, even if the app swallowed the error."""

    async def run() -> None:
        async with slack_server() as server:
            channel = server.add_channel("ml")
            with pytest.raises(SlackApiError):
                await client_of(server).chat_postMessage(channel=channel, text="x", blocks="{")

    with pytest.raises(AssertionError, match="invalid_blocks_format"):
        asyncio.run(run())


FIELD = {
    "type": "input",
    "block_id": "b",
    "label": plain("Name"),
    "element": {"type": "plain_text_input", "action_id": "a"},
}
MODAL = {"type": "modal", "title": plain("Train"), "submit": plain("Go"), "blocks": [FIELD]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"submit": None}, "/view"),
        ({"close": plain("x" * 25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"blocks": [table(1)]}, "/view/blocks/0/type"),
        ({"blocks": [{**FIELD, "label": plain("x" * 2001)}]}, "/view/blocks/0/label/text"),
        ({"colour": "red"}, "/view"),
    ],
)
def test_modals_beyond_their_limits(change: Json, place: str) -> None:
    """A modal beyond a limit is refused, naming the place."""
    assert checked_view(MODAL, "modal") == MODAL
    with pytest.raises(Refused) as caught:
        checked_view({**MODAL, **change}, "modal")
    assert caught.value.error == "invalid_arguments"
    assert f"[json-pointer:{place}]" in caught.value.messages[0]


def test_all_words_of_a_message_are_read() -> None:
    """Every text in blocks that a person can read is among its words, entities as characters."""
    blocks = [
        {"type": "header", "text": plain("Scores")},
        section("a &lt; b, <https://a.io|see>", fields=[mrkdwn("F1"), mrkdwn("0.9")]),
        picture(title=plain("Curve"), alt_text="a rising curve"),
        {"type": "context", "elements": [mrkdwn("small print")]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}, RICH]]},
        {"type": "markdown", "text": "## Plan"},
        actions(button(), menu(1)),
    ]
    words = words_of(blocks).splitlines()
    assert words[:6] == ["Scores", "a < b, see", "F1", "0.9", "Curve", "a rising curve"]
    assert words[6:] == ["small print", "x | <@U1> hi", "## Plan", "Go", "o0"]


RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [{"type": "user", "user_id": "U1"}, {"type": "text", "text": " hi"}],
        }
    ],
}
