"""Text in two encodings, UTF-8 and another: each part is read as what it is, and told."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Final

from tools.ml.reading.guessing import guess, price, telling_part
from tools.ml.reading.languages import languages
from tools.ml.reading.places import Lines
from tools.ml.reading.report import Remarks

_BROKEN: Final = re.compile("[\udc80-\udcff]+")
_RUN: Final = re.compile("[^\x00-\x7f]+")
_VALID: Final = re.compile(
    rb"(?<![\x80-\xff])(?:[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2})+(?![\x80-\xff])"
)
_ASCII: Final = bytes(range(128))
_MIXED: Final = 8.0
"""What it costs to believe in two encodings where one would do."""
_CONTEXT: Final = 40
_LOOKED_AT: Final = 400
_SHOWN: Final = 200
_SEVERAL_BYTES: Final = ("shift_jis", "cp932", "euc_", "gb", "big5", "cp949", "cp950")


def read_mixture(data: bytes, remarks: Remarks) -> tuple[str, str] | None:
    """The text where part of it is UTF-8 and part is not, and its main encoding.

    Args:
        data: Bytes that are not UTF-8 from start to end.
        remarks: Takes a repair for every line of the lesser part.
    """
    text = data.decode("utf-8", errors="surrogateescape")
    broken = len(data) - len(text.encode("utf-8", errors="ignore"))
    good = len(text) - broken - (len(data) - len(data.translate(None, _ASCII)))
    if not good:
        return None
    valid = _valid(data)
    other = guess(_foreign(text), valid).encoding
    if good < 4 * broken and not _two_are_cheaper(valid, other):
        return None
    if other.startswith(_SEVERAL_BYTES):
        return _by_lines(data, other, remarks), "utf-8" if good > broken else other
    mended = _RUN.sub(lambda match: _mended(match.group(), other), text)
    if good > broken:
        _tell_foreign(text, other, remarks)
        return mended, "utf-8"
    _tell_utf8(data, other, remarks)
    return mended, other


def _valid(data: bytes) -> str:
    """Tokens with letters in UTF-8, from all over the data, one on a line."""
    tokens = dict.fromkeys(telling_part(data).split(b"\n"))
    for match in islice(_VALID.finditer(data), _LOOKED_AT):
        tokens[_token(data, match.start(), match.end())] = None
    return "\n".join(token.decode("utf-8") for token in tokens if _is_utf8(token))


def _two_are_cheaper(valid: str, other: str) -> bool:
    """Whether the tokens that are UTF-8 make more sense as such than in the other encoding."""
    as_other = valid.encode("utf-8").decode(other, errors="replace")
    return price(valid, languages())[0] + _MIXED < price(as_other, languages())[0]


def _token(data: bytes, start: int, stop: int) -> bytes:
    before = re.split(rb"[\x00-\x2f;]", data[max(0, start - _CONTEXT) : start])[-1]
    after = re.split(rb"[\x00-\x2f;]", data[stop : stop + _CONTEXT])[0]
    return before + data[start:stop] + after


def _is_utf8(token: bytes) -> bool:
    try:
        token.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _foreign(text: str) -> bytes:
    """Tokens around bytes that are not UTF-8, one on a line."""
    found = []
    for match in _BROKEN.finditer(text):
        before = re.split(r"[\x00-\x2f;]", text[max(0, match.start() - _CONTEXT) : match.start()])
        after = re.split(r"[\x00-\x2f;]", text[match.end() : match.end() + _CONTEXT])
        found.append(before[-1] + match.group() + after[0])
        if len(found) == _LOOKED_AT:
            break
    return "\n".join(found).encode("utf-8", errors="surrogateescape")


@lru_cache(maxsize=10_000)
def _mended(run: str, other: str) -> str:
    """Letters beyond ASCII in a row: UTF-8, the other encoding, or some of each."""
    if not _BROKEN.search(run):
        return run
    whole = _read_as(run, other)
    if _BROKEN.fullmatch(run):
        return whole
    parts = _BROKEN.sub(lambda match: _read_as(match.group(), other), run)
    return min((whole, parts), key=lambda text: price(text, languages())[0])


def _read_as(broken: str, encoding: str) -> str:
    return broken.encode("utf-8", errors="surrogateescape").decode(encoding, errors="replace")


def _tell_foreign(text: str, other: str, remarks: Remarks) -> None:
    """A repair for every line with bytes that are not UTF-8."""
    lines, offset, done, told, count = Lines(text), 0, 0, 0, 0
    for match in _BROKEN.finditer(text):
        line = lines.at(match.start())
        if line == told:
            continue
        told, count = line, count + 1
        offset += len(text[done : match.start()].encode("utf-8", errors="surrogateescape"))
        done = match.start()
        byte = ord(match.group()[0]) - 0xDC00
        shown = lines.shown(done) if count <= _SHOWN else ""
        remarks.repair(
            line,
            f"byte {byte:#04x} at offset {offset:,} is not UTF-8",
            f"read as {other}",
            text=_RUN.sub(lambda found: _mended(found.group(), other), shown),
        )


def _tell_utf8(data: bytes, other: str, remarks: Remarks) -> None:
    """A repair for every line with UTF-8 where the rest is in the other encoding."""
    line, counted, told = 1, 0, 0
    for match in _VALID.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        if line != told:
            told = line
            what = f"the bytes at offset {counted:,} are UTF-8, not {other}"
            remarks.repair(line, what, "read as UTF-8", text=match.group().decode("utf-8"))


def _by_lines(data: bytes, other: str, remarks: Remarks) -> str:
    """Every line in the one encoding or the other, as fits."""
    read, offset = [], 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            read.append(line.decode("utf-8"))
        except UnicodeDecodeError as exc:
            read.append(line.decode(other, errors="replace"))
            what = f"the bytes at offset {offset + exc.start:,} are not UTF-8"
            remarks.repair(number, what, f"read as {other}", text=read[-1])
        offset += len(line) + 1
    return "\n".join(read)
