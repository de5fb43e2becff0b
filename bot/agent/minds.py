"""Which brain takes a turn, what it may see, and what it has cost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, messages_to_dict

from bot.agent.grounding import Struck
from bot.agent.sizes import tokens_of
from bot.hooks import ModelAnswered, ModelFailed
from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import Privacy, Turn
from tools.durations import start_of_day
from tools.privacy import level_of


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, read and written, in one currency."""

    read: float
    written: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """The cost of one request."""
        return (tokens_in * self.read + tokens_out * self.written) / 1e6


@dataclass(frozen=True, slots=True)
class Limits:
    """The most tokens of a day (UTC), both ways; 0: as many as it takes."""

    person: int = 0
    channel: int = 0


@dataclass(frozen=True, slots=True)
class Mind:
    """How one turn is thought about.

    Attributes:
        level: What a language model may see.
        alone: Whether the offline brain takes it.
        note: Why, in one line for people; "" where there is nothing to say.
    """

    level: Privacy
    alone: bool = False
    note: str = ""


class Minds:
    """Decides how a turn is thought about, and keeps account of it."""

    def __init__(
        self,
        catalog: Catalog,
        blobs: BlobStore,
        *,
        now: Callable[[], datetime],
        level: Privacy = "aggregates",
        model: str = "",
        price: Price | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._catalog = catalog
        self._blobs = blobs
        self._now = now
        self._level = level
        self._model = model
        self._price = price
        self._limits = limits or Limits()

    def of(self, turn: Turn) -> Mind:
        """How this turn is to be thought about."""
        with self._catalog.read() as unit:
            level = level_of(unit.channels.find(turn.address.scope), self._level)
        if level == "none":
            return Mind(level, alone=True)
        spent = self._spent(turn)
        return Mind(level, alone=bool(spent), note=spent)

    def keep(
        self,
        turn: Turn,
        answer: AIMessage,
        *,
        sent: Iterable[BaseMessage],
        mind: Mind,
        struck: Struck,
    ) -> ModelAnswered:
        """Write down one request and what it cost; estimated where the server does not count."""
        sent = list(sent)
        usage = answer.usage_metadata
        tokens_in = usage["input_tokens"] if usage else sum(map(tokens_of, sent))
        tokens_out = usage["output_tokens"] if usage else tokens_of(answer)
        cost = self._price.of(tokens_in, tokens_out) if self._price else None
        blob = self._blobs.put(json.dumps(_bare(sent)).encode())
        with self._catalog.write() as unit:
            unit.model_calls.add(
                turn.address,
                turn_id=turn.id,
                actor=turn.actor,
                model=str(answer.response_metadata.get("model_name") or self._model),
                level=mind.level,
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost=cost,
                sent=blob,
                struck=struck.numbers,
                now=self._now(),
            )
        channel = turn.address.scope.id
        return ModelAnswered(self._model, mind.level, tokens_in, tokens_out, cost, channel)

    def failed(
        self, turn: Turn, error: str, *, sent: Iterable[BaseMessage], mind: Mind
    ) -> ModelFailed:
        """Write down a request without an answer: it left the house, so people may look at it.

        It counts as no tokens, since nobody knows what was read; `error` is the class of the
        reason.
        """
        blob = self._blobs.put(json.dumps(_bare(sent)).encode())
        with self._catalog.write() as unit:
            unit.model_calls.add(
                turn.address,
                turn_id=turn.id,
                actor=turn.actor,
                model=self._model,
                level=mind.level,
                tokens_in=0,
                tokens_out=0,
                cost=0.0 if self._price else None,
                sent=blob,
                struck=(),
                now=self._now(),
            )
        return ModelFailed(self._model, error)

    def _spent(self, turn: Turn) -> str:
        """Why the day's budget is used up, or nothing."""
        today = start_of_day(self._now())
        with self._catalog.read() as unit:
            calls = unit.model_calls
            if self._limits.person and self._limits.person <= calls.tokens_of_person(
                turn.actor, since=today
            ):
                return "Your tokens for today are used up, so I worked without the language model."
            if self._limits.channel and self._limits.channel <= calls.tokens_of_channel(
                turn.address.scope, since=today
            ):
                return (
                    "This channel's tokens for today are used up, "
                    "so I worked without the language model."
                )
        return ""


def _bare(messages: Iterable[BaseMessage]) -> list[dict[str, Any]]:
    """Messages as the model gets them: what is for our own brain alone stays out."""
    return [
        {"type": each["type"], "content": each["data"]["content"]} | _calls(each["data"])
        for each in messages_to_dict(list(messages))
    ]


def _calls(data: dict[str, Any]) -> dict[str, Any]:
    calls = data.get("tool_calls")
    return {"tool_calls": [{"name": c["name"], "args": c["args"]} for c in calls]} if calls else {}
