"""Messages that are no work at all: greetings, thanks, and cries for help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.agent.offline.helping import greeting, help_text
from bot.agent.offline.lexicon import words
from bot.agent.offline.tokens import Token
from bot.agent.state import ThreadState

_HELLO: Final = words("hello hi hey hiya yo morning evening afternoon greetings howdy")
_THANKS: Final = words(
    """
    thanks thank thx cheers great nice cool perfect awesome ok okay good well done lovely
    """
)
_AROUND: Final = words(
    """
    there good bot all team everyone you very much so a lot for the that this was is it work job
    to see please and again today folks guys mate my friend again how are am doing i and fine
    """
)
_HELP: Final = (
    "help",
    "what can you do",
    "what can i do",
    "what can i say",
    "what can i ask",
    "what can we do",
    "what do you do",
    "what are you able to do",
    "what else can you do",
    "who are you",
    "who made you",
    "who built you",
    "who created you",
    "what are you",
    "commands",
    "what now",
    "what next",
    "what should i do",
    "what should i do next",
    "what should we do",
    "what should we do next",
    "how does this work",
    "how do you work",
    "how can you help",
    "what is possible",
    "what are my options",
)
_TAIL: Final = words("please here me now with us bot today the for")


def small_talk(tokens: Sequence[Token], state: ThreadState) -> str | None:
    """The answer to a message that asks for no work; `None` if it asks for some."""
    words = [token.word for token in tokens if token.kind == "word"]
    if not words:
        return greeting(state)
    plain = [word for word in words if word not in _TAIL]
    start = next((i for i, w in enumerate(plain) if w not in _HELLO | {"can", "you"}), 0)
    if " ".join(plain) in _HELP or " ".join(plain[start:]) in _HELP:
        return help_text(state)
    if set(words) <= _HELLO | _AROUND and set(words) & _HELLO:
        return greeting(state)
    asked = words[0] in {"how", "is", "was"}
    if set(words) <= _THANKS | _AROUND and set(words) & _THANKS and not asked:
        return "You're welcome."
    return None
