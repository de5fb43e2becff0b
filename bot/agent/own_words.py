"""What only the asker's own words can say: places, links, people, and what is to be remembered.

A language model reads names, cells and other people's messages. Whatever stands there, it never
becomes a channel, a link or a lasting fact: those must have been said by the person who asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.agent.calls import PRESSED, Call
from storage.catalog.catalog import Catalog
from storage.catalog.records import Turn
from tools.base import Spoken, Tool
from tools.errors import NeedsChoice, NotFound, Option, Refused
from tools.registry import BUTTON_TOOLS

_WORD: Final = re.compile(r"\w+")
_ENOUGH: Final = 0.6
"""Share of the words of a longer saying that must be the asker's."""

_LONG: Final = 4
_TURNS: Final = 20
_BUTTONS: Final = frozenset(tool.name for tool in BUTTON_TOOLS)


def need_own_words(tool: Tool[Any], args: Any, call: Call, turn: Turn, catalog: Catalog) -> None:
    """See that a call says nothing in the asker's name that the asker did not say.

    Args:
        tool: What is called.
        args: Its arguments.
        call: The call; what was picked for it by a click was said.
        turn: Whose click or message it is; a click means what its button says.
        catalog: Has what the asker wrote in this thread before.

    Raises:
        Refused: A place, a link or a person that the asker did not name.
        NeedsChoice: Something to confirm with a click.
        NotFound: A tool that only buttons call.
    """
    if turn.event_id.startswith(PRESSED):
        return
    if tool.name in _BUTTONS:
        raise NotFound(f"There is no tool called {tool.name!r}.")
    for spoken in tool.spoken(args) if tool.spoken else ():
        if spoken.argument in call.picked or _said(spoken.value, _words_of(turn, catalog)):
            continue
        if spoken.ask:
            yes = Option("Yes", spoken.value)
            raise NeedsChoice(spoken.ask, spoken.argument, (yes, Option("No", "")))
        raise Refused(*_refusal(spoken))


def _words_of(turn: Turn, catalog: Catalog) -> list[str]:
    """What the asker wrote in this thread of late."""
    with catalog.read() as unit:
        turns = unit.turns.list(turn.address, limit=_TURNS)
    return [turn.text, *(one.text for one in turns if one.actor.id == turn.actor.id)]


def _said(value: str, said: Sequence[str]) -> bool:
    wanted = value.strip().strip("<>#").casefold()
    texts = [text.casefold() for text in said]
    if not wanted or any(wanted in text for text in texts):
        return True
    words = _WORD.findall(wanted)
    if len(words) < _LONG:
        return False
    return any(
        sum(word in known for word in words) >= _ENOUGH * len(words)
        for known in (set(_WORD.findall(text)) for text in texts)
    )


def _refusal(spoken: Spoken) -> tuple[str, str]:
    return (
        f"The {spoken.argument} must be named by the person who asks, so I did not take the one "
        "that stands in the data or in somebody else's words.",
        f"Say the {spoken.argument} yourself.",
    )
