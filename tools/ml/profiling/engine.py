"""The engine: batches of rows in, one pass, a profile out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Condition
from types import MappingProxyType
from typing import Any, Final

from tools.ml.profiling.associations import associate
from tools.ml.profiling.columns import Complete, complete
from tools.ml.profiling.duplicates import count_duplicates
from tools.ml.profiling.findings import WARNS, find
from tools.ml.profiling.parts import Shaper
from tools.ml.profiling.profile import Profile
from tools.ml.profiling.store import MEMORY, Store
from tools.ml.profiling.stored import pack_summary
from tools.ml.profiling.twins import near_duplicates
from tools.ml.targets import suggest_targets
from tools.summaries.summary import Skipped, Summary

SAMPLE: Final = 20_000
"""Rows, evenly spread, that pairs of columns are compared on."""
_THREADS: Final = 2
_BYTES_PER_ROW: Final = 40
"""What completing a column may take: its values, sorted, counted, summed up."""
_WORKING_MEMORY: Final = 400 << 20
_NO_UNITS: Final[Mapping[str, str]] = MappingProxyType({})


def profile_stream(
    batches: Iterable[Any],
    names: Sequence[str],
    *,
    units: Mapping[str, str] = _NO_UNITS,
    categories: frozenset[str] = frozenset(),
    memory: int = MEMORY,
    baseline: bool = False,
) -> Profile:
    """Profile rows that come in batches, in one pass and in bounded memory.

    Args:
        batches: Each a sequence of Arrow arrays, one per column. The type of a column may differ
            between batches as far as whole numbers and decimals do.
        names: Of the columns.
        units: By column name.
        categories: Columns whose texts are classes, however rarely they repeat.
        memory: Bytes of columns that are held at once; more goes to a temporary file, and the
            columns are then completed one by one.
        baseline: Whether to keep the summary that drift checks compare.
    """
    with Store(len(names), memory=memory) as store:
        shapers = [Shaper() for _ in names]
        for batch in batches:
            store.add([shaper.shape(part) for shaper, part in zip(shapers, batch, strict=True)])
        return profile_store(store, names, units=units, categories=categories, baseline=baseline)


def profile_store(
    store: Store,
    names: Sequence[str],
    *,
    units: Mapping[str, str] = _NO_UNITS,
    categories: frozenset[str] = frozenset(),
    baseline: bool = False,
) -> Profile:
    """Profile columns that have been gathered."""
    step, today = store.rows // SAMPLE + 1, date.today()  # noqa: DTZ011 - as people see it

    room = _Room(_WORKING_MEMORY)

    def work(place: int) -> Complete:
        name, parts = names[place], partial(store.parts, place)
        named = name in categories
        with room.taken(store.rows * _BYTES_PER_ROW):
            done = complete(name, parts, step=step, today=today, category=named, baseline=baseline)
        return replace(done, profile=replace(done.profile, unit=units.get(name, "")))

    with ThreadPoolExecutor(_THREADS) as pool:
        columns = list(pool.map(work, range(len(names))))
    profile = _put_together(store, columns)
    if not baseline:
        return profile
    return replace(profile, summary=pack_summary(_summary(store.rows, columns)))


class _Room:
    """Memory that threads take by turns, so that long columns are completed one after another."""

    def __init__(self, total: int) -> None:
        self._total, self._used = total, 0
        self._change = Condition()

    @contextmanager
    def taken(self, wanted: int) -> Iterator[None]:
        """Wait until there is room, or nobody else at work."""
        with self._change:
            self._change.wait_for(lambda: not self._used or self._used + wanted <= self._total)
            self._used += wanted
        try:
            yield
        finally:
            with self._change:
                self._used -= wanted
                self._change.notify_all()


def _put_together(store: Store, columns: Sequence[Complete]) -> Profile:
    profiles = tuple(column.profile for column in columns)
    twins = near_duplicates(columns)
    targets = suggest_targets(profiles, rows=store.rows)
    bare = Profile(
        rows=store.rows,
        columns=profiles,
        duplicate_rows=count_duplicates(store, profiles),
        targets=targets,
        associations=associate(columns),
        association_rows=len(columns[0].sample) if columns else 0,
    )
    findings = find(bare, columns, twins)
    return replace(
        bare,
        findings=findings,
        warnings=tuple(each.sentence for each in findings if each.weight >= WARNS),
    )


def _summary(rows: int, columns: Sequence[Complete]) -> Summary:
    kept = tuple(column.summary for column in columns if column.summary is not None)
    empty = (column.profile.name for column in columns if column.summary is None)
    return Summary(rows, kept, tuple(Skipped(name, "holds no values") for name in empty))
