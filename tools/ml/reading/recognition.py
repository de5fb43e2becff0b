"""What a file is by its first bytes; a kind that is no table is named, with what to do next."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from tools.errors import Refused

Kind: TypeAlias = Literal["text", "json", "parquet", "feather", "workbook", "zip"]

HEAD: Final = 8_192
"""Bytes that tell what a file is."""

_TABLE: Final = "Export the table as CSV, XLSX, Parquet or JSON lines and send that."
_FRAME: Final = "Load it where it was made and save the table as Parquet or CSV."
_UNPACK: Final = "Unpack it and send the table in it, alone or in a ZIP or gz file."
_RECOGNISED: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"%PDF", "a PDF document", "Copy its table into a spreadsheet and send that."),
    (b"\x89PNG", "a PNG picture", _TABLE),
    (b"\xff\xd8\xff", "a JPEG picture", _TABLE),
    (b"GIF8", "a GIF picture", _TABLE),
    (b"BM", "a BMP picture", _TABLE),
    (b"II*\x00", "a TIFF picture", _TABLE),
    (b"MM\x00*", "a TIFF picture", _TABLE),
    (b"RIFF", "a media file", _TABLE),
    (b"OggS", "a media file", _TABLE),
    (b"ID3", "a media file", _TABLE),
    (b"\x1aE\xdf\xa3", "a media file", _TABLE),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!", "a RAR archive", _UNPACK),
    (b"\x1f\x9d", "a .Z archive", _UNPACK),
    (b"LZIP", "an lzip archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "an LZ4 archive", _UNPACK),
    (b"!<arch>", "a package or library", _TABLE),
    (b"SQLite format 3\x00", "an SQLite database", "Export one of its tables as CSV."),
    (b"\x00\x01\x00\x00Standard", "an Access database", "Export one of its tables as CSV."),
    (b"\x7fELF", "a program", _TABLE),
    (b"MZ\x90", "a program", _TABLE),
    (b"\xca\xfe\xba\xbe", "a program", _TABLE),
    (b"\x00asm", "a program", _TABLE),
    (b"\x93NUMPY", "a NumPy array", _FRAME),
    (b"\x89HDF", "an HDF5 file", _FRAME),
    (b"CDF\x01", "a NetCDF file", _FRAME),
    (b"CDF\x02", "a NetCDF file", _FRAME),
    (b"FEA1", "a Feather file of the first version", _FRAME),
    (b"ORC", "an ORC file", _FRAME),
    (b"Obj\x01", "an Avro file", _FRAME),
    (b"SEQ\x06", "a Hadoop sequence file", _FRAME),
    (b"RDX", "an R data file", _FRAME),
    (b"$FL2", "an SPSS file", "Save it as CSV in SPSS or read it with another tool first."),
    (b"$FL3", "an SPSS file", "Save it as CSV in SPSS or read it with another tool first."),
    (b"<stata_dta>", "a Stata file", "Save it as CSV in Stata and send that."),
    (b"MATLAB 5.0", "a MATLAB file", "Save the table as CSV in MATLAB and send that."),
    (b"{\\rtf", "an RTF document", "Copy its table into a spreadsheet and send that."),
    (b"%!PS", "a PostScript document", _TABLE),
    (b"-----BEGIN ", "a key or certificate", "Send a table; keep keys to yourself."),
    (b"#!/", "a script", "Send the table that it makes."),
)
_PICKLED: Final = re.compile(rb"\x80[\x02-\x05](?:\x95|[c}\](\x8c]|X|q|K)")
_EMAIL: Final = re.compile(
    r"(?:(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|MIME-Version|Message-ID)"
    r":[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_JSON: Final = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[{"\]\d-]|\[\s*(?:null|true|false)\b)')
_PYTHON: Final = re.compile(r"\s*\[?\s*\{\s*u?'[^'\n]*'\s*:")
_SOURCE: Final = re.compile(
    r"(?:#include\s*[<\"]|package\s+\w+;?\n|import\s+[\w.{} ,*]+(?:\s+(?:as|from)\s[^\n]*)?;?\n"
    r"|from\s+[\w.]+\s+import\s|def\s+\w+\(|using\s+[\w.]+;|<\?php|CREATE\s+TABLE\s)",
)
_OLD_OFFICE: Final = (
    ("EncryptedPackage", "a spreadsheet or document protected with a password"),
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__substg1.0_", "an Outlook message"),
)


def refused_as(name: str, what: str, next_step: str = _TABLE) -> Refused:
    """The refusal of a file that is something else than its name says."""
    return Refused(f"“{name}” is {what}, not a table, whatever its name says.", next_step)


def recognise(data: bytes, name: str) -> Kind:
    """The kind of table that the bytes begin like.

    Raises:
        Refused: They begin like something that is no table.
    """
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith((b"ARROW1", b"\xff\xff\xff\xff")):
        return "feather"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse_old_office(data, name)
        return "workbook"
    for mark, what, next_step in _RECOGNISED:
        if data.startswith(mark) and _really(mark, data):
            raise refused_as(name, what, next_step)
    _refuse_pickle_or_tar(data, name)
    head = _text(data)
    _refuse_markup(head, name)
    _refuse_words(head, name)
    return "json" if _JSON.match(head) else "text"


def _really(mark: bytes, data: bytes) -> bool:
    """Marks that a text might begin with need more than their letters."""
    if mark in (
        b"BM",
        b"ID3",
        b"FEA1",
        b"ORC",
        b"RDX",
        b"RIFF",
        b"OggS",
        b"GIF8",
        b"CDF\x01",
        b"CDF\x02",
    ):
        return not data[:64].isascii() or b"\x00" in data[:64]
    return True


def _refuse_pickle_or_tar(data: bytes, name: str) -> None:
    if _PICKLED.match(data) and b"." in data[-64:]:
        step = "Pickles can run code and are never opened. Save the table as Parquet or CSV."
        raise refused_as(name, "a Python pickle", step)
    if data[257:262] == b"ustar":
        raise refused_as(name, "a TAR archive", _UNPACK)
    if data[4:8] == b"ftyp":
        raise refused_as(name, "a video or picture")


def _refuse_old_office(data: bytes, name: str) -> None:
    for stream, what in _OLD_OFFICE:
        if stream.encode("utf-16-le") in data:
            protected = stream == "EncryptedPackage"
            step = "Save it without the password and send it again." if protected else _TABLE
            raise refused_as(name, what, step)


def _text(data: bytes) -> str:
    """The beginning as far as it is needed to see words and signs in it."""
    head = data[:HEAD]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, errors="replace")
    for places, encoding in ((slice(1, None, 2), "utf-16-le"), (slice(0, None, 2), "utf-16-be")):
        if len(head) > 3 and not any(head[places]):
            return head.decode(encoding, errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _refuse_markup(head: str, name: str) -> None:
    start = head.lstrip()[:4_000]
    low = start.lower()
    if not low.startswith(("<!doctype", "<html", "<head", "<body", "<!--", "<?xml", "<svg", "<")):
        return
    if "<error>" in low and "<code>" in low:
        code = re.search(r"<code>([^<]{1,60})", start, re.IGNORECASE)
        told = f" (“{code.group(1).strip()}”)" if code else ""
        step = "The link has expired or may not be read: fetch the file again and send that."
        raise refused_as(name, f"a storage service's error message{told}", step)
    if "urn:schemas-microsoft-com:office:spreadsheet" in low:
        raise refused_as(name, "an XML spreadsheet of Excel 2003", "Save it as XLSX or CSV.")
    if low.startswith("<svg") or "<svg" in low[:400]:
        raise refused_as(name, "an SVG picture")
    if any(tag in low for tag in ("<html", "<!doctype html", "<head", "<body", "<table")):
        sign_in = any(word in low for word in ("login", "log in", "sign in", "password"))
        what = "a web page (HTML), a login page" if sign_in else "a web page (HTML)"
        step = "Open the link in a browser, sign in there, download the table and send that."
        if "<table" in low:
            step = "Open it in a spreadsheet, save it as XLSX or CSV and send that."
        raise refused_as(name, what, step)
    if re.match(r"<(?:\?xml|!--|!doctype|[a-z][\w:.-]*[\s/>])", low) and ">" in low:
        raise refused_as(name, "an XML file")


def _refuse_words(head: str, name: str) -> None:
    if head.startswith("version https://git-lfs.github.com/spec/"):
        step = "Fetch the file itself with “git lfs pull” and send that."
        raise refused_as(name, "a Git LFS pointer to the file", step)
    if _EMAIL.match(head):
        raise refused_as(name, "an e-mail", "Send what is attached to it.")
    if _PYTHON.match(head):
        step = "Write the records with json.dumps, or as CSV, and send that."
        raise refused_as(name, "Python dictionaries", step)
    if _SOURCE.match(head.lstrip()):
        raise refused_as(name, "source code", "Send the table that it reads or makes.")
