"""XLS workbooks: read with what they hide told; broken containers are refused before they harm."""

from __future__ import annotations

import base64
import random
import struct
import zlib

import pandas as pd
import pytest

from tests.tools.ml.reading.read import columns, read, refusal
from tools.errors import ToolError

WORKBOOK = zlib.decompress(
    base64.b85decode(
        "c-rk)O-NKx6#njeZ+_8nG!-;Z5wh|JG#5pnQ&G7}tW6O@sq+F+XNH%HbWxVM41!ig8^IPqSZ(^D0^79+j9LU"
        "ip$2VQ1qCg1Ugw<mW>TBVfs%~(4fniz&b{}1=iPhmeQ(~2+2Xm$yOr};g?8vj+adUu*%XyfMu~#jZJVo^Ymk"
        "cVVM8Glq=oeR@Tl;4fY*@Mdmb9@7*9z83skz1LT55z)~qA;Nen%TV`x(b<(`J?R3fO5xJpF!iQFXew)A~0a*"
        "tRpiEN|3bLu!|W1aQ8+&n&})k<50q{4j}^F}N!D8n<(<8zml)7OW+R)5dn25YD?3NQs)(hf6WTC5l02ExDyp"
        "=oHSDIT9gDJ}ODzSuRu=ghvIsqyUVYgZuq*Om6bPwYWj#MSmIngNW#KB+jFCn%|R8qQWunaR|k$(FRAbHk6*"
        "W}jsaFJiYG<XkA}`{UHVH)$nwV6;C)(zGl}r&CmGZf+5|Lu4yi&xCoT92?OU$3~%SrUH_26iK~Uwp5g&UcC9"
        "~<)PlL*a@+W$)mz~plspjVdFfHpurJoksF{~2I^%*gUAcwb+gnfMV3+@y4H1-xs`+C(&wVI))7yu;8kqvvid"
        "fvPkcQ5plafMY&+GbJLX4Ar(ee=QA=|Yr}6w7N26*~*RC=i#xhss9zAbGR{U@b1+}OfyX`(Ti?GBSk5DYq(R"
        "g-LR@2<Max|SZJ*yd{8Lnrw%JUP7Mu}&?9E$I5@!j({B|doueOiz-_8CxqR8!q>{qy76aTUUTax+t<!N)XO4"
        "jN5p!a}o<rO||j$<J!6F-^H7L^Wx@CDL;c=|U6{q7PXjU5ElMkuF3HVTVZnHBq}(f_of3Jr}-XJ<?cZ<wi|o"
        "l{1a`zGYUCYgRpY@ZiCN2M_-?l=BxrUY-p1m7Cv!0`7O6B`Rs}Gs%C8BS_M3nEp~8K!UCoM)Jy^a`;rnms;b"
        "P%=bdZQDV0+fL@7XAn*L8w^+6Oe%3rN`scP#zWnKY;{40}-vH<Q8#("
    )
)
"""Made by a script: id, born, zip, err (one #DIV/0!) and f (formulas), and a hidden sheet."""

SIZE = b"\x00\x02\x0e\x00"
TEXTS = b"\xfc\x00"


def changed(place: int, value: bytes) -> bytes:
    """The workbook with some bytes overwritten."""
    return WORKBOOK[:place] + value + WORKBOOK[place + len(value) :]


def record(start: bytes, at: int, form: str, value: int) -> bytes:
    """The workbook with a number in the first record that begins so overwritten."""
    return changed(WORKBOOK.index(start, 512) + 4 + at, struct.pack(form, value))


def circles() -> bytes:
    """The workbook with a table in which every sector follows itself."""
    (table,) = struct.unpack_from("<I", WORKBOOK, 76)
    return changed((table + 1) * 512, struct.pack("<128I", *range(128)))


def test_xls():
    """An old workbook reads with dates, text and errors, and its hidden sheet is told."""
    result = read(WORKBOOK)
    found = columns(result)
    assert result.report.format == "xls"
    assert found["born"] == [pd.Timestamp(2020, 1, day) for day in (1, 2, 3)]
    assert found["zip"] == ["001", "002", "003"]
    assert found["err"] == [None, 5, 6.5]
    assert "Hidden or empty sheets were left out: “secret”." in result.report.notes
    assert any("the first “#DIV/0!” in row 2" in note for note in result.report.notes)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (WORKBOOK[:600], "damaged XLS"),
        (changed(30, b"\xff\xff"), "its header makes no sense"),
        (changed(44, b"\xff\xff\xff\x7f"), "its header promises more than there is"),
        (circles(), "its sectors lead in a circle"),
        (changed(68, b"\x01\x00\x00\x00"), "damaged XLS"),
        (record(SIZE, 4, "<I", 2**31), "promises more cells than a sheet can have"),
        (record(SIZE, 10, "<H", 60_000), "promises more cells than a sheet can have"),
        (record(TEXTS, 4, "<I", 2**31), "promises more cells than a sheet can have"),
    ],
    ids=["cut", "header", "promise", "circles", "table", "rows", "columns", "texts"],
)
def test_broken_containers_are_refused(data, why):
    """Circles, lies about sizes and impossible cells are found before an engine believes them."""
    assert why in refusal(data).message


@pytest.mark.parametrize("seed", range(60))
def test_damage_of_any_kind_ends_in_words(seed):
    """Whatever bytes are changed, the workbook is read or refused; nothing else happens."""
    rng = random.Random(seed)
    data = bytearray(WORKBOOK)
    for _ in range(rng.choice((1, 2, 8, 30))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    if seed % 3 == 0:
        del data[rng.randrange(len(data)) :]
    try:
        said = str(len(read(bytes(data)).table))
    except ToolError as error:
        said = error.hint
    assert said not in ("", "0")
