"""A guess of the encoding of bytes that are not UTF-8: which language do they make sense in?

Every candidate decodes a sample. The letters that come out are priced by how rare they are in each
language the encoding is made for, and by where they stand in a word; the cheapest reading wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tools.ml.reading.languages import Family, Language, languages

_CANDIDATES: Final[tuple[tuple[str, Family, float], ...]] = (
    ("cp1252", "west", 0.0),
    ("iso8859_15", "west", 2.0),
    ("mac_roman", "west", 2.5),
    ("cp850", "west", 2.8),
    ("cp437", "west", 4.0),
    ("cp1250", "centre", 1.5),
    ("iso8859_2", "centre", 2.0),
    ("iso8859_16", "centre", 4.0),
    ("cp852", "centre", 4.0),
    ("mac_latin2", "centre", 5.0),
    ("cp1257", "baltic", 2.0),
    ("iso8859_13", "baltic", 3.0),
    ("iso8859_4", "baltic", 4.0),
    ("cp775", "baltic", 5.0),
    ("cp1254", "turkish", 1.5),
    ("iso8859_9", "turkish", 1.6),
    ("cp857", "turkish", 5.0),
    ("mac_turkish", "turkish", 5.0),
    ("cp1251", "cyrillic", 0.3),
    ("koi8_r", "cyrillic", 0.5),
    ("koi8_u", "cyrillic", 1.0),
    ("cp866", "cyrillic", 1.5),
    ("iso8859_5", "cyrillic", 1.5),
    ("mac_cyrillic", "cyrillic", 3.0),
    ("cp1253", "greek", 0.5),
    ("iso8859_7", "greek", 0.6),
    ("cp737", "greek", 5.0),
    ("mac_greek", "greek", 8.0),
    ("cp1255", "hebrew", 0.5),
    ("iso8859_8", "hebrew", 0.6),
    ("cp862", "hebrew", 4.0),
    ("cp1256", "arabic", 0.5),
    ("iso8859_6", "arabic", 1.0),
    ("cp874", "thai", 1.0),
    ("shift_jis", "cjk", 0.0),
    ("cp932", "cjk", 1.0),
    ("euc_jp", "cjk", 0.5),
    ("gb18030", "cjk", 0.0),
    ("big5", "cjk", 0.5),
    ("cp950", "cjk", 1.5),
    ("big5hkscs", "cjk", 2.0),
    ("euc_kr", "cjk", 0.0),
    ("cp949", "cjk", 1.0),
)
"""Encoding, the languages it is made for, and how much evidence it needs over the usual ones."""

_TONGUES: Final = {
    "shift_jis": ("Japanese",),
    "cp932": ("Japanese",),
    "euc_jp": ("Japanese",),
    "gb18030": ("Chinese", "Traditional Chinese"),
    "big5": ("Traditional Chinese",),
    "cp950": ("Traditional Chinese",),
    "big5hkscs": ("Traditional Chinese",),
    "euc_kr": ("Korean",),
    "cp949": ("Korean",),
}
_WINDOWS: Final = 48
_WINDOW: Final = 8_192
_SAMPLE: Final = 24_000
_LONGEST: Final = 400
_ASCII_BEFORE: Final = 40
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_BREAK: Final = re.compile(rb"[\x00-\x2f;]")

_ASCII: Final = 2.9
_IMPOSSIBLE: Final = 16.0
_DRAWING: Final = 13.0
_ODD_SIGN: Final = 11.0
_TYPOGRAPHIC_COST: Final = 6.5
_MIXED_SCRIPTS: Final = 7.0
_INNER_CAPITAL: Final = 6.0
_INSIDE_A_WORD: Final = 5.0
_FITS: Final = -0.8
_UNUSUAL: Final = 1.3
_OPENING: Final = frozenset("“„‚«¿¡$£€†")
_BINDING: Final = frozenset("’'–-·•°ªº²³")
_LEVELS: Final = {
    "Chinese": ("gb2312", 0xD7, 9.6),
    "Traditional Chinese": ("big5", 0xC6, 9.9),
    "Japanese": ("euc_jp", 0xCF, 9.8),
    "Korean": ("euc_kr", 0xC8, 10.5),
}
_WIDE: Final = frozenset(("CJK", "HANGUL", "HALFWIDTH", "FULLWIDTH"))
_TYPOGRAPHIC: Final = frozenset("“”‘’„‚–—…€£°§«»²³½™®©·\u00a0№•´×±µ‰¿¡ªº¼¾†")
_WIDE_MARKS: Final = frozenset("、。，！？：；（）「」『』・～〜《》“”‘’…—　％－［］【】／＆")


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, why, and what else it might be.

    Attributes:
        encoding: Python's name.
        language: Of the letters; empty where that is not known.
        lead: By how much (natural logarithm) it beats the next reading with other letters.
        rival: Encoding of that reading.
        price: Average over the letters; those of real text cost less than 10.
        example: A word in this reading, and the same in the rival's.
    """

    encoding: str
    language: str
    lead: float
    rival: str
    price: float
    example: tuple[str, str]


def guess(data: bytes, beside: str = "") -> Guess:
    """The likeliest encoding of bytes that are no UTF-8, by a sample from all over them.

    Args:
        data: Any number of bytes; time does not grow with them.
        beside: Known text of the same file, which shows its language.
    """
    readings = _readings(telling_part(data), beside)
    best, *others = sorted(readings, key=lambda reading: reading.cost)
    plain = sum(map(str.isascii, best.text)) - best.text.count("\n")
    high = len(best.text) - plain - best.text.count("\n")
    average = (best.cost - _ASCII * plain) / max(1, high)
    for other in others:
        if other.text != best.text:
            lead, example = other.cost - best.cost, _differing(best.text, other.text)
            return Guess(best.encoding, best.language, lead, other.encoding, average, example)
    return Guess(best.encoding, best.language, 100.0, "", average, ("", ""))


def _differing(ours: str, theirs: str) -> tuple[str, str]:
    pairs = zip(ours.split("\n"), theirs.split("\n"), strict=False)
    return next(((one, two) for one, two in pairs if one != two), ("", ""))


def telling_part(data: bytes) -> bytes:
    """Different tokens with bytes over 127, from windows all over the data, one on a line."""
    tokens: dict[bytes, None] = {}
    step = max(_WINDOW, len(data) // _WINDOWS)
    room = _SAMPLE // (len(data) // step + 1)
    for start in range(0, len(data), step):
        place, stop = start, min(start + step, len(data))
        if start and (edge := _BREAK.search(data, start, start + _LONGEST)):
            place = edge.end()
        size = seen = 0
        while max(size, seen) < room and (high := _HIGH.search(data, place, stop)):
            before = _BREAK.split(data[max(place, high.start() - _ASCII_BEFORE) : high.start()])
            end = _BREAK.search(data, high.start(), high.start() + _LONGEST)
            place = end.end() if end else min(high.start() + _LONGEST, len(data))
            token = before[-1] + data[high.start() : place].rstrip(b"\r\n")
            size += 0 if token in tokens else len(token)
            seen += 4
            tokens[token] = None
    return b"\n".join(tokens)


@dataclass(frozen=True, slots=True)
class _Reading:
    cost: float
    encoding: str
    language: str
    text: str


def _readings(sample: bytes, beside: str) -> Iterator[_Reading]:
    """The sample as every candidate reads it."""
    for encoding, family, handicap in _CANDIDATES:
        text = sample.decode(encoding, errors="replace")
        spelled = _TONGUES.get(encoding)
        tongues = (
            tongue
            for tongue in languages()
            if tongue.family == family and (spelled is None or tongue.name in spelled)
        )
        cost, language = price(f"{text}\n{beside}", tongues)
        yield _Reading(cost + handicap, encoding, language, text)


def price(text: str, tongues: Iterable[Language]) -> tuple[float, str]:
    """What a text costs in the language it makes most sense in, and that language."""
    pairs = Counter(zip("\n" + text, text, strict=False))
    setting = sum(count * _setting(*pair) for pair, count in pairs.items())
    signs = Counter(text)
    return min(
        (setting + _spelling(signs, tongue) + _neighbours(pairs, tongue), tongue.name)
        for tongue in tongues
    )


def _spelling(signs: Counter[str], tongue: Language) -> float:
    """What the letters cost in a language, wherever they stand."""
    total = 0.0
    for sign, count in signs.items():
        if sign.isascii():
            total += 0.0 if sign == "\n" else _ASCII * count
            continue
        cost = tongue.costs.get(sign)
        if cost is None:
            cost = tongue.costs.get(sign.lower())
        total += count * (_unlisted(sign, tongue.name) if cost is None else cost)
    return total


def _neighbours(pairs: Counter[tuple[str, str]], tongue: Language) -> float:
    """What it costs that letters stand where the language rarely has them."""
    total = 0.0
    if not tongue.before:
        return total
    for (left, right), count in pairs.items():
        if left.isascii() and right.isascii():
            continue
        one, two = left.lower(), right.lower()
        if two in tongue.before:
            sign = one if one.isalpha() else "^"
            total += count * (_FITS if sign in tongue.before[two] else _UNUSUAL)
        if one in tongue.after:
            sign = two if two.isalpha() else "$"
            total += count * (_FITS if sign in tongue.after[one] else _UNUSUAL)
    return total


@lru_cache(maxsize=50_000)
def _unlisted(sign: str, tongue: str) -> float:
    """The price of a sign that the language does not list."""
    if tongue in _LEVELS:
        return _rare_sign(sign, tongue)
    if sign in _TYPOGRAPHIC:
        return _TYPOGRAPHIC_COST
    kind = unicodedata.category(sign)
    if kind.startswith("C"):
        return _IMPOSSIBLE
    if kind.startswith("L"):
        return 12.0 if _script(sign) == "LATIN" else 14.0
    return _ODD_SIGN if ord(sign) < 0x2500 else _DRAWING


def _rare_sign(sign: str, tongue: str) -> float:
    """Signs of the first level of a national standard are usual ones, all others are not."""
    if sign in _WIDE_MARKS:
        return 6.5
    if 0xFF61 <= ord(sign) <= 0xFF9F:
        return 9.0 if tongue == "Japanese" else 14.0
    if unicodedata.category(sign).startswith("C"):
        return _IMPOSSIBLE
    encoding, last, usual = _LEVELS[tongue]
    try:
        lead = sign.encode(encoding)[0]
    except UnicodeEncodeError:
        return 14.0
    script = _script(sign)
    if script not in ("CJK", "HANGUL", "FULLWIDTH"):
        return 11.5
    return usual if lead <= last else 12.0


@lru_cache(maxsize=50_000)
def _setting(before: str, sign: str) -> float:
    """What it costs that a sign follows another, in whatever language."""
    if before.isascii() and sign.isascii():
        return 0.0
    if not _letter(sign) or not _letter(before):
        return _beside_a_sign(before, sign)
    own, other = _script(sign), _script(before)
    if own != other:
        return 2.0 if own in _WIDE or other in _WIDE else _MIXED_SCRIPTS
    if sign.isupper():
        return _INNER_CAPITAL if before.islower() else 0.7
    return 0.0 if sign.isascii() or before.isascii() or own != "LATIN" else 1.0


def _beside_a_sign(before: str, sign: str) -> float:
    """A letter next to something else: quotes and symbols do not stand just anywhere."""
    if not _letter(sign):
        return _INSIDE_A_WORD if _letter(before) and sign in _OPENING else 0.0
    if not before.isascii() and before not in _WIDE_MARKS | _BINDING | _OPENING:
        return _INSIDE_A_WORD
    return 1.0 if sign.isupper() and before not in _WIDE_MARKS else 0.0


def _letter(sign: str) -> bool:
    return sign.isalpha() or unicodedata.category(sign).startswith("M")


@lru_cache(maxsize=50_000)
def _script(sign: str) -> str:
    """The first word of the sign's name in Unicode; kana and Chinese signs are mixed freely."""
    if sign.isascii():
        return "LATIN"
    script = re.split("[ -]", unicodedata.name(sign, "NONE"), maxsplit=1)[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA") else script
