"""What only the asker's own words can say: places, links, people, and what is to be remembered.

A language model reads names, cells and other people's messages. Whatever stands there, it never
becomes a channel, a link or a lasting fact: those must have been said by the person who asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.agent.calls import CALLED, PRESSED, Call
from storage.catalog.catalog import Catalog
from storage.catalog.records import Turn
from tools.base import Role, Spoken, Tool
from tools.errors import NeedsChoice, NotFound, Option, Refused
from tools.registry import BUTTON_TOOLS

_WORD: Final = re.compile(r"\w+")
_SMALL: Final = frozenset(
    {"a", "an", "the", "is", "are", "was", "be", "it", "its", "this", "that", "of", "for", "in"}
    | {"on", "to", "as", "and", "our", "we", "my", "i", "always", "has", "have", "with", "by"}
)
"""Words that a saying may have or lack and still be the same."""

_NOT: Final = re.compile(r"\b(?:not|never|no|without|none)\b|n['’]t\b", re.IGNORECASE)
_LONG: Final = 3
_TURNS: Final = 20
_BUTTONS: Final = frozenset(tool.name for tool in BUTTON_TOOLS)


def need_own_words(
    tool: Tool[Any],
    args: Any,
    call: Call,
    turn: Turn,
    catalog: Catalog,
    *,
    role: Role = "viewer",
) -> None:
    """See that a call says nothing in the asker's name that the asker did not say.

    Args:
        tool: What is called.
        args: Its arguments.
        call: The call; what was picked for it by a click was said.
        turn: Whose click or message it is; a click means what its button says.
        catalog: Has what the asker wrote in this thread before.
        role: What the call takes; the rights of an approver no other program has, whoever it
            works for.

    Raises:
        Refused: A place, a link or a person that the asker did not name.
        NeedsChoice: Something to confirm with a click.
        NotFound: A tool that only buttons call.
    """
    if turn.event_id.startswith(PRESSED):
        return
    if role == "approver" and turn.event_id.startswith(CALLED):
        raise Refused("Only a person can do that, in the chat.", f"Say it there: {tool.summary}")
    if tool.name in _BUTTONS:
        raise NotFound(f"There is no tool called {tool.name!r}.")
    for spoken in tool.spoken(args) if tool.spoken else ():
        if spoken.argument in call.picked or _is_said(spoken, _words_of(turn, catalog)):
            continue
        if spoken.ask:
            yes = Option("Yes", spoken.value)
            options = (yes, Option("No", spoken.otherwise))
            raise NeedsChoice(spoken.ask, spoken.argument, options, consent=True)
        raise Refused(*_refusal(spoken))


def _words_of(turn: Turn, catalog: Catalog) -> list[str]:
    """What the asker wrote in this thread of late."""
    with catalog.read() as unit:
        turns = unit.turns.list(turn.address, limit=_TURNS)
    return [turn.text, *(one.text for one in turns if one.actor.id == turn.actor.id)]


def _is_said(spoken: Spoken, said: Sequence[str]) -> bool:
    wanted = spoken.value.strip().strip("<>#").casefold()
    texts = [text.casefold() for text in said]
    if not wanted or any(_stands(each, text) for each in (wanted, *spoken.said) for text in texts):
        return True
    return bool(spoken.ask) and any(_amounts_to(wanted, text) for text in texts)


def _stands(wanted: str, text: str) -> bool:
    """Whether something stands in a text as a whole, and not as a part of a longer name."""
    whole = rf"(?<![\w/.:@-]){re.escape(wanted)}(?![\w/@:-]|\.\w|\?\w)"
    return re.search(whole, text) is not None


def _amounts_to(wanted: str, text: str) -> bool:
    """Whether a text says the same in other words: with every word of it that counts."""
    counts = set(_WORD.findall(wanted)) - _SMALL
    return (
        len(counts) >= _LONG
        and counts <= set(_WORD.findall(text))
        and bool(_NOT.search(wanted)) == bool(_NOT.search(text))
    )


def _refusal(spoken: Spoken) -> tuple[str, str]:
    return (
        f"The {spoken.argument} must be named by the person who asks, so I did not take the one "
        "that stands in the data or in somebody else's words.",
        f"Say the {spoken.argument} yourself.",
    )
