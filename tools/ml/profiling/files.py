"""Profiles a file from disk: a clean one as a stream, any other through the reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import pyarrow as pa

from tools.ml.profiling.arrays import filled
from tools.ml.profiling.engine import profile_store
from tools.ml.profiling.parts import Shaper
from tools.ml.profiling.profile import Profile
from tools.ml.profiling.scanning import (
    BLOCK,
    ColumnPlan,
    NotCleanError,
    Scanner,
    leaves_open,
    plan_column,
)
from tools.ml.profiling.store import MEMORY, Store
from tools.ml.reading.column_types import TypedColumn, type_column
from tools.ml.reading.plan import ReadPlan, sketch_read

if TYPE_CHECKING:
    from collections.abc import Iterator


_EXACT: Final = 2**53


def profile_file(path: Path) -> Profile:
    """The profile of any table that can be read.

    Raises:
        Refused: This is no readable table; says why, where, and what to do.
    """
    profile = profile_clean(path)
    return profile if profile is not None else profile_read(path)


def profile_clean(path: Path, *, memory: int = MEMORY, block: int = BLOCK) -> Profile | None:
    """The profile of a file that is clean delimited text, without ever holding it as a whole.

    Types are those that `read_table` gives, whatever the size of the blocks. None where the file
    is not clean, or where columns leave open what only all of them together decide.
    """
    with path.open("rb") as file:
        plan = sketch_read(file)
        if plan is None:
            return None
        try:
            return _Streamed(file, plan, memory, block).profile()
        except NotCleanError:
            return None


def profile_read(path: Path) -> Profile:
    """The profile of any table that can be read, by reading it into memory.

    Raises:
        Refused: This is no readable table; says why, where, and what to do.
    """
    from tools.ml.profiling.tables import profile_table
    from tools.ml.reading import read_table

    with path.open("rb") as file:
        read = read_table(file, path.name)
    return profile_table(read.table, report=read.report)


class _Streamed:
    """One file on its way to a profile."""

    def __init__(self, file: BinaryIO, plan: ReadPlan, memory: int, block: int) -> None:
        self.file, self.plan, self.memory, self.block = file, plan, memory, block
        self.columns: list[ColumnPlan] = []
        self.misfits: set[int] = set()
        self.long: set[int] = set()
        self.not_whole: set[int] = set()

    def profile(self) -> Profile:
        with Store(len(self.plan.names), memory=self.memory) as store:
            for parts in self._typed():
                store.add(parts)
            self._read_again(store)
            units = self._settle(store)
            pa.default_memory_pool().release_unused()
            return profile_store(store, self.plan.names, units=units)

    def _typed(self) -> Iterator[list[Any]]:
        scanner = Scanner(self.file, self.plan, block=self.block)
        first = scanner.first()
        if first is None:
            raise NotCleanError("no rows")
        names = self.plan.names
        self.columns = [plan_column(name, cells) for name, cells in zip(names, first, strict=True)]
        shapers = [Shaper() for _ in names]

        def work(block: list[Any]) -> list[Any]:
            return [self._part(place, cells, shapers[place]) for place, cells in enumerate(block)]

        yield work(first)
        yield from scanner.each(work)

    def _part(self, place: int, cells: Any, shaper: Shaper) -> Any:
        if place in self.misfits:
            return pa.nulls(len(cells))
        column = self.columns[place]
        if column.mode == "words":
            return shaper.shape(cells)
        found = column.read(cells)
        if found is None:
            self.misfits.add(place)
            return pa.nulls(len(cells))
        if column.typed.kind == "integer":
            self._look_at_whole(place, found)
        return shaper.shape(found)

    def _look_at_whole(self, place: int, values: Any) -> None:
        """A float would change long whole numbers, so beside gaps or decimals they are text."""
        if values.null_count or not pa.types.is_integer(values.type):
            self.not_whole.add(place)
        if pa.types.is_integer(values.type) and len(values):
            whole = filled(values, 0)
            if max(int(whole.max()), -int(whole.min())) > _EXACT:
                self.long.add(place)

    def _read_again(self, store: Store) -> None:
        """Columns whose later cells do not fit what the first ones looked like are kept as text."""
        places = sorted(self.misfits | self.long & self.not_whole)
        shapers = [Shaper() for _ in places]
        for place in places:
            store.drop(place)
            self.columns[place] = replace(self.columns[place], mode="words")
        if places:
            wanted = [self.plan.names[place] for place in places]
            scanner = Scanner(self.file, self.plan, block=self.block, only=wanted)

            def work(block: list[Any]) -> list[Any]:
                return [shaper.shape(part) for shaper, part in zip(shapers, block, strict=True)]

            store.add_to(places, work(scanner.first() or []))
            for parts in scanner.each(work):
                store.add_to(places, parts)

    def _settle(self, store: Store) -> dict[str, str]:
        """Decide on the columns that were kept as text; gives all units."""
        units = {column.typed.name: column.typed.unit for column in self.columns}
        for place, column in enumerate(self.columns):
            if column.mode == "words":
                unit = settle(store, place, column.typed.name)
                units[column.typed.name] = unit
        return {name: unit for name, unit in units.items() if unit}


def settle(store: Store, place: int, name: str) -> str:
    """Give a column of text its type, decided by all its cells; returns its unit.

    Whether a column is text, or words for yes and no, is decided by its different cells. Anything
    else is decided by the cells in the order of the rows.
    """
    parts = list(store.parts(place))
    coded = all(pa.types.is_dictionary(part.type) for part in parts)
    if coded:
        unified = pa.chunked_array(parts).unify_dictionaries()
        typed = type_column(name, unified.chunk(0).dictionary)
        if typed.kind in ("text", "boolean", "empty"):
            _refuse_open(typed)
            store.replace(place, [_recoded(part, typed.values) for part in unified.chunks])
            return ""
    texts = [part.cast(pa.string()) for part in parts]
    typed = type_column(name, pa.chunked_array(texts, pa.string()))
    _refuse_open(typed)
    shaper = Shaper()
    store.replace(place, [shaper.shape(typed.values)])
    return typed.unit


def _refuse_open(typed: TypedColumn) -> None:
    if leaves_open(typed):
        raise NotCleanError(typed.name)


def _recoded(part: Any, values: Any) -> Any:
    """A part whose words were given values, or none."""
    if pa.types.is_string(values.type):
        if not values.null_count and values.equals(part.dictionary):
            return part
        return values.take(part.indices).dictionary_encode()
    return values.take(part.indices)
