"""Conversation turns between the catalog and LangChain messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    ToolMessage,
    messages_from_dict,
    messages_to_dict,
)

from bot.agent.calls import PRESSED
from bot.agent.fences import BY, EARLIER
from bot.agent.privacy import BARE, SAMPLE
from bot.agent.sizes import tokens_of
from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Action, Turn
from tools.cards import shown

TURNS: Final = 30
"""The last turns, of which a brain is told at all."""

RECENT_TOKENS: Final = 3_000
"""What those may take that are told in full; of the others one line each is told."""

ACTIONS: Final = 5 * TURNS
NOT_FINISHED: Final = "not finished yet"
_SENTENCE: Final = 120
_DONE: Final = 160
_STEPS: Final = 3


class Memory:
    """What was said in a thread, as the agent stores and reads it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def store(self, turn: Turn, message: BaseMessage) -> None:
        """Keep one message of the turn; what is stored survives a crash of the next step."""
        with self._catalog.write() as unit:
            self.store_in(unit, turn, message)

    def store_in(self, unit: Unit, turn: Turn, message: BaseMessage) -> None:
        """Keep one message within a transaction of the caller's."""
        unit.turns.add_message(turn.id, messages_to_dict([message])[0])

    def of_turn(self, turn: Turn) -> list[BaseMessage]:
        """The messages of this turn only."""
        with self._catalog.read() as unit:
            rows = unit.turns.messages_of(turn.id)
        return messages_from_dict([row.payload for row in rows])

    def before_model(self, turn: Turn) -> list[BaseMessage]:
        """What a brain reads: earlier turns first, this one last, and every call with a result.

        The last turns are told in full as far as they fit, those before in a line each, and what
        is older than that not at all; so a long thread costs no more than a shorter one. A call of
        an earlier turn that still waits is shown as not finished yet.
        """
        with self._catalog.read() as unit:
            rows = unit.turns.messages(turn.address, turns=TURNS)
            turns = unit.turns.list(turn.address, limit=TURNS)
            newest = unit.actions.list(
                turn.address.scope, thread=turn.address.thread, limit=ACTIONS
            )
        told = {
            turn_id: _answered(messages_from_dict([row.payload for row in group]))
            for turn_id, group in groupby(rows, key=lambda row: row.turn_id)
        }
        before = [each for each in turns if each.id != turn.id]
        recent = _recent([(each, told.get(each.id, [])) for each in before])
        earlier = before[: len(before) - len(recent)]
        full = [_by_whom(message, each, turn) for each in recent for message in told[each.id]]
        return [*_summed_up(earlier, newest[::-1]), *full, *self.of_turn(turn)]

    def sources(self, turn: Turn) -> list[str]:
        """What a number may come from: results and words of people, in the turns a brain reads."""
        with self._catalog.read() as unit:
            rows = unit.turns.messages(turn.address, turns=TURNS)
        messages = messages_from_dict([row.payload for row in rows])
        return [
            " ".join(_told_by(message))
            for message in messages
            if isinstance(message, HumanMessage | ToolMessage)
        ]


def _told_by(message: BaseMessage) -> Iterator[str]:
    yield message.text
    yield json.dumps(getattr(message, "artifact", None))
    yield str(message.additional_kwargs.get(SAMPLE, ""))


def unanswered(messages: list[BaseMessage]) -> list[tuple[str, str, dict[str, object]]]:
    """Tool calls without a result, as (model call id, tool, args)."""
    done = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    return [
        (str(call["id"]), call["name"], call["args"])
        for m in messages
        if isinstance(m, AIMessage)
        for call in m.tool_calls
        if call["id"] not in done
    ]


def said(text: str) -> HumanMessage:
    """What a person said."""
    return HumanMessage(text)


def _recent(turns: Sequence[tuple[Turn, list[BaseMessage]]]) -> list[Turn]:
    """The last turns that fit as a whole, in their order."""
    left = RECENT_TOKENS
    kept: list[Turn] = []
    for turn, messages in reversed(turns):
        left -= sum(tokens_of(message) for message in messages)
        if left < 0 or not messages:
            break
        kept.append(turn)
    return kept[::-1]


def _summed_up(turns: Sequence[Turn], actions: Iterable[Action]) -> list[BaseMessage]:
    """One message with a line for each turn: who said what, and what was done."""
    done: dict[str, list[Action]] = {}
    for action in actions:
        done.setdefault(str(action.turn_id), []).append(action)
    whole, bare = (
        "\n".join(_line(turn, done.get(turn.id, []), numbers=numbers) for turn in turns)
        for numbers in (True, False)
    )
    return [HumanMessage(whole, additional_kwargs={BY: EARLIER, BARE: bare})] if turns else []


def _line(turn: Turn, actions: Sequence[Action], *, numbers: bool) -> str:
    """A turn in a line; without numbers for a model that may not see them."""
    nothing = "(a click)" if turn.event_id.startswith(PRESSED) else "(a file)"
    words = shown(turn.text, _SENTENCE) or nothing
    steps = [_step(action, numbers=numbers) for action in actions[:_STEPS]]
    return f"{shown(turn.actor.name)}: {words} → {'; '.join(steps) or 'nothing was done'}"


def _step(action: Action, *, numbers: bool) -> str:
    if not action.ok:
        return f"{action.tool} did not work"
    return f"{action.tool}: {shown(action.summary, _DONE)}" if numbers else action.tool


def _by_whom(message: BaseMessage, of: Turn, now: Turn) -> BaseMessage:
    """A message of an earlier turn; what another person said there has that person's name."""
    if not isinstance(message, HumanMessage) or of.actor.id == now.actor.id:
        return message
    return HumanMessage(message.text, additional_kwargs={BY: of.actor.name or "somebody"})


def _answered(messages: list[BaseMessage]) -> list[BaseMessage]:
    """The same messages with a stand-in result right behind each open call."""
    open_ids = {call_id for call_id, _, _ in unanswered(messages)}
    shown: list[BaseMessage] = []
    for message in messages:
        shown.append(message)
        if isinstance(message, AIMessage):
            shown.extend(
                ToolMessage(NOT_FINISHED, tool_call_id=str(call["id"]), name=call["name"])
                for call in message.tool_calls
                if call["id"] in open_ids
            )
    return shown
