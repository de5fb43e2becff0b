"""The thread's state indexed for understanding: what the words of a sentence may refer to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.agent.offline.names import ColumnIndex, ThingIndex
from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState


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
    names = tuple((each.name, each.version) for each in state.datasets)
    return Scene(state, dataset, _index(columns), _things(names, state.models, columns))


@lru_cache(maxsize=8)
def _index(columns: tuple[ColumnState, ...]) -> ColumnIndex:
    return ColumnIndex(columns)


@lru_cache(maxsize=8)
def _things(
    datasets: tuple[tuple[str, int], ...],
    models: tuple[ModelState, ...],
    columns: tuple[ColumnState, ...],
) -> ThingIndex:
    return ThingIndex([name for name, _ in datasets], models, columns)
