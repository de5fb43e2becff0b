"""Signs from all over the world to the ones that numbers and dates are matched with."""

from __future__ import annotations

from typing import Any, Final

import pyarrow.compute as pc

_KINDS: Final = (
    (r"[\x{00a0}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]", " "),
    (r"[\x{2010}-\x{2013}\x{2212}\x{fe63}\x{ff0d}]", "-"),
    (r"[\x{2018}\x{2019}\x{02bc}\x{00b4}\x{ff07}]", "'"),
    (r"[\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}\x{2066}-\x{2069}\x{061c}\x{feff}]", ""),
)
"""Spaces, minus signs, apostrophes, and marks that only steer how text is laid out."""

_SINGLE: Final = tuple(zip("．，：／％（）＋￥￡٫٬٪", ".,:/%()+¥£.,%", strict=True))
_ZEROS: Final = (0xFF10, 0x0660, 0x06F0, 0x0966)
"""The zero of full-width, Arabic, Persian and Devanagari digits; 1 to 9 follow each."""


def plain_signs(cells: Any) -> Any:
    """Cells with plain digits, spaces, minus signs and apostrophes; trimmed.

    Superscript digits and fractions are left alone: 5² is not 52.

    Args:
        cells: pyarrow string array.
    """
    if pc.all(pc.string_is_ascii(cells)).as_py() is not False:
        return cells
    for shape, sign in _KINDS:
        if pc.any(pc.match_substring_regex(cells, shape)).as_py():
            cells = pc.replace_substring_regex(cells, shape, sign)
    for zero in _ZEROS:
        if pc.any(pc.match_substring_regex(cells, rf"[\x{{{zero:x}}}-\x{{{zero + 9:x}}}]")).as_py():
            for digit in range(10):
                cells = pc.replace_substring(cells, chr(zero + digit), str(digit))
    for odd, sign in _SINGLE:
        if pc.any(pc.match_substring(cells, odd)).as_py():
            cells = pc.replace_substring(cells, odd, sign)
    return pc.utf8_trim_whitespace(cells)
