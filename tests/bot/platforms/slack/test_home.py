"""The home tab in Slack."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.base import Overview
from bot.platforms.slack.home import home_view
from tests.bot.blocks import TEXT
from tests.bot.platforms.slack.show import HOMES, golden
from tests.servers.slack.validate.views import checked_view
from tests.servers.slack.words import words_of

LINES = st.lists(TEXT | TEXT.map(lambda text: text * 200), max_size=60).map(tuple)
OVERVIEWS = st.builds(Overview, st.dictionaries(TEXT, LINES, max_size=30))


@pytest.mark.parametrize("name", HOMES)
def test_a_home_tab_looks_as_recorded(name: str) -> None:
    """The home tab looks as recorded in tests/golden/slack."""
    assert home_view(HOMES[name]) == golden(name)


@given(OVERVIEWS)
@settings(max_examples=200, deadline=None)
def test_slack_takes_any_home_tab(overview: Overview) -> None:
    """However much goes on, the home tab keeps Slack's limits."""
    view = home_view(overview)
    assert checked_view(view, "home") == view


def test_headings_without_lines_are_left_out() -> None:
    """What there is nothing of has no heading."""
    words = words_of(home_view(Overview({"Live": ("m1 in staging",), "Watched": ()}))["blocks"])
    assert words.splitlines()[:2] == ["Live", "• m1 in staging"]
    assert "Watched" not in words


def test_what_is_not_shown_is_told() -> None:
    """Beyond twenty lines of a heading, and beyond ten headings, the rest is counted."""
    lines = tuple(f"line {n}" for n in range(25))
    words = words_of(home_view(Overview({f"H{n}": lines for n in range(12)}))["blocks"])
    assert "line 19" in words
    assert "line 20" not in words
    assert words.count("5 more not shown.") == 10
    assert "50 lines under other headings not shown." in words


def test_names_stay_text_at_home() -> None:
    """A name in a line becomes no mention and no link."""
    (_, section, _) = home_view(Overview({"Live": ("<!channel> & <@U1>",)}))["blocks"]
    assert section["text"]["text"] == "• &lt;!channel&gt; &amp; &lt;@U1&gt;"
