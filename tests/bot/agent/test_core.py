"""The agent loop by itself: messages kept before tools start, bounded, suspended by a call."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from bot.agent.core import STEPS, Agent
from bot.agent.minds import Mind
from bot.agent.run import Run
from tests.bot.agent.scripted import Scripted, calls
from tools.registry import all_tools


class Book:
    """What the loop stored and called; `waits` names the tools whose calls wait."""

    def __init__(self, *, waits: tuple[str, ...] = ()) -> None:
        self.waits = waits
        self.stored: list[BaseMessage] = []
        self.called: list[tuple[str, dict[str, Any]]] = []
        self.stored_at_call: list[int] = []
        self.run = Run(Mind("aggregates"), self.describe, self.store, self.call, self.account)

    async def account(self, answer: AIMessage, sent: list[BaseMessage]) -> str:
        return str(answer.text)

    async def describe(self, *, abroad: bool) -> SystemMessage:
        return SystemMessage(f"{len(self.called)} calls so far")

    async def store(self, message: BaseMessage) -> None:
        self.stored.append(message)

    async def call(self, call_id: str, tool: str, args: dict[str, Any]) -> ToolMessage | None:
        self.called.append((tool, args))
        self.stored_at_call.append(len(self.stored))
        if tool in self.waits:
            return None
        return ToolMessage("fine", tool_call_id=call_id, name=tool)


def go(book: Book, *script: Any, fallback: BaseChatModel | None = None) -> tuple[str, Scripted]:
    """Run the loop over a script; what it says last, and the model."""
    model = Scripted(script=list(script), heard=[])
    agent = Agent(model, fallback=fallback, tools=all_tools(), timeout_s=5)
    said = asyncio.run(agent.go([HumanMessage("do it")], book.run))
    return said, model


def test_words_end_the_run() -> None:
    """An answer without a call is the reply."""
    book = Book()
    said, _ = go(book, AIMessage("Hello."))
    assert said == "Hello."
    assert book.called == []
    assert [message.text for message in book.stored] == ["Hello."]


def test_a_call_is_stored_before_it_starts() -> None:
    """What the model asked for is kept before the tool runs, so a crash loses nothing."""
    book = Book()
    go(book, calls("list_jobs"), calls("list_facts"), AIMessage("Done."))
    assert [tool for tool, _ in book.called] == ["list_jobs", "list_facts"]
    assert book.stored_at_call == [1, 2]


def test_calls_have_ids_of_their_own() -> None:
    """Two calls under one id of the provider are two calls of ours."""
    book = Book()
    go(book, calls("list_jobs"), calls("list_jobs"), AIMessage("Done."))
    ids = {m.tool_calls[0]["id"] for m in book.stored if isinstance(m, AIMessage) and m.tool_calls}
    assert len(ids) == 2


def test_a_call_that_waits_ends_the_run() -> None:
    """A call without a result suspends the turn: nothing is said and no model is asked."""
    book = Book(waits=("train_model",))
    said, model = go(book, calls("train_model"), AIMessage("never said"))
    assert said == ""
    assert len(model.heard) == 1


def test_only_the_first_of_several_calls_is_taken() -> None:
    """Of several calls in one answer one is stored, and one runs."""
    book = Book()
    go(book, calls("list_jobs", "list_facts"), AIMessage("Done."))
    assert [tool for tool, _ in book.called] == ["list_jobs"]
    first = book.stored[0]
    assert isinstance(first, AIMessage)
    assert len(first.tool_calls) == 1


def test_the_state_is_described_anew_for_each_step() -> None:
    """The model reads the state as it is now, not as it was when the turn began."""
    book = Book()
    _, model = go(book, calls("list_jobs"), AIMessage("Done."))
    assert [heard[0].text for heard in model.heard] == ["0 calls so far", "1 calls so far"]


def test_an_endless_loop_is_cut() -> None:
    """A model that never stops calling is stopped with a sentence."""
    book = Book()
    said, _ = go(book, *(calls("list_jobs") for _ in range(STEPS + 5)))
    assert "more steps" in said
    assert len(book.called) == STEPS


def test_without_a_fallback_the_failure_is_raised() -> None:
    """The offline brain has nothing to fall back on; its failure ends the turn with a reference."""
    with pytest.raises(RuntimeError, match="broken"):
        go(Book(), RuntimeError("broken"))


def test_once_failed_the_rest_goes_without() -> None:
    """After one failure the fallback carries the whole run, and one note says so."""
    book = Book()
    other = Scripted(script=[calls("list_jobs"), AIMessage("By myself.")], heard=[])
    said, model = go(book, RuntimeError("gone"), AIMessage("unheard"), fallback=other)
    assert said == "By myself."
    assert len(model.heard) == 1
    assert len(book.run.notes) == 1
