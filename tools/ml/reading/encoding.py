"""Bytes to text: byte order marks, UTF-8, else a guess that is told; wrong bytes are repairs."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from tools.errors import BadRequest, Refused
from tools.ml.reading.guessing import Guess, guess
from tools.ml.reading.mixture import read_mixture
from tools.ml.reading.places import Lines
from tools.ml.reading.report import Remarks

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_SHIFTED: Final = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_ext"))
_WIDER: Final = {
    "shift_jis": ("cp932",),
    "euc_kr": ("cp949",),
    "big5": ("cp950", "big5hkscs"),
    "euc_jp": ("euc_jis_2004",),
}
"""Encodings that hold the same signs and more."""
_NEAR: Final = 1.2
_FOREIGN: Final = 10.5
_SAMPLE: Final = 100_000
_CONTROL: Final = bytes(code for code in range(1, 32) if code not in b"\t\n\x0b\x0c\r\x1b")
_SHOWN: Final = 200
_ZEROS: Final = re.compile("\x00+")
_LOST: Final = "\ufffd"


def decode(data: bytes, name: str, *, hint: str | None, remarks: Remarks) -> tuple[str, str]:
    """Text without byte order mark and zero characters, and the encoding it was read with.

    Raises:
        BadRequest: The encoding the person named is unknown or does not fit.
        Refused: These bytes are no text.
    """
    if hint is not None:
        text, encoding = _as_told(data, name, hint)
        return _without_zeros(text, remarks), encoding
    for mark, encoding, told in _MARKS:
        if data.startswith(mark):
            return _wide_text(data[len(mark) :], encoding, remarks), told
    wide = _wide(data)
    if wide:
        remarks.note(f"Read as {wide} without a byte order mark, judging by its zero bytes.")
        return _wide_text(data, wide, remarks), wide
    data = _without_padding(data, remarks)
    _refuse_binary(data, name)
    bare = data.removeprefix(codecs.BOM_UTF8)
    text, encoding = _shifted(bare, remarks) or _narrow(bare, remarks)
    marked = len(bare) < len(data) and encoding == "utf-8"
    return _without_zeros(text, remarks), "utf-8-sig" if marked else encoding


def _without_padding(data: bytes, remarks: Remarks) -> bytes:
    """The bytes without what fills up the last block of some disks and tapes."""
    bare = data.rstrip(b"\x00\x1a")
    if bare and len(bare) < len(data):
        remarks.warn(f"{len(data) - len(bare):,} filling bytes at the end were left out.")
        return bare
    return data


def _as_told(data: bytes, name: str, hint: str) -> tuple[str, str]:
    try:
        encoding = codecs.lookup(hint).name
        return data.decode(encoding).removeprefix("\ufeff"), encoding
    except LookupError as exc:
        raise BadRequest(
            f"There is no encoding called “{hint[:40]}”.", "Try utf-8, cp1252 or latin-1."
        ) from exc
    except UnicodeError as exc:
        offset = exc.start if isinstance(exc, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, offset) + 1
        raise BadRequest(
            f"“{name}” cannot be read as {hint[:40]}: the bytes at offset {offset:,} "
            f"(line {line:,}) do not fit.",
            "Leave the encoding out and it will be found.",
        ) from exc


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: the reading that makes text of the zero bytes."""
    head = data[: 1 << 16]
    if b"\x00" not in head:
        return ""
    head = head[: len(head) // 4 * 4]
    shares = {encoding: _sense(head, encoding) for encoding in _WIDE}
    best = max(shares, key=lambda encoding: shares[encoding])
    return best if shares[best] > 0.02 else ""


def _sense(head: bytes, encoding: str) -> float:
    """Share of ASCII in a reading; 0 where it holds what text does not."""
    text = head.decode(encoding, errors="replace")
    strange = sum(
        unicodedata.category(sign) in ("Cc", "Cn", "Co", "Cs") or sign == _LOST
        for sign in text
        if sign not in "\t\n\r\x0b\x0c"
    )
    return sum(map(str.isascii, text)) / len(text) if text and strange <= len(text) / 50 else 0.0


def _wide_text(data: bytes, encoding: str, remarks: Remarks) -> str:
    try:
        return _without_zeros(data.decode(encoding), remarks)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
    _tell_lost(text, encoding, remarks)
    return _without_zeros(text, remarks)


def _tell_lost(text: str, encoding: str, remarks: Remarks) -> None:
    """A repair for every line with bytes that mean nothing; counts offsets in one pass."""
    lines, offset, done, told = Lines(text), 0, 0, 0
    for lost in re.finditer(_LOST, text):
        line = lines.at(lost.start())
        offset += len(text[done : lost.start()].encode(encoding, errors="replace"))
        done = lost.start()
        if line == told:
            continue
        told = line
        what = f"the bytes at offset {offset:,} mean nothing in {encoding}"
        if lost.end() == len(text):
            what = f"the file ends in the middle of a character, at offset {offset:,}"
        remarks.repair(line, what, f"replaced by “{_LOST}”", text=lines.shown(lost.start()))


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:_SAMPLE]
    strange = len(sample) - len(sample.translate(None, _CONTROL))
    zeros = sample.count(0)
    if strange > max(2, len(sample) * 0.02) or zeros > max(2, len(sample) * 0.3):
        raise Refused(
            f"“{name}” is not a table: {strange + zeros:,} of its first {len(sample):,} bytes "
            "are control characters, so it is some binary file.",
            "Export the table as CSV, XLSX or Parquet and send that.",
        )


def _shifted(data: bytes, remarks: Remarks) -> tuple[str, str] | None:
    """ISO 2022 text, which is ASCII with escape sequences around other signs."""
    for escape, encoding in _SHIFTED:
        if escape in data:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            remarks.note(f"The text is not UTF-8; read as {encoding} (its escape sequences).")
            return text, encoding
    return None


def _narrow(data: bytes, remarks: Remarks) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as exc:
        first = exc
    cut = first.start >= len(data) - 3 and "unexpected end" in first.reason
    if cut and not data[: first.start].isascii():
        text = data[: first.start].decode("utf-8")
        remarks.repair(
            Lines(text).at(len(text)),
            f"the file ends in the middle of a character, at offset {first.start:,}",
            "that rest was left out",
            text=Lines(text).shown(len(text)),
        )
        return text, "utf-8"
    mixture = read_mixture(data, remarks)
    if mixture is not None:
        return mixture
    found = guess(data)
    if found.price > _FOREIGN:
        found = _second_opinion(data, found)
    return _as_guessed(data, found, remarks)


def _second_opinion(data: bytes, found: Guess) -> Guess:
    """What charset-normalizer makes of bytes that are no language we know."""
    import charset_normalizer

    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    if best is None or best.encoding.startswith("utf"):
        return found
    language = "" if best.language == "Unknown" else best.language
    return Guess(best.encoding, language, 0.0, found.encoding, found.price, ("", ""))


def _as_guessed(data: bytes, found: Guess, remarks: Remarks) -> tuple[str, str]:
    for encoding in (found.encoding, *_WIDER.get(found.encoding, ())):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        encoding = found.encoding
        text = data.decode(encoding, errors="replace")
        _tell_lost(text, encoding, remarks)
    why = f"its letters look {found.language}" if found.language else "the best guess"
    remarks.note(f"The text is not UTF-8; read as {encoding} ({why}).")
    if found.lead < _NEAR:
        ours, theirs = found.example
        words = f", where “{ours}” is “{theirs}”" if ours else ""
        remarks.warn(
            f"The encoding could also be {found.rival}{words}; {encoding} fits slightly better."
        )
    return text, encoding


def _without_zeros(text: str, remarks: Remarks) -> str:
    if "\x00" not in text:
        return text
    lines = Lines(text)
    for number, zeros in enumerate(_ZEROS.finditer(text)):
        count = len(zeros.group())
        what = "a zero character" if count == 1 else f"{count:,} zero characters in a row"
        shown = lines.shown(zeros.start()) if number < _SHOWN else ""
        remarks.repair(lines.at(zeros.start()), what, "zero characters were left out", text=shown)
    return text.replace("\x00", "")
