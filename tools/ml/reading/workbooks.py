"""What is in a workbook's parts, found out before any engine opens it.

The engine lays out every sheet as a full rectangle, so one cell in the far corner of a tiny file
asks for more memory than any machine has. The parts are unpacked here in pieces, counted, and
looked through for where cells are, for errors, and for formulas without a value.
"""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final

from tools.errors import Refused
from tools.ml.reading.archives import open_archive
from tools.ml.reading.biff import biff_facts
from tools.ml.reading.compound import workbook_stream
from tools.ml.reading.report import ReadLimits
from tools.ml.reading.sheet_facts import SAVE_AS, SheetFacts, ods_facts, xlsx_facts
from tools.ml.reading.unpacking import allowed_size
from tools.ml.reading.xml_parts import XmlParts

_ENCRYPTED: Final = 0x1

_SHEET: Final = re.compile(r"<(?:\w{1,9}:)?sheet\s([^<>]{1,2000})>")
_RELATION: Final = re.compile(r"<(?:\w{1,9}:)?Relationship\s([^<>]{1,2000})>")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Workbook:
    """What was found out about a workbook.

    Attributes:
        form: "xlsx", "xls" or "ods".
        sheets: By name, as far as they could be looked into.
        macros: Whether it holds programs.
        links: Whether it refers to other files.
    """

    form: str
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    macros: bool = False
    links: bool = False


def inspect_workbook(data: bytes, name: str, limits: ReadLimits) -> Workbook:
    """Look through a workbook without opening it.

    Raises:
        Refused: Damaged, of another kind, protected, or more than is opened.
    """
    if not data.startswith(b"PK"):
        return Workbook("xls", biff_facts(workbook_stream(data, name), name))
    archive = open_archive(data, name, limits)
    infos = {info.filename: info for info in archive.infolist()}
    _refuse_declared(archive, data, name, limits)
    parts = XmlParts(data, name, allowed_size(len(data), limits))
    if "content.xml" in infos and "xl/workbook.xml" not in infos:
        sheets = ods_facts(parts.pieces(infos["content.xml"]), name)
        parts.check_others(infos)
        return Workbook("ods", sheets, macros=any(p.startswith("Basic/") for p in infos))
    if "xl/workbook.xml" not in infos:
        raise Refused(f"“{name}” is a workbook in a form that is not read (XLSB).", SAVE_AS)
    sheets = _xlsx_sheets(parts, infos, name)
    parts.check_others(infos)
    return Workbook(
        "xlsx",
        sheets,
        macros=any(path.endswith("vbaProject.bin") for path in infos),
        links=any(path.startswith("xl/externalLinks/") for path in infos),
    )


def _refuse_declared(archive: zipfile.ZipFile, data: bytes, name: str, limits: ReadLimits) -> None:
    members = archive.infolist()
    if any(info.flag_bits & _ENCRYPTED for info in members):
        raise Refused(
            f"“{name}” is a workbook protected with a password.",
            "Save it without the password and send it again.",
        )
    expanded = sum(info.file_size for info in members)
    if expanded > allowed_size(len(data), limits):
        raise Refused(
            f"“{name}” would unpack to {expanded / 1e6:,.0f} MB in {len(members):,} parts; "
            "that is more than is opened.",
            "Send it as CSV.",
        )


def _xlsx_sheets(
    parts: XmlParts, infos: dict[str, zipfile.ZipInfo], name: str
) -> dict[str, SheetFacts]:
    targets = {}
    relations = infos.get("xl/_rels/workbook.xml.rels")
    for found in _RELATION.findall(parts.text(relations)) if relations else ():
        said = _attributes(found)
        path = said.get("Target", "").lstrip("/")
        targets[said.get("Id", "")] = path if path.startswith("xl/") else f"xl/{path}"
    sheets = {}
    for found in _SHEET.findall(parts.text(infos["xl/workbook.xml"])):
        said = _attributes(found)
        path = targets.get(next((v for k, v in said.items() if k.endswith(":id")), ""), "")
        if path in infos:
            sheets[said.get("name", "")] = xlsx_facts(parts.pieces(infos[path]), name)
    for path, info in infos.items():  # whatever the list of sheets says, all of them are counted
        if path.startswith("xl/worksheets/") and path not in parts.seen:
            xlsx_facts(parts.pieces(info), name)
    return sheets


def _attributes(tag: str) -> dict[str, str]:
    return {key: html.unescape(one or two) for key, one, two in _ATTRIBUTE.findall(tag)}
