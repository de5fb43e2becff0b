"""The facts of a table that matter, first things first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tools.figures import percent
from tools.ml.profiling.columns import Complete
from tools.ml.profiling.leaks import find_leaks
from tools.ml.profiling.profile import Finding, FindingKind, Profile
from tools.ml.profiling.units import find_clashes

WARNS: Final = 0.3
"""Findings from this weight on are warnings."""
_FEW_ROWS: Final = 50
_MANY: Final = 50
_LONG_NAME: Final = 40
_SHOWN: Final = 5
_RARE: Final = 0.1
_MOST_CLASSES: Final = 20


def find(
    profile: Profile, columns: Sequence[Complete], twins: Sequence[tuple[str, str]]
) -> tuple[Finding, ...]:
    """All findings, the weightiest first.

    Args:
        profile: Without findings.
        columns: Its columns, with their samples.
        twins: Pairs of columns (earlier, later) of which the later says nothing new.
    """
    found = [
        *_rows(profile),
        *_leaks(profile, columns),
        *_units(profile),
        *_suspicious(columns),
        *_useless(profile),
        *_twins(twins),
        *_gaps(profile),
        *_many_values(profile),
        *_balance(profile),
    ]
    return tuple(sorted(found, key=lambda finding: -finding.weight))


def _rows(profile: Profile) -> Iterator[Finding]:
    if profile.rows < _FEW_ROWS:
        some = "1 row" if profile.rows == 1 else f"{profile.rows} rows"
        yield Finding("few_rows", (), f"Only {some}: any score from so few is uncertain.", 0.9)
    if profile.duplicate_rows:
        count = profile.duplicate_rows
        some = "1 row repeats" if count == 1 else f"{count:,} rows repeat"
        yield Finding("duplicates", (), f"{some} an earlier row in every column.", 0.85)


def _leaks(profile: Profile, columns: Sequence[Complete]) -> Iterator[Finding]:
    if not profile.targets:
        return
    target = profile.targets[0]
    for leak in find_leaks(columns, target)[:_SHOWN]:
        told = f"“{short(leak.column)}” alone tells “{short(target.column)}”"
        if target.task == "classification":
            told += f" in {percent(leak.right)} of the rows (guessing: {percent(leak.guess)})"
        else:
            told += f" up to {percent(1 - leak.right)} of its variance"
        sentence = f"{told}: make sure that it is known beforehand."
        yield Finding("leak", (leak.column, target.column), sentence, 0.95)


def _units(profile: Profile) -> Iterator[Finding]:
    for clash in find_clashes(profile.columns):
        others = _named(clash.others)
        sentence = (
            f"“{short(clash.column)}” is about {clash.factor:,} times {others}: "
            "it may be in another unit."
        )
        yield Finding("units", (clash.column, *clash.others), sentence, 0.8)


def _suspicious(columns: Sequence[Complete]) -> Iterator[Finding]:
    for column in columns:
        name = column.profile.name
        for what in column.suspicions:
            yield Finding("suspicious", (name,), f"“{short(name)}” {what}.", 0.75)


def _useless(profile: Profile) -> Iterator[Finding]:
    empty = [c.name for c in profile.columns if c.missing == profile.rows]
    yield from _about(empty, "empty", "has no value at all", "have no value at all", 0.7)
    constant = [c.name for c in profile.columns if c.constant and c.missing < profile.rows]
    yield from _about(constant, "constant", "has one value only", "have one value only", 0.65)
    yield from _about(
        [c.name for c in profile.columns if c.id_like],
        "identifier",
        "differs in every row, like an identifier; it cannot help a model",
        "differ in every row, like identifiers; they cannot help a model",
        0.5,
    )
    for c in profile.columns:
        if 0.5 * profile.rows < c.missing < profile.rows:
            share = percent(c.missing / profile.rows)
            sentence = f"“{short(c.name)}” is missing in {share} of the rows."
            yield Finding("missing", (c.name,), sentence, 0.55)


def _twins(twins: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    repeated: dict[str, list[str]] = {}
    for earlier, later in twins:
        repeated.setdefault(earlier, []).append(later)
    for earlier, copies in repeated.items():
        says = f"what “{short(earlier)}” says"
        for finding in _about(copies, "near_duplicate", f"repeats {says}", f"repeat {says}", 0.6):
            yield Finding(
                finding.kind, (*finding.columns, earlier), finding.sentence, finding.weight
            )


def _gaps(profile: Profile) -> Iterator[Finding]:
    for column in profile.columns:
        gaps = column.gaps
        if gaps is not None and gaps.missing:
            steps = f"1 {gaps.step}" if gaps.missing == 1 else f"{gaps.missing:,} {gaps.step}s"
            sentence = (
                f"“{short(column.name)}” comes every {gaps.step} but leaves out {steps}, at most "
                f"{gaps.longest:,} in a row (after {gaps.after})."
            )
            yield Finding("date_gaps", (column.name,), sentence, 0.45)


def _many_values(profile: Profile) -> Iterator[Finding]:
    for c in profile.columns:
        if c.kind in ("category", "text") and c.distinct > _MANY and not c.id_like:
            sentence = f"“{short(c.name)}” has {c.distinct:,} different values."
            yield Finding("many_values", (c.name,), sentence, 0.35)


def _balance(profile: Profile) -> Iterator[Finding]:
    """How the classes of the likeliest target are shared; a warning where one is rare."""
    if not profile.targets or profile.targets[0].task != "classification":
        return
    column = profile.column(profile.targets[0].column)
    present = profile.rows - column.missing
    if not 2 <= column.distinct <= min(len(column.top), _MOST_CLASSES) or not present:
        return
    (most, most_rows), (least, least_rows) = column.top[0], column.top[-1]
    share = least_rows / present
    name = f"“{short(column.name)}”, the likeliest target,"
    if share < _RARE:
        rare = percent(share) if column.distinct == 2 else f"{percent(share)} (the rarest class)"
        sentence = f"{name} is “{_said(least)}” in only {rare} of the rows: accuracy will mislead."
        yield Finding("class_balance", (column.name,), sentence, 0.58)
    else:
        ends = (
            f"{percent(most_rows / present)} “{_said(most)}” to {percent(share)} “{_said(least)}”"
        )
        sentence = f"{name} has {column.distinct} classes, {ends}."
        yield Finding("class_balance", (column.name,), sentence, 0.2)


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else short(str(value))


def short(name: str) -> str:
    """A name that leaves room for the rest of the sentence."""
    return name if len(name) <= _LONG_NAME else name[: _LONG_NAME - 1] + "…"


def _named(names: Sequence[str]) -> str:
    shown = [f"“{short(name)}”" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more columns")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _about(
    names: Sequence[str], kind: FindingKind, one: str, many: str, weight: float
) -> Iterator[Finding]:
    """One finding about all columns of a sort."""
    if names:
        sentence = f"{_named(names)} {one if len(names) == 1 else many}."
        yield Finding(kind, tuple(names), sentence, weight)
