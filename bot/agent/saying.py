"""A language model's words on their way to people: struck, shown as they grow, kept account of."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage

from bot.agent.grounding import Grounds, Struck, strike
from bot.agent.memory import Memory
from bot.agent.minds import Mind, Minds
from bot.agent.prompts import MANNERS
from bot.hooks import Hook, tell
from storage.catalog.records import Turn

log = logging.getLogger(__name__)

PACE_S: Final = 1.0
"""Seconds between two drafts of one answer."""


class Saying:
    """What a language model says in one turn.

    Args:
        turn: Whose words it answers.
        mind: How the turn is thought about.
        memory: Has what numbers may come from.
        minds: Keeps account.
        draft: Shows a draft; "" takes it back.
        hooks: Are told of each answer.
        clock: Seconds, for the pace of drafts.
    """

    def __init__(
        self,
        turn: Turn,
        mind: Mind,
        *,
        memory: Memory,
        minds: Minds,
        draft: Callable[[str], None],
        hooks: tuple[Hook, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turn = turn
        self._mind = mind
        self._memory = memory
        self._minds = minds
        self._draft = draft
        self._hooks = hooks
        self._clock = clock
        self._shown = ""
        self._next = 0.0
        self._sent: list[BaseMessage] = []
        self._grounds = Grounds(())

    def grow(self, text: str, sent: list[BaseMessage]) -> None:
        """Show the sentences written so far, unless the last ones were shown just now."""
        if self._turn.private or (text and self._clock() < self._next):
            return
        words = self._struck(text, sent).text
        if words != self._shown:
            self._draft(words)
            self._shown = words
            self._next = self._clock() + PACE_S

    def account(self, answer: AIMessage, sent: list[BaseMessage]) -> str:
        """Keep one request; its words without the numbers that nobody told the model."""
        struck = self._struck(answer.text, sent)
        event = self._minds.keep(self._turn, answer, sent=sent, mind=self._mind, struck=struck)
        tell(self._hooks, event)
        if struck.numbers:
            log.warning("turn %s: struck without a source: %s", self._turn.id, struck.numbers)
        return struck.text

    def failed(self, error: str, sent: list[BaseMessage]) -> None:
        """Keep a request that got no answer, and let it be counted."""
        tell(self._hooks, self._minds.failed(self._turn, error, sent=sent, mind=self._mind))

    def _struck(self, text: str, sent: list[BaseMessage]) -> Struck:
        """The words as they may be read; what they may come from is looked up once a request."""
        if not text:
            return Struck("")
        if sent is not self._sent:
            told = sent[0].text.removeprefix(MANNERS)
            self._grounds = Grounds([told, *self._memory.sources(self._turn)])
            self._sent = sent
        return strike(text, self._grounds)
