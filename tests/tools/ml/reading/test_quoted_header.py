"""Quotes around nothing but the names tell that the first line is the header."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.read import read
from tools.ml.reading.quoted_header import quoted_header


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('"a","b"\n1,2\n3,4\n', True),
        ('"1","2"\nred,blue\n', True),
        ('"1"\n"a b"\n"c d"\n', True),
        ('"a","b"\r\nred,"x, y"\r\n', True),
        ('"a","b"\n"red","blue"\n', None),
        ('"a",b\nred,blue\n', None),
        ("a,b\nred,blue\n", None),
        ('"a","b"\n', None),
        ('"a b","c d"\n"e f","g h"\n', None),
        ('"a","b\n', None),
        ("", None),
    ],
)
def test_what_quotes_say(text, told):
    """Needless quotes around every name and no other cell are a yes; all else says nothing."""
    assert quoted_header(text, "," if "," in text else "", '"') is told


def test_other_dialects_say_nothing():
    """Apostrophes and delimiters of several signs are not looked at."""
    assert quoted_header("'a','b'\n1,2\n", ",", "'") is None
    assert quoted_header('"a"||"b"\n1||2\n', "||", '"') is None


def test_names_like_values_are_found():
    """A header of years above words is found by its quotes alone."""
    assert list(read('"1","2"\nred,blue\nblack,white\n').table.columns) == ["1", "2"]
