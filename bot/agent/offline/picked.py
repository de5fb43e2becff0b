"""What a person's answer to an open question means for the argument it fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.agent.offline.names import ColumnIndex
from bot.agent.offline.tokens import clean, tokenize
from bot.agent.state import ThreadState

_REFUSAL: Final = re.compile(
    r"^\W*(no(ne|pe)?( of (them|these|those))?|cancel|stop|never ?mind|forget (it|that)|neither|"
    r"nothing|skip|leave it|abort)\W*$",
    re.IGNORECASE,
)


def is_refusal(text: str) -> bool:
    """Whether an answer calls the whole thing off."""
    return bool(_REFUSAL.match(text))


def value_of(text: str, asked: Mapping[str, Any], state: ThreadState) -> tuple[str, Any]:
    """The argument an answer fills and its value: an option, a column, or the words themselves."""
    argument = str(asked["argument"])
    value = _option(text, list(asked["options"])) or _column(text, state) or text.strip()
    value = asked.get("values", {}).get(value, value)
    return argument, [value] if asked.get("many") else value


def _option(text: str, options: list[str]) -> str | None:
    said = text.strip().casefold()
    exact = next((option for option in options if option.casefold() == said), None)
    if exact is not None or not re.fullmatch(r"\d", said):
        return exact
    place = int(said) - 1
    return options[place] if 0 <= place < len(options) else None


def _column(text: str, state: ThreadState) -> str | None:
    if state.dataset is None:
        return None
    index = ColumnIndex(state.dataset.columns)
    tokens = tokenize(clean(text))
    mentions = [m for at in range(len(tokens)) if (m := index.mention(tokens, at))]
    if mentions:
        return max(mentions, key=lambda mention: (mention.strength, mention.size)).names[0]
    close = index.closest(text, 1)
    return close[0] if close else None
