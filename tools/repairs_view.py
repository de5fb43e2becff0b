"""What the reader repaired or doubts: the lines, the question before use, a doubt's answers."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import DatasetVersion, Json
from tools.cards import listed, percent, plural, shown, table
from tools.cards import warnings as warning_block
from tools.errors import NeedsChoice, Option
from tools.outcome import Block, Headline, NextStep, Outcome, Table, Text

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.ml.reading import ReadHints, ReadReport

SHOW: Final = "show"
CANCEL: Final = "cancel"
_USE: Final = "use"
_MOST_LINES: Final = 20
_FEW: Final = 4
_SHARE: Final = 0.01
_USE_SAYS: Final = ("use it", "use them", "use it anyway", "yes", "yes use it", "go ahead", "ok",
                    "okay", "fine", "keep it", "load it", "do it", "go on")  # fmt: skip
_SHOW_SAYS: Final = ("show them", "show it", "show me", "show", "which lines", "what lines",
                     "which ones", "let me see", "let me see them", "the lines")  # fmt: skip
_CANCEL_SAYS: Final = ("no", "do not use it", "don't use it", "stop", "never mind", "forget it",
                       "leave it", "do not load it", "don't load it", "discard it")  # fmt: skip


def need_consent(
    report: ReadReport,
    hints: ReadHints,
    *,
    file_name: str,
    blob: str,
    answer: str,
    agreed: int = 0,
) -> None:
    """Go on where few rows were touched, or where this very reading was agreed to.

    Args:
        report: How the file was understood.
        hints: As what it was read.
        file_name: For the question.
        blob: Digest of the file.
        answer: What was answered so far: `show`, or `use` with the digest of what was shown.
        agreed: How many touched rows of this file were agreed to before.

    Raises:
        NeedsChoice: Use it, show the lines, or cancel.
    """
    share = report.rows_touched / max(1, report.rows)
    seen = f"{_USE} {_digest(report, hints, blob)}"
    if share <= _SHARE or report.rows_touched <= agreed or answer == seen:
        return
    rows = plural(report.rows, "row")
    lines = plural(report.rows_touched, "line")
    count = f"{lines} of “{shown(file_name)}” ({percent(min(1.0, share))} of {rows})"
    touched = f"{count} did not fit the table and {'was' if report.rows_touched == 1 else 'were'}"
    opening = (
        Headline(f"{touched} repaired.", "warning"),
        *warning_block(_first_of(report.warnings)),
    )
    raise NeedsChoice(
        "Nothing is loaded yet. Use the table with these repairs?",
        "repairs",
        (
            Option("Use", seen, _USE_SAYS),
            Option("Show lines", SHOW, _SHOW_SAYS),
            Option("Cancel", CANCEL, _CANCEL_SAYS),
        ),
        (lines_table(asdict(report)),) if answer == SHOW else opening,
    )


def _first_of(remarks: tuple[str, ...]) -> list[str]:
    if len(remarks) <= _FEW:
        return list(remarks)
    return [*remarks[: _FEW - 1], f"{plural(len(remarks) - _FEW + 1, 'more remark')}."]


def _digest(report: ReadReport, hints: ReadHints, blob: str) -> str:
    """What was shown: another file, reading or repair is another digest."""
    shape = [blob, asdict(hints), report.rows, report.columns, report.rows_touched]
    return hashlib.sha256(json.dumps(shape, sort_keys=True).encode()).hexdigest()[:16]


def lines_table(report: Json) -> Table:
    """The repaired lines: number, what was wrong, what was done, the line as it stands."""
    repairs = list(report.get("repairs", ()))
    rows = [
        (each["line"], each["what"], each["done"], _visible(each["text"]))
        for each in repairs[:_MOST_LINES]
    ]
    count = max(int(report.get("rows_touched", 0)), len(repairs))
    more = f"The first {_MOST_LINES} of {count:,}." if count > len(rows) else f"All {count:,}."
    names = ("Line", "What was wrong", "What was done", "The line as found")
    return table(names, rows, title="Repaired lines", caption=more)


def _visible(line: str) -> str:
    """A line with its tabs to be seen."""
    return line.replace("\t", "⇥")


def show_repairs(version: DatasetVersion, context: ToolContext) -> Outcome:
    """The lines that were repaired when the file of a dataset was read."""
    report = context.root_of(version).report
    count = int(report.get("rows_touched", 0))
    done = f"{plural(count, 'line')} of the file of {version.label} repaired when it was read"
    headline = f"{done}." if count else f"No line was repaired when {version.label} was read."
    return Outcome(
        summary=headline,
        blocks=(Headline(headline), *((lines_table(report),) if count else ())),
        dataset_id=version.id,
        data={"dataset": version.label, "repaired": count},
    )


def look_step(version: DatasetVersion) -> NextStep | None:
    """The button that shows the repaired lines; None where there are none."""
    if not version.report.get("repairs"):
        return None
    return NextStep("Show lines", "preview_dataset", {"dataset": version.label, "repaired": True})


def doubt_steps(version: DatasetVersion) -> tuple[NextStep, ...]:
    """The answers to what is doubtful; none where nothing is."""
    marks = doubtful_marks(version)
    if not marks:
        return ()
    return (
        _answer("Yes, missing", version, "missing", marks),
        _answer("No, a value", version, "not_missing", marks),
    )


def doubtful_marks(version: DatasetVersion) -> dict[str, list[str]]:
    """The values that stand out and are not settled, by column."""
    marks: dict[str, list[str]] = {}
    for doubt in open_doubts(version):
        marks.setdefault(doubt["column"], []).append(doubt["mark"])
    return marks


def asked_about(version: DatasetVersion) -> str:
    """For the model, which reads no values: in which columns one was asked about."""
    columns = list(doubtful_marks(version))
    if not columns:
        return ""
    return f"Asked the person whether values that stand out in {listed(columns)} mean “no value”."


def _answer(
    label: str, version: DatasetVersion, argument: str, marks: dict[str, list[str]]
) -> NextStep:
    return NextStep(label, "load_dataset", {"dataset": version.label, argument: marks})


def doubts_text(version: DatasetVersion) -> tuple[Block, ...]:
    """The question about values that stand out; nothing where none does."""
    doubts = open_doubts(version)
    if not doubts:
        return ()
    found = listed_doubts(doubts)
    many = len(doubts) > 1
    does = "Do they mean" if many else "Does it mean"
    stands = "stand" if many else "stands"
    return (Text(f"{found} {stands} out. {does} “no value”?"),)


def listed_doubts(doubts: list[dict[str, Any]]) -> str:
    """`999` in `age` (12 times) and …."""
    each = [
        f"`{shown(doubt['mark'])}` in `{shown(doubt['column'])}` ({plural(doubt['count'], 'time')})"
        for doubt in doubts
    ]
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"


def open_doubts(version: DatasetVersion) -> list[dict[str, Any]]:
    """The doubts of a version that nobody has settled."""
    told = version.report.get("corrections", {})
    return [
        doubt
        for doubt in version.report.get("doubts", ())
        if not any(
            doubt["mark"] in told.get(name, {}).get(doubt["column"], ())
            for name in ("missing", "not_missing")
        )
    ]
