"""The thread's state indexed for understanding: what the words of a sentence may refer to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.agent.offline.names import ColumnIndex, ThingIndex
from bot.agent.state import ColumnState, DatasetState, ThreadState


@dataclass(frozen=True)
class Scene:
    """The state, the dataset a clause is about, and the indices over their names."""

    state: ThreadState
    dataset: DatasetState | None
    columns: ColumnIndex
    things: ThingIndex

    def column(self, name: str) -> ColumnState | None:
        """A column of the clause's dataset."""
        return self.columns.columns.get(name)


def scene_of(state: ThreadState, dataset: DatasetState | None = None) -> Scene:
    """The scene around a dataset; around the current one if none is given.

    In a thread with a model but no dataset the model's features stand in for columns.
    """
    dataset = dataset or state.dataset
    columns = dataset.columns if dataset else state.model.features if state.model else ()
    return Scene(state, dataset, ColumnIndex(columns), ThingIndex(state, columns))
