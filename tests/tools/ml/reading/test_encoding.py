"""Text of any usual encoding is read right, and a guess is told."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.read import columns, read


@pytest.mark.parametrize("repeat", [1, 30])
@pytest.mark.parametrize(
    ("encoding", "row"),
    [
        ("cp1252", "Müller;Größe;Straße"),
        ("latin-1", "José;São Paulo;Málaga"),
        ("cp1250", "Žižka;Dvořák;město"),
        ("cp1251", "Иван;Москва;Казань"),
        ("koi8_r", "Иван;Москва;Казань"),
        ("cp1253", "Γιώργος;Αθήνα;πόλη"),
        ("cp1254", "Işık;İstanbul;Ağrı"),
        ("shift_jis", "田中;東京;大阪"),
        ("gb18030", "王伟;北京;上海"),
        ("euc_kr", "김철수;서울;부산"),
    ],
)
def test_national_encodings(encoding, row, repeat):
    """Names in national encodings read right, with a note that it was a guess."""
    data = ("n;a;b;c\n" + "".join(f"{i};{row}\n" for i in range(repeat))).encode(encoding)
    result = read(data)
    assert list(result.table.iloc[0])[1:] == row.split(";")
    assert any("not UTF-8" in note for note in result.report.notes)
    assert result.report.warnings == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]
)
def test_unicode_encodings(encoding):
    """Unicode with and without byte order mark reads without a guess."""
    result = read("ä,name\n1,é\n2,ü\n".encode(encoding))
    assert columns(result) == {"ä": [1, 2], "name": ["é", "ü"]}
    assert result.report.warnings == ()


def test_foreign_bytes_are_told_with_place():
    """A few cp1252 bytes among UTF-8 are read as such, with offset and line."""
    data = "name,n\nJosé,1\nAndré,2\nRené,3\nZoé,4\n".encode() + b"Ren\xe9,5\n"
    result = read(data)
    assert columns(result)["name"][-1] == "René"
    assert "Line 6: byte 0xe9 at offset 42" in result.report.warnings[0]


def test_a_cut_character_is_told():
    """A file that ends in the middle of a character loses that character only."""
    result = read("n,name\n1,é\n2,aé".encode()[:-1])
    assert columns(result)["name"] == ["é", "a"]
    assert "ends in the middle of a character" in result.report.warnings[0]


def test_zero_characters_are_left_out_and_told():
    """Zero characters in otherwise good text are removed with a warning."""
    result = read("id,name\n1,a\x00b\n2,c\n" + "3,d\n" * 300)
    assert columns(result)["name"][0] == "ab"
    assert "zero characters" in result.report.warnings[0]
