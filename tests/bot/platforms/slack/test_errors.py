"""What Slack's refusals mean, which addresses are Slack's, and what a reference holds."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import Later, Undeliverable
from bot.platforms.slack.errors import SlackRefused, Unsure, advice, told_apart, undelivered
from bot.platforms.slack.refs import Ref
from bot.platforms.slack.whispers import is_slacks

SLACK = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:4000/api/"


def answer(status: int, body: object, headers: dict[str, str] | None = None) -> SlackApiError:
    """An error as the library raises it."""
    response = AsyncSlackResponse(
        client=None,
        http_verb="POST",
        api_url=SLACK,
        req_args={},
        data=body,  # type: ignore[arg-type]
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("no", response)


def test_a_rate_limit_says_how_long() -> None:
    """Retry-After is believed; without a number of seconds it is half a minute."""
    for value, expected in (("7", 7.0), ("soon", 30.0), ("", 30.0)):
        told = told_apart(answer(429, {"error": "ratelimited"}, {"Retry-After": value}), "m")
        assert isinstance(told, Later)
        assert not isinstance(told, Unsure)
        assert told.after_s == expected


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}),
        (503, "upstream connect error"),
        (200, {"ok": False, "error": "internal_error"}),
        (200, {"ok": False}),
    ],
)
def test_slacks_own_trouble_leaves_us_unsure(status: int, body: object) -> None:
    """The call may have been made; nobody knows."""
    assert isinstance(told_apart(answer(status, body), "chat.postMessage"), Unsure)


def test_a_refusal_keeps_what_slack_said() -> None:
    """The reason, the scope, and what is wrong with the message."""
    body = {
        "ok": False,
        "error": "missing_scope",
        "needed": "files:read",
        "response_metadata": {"messages": ["[ERROR] no"]},
    }
    told = told_apart(answer(200, body), "files.info")
    assert isinstance(told, SlackRefused)
    assert (told.code, told.needed, told.detail) == ("missing_scope", "files:read", "[ERROR] no")
    sentence = advice(told)
    assert sentence is not None
    assert "files:read" in sentence
    assert "reinstall" in sentence


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("channel_not_found", True),
        ("is_archived", True),
        ("restricted_action_read_only_channel", True),
        ("thread_not_found", False),
        ("something_new", False),
    ],
)
def test_a_refusal_of_a_place_is_told_from_one_of_a_message(code: str, expected: bool) -> None:
    """`gone` only where nothing can be posted at all."""
    told = undelivered(SlackRefused(code, "chat.postMessage"))
    assert isinstance(told, Undeliverable)
    assert told.gone is expected


@pytest.mark.parametrize("code", ["invalid_auth", "token_expired", "missing_scope"])
def test_what_somebody_can_mend_is_waited_for(code: str) -> None:
    """Messages are not thrown away for a wrong token."""
    told = undelivered(SlackRefused(code, "chat.postMessage"))
    assert isinstance(told, Later)
    assert told.after_s == 60


@pytest.mark.parametrize(
    ("url", "api", "expected"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.csv", SLACK, True),
        ("https://slack-files.com/T1-F1", SLACK, True),
        ("https://crew.slack.com/x", SLACK, True),
        ("http://files.slack.com/a.csv", SLACK, False),
        ("https://files.slack.com.evil.example/a.csv", SLACK, False),
        ("https://evilslack.com/a.csv", SLACK, False),
        ("https://evil.example/slack.com", SLACK, False),
        ("https://user@evil.example:443/?slack.com", SLACK, False),
        ("http://169.254.169.254/latest", SLACK, False),
        ("file:///etc/passwd", SLACK, False),
        ("https://[bad", SLACK, False),
        ("", SLACK, False),
        ("http://127.0.0.1:4001/files-pri/F1/a.csv", LOCAL, True),
        ("http://127.0.0.2:4000/files-pri/F1/a.csv", LOCAL, False),
        ("https://proxy.example/files/a.csv", "https://proxy.example/slack/api/", True),
    ],
)
def test_the_token_is_shown_to_slack_alone(url: str, api: str, expected: bool) -> None:
    """Only the API's own host and Slack's domains, and not in plain text."""
    assert is_slacks(url, api) is expected


def test_a_reference_names_messages_and_files() -> None:
    """What the outbox keeps is read back as it was."""
    ref = Ref(("1.1", "1.2"), {"aa": "F1", "bb": "F2"})
    assert str(ref) == "1.1 1.2 F1=aa F2=bb"
    assert Ref.parse(str(ref)) == ref
    assert Ref.parse("1.1") == Ref(("1.1",))
