"""Text of any usual encoding is read right, and a guess is told."""

from __future__ import annotations

import pytest

from tests.tools.ml.reading.read import columns, read
from tools.errors import BadRequest
from tools.ml.reading.encoding import decode
from tools.ml.reading.report import Remarks


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


@pytest.mark.parametrize(
    ("parts", "names", "warning"),
    [
        (
            (("Иван\nАнна\n", "utf-8"), ("Пётр\n", "cp1251")),
            ["Иван", "Анна", "Пётр"],
            "Line 4: byte 0xf2 at offset 25 is not UTF-8; read as cp1251.",
        ),
        (
            (("Иван\nПётр\nОльга\n", "cp1251"), ("Анна\n", "utf-8")),
            ["Иван", "Пётр", "Ольга", "Анна"],
            "Line 5: the bytes at offset 21 are UTF-8, not cp1251; read as UTF-8.",
        ),
        (
            (("José\nRené\nZoë\n", "cp1252"), ("André\nChloé\n", "utf-8")),
            ["José", "René", "Zoë", "André", "Chloé"],
            "Line 5: the bytes at offset 23 are UTF-8, not cp1252; read as UTF-8.",
        ),
        (
            (("東京\n大阪\n", "utf-8"), ("京都\n", "shift_jis")),
            ["東京", "大阪", "京都"],
            "Line 4: the bytes at offset 19 are not UTF-8; read as shift_jis.",
        ),
    ],
    ids=["cp1251 in utf-8", "utf-8 in cp1251", "utf-8 in cp1252", "shift_jis in utf-8"],
)
def test_mixed_encodings_are_each_read_as_what_they_are(parts, names, warning):
    """Where two encodings meet both are read right, and the lesser one is told with its place."""
    data = b"name\n" + b"".join(text.encode(encoding) for text, encoding in parts)
    remarks = Remarks()
    text, _ = decode(data, "f.csv", hint=None, remarks=remarks)
    assert text.split() == ["name", *names]
    assert remarks.warnings()[0] == warning


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (
            "n,name\n1,田中\n2,東京".encode("shift_jis")[:-1],
            "Line 3: the file ends in the middle of a character, at offset 18; replaced by “�”.",
        ),
        (
            ("n,name\n" + "1,田中\n" * 30).encode("shift_jis") + b"2,\x82,\n",
            "Line 32: the bytes at offset 219 mean nothing in shift_jis; replaced by “�”.",
        ),
        (
            "n,name\n1,é\n2,ü\n".encode("utf-16")[:-1],
            "Line 3: the file ends in the middle of a character, at offset 28; replaced by “�”.",
        ),
    ],
    ids=["cut", "wrong byte", "cut utf-16"],
)
def test_wrong_bytes_are_replaced_and_told(data, warning):
    """Bytes that mean nothing in the encoding become one sign, told with offset and line."""
    remarks = Remarks()
    text, _ = decode(data, "f.csv", hint=None, remarks=remarks)
    assert text.count("�") == 1
    assert remarks.warnings() == (warning,)


def test_a_near_tie_between_encodings_is_a_warning():
    """Where another encoding would give other letters and fits as well, that is told."""
    remarks = Remarks()
    decode("name\nKrosnowski, Dębica\n".encode("cp852"), "f.csv", hint=None, remarks=remarks)
    (warning,) = remarks.warnings()
    assert warning.startswith("The encoding could also be ")
    assert "D" in warning


def test_an_encoding_that_was_told_is_taken():
    """What the person says about the encoding decides, and is refused where it cannot be."""
    data = "name\nМир\n".encode("koi8_r")
    assert columns(read(data, encoding="koi8-r"))["name"] == ["Мир"]
    with pytest.raises(BadRequest, match="There is no encoding called “klingon”"):
        read(data, encoding="klingon")
    with pytest.raises(BadRequest, match=r"offset 5 \(line 2\) do not fit"):
        read(data, encoding="utf-8")
