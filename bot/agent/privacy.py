"""How much of the data a language model may see: a channel's level, and what it takes away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, get_args

from langchain_core.messages import BaseMessage, ToolMessage

from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState
from storage.catalog.records import Channel, Privacy

LEVELS: Final[tuple[Privacy, ...]] = get_args(Privacy)
"""From nothing to some rows."""


def level_of(channel: Channel | None, default: Privacy) -> Privacy:
    """The level of a channel; what is shared with others never shows rows."""
    own = channel.privacy if channel is not None else ""
    level = next((each for each in LEVELS if each == own), default)
    return "aggregates" if level == "samples" and channel and channel.shared else level


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
    """The messages as the level allows: below aggregates, results without their numbers."""
    if level in ("aggregates", "samples"):
        return messages
    return [_bare(message) if isinstance(message, ToolMessage) else message for message in messages]


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
