"""Numbers in a language model's words: each must come from a source, or it is struck.

Sources are tool results and people's messages of the thread, and the state the model was told.
A number follows from a source by rounding, and as a percentage of it; nothing else is computed.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

STRUCK: Final = "[?]"
_LIST_MARK: Final = re.compile(r"(?m)^\s*\d{1,2}[.)]\s")
_TOKEN: Final = re.compile(
    r"[^\s,;:!?()\[\]{}\"“”„«»<>|*`]+(?:[,:](?=\d)[^\s,;:!?()\[\]{}\"“”<>|*`]+)*"
)
_NUMBER: Final = re.compile(r"\d+(?:[.,'’\u00a0\u202f]\d+)*(?:[eE][+-]?\d{1,3}(?![\w.]))?")
_PERCENT: Final = re.compile(r"\s?(?:%|percent\b|per cent\b|pct\b)", re.IGNORECASE)
_SCALES: Final = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "bn": 1e9,
    "billion": 1e9,
}
_SCALE: Final = re.compile(r"\s?(k|m|bn|thousand|millions?|billion)\b", re.IGNORECASE)
_HARMLESS: Final = frozenset({"f1", "r2", "f1-score", "24/7"})
_LARGEST_SLIP: Final = 0.1
"""Rounding to whole numbers may not change a number by more than this share of it."""

_TEENS: Final = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_DIGITS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNITS: Final = {word: number for number, word in enumerate((*_DIGITS, *_TEENS), 2)}
_ROUND: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS: Final = {word: 10 * number for number, word in enumerate(_ROUND, 2)}
_WORD_SCALES: Final = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6}
_ONES: Final = {"one": 1} | {word: value for word, value in _UNITS.items() if value < 10}
_SPELLED: Final = re.compile(
    rf"\b(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(_UNITS)})"
    rf"(?:\s(?:{'|'.join(_WORD_SCALES)}))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Struck:
    """Words without the numbers that no source says, and those numbers as they were written."""

    text: str
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a written number: its value, and the last digit that is shown."""

    value: float
    step: float


class Grounds:
    """Everything that a number may come from.

    Args:
        texts: Tool results, people's messages, names and aggregates in scope.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        values: set[float] = set()
        self._tokens: set[str] = set()
        for text in texts:
            plain = _plain(text)
            self._tokens.update(_word(token).casefold() for token in _TOKEN.finditer(plain))
            for match in _NUMBER.finditer(plain):
                values.update(_values(plain, match))
            values.update(value for _, _, value in _spelled(plain))
        self._values = sorted(values)

    def says(self, token: str) -> bool:
        """Whether a word stands in a source just so: a name, a date, a version."""
        return token.casefold() in self._tokens

    def covers(self, reading: _Reading) -> bool:
        """Whether a number follows from one in a source by rounding."""
        slip = _slip(reading)
        place = bisect.bisect_left(self._values, reading.value - slip)
        return place < len(self._values) and self._values[place] <= reading.value + slip


def strike(text: str, grounds: Grounds) -> Struck:
    """Take the numbers out of a model's words that no source says.

    A word that mixes letters and digits is a name; it must stand in a source as a whole, or its
    digits are judged as numbers. Marks of a list (`1.`) are no numbers.
    """
    plain = _plain(text)
    marks = {place for mark in _LIST_MARK.finditer(plain) for place in range(*mark.span())}
    wrong: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(plain):
        word = _word(token)
        if word.casefold() in _HARMLESS or grounds.says(word):
            continue
        for match in _NUMBER.finditer(plain, token.start(), token.end()):
            if match.start() not in marks and not _grounded(plain, match, grounds):
                wrong.append(_whole(plain, match))
    for start, end, value in _spelled(plain):
        percent = _PERCENT.match(plain, end) is not None
        if not _any_covered(value, 1.0, percent=percent, grounds=grounds):
            wrong.append((start, end))
    return _without(plain, sorted(set(wrong))) if wrong else Struck(text)


def _word(token: re.Match[str]) -> str:
    return token.group().rstrip(".'’-")


def _values(text: str, match: re.Match[str]) -> Iterator[float]:
    """What a number in a source stands for; a percentage also as a share."""
    sign = -1.0 if _negative(text, match.start()) else 1.0
    factor = _factor(text, match.end())
    percent = _PERCENT.match(text, match.end()) is not None
    for reading in _readings(match.group()):
        yield sign * reading.value
        if factor != 1.0:
            yield sign * reading.value * factor
        if percent:
            yield sign * reading.value / 100


def _factor(text: str, end: int) -> float:
    scale = _SCALE.match(text, end)
    return _SCALES[scale[1].lower()] if scale else 1.0


def _plain(text: str) -> str:
    """Digits of every script as plain ones, minus signs as hyphens, fractions spelled out."""
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign in "−﹣－‐‑–":
        return "-"
    digit = unicodedata.digit(sign, None)
    if digit is not None and sign not in "²³¹":
        return str(digit)
    value = unicodedata.numeric(sign, None)
    return f"{value:g}" if value is not None and digit is None and not sign.isalpha() else sign


def _negative(text: str, start: int) -> bool:
    """Whether a minus stands right before, and no word or number before that."""
    if start == 0 or text[start - 1] != "-":
        return False
    return start == 1 or not text[start - 2].isalnum()


def _readings(written: str) -> Iterator[_Reading]:
    """`1,234` is a thousand or a decimal; `1.234,5` can be read one way only."""
    mantissa, _, exponent = written.lower().partition("e")
    if exponent:
        by = 10.0 ** int(exponent)
        yield from (_Reading(one.value * by, one.step * by) for one in _readings(mantissa))
        return
    marks = [sign for sign in written if not sign.isdigit()]
    digits = re.split(r"\D", written)
    if not marks:
        yield _reading(written, "")
        return
    grouped = all(len(part) == 3 for part in digits[1:]) and len(digits[0]) <= 3
    if grouped and len(set(marks)) == 1:
        yield _reading("".join(digits), "")
    last, before = digits[-1], digits[:-1]
    if marks[-1] in ".," and marks[-1] not in marks[:-1]:
        yield _reading("".join(before), last)
    if len(marks) > 1:
        yield from (_reading(part, "") for part in digits)


def _reading(whole: str, decimals: str) -> _Reading:
    value = float(f"{whole}.{decimals or 0}")
    if decimals:
        return _Reading(value, 10.0 ** -len(decimals))
    zeros = len(whole) - len(whole.rstrip("0"))
    return _Reading(value, 10.0 ** (zeros if value else 0))


def _slip(reading: _Reading) -> float:
    """How far a source may be from a number that is rounded from it."""
    exact = 1e-9 * max(1.0, abs(reading.value))
    half = 0.5 * reading.step
    if reading.step >= 1:
        half = min(half, _LARGEST_SLIP * abs(reading.value))
    return half + exact


def _grounded(text: str, match: re.Match[str], grounds: Grounds) -> bool:
    sign = -1.0 if _negative(text, match.start()) else 1.0
    percent = _PERCENT.match(text, match.end()) is not None
    factor = _factor(text, match.end())
    return any(
        grounds.covers(_Reading(sign * one.value * by, one.step * by))
        for one in _readings(match.group())
        for by in ((factor, 0.01) if percent else (factor,))
    )


def _any_covered(value: float, step: float, *, percent: bool, grounds: Grounds) -> bool:
    return any(
        grounds.covers(_Reading(value * by, step * by))
        for by in ((1.0, 0.01) if percent else (1.0,))
    )


def _whole(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The number with its minus and its percent sign."""
    start = match.start() - 1 if _negative(text, match.start()) else match.start()
    percent = _PERCENT.match(text, match.end())
    return start, percent.end() if percent else match.end()


def _spelled(text: str) -> Iterator[tuple[int, int, float]]:
    """Numbers in words from two on; "one" is too often no number."""
    for match in _SPELLED.finditer(text):
        value, scale = 0.0, 1.0
        for word in re.split(r"[- ]", match.group().lower()):
            value += _TENS.get(word, 0) or _UNITS.get(word, 0) or _ONES.get(word, 0)
            scale = _WORD_SCALES.get(word, scale)
        yield match.start(), match.end(), value * scale


def _without(text: str, places: list[tuple[int, int]]) -> Struck:
    kept, numbers, done = [], [], 0
    for start, end in places:
        if start < done:
            continue
        kept += [text[done:start], STRUCK]
        numbers.append(text[start:end])
        done = end
    return Struck("".join([*kept, text[done:]]), tuple(numbers))
