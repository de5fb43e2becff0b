"""Words for yes and no, in several languages, to booleans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import Found

_PAIRS: Final = (
    (("true", "t"), ("false", "f")),
    (("yes", "y"), ("no", "n")),
    (("on",), ("off",)),
    (("ja", "j"), ("nein", "n")),
    (("ja",), ("nee",)),
    (("oui",), ("non",)),
    (("si", "sí", "sì", "s"), ("no", "n")),
    (("sim",), ("não", "nao")),
    (("wahr",), ("falsch",)),
    (("vrai",), ("faux",)),
    (("verdadero",), ("falso",)),
    (("tak",), ("nie",)),
    (("да",), ("нет",)),
    (("✓", "✔"), ("✗", "✘")),
)
_TOLD: Final = (("1", "1.0"), ("0", "0.0"))
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class BooleanReading:
    """The words (in small letters) of one column."""

    true: tuple[str, ...]
    false: tuple[str, ...]


def decide_booleans(cells: Any, *, told: bool) -> Found | str:
    """Booleans of one pair of words; both occur, or the word is true or false.

    Args:
        cells: Distinct, trimmed, missing ones null.
        told: Whether the person said that these are booleans: 1 and 0 and a lone word are so too,
            and what does not fit comes back as null.
    """
    if len(cells) > _MOST and not told:
        return ""
    found = pc.drop_null(cells)
    words = set(pc.unique(pc.utf8_lower(found)).to_pylist())
    pair = _pair(words, told=told)
    if pair is None:
        return ""
    reading = BooleanReading(*pair)
    notes: tuple[str, ...] = ()
    if not words <= {"true", "false"}:
        said = ", ".join(f"“{word}”" for word in sorted(set(found.to_pylist())) if _in(word, pair))
        notes = (f"{said} read as true or false",)
    return Found(reading, parse_booleans(cells, reading), notes)


def _in(word: str, pair: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    return word.lower() in pair[0] + pair[1]


def parse_booleans(cells: Any, reading: BooleanReading) -> Any:
    """Booleans as decided before; null where a cell does not fit.

    Args:
        cells: Trimmed, missing ones null.
        reading: From `decide_booleans`.
    """
    low = pc.utf8_lower(cells)
    true = pc.is_in(low, value_set=pa.array(reading.true))
    false = pc.is_in(low, value_set=pa.array(reading.false))
    return pc.if_else(pc.or_(true, false), true, None)


def _pair(words: set[str], *, told: bool) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    if words in ({"true"}, {"false"}):
        return _PAIRS[0]
    for true, false in (*_PAIRS, *((_TOLD,) if told else ())):
        if words <= {*true, *false} and words & {*true} and words & {*false}:
            return true, false
    if not told or not words:
        return None
    pairs = (*_PAIRS, _TOLD)
    best = max(pairs, key=lambda pair: len(words & {*pair[0], *pair[1]}))
    return best if words & {*best[0], *best[1]} else None
