"""How datasets are described to people: the profile card, the schema, the receipt."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from storage.catalog.records import ColumnInfo, DatasetVersion, Json
from tools.cards import (
    KINDS,
    facts,
    listed,
    number,
    percent,
    plural,
    receipt,
    short,
    shown,
    steps,
    table,
)
from tools.cards import warnings as warning_block
from tools.outcome import Block, Facts, NextStep, NextSteps, Receipt, Table, Text
from tools.repairs_view import doubt_steps, doubts_text, look_step

if TYPE_CHECKING:
    import pandas as pd

    from tools.ml.profiling import ColumnProfile, Profile

_MOST_COLUMNS: Final = 12
_MOST_FINDINGS: Final = 5
_MOST_REPAIRS: Final = 2
_MOST_NOTES: Final = 2
_FEW_ROWS: Final = 20
_MOST_WHOLE: Final = 1e15
_MOST_SAMPLED: Final = 4_000


def size_text(rows: int, columns: int) -> str:
    """`891 rows × 12 columns`."""
    return f"{plural(rows, 'row')} × {plural(columns, 'column')}"


def schema_text(version: DatasetVersion) -> str:
    """Schema and aggregates for the language model; never a value of a row.

    The ends of a range are left out where they would be rows: in small and in constant columns.
    """
    columns = "; ".join(_column_text(column, rows=version.rows) for column in version.columns[:100])
    targets = ", ".join(f"{each['column']} ({each['task']})" for each in version.targets)
    text = f"{version.label}: {size_text(version.rows, len(version.columns))}. Columns: {columns}."
    return f"{text} Suggested targets: {targets}." if targets else text


def dataset_facts(version: DatasetVersion, profile: Profile) -> Facts:
    """The three facts that matter: types, gaps, repeated rows."""
    kinds = Counter(column.kind for column in profile.columns)
    types = ", ".join(plural(count, *KINDS[kind]) for kind, count in kinds.most_common())
    repeated = plural(profile.duplicate_rows, "row") if profile.duplicate_rows else "none"
    return facts(types=types, missing=_missing_text(version), repeated_rows=repeated)


def what_matters(version: DatasetVersion, profile: Profile) -> tuple[Block, ...]:
    """The facts to know first: what was repaired, then the findings by their weight.

    Findings that are no warnings follow as words.
    """
    repairs = list(version.report.get("warnings", ()))
    told = [*repairs[:_MOST_REPAIRS], *profile.warnings[:_MOST_FINDINGS]]
    more = len(repairs) + len(profile.warnings) - len(told)
    rest = [f"{plural(more, 'more remark')} in the report."] if more else []
    light = [each.sentence for each in profile.findings if each.sentence not in profile.warnings]
    notes = [shown(each, 300) for each in light[:_MOST_NOTES]]
    return (*warning_block([*told, *rest]), *([Text(" ".join(notes))] if notes else ()))


def columns_table(profile: Profile) -> Table:
    """A line per column: type, missing, distinct, and what its values are like."""
    rows = [
        (
            shown(column.name),
            KINDS[column.kind][0] + (", constant" if column.constant else "")
            + (", identifier" if column.id_like else ""),
            percent(column.missing / profile.rows) if column.missing else None,
            column.distinct,
            _typical(column),
        )
        for column in profile.columns[:_MOST_COLUMNS]
    ]  # fmt: skip
    more = len(profile.columns) - _MOST_COLUMNS
    return table(
        ("Column", "Type", "Missing", "Distinct", "Typical (5–95 %)"),
        rows,
        title="Columns",
        caption=f"And {plural(more, 'more column')}, in the report." if more > 0 else "",
    )


def preview_table(frame: pd.DataFrame, *, title: str = "", caption: str = "") -> Table:
    """Rows as they are; gaps are None, dates are text, whole numbers stay whole beside gaps."""
    import pandas as pd

    types = {}
    for name in frame:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            types[name] = "str"
        elif column.dtype == "float64" and _whole(column.dropna()):
            types[name] = "Int64"
    plain = frame.astype(types)
    names = [shown(name, 40) for name in plain.columns]
    values = plain.astype("object").where(plain.notna().to_numpy(), None).to_numpy().tolist()
    return table(names, values, title=title, caption=caption)


def sample_text(rows: Table) -> str:
    """Rows as lines with commas, cells cut short, for a model that may read some."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([shown("" if cell is None else cell) for cell in row] for row in rows.rows)
    text = out.getvalue()
    whole, _, _ = text[:_MOST_SAMPLED].rpartition("\n")
    return text if len(text) <= _MOST_SAMPLED else f"{whole}\n…"


def _whole(numbers: pd.Series[float]) -> bool:
    return bool((numbers % 1 == 0).all() and (numbers.abs() < _MOST_WHOLE).all())


def targets_text(version: DatasetVersion) -> tuple[Block, ...]:
    """What could be predicted, and why; nothing where nothing comes to mind."""
    lines = [
        f"`{shown(each['column'])}` ({each['task']}: {shown(each['reason'], 160).rstrip('.')})"
        for each in version.targets
    ]
    return (Text(f"Could be predicted: {'; '.join(lines)}."),) if lines else ()


def reading_remarks(version: DatasetVersion) -> tuple[Block, ...]:
    """What the reader repaired or doubts, and what it assumed."""
    assumed = [shown(note, 300) for note in version.report.get("notes", ())]
    notes = (Text(f"Assumed when reading: {' '.join(assumed[:5])}"),) if assumed else ()
    return (*warning_block(version.report.get("warnings", ())), *notes, *doubts_text(version))


def next_for(version: DatasetVersion, profile: Profile) -> NextSteps:
    """Settle a doubt; else look at what was repaired, or follow the plan that fits the table."""
    from tools.ml.advice import basis_of, plan_of

    answers, look = doubt_steps(version), look_step(version)
    if answers:
        return steps(*answers)
    plan = plan_of(basis_of(profile))
    data = {"dataset": version.label}
    first = (
        NextStep("Clean it", "clean_dataset", {**data, **plan.cleaning})
        if plan.cleans
        else NextStep("Show rows", "preview_dataset", data)
    )
    train = train_step(version, exclude=plan.start.get("exclude", ()))
    return steps(look or first, train) if version.targets else steps(look or first)


def train_step(version: DatasetVersion, *, exclude: Sequence[str] = ()) -> NextStep:
    """The button that opens the form for a training, or trains on the likeliest target.

    Args:
        version: What to learn from.
        exclude: Columns that are better left out.
    """
    if not version.targets:
        return NextStep("Train a model", "train_model", {"dataset": version.label}, form=True)
    target = version.targets[0]["column"]
    args = {"dataset": version.label, "target": target}
    if exclude:
        args["exclude"] = list(exclude)
    return NextStep(f"Train on {shown(target, 40)}", "train_model", args, form=True)


def bare_dataset(version: DatasetVersion) -> Json:
    """A version for scripts: schema and suggestions, no values."""
    return {
        "dataset": version.name,
        "version": version.version,
        "rows": version.rows,
        "columns": [
            {"name": column.name, "kind": column.kind, "missing": column.missing}
            for column in version.columns
        ],
        "targets": list(version.targets),
    }


def dataset_receipt(version: DatasetVersion, code_version: str) -> Receipt:
    """Which data, how it came about, and by which code."""
    return receipt(
        data=f"{version.label} ({short(version.blob)})",
        made=shown(version.origin, 120),
        code=code_version,
    )


def _column_text(column: ColumnInfo, *, rows: int) -> str:
    parts: list[str] = [column.kind]
    if column.missing:
        parts.append(f"{column.missing:,} missing")
    parts.append(f"{column.distinct:,} distinct")
    telling = rows - column.missing < _FEW_ROWS or column.constant or column.id_like
    if column.low is not None and not telling:
        parts.append(f"{_plain(column.low)} to {_plain(column.high)}")
    if column.constant:
        parts.append("constant")
    if column.id_like:
        parts.append("identifier")
    return f"{shown(column.name)} ({', '.join(parts)})"


def _missing_text(version: DatasetVersion) -> str:
    gaps = [column for column in version.columns if column.missing]
    if not gaps:
        return "none"
    cells = sum(column.missing for column in gaps)
    share = percent(cells / max(1, version.rows * len(version.columns)))
    worst = sorted(gaps, key=lambda column: -column.missing)
    names = listed((column.name for column in worst), most=4)
    return f"{plural(cells, 'cell')} ({share}) in {names}"


def _typical(column: ColumnProfile) -> str | None:
    """The median and what most values lie between, the ends of a range, or the top values."""
    if column.quantiles and not column.id_like:
        low, middle, high = (number(column.quantiles[place]) for place in (1, 3, 5))
        return f"{middle} ({low} – {high})"
    if column.low is not None:
        return f"{_plain(column.low)} – {_plain(column.high)}"
    if column.kind in {"category", "boolean"}:
        return _top_values(column.top)
    return None


def _top_values(top: Sequence[tuple[object, int]], most: int = 3) -> str:
    return ", ".join(f"{shown(value, 20)} {count:,}" for value, count in top[:most])


def _plain(value: float | str | None) -> str:
    return number(value) if isinstance(value, int | float) else shown(value, 30)
