"""What a channel's level takes away of the data before a language model sees it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState
from storage.catalog.records import Privacy
from tools.privacy import LEVELS

SEEN: Final = "level"
"""Under this key a model's answer has the level at which it was thought."""

BARE: Final = "bare"
"""Under this key a message has what may be read of it below aggregates."""

SAMPLE: Final = "sample"
"""Under this key a result has its rows, for the level samples alone."""

_WITHHELD: Final = "(an answer with more of the data than this channel shows now)"


def reduced(state: ThreadState, level: Privacy) -> ThreadState:
    """The state without what the level keeps back: below aggregates, names and types alone."""
    if level in ("aggregates", "samples"):
        return state
    return replace(
        state,
        datasets=tuple(_bare_dataset(dataset) for dataset in state.datasets),
        models=tuple(_bare_model(model) for model in state.models),
    )


def readable(messages: list[BaseMessage], level: Privacy) -> list[BaseMessage]:
    """The messages as the level allows.

    Below aggregates results are without their numbers, at samples they have the rows of previews.
    What a brain wrote when it saw more than is allowed now is withheld.
    """
    return [_allowed(message, level) for message in messages]


def _allowed(message: BaseMessage, level: Privacy) -> BaseMessage:
    below = not _at_least(level, "aggregates")
    if isinstance(message, ToolMessage):
        return _bare(message) if below else _with_rows(message, level)
    if isinstance(message, AIMessage) and message.text:
        thought: Privacy = message.additional_kwargs.get(SEEN, "aggregates")
        return message if _at_least(level, thought) else _withheld(message)
    if isinstance(message, HumanMessage) and below and BARE in message.additional_kwargs:
        return message.model_copy(update={"content": message.additional_kwargs[BARE]})
    return message


def _at_least(level: Privacy, other: Privacy) -> bool:
    return LEVELS.index(level) >= LEVELS.index(other)


def _with_rows(message: ToolMessage, level: Privacy) -> ToolMessage:
    rows = message.additional_kwargs.get(SAMPLE, "")
    if level != "samples" or not rows:
        return message
    return message.model_copy(update={"content": f"{message.text}\n{rows}"})


def _withheld(message: AIMessage) -> AIMessage:
    return message.model_copy(update={"content": "" if message.tool_calls else _WITHHELD})


def _bare(message: ToolMessage) -> ToolMessage:
    if message.status == "error":
        told = "error: it did not work; the person sees why."
    else:
        told = "done; the person sees the result."
    return ToolMessage(
        told, tool_call_id=message.tool_call_id, name=message.name, status=message.status
    )


def _bare_dataset(dataset: DatasetState) -> DatasetState:
    columns = tuple(_bare_column(column) for column in dataset.columns)
    return DatasetState(dataset.name, dataset.version, 0, columns, dataset.targets)


def _bare_column(column: ColumnState) -> ColumnState:
    return ColumnState(column.name, column.kind)


def _bare_model(model: ModelState) -> ModelState:
    return replace(model, features=tuple(_bare_column(column) for column in model.features))
