"""Bytes to text: byte order marks, UTF-8, else a guess that is told."""

from __future__ import annotations

import codecs
import re
from typing import Final

import charset_normalizer

from tools.errors import BadRequest, Refused
from tools.ml.reading.report import Remarks

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ALPHABETS: Final = (
    ("cp1252", "French", "éèêëàâîïôûùüçœæ"),
    ("cp1252", "German", "äöüßéèà"),
    ("cp1252", "Spanish", "áéíóúñü"),
    ("cp1252", "Portuguese", "ãõáéíóúâêôàçü"),
    ("cp1252", "Nordic", "åäöøæéü"),
    ("cp1252", "Italian", "àèéìòùí"),
    ("cp1250", "Czech", "áčďéěíňóřšťúůýžäľĺŕô"),
    ("cp1250", "Polish", "ąćęłńóśźż"),
    ("cp1250", "Hungarian", "áéíóöőúüű"),
    ("cp1254", "Turkish", "çğıöşüâîû"),
)
_RUSSIAN: Final = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ№")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_INNER_CAPITAL: Final = re.compile(r"[^\W\d_](?<=[a-zα-ωа-яё])[A-ZΑ-ΩА-ЯЁ]")
_SAMPLE: Final = 100_000
_CONTROL: Final = bytes(code for code in range(32) if code not in b"\t\n\x0b\x0c\r\x1b")


def decode(data: bytes, name: str, *, hint: str | None, remarks: Remarks) -> tuple[str, str]:
    """Text without byte order mark, and the encoding it was read with.

    Raises:
        BadRequest: The encoding the person named is unknown or does not fit.
        Refused: These bytes are no text.
    """
    if hint is not None:
        return _as_told(data, name, hint)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _clean(_marked(data, encoding, remarks), encoding, remarks)
    wide = _wide(data)
    if wide:
        remarks.note(f"Read as {wide} without a byte order mark, judging by its zero bytes.")
        return _clean(data.decode(wide, errors="replace"), wide, remarks)
    _refuse_binary(data, name)
    text, encoding = _narrow(data, remarks)
    return _clean(text, encoding, remarks)


def _as_told(data: bytes, name: str, hint: str) -> tuple[str, str]:
    try:
        encoding = codecs.lookup(hint).name
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except LookupError as exc:
        raise BadRequest(
            f"There is no encoding called “{hint[:40]}”.", "Try utf-8, cp1252 or latin-1."
        ) from exc
    except UnicodeError as exc:
        raise BadRequest(
            f"“{name}” cannot be read as {hint[:40]}: some bytes do not fit.",
            "Leave the encoding out and it will be found.",
        ) from exc


def _marked(data: bytes, encoding: str, remarks: Remarks) -> str:
    text = data.decode(encoding, errors="replace")
    broken = text.find("\ufffd")
    if broken >= 0:
        line = text.count("\n", 0, broken) + 1
        remarks.repair(line, f"bytes that are not {encoding}", "replaced by the sign “\ufffd”")
    return text.removeprefix("\ufeff")


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, recognised by where the zero bytes are."""
    head = data[:4096]
    head = head[: len(head) // 4 * 4]
    quarter = len(head) // 4
    if quarter < 2:
        return ""
    zeros = [head[place::4].count(0) / quarter for place in range(4)]
    if min(zeros[1:]) > 0.6 and zeros[0] < 0.1:
        return "utf-32-le"
    if min(zeros[:3]) > 0.6 and zeros[3] < 0.1:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.6 and max(zeros[0], zeros[2]) < 0.1:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.6 and max(zeros[1], zeros[3]) < 0.1:
        return "utf-16-be"
    return ""


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:_SAMPLE]
    strange = len(sample) - len(sample.translate(None, _CONTROL))
    if strange > max(2, len(sample) * 0.02):
        raise Refused(
            f"“{name}” is not a table: {strange:,} of its first {len(sample):,} bytes "
            "are control characters, so it is some binary file.",
            "Export the table as CSV, XLSX or Parquet and send that.",
        )


def _narrow(data: bytes, remarks: Remarks) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as exc:
        first = exc
    cut = first.start >= len(data) - 3 and "unexpected end" in first.reason
    if cut and not data[: first.start].isascii():
        line = data.count(b"\n", 0, first.start) + 1
        remarks.repair(line, "the file ends in the middle of a character", "that rest was left out")
        return data[: first.start].decode("utf-8"), "utf-8"
    mended = _mostly_utf8(data, remarks)
    if mended is not None:
        return mended, "utf-8"
    encoding, why = _guess(_telling_part(data))
    try:
        text = data.decode(encoding)
    except UnicodeError:
        encoding, why = "latin-1", "no better guess fits every byte"
        text = data.decode(encoding)
    remarks.note(f"The text is not UTF-8; read as {encoding} ({why}).")
    return text, encoding


def _mostly_utf8(data: bytes, remarks: Remarks) -> str | None:
    """UTF-8 with a few foreign bytes: those are read as cp1252, each told with its line."""
    text = data.decode("utf-8", errors="surrogateescape")
    broken = [(match.start(), match.group()) for match in re.finditer("[\udc80-\udcff]", text)]
    good = sum(len(run) for run in re.findall("[^\x00-\x7f\udc80-\udcff]+", text))
    if good < 4 * len(broken):
        return None
    line, done, offset = 1, 0, 0
    for place, sign in broken[:1000]:
        line += text.count("\n", done, place)
        offset += len(text[done:place].encode("utf-8", errors="surrogateescape"))
        byte = ord(sign) - 0xDC00
        remarks.repair(
            line, f"byte {byte:#04x} at offset {offset:,} is not UTF-8", "read as cp1252"
        )
        done = place
    return re.sub("[\udc80-\udcff]", _as_cp1252, text)


def _as_cp1252(match: re.Match[str]) -> str:
    return bytes([ord(match.group()) - 0xDC00]).decode("cp1252", errors="replace")


def _telling_part(data: bytes) -> bytes:
    """The lines with bytes over 127, up to a sample's size."""
    if len(data) <= _SAMPLE:
        return data
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:1000])
            size += len(lines[-1])
            if size > _SAMPLE:
                break
    return b"".join(lines)


def _guess(sample: bytes) -> tuple[str, str]:
    runs = _HIGH_RUN.findall(sample)
    if sum(len(run) for run in runs) < 1.4 * len(runs):
        return _latin(sample)
    cyrillic = max(("cp1251", "koi8_r"), key=lambda name: _cyrillic_score(sample, name))
    if _cyrillic_score(sample, cyrillic) > 0.9:
        return cyrillic, "its letters are Cyrillic"
    best = charset_normalizer.from_bytes(sample).best()
    if best is None or best.encoding.startswith("utf"):
        return _latin(sample)
    language = "" if best.language == "Unknown" else f", probably {best.language}"
    return best.encoding, f"the best guess by its byte patterns{language}"


def _latin(sample: bytes) -> tuple[str, str]:
    """The alphabet that covers most of the letters; earlier ones win ties."""
    scores = [
        (_cover(sample, code, letters), -place)
        for place, (code, _, letters) in enumerate(_ALPHABETS)
    ]
    share, place = max(scores)
    code, language, _ = _ALPHABETS[-place]
    western = _cover(sample, "cp1252", "".join(row[2] for row in _ALPHABETS[:6]))
    if code != "cp1252" and western * 0.9 >= share:
        code, language = "cp1252", "Western European"
    if not share:
        return "cp1252", "the usual one where there are only special signs"
    return code, f"its letters look {language}"


def _cover(sample: bytes, encoding: str, letters: str) -> float:
    text = sample.decode(encoding, errors="replace").lower()
    inside = [sign for sign in re.findall("[^\x00-\x7f]", text) if sign.isalpha() or sign in "³¹¿"]
    return sum(sign in letters for sign in inside) / len(inside) if inside else 0.0


def _cyrillic_score(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    high = re.findall("[^\x00-\x7f]", text)
    share = sum(sign.lower() in _RUSSIAN for sign in high) / max(1, len(high))
    return share - 3 * len(_INNER_CAPITAL.findall(text)) / max(1, len(high))


def _clean(text: str, encoding: str, remarks: Remarks) -> tuple[str, str]:
    zeros = text.count("\x00")
    if zeros:
        remarks.warn(f"{zeros:,} zero characters were left out; text has none.")
        text = text.replace("\x00", "")
    return text, encoding
