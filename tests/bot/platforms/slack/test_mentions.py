"""Slack's marked-up text in plain words, and who is meant by it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.slack.incoming import Me
from bot.platforms.slack.mentions import Named, for_another, named, plain
from bot.platforms.slack.texts import escape

ME = Me("T1", "UBOT")
NAMES = {"U1": "dana", "U2": "dana", "U3": "Ada Lovelace", "S1": "@ml-leads"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<@UBOT> train", "train"),
        ("<@UBOT|assistant>: train", "train"),
        ("<@UBOT>, train a &lt; b &amp;&amp; c &gt; d", "train a < b && c > d"),
        ("hey <@UBOT> train", "hey  train"),
        ("ask <@U1>", "ask @dana"),
        ("ask <@U9>", "ask @U9"),
        ("ask <@U3|ada>", "ask @Ada Lovelace"),
        ("<!subteam^S1|@ml-leads> decides", "@ml-leads decides"),
        ("<!here> and <!channel> and <!everyone>", "@here and @channel and @everyone"),
        ("until <!date^1392734382^{date}|Feb 18, 2014>", "until Feb 18, 2014"),
        ("in <#C1|ml> or <#C2|>", "in #ml or #C2"),
        ("see <https://a.example/x.csv>", "see https://a.example/x.csv"),
        ("see <https://a.example/x.csv|the file>", "see the file (https://a.example/x.csv)"),
        ("drop <http://price.in|price.in>", "drop price.in"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("x &lt;@U1&gt; y", "x <@U1> y"),
        ("a < b > c", "a < b > c"),
        ("", ""),
    ],
)
def test_markup_becomes_what_was_meant(text: str, expected: str) -> None:
    """Mentions, links, dates and entities as a person reads them."""
    assert plain(text, ME, NAMES)[0] == expected


def test_people_of_one_name_are_told_apart() -> None:
    """Each name in the text stands for one person."""
    text, people = plain("<@U1> or <@U2> or <@U1>", ME, NAMES)
    assert text == "@dana or @dana-U2 or @dana"
    assert people == {"@dana": "slack/T1/U1", "@dana-U2": "slack/T1/U2"}
    assert plain("<!subteam^S1>", ME, NAMES)[1] == {"@ml-leads": "slack/T1/group:S1"}


def test_who_is_named_is_looked_up_once() -> None:
    """The assistant itself is nobody to look up."""
    text = "<@UBOT> <@U1> <@U2|x> <@U1> <!subteam^S1|@y>"
    assert named(text, ME) == Named(("U1", "U2"), ("S1",))


@pytest.mark.parametrize(
    "text",
    [
        "<@U1> can you deploy it?",
        "hey <@U1>, can you deploy it?",
        "<@U1> <@U2> have a look",
        "Thanks <@U1>!",
        "cc <@U1>",
        "can you deploy it, <@U1>?",
        "what do you think <@U1>?",
        "<!subteam^S1|@ml-leads> please approve",
    ],
)
def test_who_talks_to_somebody_else_is_left_alone(text: str) -> None:
    """A message that begins with another name, or calls it at its end."""
    assert for_another(text, ME)
    assert not for_another(f"<@UBOT> {text}", ME)


@pytest.mark.parametrize(
    "text",
    [
        "make <@U1> an approver here",
        "revoke the role of <@U1>",
        "is it trained by <@U1>?",
        "add <@U1> and <@U2> as approvers",
        "train it",
        "",
    ],
)
def test_who_only_names_somebody_still_talks_to_the_assistant(text: str) -> None:
    """Naming a person is not yet talking to them."""
    assert not for_another(text, ME)


@given(st.text(max_size=80).map(lambda text: re.sub(r"^[\s,:;–-]+", "", text)))
def test_what_slack_escapes_comes_back_as_it_was(text: str) -> None:
    """Typed text survives Slack's escaping, whatever is in it."""
    typed = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(typed, ME, {}) == (text.strip(), {})


@given(st.text(max_size=60))
def test_what_we_post_names_nobody(text: str) -> None:
    """Escaped text holds no mention, of whomever it speaks."""
    assert plain(escape(text), ME, NAMES)[1] == {}
