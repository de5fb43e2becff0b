"""The home tab: what is live, watched, alarming and under way, and how to begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.platforms.base import Overview
from bot.platforms.slack.surface import COMMAND
from bot.platforms.slack.texts import Json, context, cut, one_line, pieces, plain_text, section
from tools.cards import plural

MOST_HEADINGS: Final = 10
MOST_LINES: Final = 20
LINE: Final = 140
HEADING: Final = 150
BEGIN: Final = (
    "Nothing is live yet. Mention me in a channel with a CSV, or send me one here: "
    "I profile it, clean it, train a model, deploy it and watch it."
)
SHOWN: Final = f"From the channels we share. `{COMMAND} help` tells what I can do."


def home_view(overview: Overview) -> Json:
    """The view of one person's home tab."""
    told = [(heading, lines) for heading, lines in overview.sections.items() if lines]
    blocks = [] if told else [section(BEGIN)]
    for heading, lines in told[:MOST_HEADINGS]:
        blocks += _part(heading, lines)
    if left := sum(len(lines) for _, lines in told[MOST_HEADINGS:]):
        blocks.append(context(f"{plural(left, 'line')} under other headings not shown."))
    return {"type": "home", "blocks": [*blocks, context(SHOWN)]}


def _part(heading: str, lines: tuple[str, ...]) -> Iterator[Json]:
    yield {"type": "header", "text": plain_text(heading, HEADING)}
    for text in pieces("\n".join(f"• {cut(one_line(line), LINE)}" for line in lines[:MOST_LINES])):
        yield section(text)
    if len(lines) > MOST_LINES:
        yield context(f"{len(lines) - MOST_LINES:,} more not shown.")
