"""Which letters pictures can show, and what stands in for those that no font here has."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from matplotlib import font_manager

_BUNDLED: Final = "DejaVu Sans"
_WIDER: Final = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK KR",
    "Noto Sans SC", "Noto Sans JP", "Noto Sans TC", "Noto Sans KR", "Source Han Sans",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "IPAGothic", "Droid Sans Fallback",
    "PingFang SC", "Hiragino Sans", "Apple SD Gothic Neo", "Microsoft YaHei", "Yu Gothic",
    "Malgun Gothic", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
    "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Thai",
    "Noto Sans Ethiopic", "Noto Sans Khmer", "Nirmala UI", "Leelawadee UI", "FreeSans",
    "Noto Emoji", "Symbola", "Unifont",
)  # fmt: skip
"""Fonts for scripts that matplotlib's own font lacks, taken where they are installed."""
_SILENT: Final = {"Cf", "Mn", "Me"}
"""Categories of characters that only change the one before: joiners, selectors, accents."""


@cache
def families() -> tuple[str, ...]:
    """Fonts to draw with, the first that has a letter counts; all of them are installed."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return (_BUNDLED, *(name for name in _WIDER if name in installed))


def drawn(text: str, otherwise: str) -> str:
    """The text, as far as it can be drawn; `otherwise` where too little of it would be left.

    A text of which at least half of the visible characters have a letter in a font here loses
    the others.
    """
    letters = _letters()
    if all(ord(character) in letters for character in text):
        return text
    kept = "".join(character if ord(character) in letters else " " for character in text)
    lost = sum(
        ord(character) not in letters and unicodedata.category(character) not in _SILENT
        for character in text
    )
    left = sum(character.isalnum() for character in kept)
    return " ".join(kept.split()) if left and left >= lost else otherwise


@cache
def _letters() -> frozenset[int]:
    """Code points that some font of `families` has."""
    paths = [font_manager.findfont(name, fallback_to_default=False) for name in families()]
    return frozenset().union(*(font_manager.get_font(path).get_charmap() for path in paths))
