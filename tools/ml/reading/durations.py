"""Text cells to times of day and durations, kept as seconds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from tools.ml.reading.found import Found, Usual, every, some
from tools.ml.reading.signs import plain_signs
from tools.ml.reading.spans import extract

_N: Final = r"\d+(?:[.,]\d+)?"
_SIGN: Final = r"^(?P<sign>-?)"

SHAPES: Final = {
    "clock": rf"{_SIGN}(?:(?P<days>\d+) days?,? )?(?P<hours>\d{{1,4}}):(?P<minutes>[0-5]\d)"
    r"(?::(?P<seconds>[0-5]\d(?:[.,]\d{1,9})?))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?| ?Uhr| ?h)?$",
    "minutes": rf"{_SIGN}(?P<minutes>\d{{1,4}}):(?P<seconds>[0-5]\d(?:[.,]\d{{1,9}})?)$",
    "iso": rf"{_SIGN}P(?:(?P<weeks>{_N})W)?(?:(?P<days>{_N})D)?"
    rf"(?:T(?:(?P<hours>{_N})H)?(?:(?P<minutes>{_N})M)?(?:(?P<seconds>{_N})S)?)?$",
    "units": rf"{_SIGN}(?:(?P<days>{_N}) ?(?i:d|days?|tage?n?|jours?|j|d[ií]as?),? ?)?"
    rf"(?:(?P<hours>{_N}) ?(?i:h|hrs?|hours?|std\.?|stunden?|heures?|horas?),? ?)?"
    rf"(?:(?P<minutes>{_N}) ?(?i:m|mins?|minutes?|minuten?|minutos?)\.?,? ?)?"
    rf"(?:(?P<seconds>{_N}) ?(?i:s|secs?|seconds?|sek\.?|sekunden?|secondes?|segundos?)\.?)?$",
}
"""Ways to write a time of day or a duration."""

_HOURS: Final = re.compile(
    r"(?i)(?:^|[^a-z])(?:hours?|hrs?|time|clock|start|begin|end|from|to|until|opens?|opening|closes?"
    r"|closing|arriv\w*|depart\w*|shift|worked|std|stunden|uhr|uhrzeit|zeit|beginn|ende|von|bis"
    r"|ankunft|abfahrt|arbeitszeit|heures?|début|fin|horas?|inicio)(?:$|[^a-z])"
)
"""Names of columns whose 9:30 is hours and minutes."""

_DURATIONS: Final = "durations read as seconds"
_MINUTES: Final = "read as minutes and seconds, kept as seconds"
_LENGTHS: Final = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_LONE: Final = re.compile(r"-?\d+(?:[.,]\d+)? ?[dmsj]", re.IGNORECASE)
"""5m may be five metres, 90s a decade, 3d a way to print."""


@dataclass(frozen=True, slots=True)
class DurationReading:
    """How the durations of one column are written.

    Attributes:
        shape: Key of `SHAPES`.
    """

    shape: str


def decide_durations(
    cells: Any, sample: list[str], *, name: str, told: bool, usual: Usual
) -> Found | str:
    """Times of day or durations of one shape, as seconds (float64).

    Args:
        cells: Distinct if there are few; trimmed, missing ones null.
        sample: Some of them.
        name: Of the column; may say that 9:30 is hours and minutes.
        told: Whether the person said that these are durations: then what does not fit comes back
            as null, for the caller to name.
        usual: What other columns of the table decided.

    Returns:
        Seconds, or why these are none (empty if they do not even look like it).
    """
    shape = _shape_of(sample, told=told)
    if shape is None:
        return ""
    doubt = ""
    notes: tuple[str, ...] = (_MINUTES if shape == "minutes" else _DURATIONS,)
    if shape == "clock":
        hours = usual.hours
        if hours is None and _HOURS.search(name):
            hours = True
        shape, notes, doubt = _clock(cells, hours)
    values = parse_durations(cells, DurationReading(shape))
    if values.null_count > cells.null_count and not told:
        return ""
    still_open = "hours" if doubt else ""
    return Found(DurationReading(shape), values, notes, doubt, unit="s", still_open=still_open)


def parse_durations(cells: Any, reading: DurationReading) -> Any:
    """Seconds as decided before; null where a cell does not fit.

    Args:
        cells: Trimmed, missing ones null.
        reading: From `decide_durations`.
    """
    shape = reading.shape
    text = extract(plain_signs(cells), SHAPES[shape], _pattern(shape))
    total = pc.if_else(pc.is_valid(text["sign"]), 0.0, None)
    for name, length in _LENGTHS.items():
        if name in text:
            total = pc.add(total, pc.multiply(_number(text[name]), pa.scalar(float(length))))
    if "half" in text:
        total = _halves(total, pc.utf8_lower(text["half"]))
    if shape in ("iso", "units"):
        empty = pc.binary_join_element_wise(*(text[n] for n in _LENGTHS if n in text), "")
        total = pc.if_else(pc.equal(empty, ""), None, total)
    return pc.if_else(pc.equal(text["sign"], "-"), pc.negate(total), total)


def _shape_of(sample: list[str], *, told: bool) -> str | None:
    plain: list[str] = plain_signs(pa.array(sample, pa.string())).to_pylist()
    for shape in SHAPES:
        fits = all(map(_pattern(shape).fullmatch, plain))
        if fits and (told or not all(map(_LONE.fullmatch, plain))):
            return shape
    if not told:
        return None
    hits = {shape: sum(map(bool, map(_pattern(shape).fullmatch, plain))) for shape in SHAPES}
    best = max(hits, key=lambda shape: hits[shape])
    return best if hits[best] else None


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    return re.compile(SHAPES[shape])


def _clock(cells: Any, hours_first: bool | None) -> tuple[str, tuple[str, ...], str]:
    """Times of day, hours that go on, or minutes and seconds: the whole column decides."""
    plain = plain_signs(cells)
    found = extract(plain, SHAPES["clock"], _pattern("clock"))
    hours = pc.cast(_filled(found["hours"]), pa.int64())
    halves = some(pc.not_equal(found["half"], ""))
    longest = pc.max(hours).as_py() or 0
    pairs = every(pc.match_substring_regex(plain, SHAPES["minutes"]))
    if pairs and not halves and (hours_first is False or (hours_first is None and longest > 23)):
        doubt = "they could also be hours and minutes" if hours_first is None else ""
        return "minutes", (_MINUTES,), doubt
    if longest > 23 or some(pc.match_substring_regex(plain, "^-|day")):
        return "clock", (_DURATIONS,), ""
    short = not halves and some(pc.match_substring_regex(plain, r"^\d:"))
    if short and not pairs:
        return "clock", ("times or durations read as seconds",), ""
    unsure = short and hours_first is None
    doubt = "they could also be minutes and seconds" if unsure else ""
    return "clock", ("times of day read as seconds since midnight",), doubt


def _halves(total: Any, half: Any) -> Any:
    """Twelve-hour clocks: 12 AM is midnight; 13 PM is nothing."""
    noon = pa.scalar(43_200.0)
    given = pc.not_equal(half, "")
    valid = pc.and_(pc.greater_equal(total, 3_600.0), pc.less(total, 46_800.0))
    total = pc.if_else(pc.and_(given, pc.invert(valid)), None, total)
    late = pc.greater_equal(total, noon)
    total = pc.if_else(pc.and_(given, late), pc.subtract(total, noon), total)
    return pc.if_else(pc.equal(half, "p"), pc.add(total, noon), total)


def _number(text: Any) -> Any:
    plain = pc.replace_substring(_filled(text), ",", ".")
    return pc.fill_null(pc.cast(plain, pa.float64()), 0.0)


def _filled(text: Any) -> Any:
    return pc.if_else(pc.equal(text, ""), None, text)
