"""Conversation turns between the catalog and LangChain messages."""

from __future__ import annotations

import json

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    ToolMessage,
    messages_from_dict,
    messages_to_dict,
)

from storage.catalog.catalog import Catalog, Unit
from storage.catalog.records import Turn

TURNS = 20
EVERY_TURN = 1_000
NOT_FINISHED = "not finished yet"


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
        """Earlier turns first, this one last, and every call with a result.

        A call of an earlier turn that still waits is shown as not finished yet.
        """
        with self._catalog.read() as unit:
            rows = unit.turns.messages(turn.address, turns=TURNS)
        others = messages_from_dict([row.payload for row in rows if row.turn_id != turn.id])
        return [*_answered(others), *self.of_turn(turn)]

    def sources(self, turn: Turn) -> list[str]:
        """Every text of the thread that a number may come from: results, and what people said."""
        with self._catalog.read() as unit:
            rows = unit.turns.messages(turn.address, turns=EVERY_TURN)
        messages = messages_from_dict([row.payload for row in rows])
        return [
            f"{message.text} {json.dumps(getattr(message, 'artifact', None))}"
            for message in messages
            if isinstance(message, HumanMessage | ToolMessage)
        ]


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


def said(text: str) -> HumanMessage:
    """What a person said."""
    return HumanMessage(text)
