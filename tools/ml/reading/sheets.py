"""Spreadsheets (XLSX, XLS, ODS) to named columns of text, one sheet at a time."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeAlias

import python_calamine

from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.ml.reading.merging import fill_merged
from tools.ml.reading.records import Dialect, Records
from tools.ml.reading.repairs import to_grid
from tools.ml.reading.report import ReadHints, ReadLimits, Remarks
from tools.ml.reading.sheet_facts import MOST_CELLS, SAVE_AS, SheetFacts
from tools.ml.reading.structure import TextTable, as_columns, name_columns
from tools.ml.reading.workbooks import Workbook, inspect_workbook

Rows: TypeAlias = list[list[str]]

_OFFERED: Final = 5
_NAMED: Final = 10
_ENGINE: Final = "PanicException"
"""What the engine raises (and it is no `Exception`) where it meets what it never expected."""


def read_sheets(
    data: bytes,
    name: str,
    *,
    limits: ReadLimits,
    hints: ReadHints,
    ours: bool = False,
    remarks: Remarks,
) -> tuple[TextTable, str]:
    """The table of one sheet, and the format ("xlsx", "xls", "ods").

    Args:
        data: The workbook.
        name: For messages.
        limits: Sizes beyond which it is refused.
        hints: What the person said about the file.
        ours: Whether the workbook says that its first row is the header and all below are rows.
        remarks: Takes assumptions and repairs.

    Raises:
        NeedsChoice: Several sheets hold something; argument "sheet".
        BadRequest: There is no sheet of the name that was told.
        Refused: No spreadsheet, damaged, protected, too large, or without any cell.
    """
    workbook = inspect_workbook(data, name, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = _pick(book, workbook, name, hints.sheet, remarks)
        opened = book.get_sheet_by_name(sheet)
        facts = workbook.sheets.get(sheet, SheetFacts())
        rows = _rows(opened, facts, name, limits)
        merged = opened.merged_cell_ranges or []
    except python_calamine.PasswordError as exc:
        raise Refused(
            f"“{name}” is a workbook protected with a password.",
            "Save it without the password and send it again.",
        ) from exc
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as exc:
        raise _damaged(name, str(exc)) from exc
    except BaseException as exc:
        if type(exc).__name__ != _ENGINE:
            raise
        raise _damaged(name, "its inside makes no sense") from exc
    remarks.note(f"Spreadsheet; sheet “{sheet}”.")
    _tell(workbook, facts, remarks)
    fill_merged(rows, merged, remarks)
    table = _table(rows, sheet, name, limits=limits, hints=hints, ours=ours, remarks=remarks)
    return table, workbook.form


def _damaged(name: str, cause: str) -> Refused:
    return Refused(f"“{name}” is a damaged or protected spreadsheet ({cause[:120]}).", SAVE_AS)


def _pick(
    book: python_calamine.CalamineWorkbook,
    workbook: Workbook,
    name: str,
    told: str | None,
    remarks: Remarks,
) -> str:
    names = list(book.sheet_names)
    if told is not None:
        for sheet in names:
            if sheet.strip().lower() == told.strip().lower():
                return sheet
        listed = ", ".join(f"“{sheet}”" for sheet in names[:_NAMED])
        raise BadRequest(f"“{name}” has no sheet “{told[:60]}”.", f"It has {listed}.")
    visible = python_calamine.SheetVisibleEnum.Visible
    work = python_calamine.SheetTypeEnum.WorkSheet
    shown = [m.name for m in book.sheets_metadata if m.visible == visible and m.typ == work]
    filled = [sheet for sheet in shown or names if _filled(book, workbook, sheet)]
    if len(names) > len(filled):
        gone = ", ".join(f"“{sheet}”" for sheet in names if sheet not in filled)
        remarks.note(f"Hidden or empty sheets were left out: {gone}.")
    if not filled:
        raise Refused(f"“{name}” holds no cells.", "Send a spreadsheet with a table in it.")
    if len(filled) > 1:
        options = tuple(Option(sheet, sheet) for sheet in filled[:_OFFERED])
        raise NeedsChoice(f"“{name}” has {len(filled)} sheets. Which one?", "sheet", options)
    return filled[0]


def _filled(book: python_calamine.CalamineWorkbook, workbook: Workbook, sheet: str) -> bool:
    if sheet in workbook.sheets:
        return workbook.sheets[sheet].cells > 0
    return bool(book.get_sheet_by_name(sheet).total_height)


def _rows(
    sheet: python_calamine.CalamineSheet, facts: SheetFacts, name: str, limits: ReadLimits
) -> Rows:
    """All rows of the sheet from its first, as text; refused once there is too much of it."""
    if sheet.end is None or sheet.start is None:
        return []
    height, width = sheet.end[0] + 1, sheet.end[1] + 1
    if height * width > MOST_CELLS:
        raise Refused(
            f"A sheet of “{name}” is {height:,} rows × {width:,} columns large; up to "
            f"{MOST_CELLS:,} cells are opened.",
            "Delete what stands far from the table, or send it as CSV.",
        )
    above, left = sheet.start
    margin = [""] * left
    rows: Rows = [[""] * width for _ in range(above)]
    size = 0
    for cells in sheet.iter_rows():
        row = margin + [cell if type(cell) is str else _text(cell) for cell in cells]
        size += sum(map(len, row))
        if size > limits.expanded_bytes:
            raise Refused(
                f"“{name}” holds more than {limits.expanded_bytes / 1e6:,.0f} MB of text, the "
                "most that is read.",
                "Send a sample of its rows or fewer columns.",
            )
        rows.append(row)
    for (row_at, column), text in facts.errors.items():
        if row_at < len(rows) and column < len(rows[row_at]) and not rows[row_at][column]:
            rows[row_at][column] = text
    return rows


def _tell(workbook: Workbook, facts: SheetFacts, remarks: Remarks) -> None:
    if facts.uncalculated:
        remarks.warn(
            f"{facts.uncalculated:,} of {facts.formulas:,} formulas have no value in the file and "
            "are empty here; open and save it in a spreadsheet program once."
        )
    elif facts.formulas:
        remarks.note(f"Formulas ({facts.formulas:,}) were read as the values they last had.")
    if facts.errors:
        place, text = next(iter(facts.errors.items()))
        remarks.note(
            f"Cells with an error: {len(facts.errors):,}, the first “{text}” in row "
            f"{place[0] + 1:,}; they count as no value."
        )
    if facts.hidden:
        remarks.note(f"Hidden rows and columns were read too ({facts.hidden:,}).")
    ignored = [
        what for what, has in (("macros", workbook.macros), ("links", workbook.links)) if has
    ]
    if ignored:
        remarks.note(f"The workbook's {' and '.join(ignored)} were ignored.")


def _table(
    rows: Rows,
    sheet: str,
    name: str,
    *,
    limits: ReadLimits,
    hints: ReadHints,
    ours: bool,
    remarks: Remarks,
) -> TextTable:
    records = _records(rows, whole=ours)
    if not records.rows:
        raise Refused(f"Sheet “{sheet}” of “{name}” holds no cells.", "Pick another sheet.")
    if max(map(len, records.rows)) > limits.columns:
        raise Refused(
            f"Sheet “{sheet}” of “{name}” has more than {limits.columns:,} columns.",
            "Send the columns you need.",
        )
    if hints.skip:
        kept = [place for place, line in enumerate(records.lines) if line > hints.skip]
        records = Records(
            [records.rows[place] for place in kept], [records.lines[place] for place in kept]
        )
    grid = to_grid(records, Dialect("\t", ""), remarks, named=ours)
    if not grid.rows:
        raise Refused(f"Sheet “{sheet}” of “{name}” holds only blanks.", "Pick another sheet.")
    columns = as_columns(grid.rows, grid.width)
    return name_columns(columns, grid.lines, told=hints.header, remarks=remarks)


def _records(rows: Rows, *, whole: bool) -> Records:
    """Rows without the empty margins of the sheet.

    Args:
        rows: Of the sheet.
        whole: Whether a lone first cell is a row with gaps rather than a line of words.
    """
    used = [any(column) for column in zip(*rows, strict=True)]
    if not any(used):
        return Records()
    left, right = used.index(True), len(used) - used[::-1].index(True)
    records = Records()
    for number, row in enumerate(rows, start=1):
        part = row[left:right]
        if not any(part):
            part = [""]
        elif right - left > 2 and not whole and not any(part[1:]):
            part = part[:1]
        records.rows.append(part)
        records.lines.append(number)
    while records.rows and records.rows[0] == [""]:
        records.rows.pop(0)
        records.lines.pop(0)
    return records


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, timedelta):
        return _duration(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\x00", "")


def _duration(span: timedelta) -> str:
    """Hours, minutes and seconds; hours may be more than a day's."""
    sign = "-" if span < timedelta(0) else ""
    whole, micro = divmod(abs(span) // timedelta(microseconds=1), 1_000_000)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f".{micro:06d}".rstrip("0") if micro else ""
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}{rest}"
