"""Sheets read as they look, with what they hide told; what would grow too large is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pandas as pd
import pytest
import xlsxwriter

from tests.tools.ml.reading.read import columns, read, refusal
from tools.ml.reading import ReadLimits, read_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def parts(sheet: str, *, shared: str = "", more: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A workbook of one sheet from the XML of its rows."""
    relations = f'<Relationships xmlns="{PACKAGE}">'
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations + f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations
        + f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in (*files.items(), *more):
            archive.writestr(path, text)
    return target.getvalue()


def cell(place: str, value: object, kind: str = "") -> str:
    return f'<c r="{place}"{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}><v>{value}</v></c>'


def rows(*written: str) -> str:
    return f"<sheetData>{''.join(f'<row>{row}</row>' for row in written)}</sheetData>"


HEAD = "".join(cell(f"{letter}1", name, "str") for letter, name in zip("ABC", "xyz", strict=True))


def ods(rows_xml: str) -> bytes:
    content = (
        '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows_xml}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            "<manifest:manifest "
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type='
            '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
        archive.writestr("content.xml", content)
    return target.getvalue()


def test_cells_are_text_as_a_spreadsheet_shows_them():
    """Whole numbers have no point, dates are ISO, durations count hours, text is untouched."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        span = book.add_format({"num_format": "[h]:mm:ss"})
        sheet.write_row(0, 0, ["n", "x", "flag", "day", "at", "span", "zip"])
        for row in (1, 2):
            sheet.write_row(row, 0, [row, row / 4, row == 1])
            sheet.write_datetime(row, 3, date(2024, 2, row), day)
            sheet.write_number(row, 4, 45325.5 + row / 86_400, day)
            sheet.write_datetime(row, 5, timedelta(hours=30, seconds=row), span)
            sheet.write_string(row, 6, f"0{row}")
    table = read_text(io.BytesIO(target.getvalue()), "f.xlsx").table
    assert [column[0].as_py() for column in table.columns] == [
        *("1", "0.25", "true", "2024-02-01", "2024-02-03 12:00:01", "30:00:01", "01"),
    ]


def test_errors_and_formulas_are_told():
    """An error stays as text and counts as no value; a formula counts by its last value."""
    sheet = rows(
        HEAD,
        cell("A2", 1) + cell("B2", "#DIV/0!", "e") + "<c r='C2'><f>A2*2</f><v>2</v></c>",
        cell("A3", 2) + cell("B3", 5) + "<c r='C3'><f>A3*2</f><v>4</v></c>",
    )
    result = read(parts(sheet))
    assert columns(result) == {"x": [1, 2], "y": [None, 5], "z": [2, 4]}
    assert "Formulas (2) were read as the values they last had." in result.report.notes
    assert any("the first “#DIV/0!” in row 2" in note for note in result.report.notes)
    assert result.report.warnings == ()


def test_formulas_without_a_value_are_a_warning():
    """A formula that no program has calculated yet gives an empty cell, and that is told."""
    sheet = rows(HEAD, *(cell(f"A{n}", n) + f'<c r="B{n}"><f>A{n}</f></c>' for n in (2, 3)))
    (warning, *_) = read(parts(sheet)).report.warnings
    assert warning.startswith("2 of 2 formulas have no value in the file")


def test_merged_cells_count_for_every_row():
    """Cells merged over several rows of the table repeat their value, and that is told."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "Report")
        sheet.write_row(2, 0, ["group", "n", "m"])
        sheet.merge_range("A4:A6", "left")
        sheet.merge_range("A7:A8", "right")
        for row in range(3, 8):
            sheet.write_row(row, 1, [row, row * 2])
    result = read(target.getvalue())
    assert columns(result)["group"] == ["left"] * 3 + ["right"] * 2
    assert any("the cells A4 to A6 are merged" in warning for warning in result.report.warnings)
    assert any(note.startswith("Merged cells of titles") for note in result.report.notes)


def test_hidden_rows_macros_and_links_are_told():
    """What a person would not see, or would not expect to be skipped, is noted."""
    sheet = "<cols><col min='2' max='2' hidden='1'/></cols>" + rows(
        HEAD, *(cell(f"A{n}", n) + cell(f"B{n}", n) + cell(f"C{n}", n) for n in (2, 3))
    )
    more = (("xl/vbaProject.bin", b"x"), ("xl/externalLinks/externalLink1.xml", b"<x/>"))
    notes = read(parts(sheet, more=more)).report.notes
    assert "Hidden rows and columns were read too (1)." in notes
    assert "The workbook's macros and links were ignored." in notes


def test_ods():
    """An OpenDocument sheet reads like any other, with repeated cells."""
    value = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    header = "".join(value.format("string", "", name) for name in ("a", "b", "c"))
    number = value.format("float", 'office:value="7" table:number-columns-repeated="3"', 7)
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
    result = read(
        ods(
            f"<table:table-row>{header}</table:table-row>"
            f'<table:table-row table:number-rows-repeated="2">{number}</table:table-row>'
            f"{empty}</table:table-row>"
        )
    )
    assert columns(result) == {"a": [7, 7], "b": [7, 7], "c": [7, 7]}
    assert result.report.format == "ods"


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;']><x>&b;</x>"
WIDE = (
    '<table:table-cell office:value-type="float" office:value="7" '
    'table:number-columns-repeated="16000"><text:p>7</text:p></table:table-cell>'
)

BOMBS = {
    "a far corner": (
        parts(rows(cell("A1", 1), cell("XFD1048576", 2))),
        "reaches to row 1,048,576 and column 16,384 with 2 filled cells",
    ),
    "a row that is none": (parts(rows(cell("A99999999999", 1))), "where no sheet has one"),
    "a column that is none": (parts(rows(cell("ZZZZZ9", 1))), "where no sheet has one"),
    "one long text many times": (
        parts(
            rows(*(cell(f"A{n}", 0, "s") for n in range(1, 20_001))),
            shared=f"<si><t>{'x' * 32_767}</t></si>",
        ),
        "more than 60 MB of text",
    ),
    "repeated rows of repeated cells": (
        ods(f'<table:table-row table:number-rows-repeated="1000000">{WIDE}</table:table-row>'),
        "reaches to row 1,000,000 and column 16,000",
    ),
    "much of nothing": (parts(f"<sheetData>{' ' * 9_000_000}</sheetData>"), "would unpack to 9 MB"),
    "tags without an end": (parts("<sheetData>" + "<c " * 300_000), "is broken (XML"),
    "one endless tag": (parts("<sheetData><c " + 'r="A1" ' * 100_000), "is broken (XML"),
    "a tag that never closes": (ods("<table:table-row></table:table></tablele>"), "mismatched tag"),
    "texts that grow": (
        parts(rows(cell("A1", 1)), more=(("xl/styles.xml", LAUGHS),)),
        "it declares a document type",
    ),
}


@pytest.mark.parametrize(("data", "why"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(data, why):
    """A small file that would fill the memory is refused with what it would become."""
    assert len(data) < 200_000
    assert why in refusal(data, limits=ReadLimits(expanded_bytes=60_000_000)).message


def lying() -> bytes:
    """A sheet whose declared size is a lie."""
    data = bytearray(parts(rows(*(cell(f"A{n}", n) for n in range(1, 9_000)))))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(b"xl/worksheets/sheet1.xml")
        if mark == b"PK\x01\x02":
            place = data.rindex(b"xl/worksheets/sheet1.xml")
        start = data.rindex(mark, 0, place)
        data[start + offset : start + offset + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def test_sizes_are_counted_and_not_believed():
    """A part that unpacks to more than it declares is refused."""
    assert "unpacks to more than it says" in refusal(lying()).message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (parts("<sheetData/>"), "holds no cells"),
        (parts(rows(cell("A1", 77, "s"))), "damaged"),
        (parts(rows(cell("A1", 1)))[:-60], "damaged ZIP or XLSX"),
        (parts(rows(cell("A1", 1))).replace(b"xl/workbook.xml", b"xl/workbook.bin"), "XLSB"),
    ],
)
def test_refusals_name_the_cause(data, why):
    """An empty, damaged or foreign workbook is refused with the cause."""
    assert why in refusal(data).message


def test_wide_sheets_are_refused():
    """More columns than are read is a refusal."""
    target = io.BytesIO()
    pd.DataFrame([range(30)]).to_excel(target, engine="xlsxwriter")
    found = refusal(target.getvalue(), limits=ReadLimits(columns=20))
    assert "more than 20 columns" in found.message
