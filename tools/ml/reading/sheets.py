"""Spreadsheets (XLSX, XLS, ODS) to named columns of text, one sheet at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

from tools.errors import BadRequest, NeedsChoice, Option, Refused
from tools.ml.reading.records import Dialect, Records
from tools.ml.reading.repairs import to_grid
from tools.ml.reading.report import ReadHints, ReadLimits, Remarks
from tools.ml.reading.structure import TextTable, as_columns, name_columns

_SAVE_AS: Final = "Save the sheet as CSV or XLSX again and send that."


def read_sheets(
    data: bytes, name: str, *, limits: ReadLimits, hints: ReadHints, remarks: Remarks
) -> tuple[TextTable, str]:
    """The table of one sheet, and the format ("xlsx", "xls", "ods").

    Raises:
        NeedsChoice: Several sheets hold something; argument "sheet".
        BadRequest: There is no sheet of the name that was told.
        Refused: No spreadsheet, damaged, too large, or without any cell.
    """
    form = _check_archive(data, name, limits) if data.startswith(b"PK") else "xls"
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = _pick(book, name, hints.sheet, remarks)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as exc:
        raise Refused(f"“{name}” is a damaged or protected spreadsheet.", _SAVE_AS) from exc
    records = _records(rows)
    if not records.rows:
        raise Refused(f"Sheet “{sheet}” of “{name}” holds no cells.", "Pick another sheet.")
    if max(map(len, records.rows)) > limits.columns:
        raise Refused(f"Sheet “{sheet}” has more than {limits.columns:,} columns.", _SAVE_AS)
    remarks.note(f"Spreadsheet; sheet “{sheet}”.")
    grid = to_grid(records, Dialect("\t", ""), remarks)
    if not grid.rows:
        raise Refused(f"Sheet “{sheet}” of “{name}” holds only blanks.", "Pick another sheet.")
    columns = as_columns(grid.rows, grid.width)
    return name_columns(columns, grid.lines, told=hints.header, remarks=remarks), form


def _check_archive(data: bytes, name: str, limits: ReadLimits) -> str:
    """Refuse archives that are no spreadsheet or would unpack to too much."""
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise Refused(f"“{name}” is a damaged ZIP or XLSX file.", _SAVE_AS) from exc
    expanded = sum(member.file_size for member in members)
    allowed = min(limits.expanded_bytes, limits.ratio * max(len(data), 10_000))
    if len(members) > limits.members or expanded > allowed:
        raise Refused(
            f"“{name}” would unpack to {expanded / 1e6:,.0f} MB in {len(members):,} parts; "
            "that is more than is opened.",
            "Send it as CSV.",
        )
    names = {member.filename for member in members}
    if any(part.startswith("xl/workbook") for part in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Refused(
        f"“{name}” is a ZIP archive, not a table, whatever its name says.",
        "Unpack it and send the table in it.",
    )


def _pick(
    book: python_calamine.CalamineWorkbook, name: str, told: str | None, remarks: Remarks
) -> str:
    names = list(book.sheet_names)
    if told is not None:
        for sheet in names:
            if sheet.strip().lower() == told.strip().lower():
                return sheet
        listed = ", ".join(f"“{sheet}”" for sheet in names[:10])
        raise BadRequest(f"“{name}” has no sheet “{told[:60]}”.", f"It has {listed}.")
    visible = python_calamine.SheetVisibleEnum.Visible
    work = python_calamine.SheetTypeEnum.WorkSheet
    shown = [m.name for m in book.sheets_metadata if m.visible == visible and m.typ == work]
    filled = [sheet for sheet in shown or names if book.get_sheet_by_name(sheet).total_height]
    if len(names) > len(filled):
        gone = ", ".join(f"“{sheet}”" for sheet in names if sheet not in filled)
        remarks.note(f"Hidden or empty sheets were left out: {gone}.")
    if not filled:
        raise Refused(f"“{name}” holds no cells.", "Send a spreadsheet with a table in it.")
    if len(filled) > 1:
        options = tuple(Option(sheet, sheet) for sheet in filled[:5])
        raise NeedsChoice(f"“{name}” has {len(filled)} sheets. Which one?", "sheet", options)
    return filled[0]


def _records(rows: Sequence[Sequence[Any]]) -> Records:
    """Rows of text without the empty margins of the sheet."""
    cells = [[_text(cell) for cell in row] for row in rows]
    used = [place for row in cells for place, cell in enumerate(row) if cell]
    if not used:
        return Records()
    left, right = min(used), max(used) + 1
    records = Records()
    for number, row in enumerate(cells, start=1):
        part = row[left:right]
        filled = [place for place, cell in enumerate(part) if cell]
        if not filled:
            part = [""]
        elif filled == [0] and right - left > 2:
            part = part[:1]
        records.rows.append(part)
        records.lines.append(number)
    while records.rows and records.rows[0] == [""]:
        records.rows.pop(0)
        records.lines.pop(0)
    return records


def _text(cell: Any) -> str:
    """A cell as it would stand in a CSV file."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return str(cell).replace("\x00", "")
