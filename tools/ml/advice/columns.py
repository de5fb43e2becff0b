"""Which columns to leave out of a training, and which to look at before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tools.cards import listed, percent, plural, shown
from tools.ml.advice.basis import Basis, teaches
from tools.ml.advice.piece import Advice, named
from tools.ml.profiling import ColumnProfile

_MOST_MISSING: Final = 0.95
_ENOUGH: Final = 100


def columns_of(basis: Basis, *, group: str = "") -> tuple[Advice, ...]:
    """What not to learn from.

    Args:
        basis: What is known.
        group: The column whose rows belong together, if the split goes by one.
    """
    return (*_leaks(basis), *_copies(basis), *_names(basis, group), *_hollow(basis))


def _leaks(basis: Basis) -> Iterator[Advice]:
    """What tells the target alone; whether it is known in time only people know."""
    target = basis.target.name if basis.target else ""
    for finding in basis.profile.findings:
        if finding.kind == "leak" and finding.columns[1] == target:
            why = shown(finding.sentence, 300)
            yield Advice("columns", f"Check {named(finding.columns[0])} before training", why)


def _copies(basis: Basis) -> Iterator[Advice]:
    target = basis.target.name if basis.target else ""
    for finding in basis.profile.findings:
        if finding.kind != "near_duplicate":
            continue
        *copies, first = finding.columns
        if target in finding.columns:
            if basis.rows < _ENOUGH:
                continue  # too few rows to tell a copy from an accident
            yield Advice(
                "columns",
                f"Leave out {listed(name for name in finding.columns if name != target)}",
                f"It says what {named(target)} says, row by row: a model would only copy it.",
                {"exclude": [name for name in finding.columns if name != target]},
            )
        else:
            rows = plural(basis.profile.rows, "row")
            why = f"Over {rows} it tells nothing that {named(first)} does not, and counts it twice."
            yield Advice("columns", f"Leave out {listed(copies)}", why, {"exclude": copies})


def _names(basis: Basis, group: str) -> Iterator[Advice]:
    """Identifiers and free text; a training leaves them out by itself, and the table keeps them."""
    rows = basis.profile.rows
    out = [
        column
        for column in basis.profile.columns
        if column is not basis.target
        and column.missing < rows
        and not column.constant
        and not teaches(column, rows)
        and not _teaches_once_filled(column, rows)
        and column.name != group
    ]
    if not out:
        return
    least = min(column.distinct for column in out)
    values = f"{least:,} {'' if len(out) == 1 else 'or more '}different values"
    why = (
        f"{values[:1].upper()}{values[1:]} in {plural(rows, 'row')} name rows rather than tell "
        "something about them; a training leaves them out by itself."
    )
    yield Advice("columns", f"Do not learn from {listed(column.name for column in out)}", why)


def _teaches_once_filled(column: ColumnProfile, rows: int) -> bool:
    """Whether a word in place of its gaps lets a text tell something."""
    return bool(column.missing) and teaches(replace(column, missing=0), rows)


def _hollow(basis: Basis) -> Iterator[Advice]:
    rows = basis.profile.rows
    hollow = [c for c in basis.features if c.missing >= _MOST_MISSING * rows]
    if hollow:
        names = [column.name for column in hollow]
        share = percent(min(column.missing for column in hollow) / rows)
        why = f"At least {share} of {'it' if len(names) == 1 else 'each'} is missing."
        yield Advice("columns", f"Leave out {listed(names)}", why, {"exclude": names})
