"""Hostile texts: alphabets, wide encodings, mixed and cut letters, newlines, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from tests.messy.cases import ANY, CLEAN, LOADED, REFUSED, WARNED, Case, Family
from tests.messy.dialects import Dialect
from tests.messy.tables import SHAPES

_WORDS: Final = {
    "French": "été,où,garçon,Noël,forêt,île,cœur,hôpital,déjà vu,pièce",
    "German": "Straße,Müller,Größe,Käse,übermäßig,Öl,schön,Bär,Füße,Tür",
    "Spanish": "niño,mañana,corazón,ciudad,árbol,señor,también,pingüino,rápido,país",
    "Polish": "łódź,żółw,gęś,ćma,źródło,śnieg,mąż,pięć,wąsy,dźwięk",
    "Czech": "řeka,žába,kůň,město,čaj,děti,šňůra,účet,přítel,říjen",
    "Russian": "город,улица,имя,фамилия,счёт,цена,товар,область,день,рубль",
    "Greek": "πόλη,δρόμος,όνομα,τιμή,ημέρα,χώρα,θάλασσα,βιβλίο,νερό,ψωμί",
    "Turkish": "şehir,ağaç,güneş,çiçek,ılık,İstanbul,öğrenci,yağmur,kız,doğum",
    "Hebrew": "עיר,רחוב,שם,מחיר,יום,ארץ,ספר,מים,לחם,בית",
    "Arabic": "مدينة,شارع,اسم,سعر,يوم,بلد,كتاب,ماء,خبز,بيت",
    "Japanese": "東京都,名前,住所,金額,日付,大阪市,データ,商品,カタログ,ひらがな",
    "Chinese": "北京市,姓名,地址,价格,日期,上海市,数据,商品,目录,单位",
    "Taiwanese": "臺北市,姓名,地址,價格,日期,高雄市,資料,商品,目錄,單位",
    "Korean": "서울시,이름,주소,가격,날짜,부산시,자료,상품,목록,단위",
}
_ENCODINGS: Final = (
    ("French", "cp1252"),
    ("French", "latin-1"),
    ("French", "mac-roman"),
    ("German", "cp1252"),
    ("German", "latin-1"),
    ("German", "cp850"),
    ("Spanish", "cp1252"),
    ("Polish", "cp1250"),
    ("Polish", "iso8859-2"),
    ("Czech", "cp1250"),
    ("Russian", "cp1251"),
    ("Russian", "koi8-r"),
    ("Russian", "cp866"),
    ("Greek", "cp1253"),
    ("Turkish", "cp1254"),
    ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"),
    ("Japanese", "shift-jis"),
    ("Japanese", "euc-jp"),
    ("Chinese", "gb18030"),
    ("Taiwanese", "big5"),
    ("Korean", "euc-kr"),
)
_WIDE: Final = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
Rows = list[tuple[str, ...]]


def _worded(language: str, rng: Random, rows: int) -> Rows:
    words = _WORDS[language].split(",")
    body = [
        (
            str(place),
            " ".join(rng.choices(words, k=4)),
            rng.choice(words),
            f"{rng.uniform(1, 500):.2f}",
        )
        for place in range(rows)
    ]
    return [("id", "text", words[3], "price"), *body]


def alphabets(rng: Random) -> Iterator[Case]:
    """Every language in its old encodings, short and longer."""
    for language, encoding in _ENCODINGS:
        for rows in (6, 60):
            grid = _worded(language, rng, rows)
            fits = [tuple(cell if _fits(cell, encoding) else "x" for cell in row) for row in grid]
            data = Dialect(";").text(fits).encode(encoding)
            detail = f"{language} in {encoding}, {rows} rows"
            yield Case("old encoding", detail, data, LOADED, fits, words="not UTF-8|read as")


def _fits(cell: str, encoding: str) -> bool:
    try:
        cell.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def wide(rng: Random) -> Iterator[Case]:
    """UTF-8, UTF-16 and UTF-32, with and without a mark, in every alphabet."""
    for place, language in enumerate(_WORDS):
        grid = _worded(language, rng, 12)
        encoding = _WIDE[place % len(_WIDE)]
        for mark in ("", "\ufeff"):
            text = mark + Dialect("\t", newline="\r\n").text(grid)
            detail = f"{language} in {encoding}{' with a mark' if mark else ''}"
            yield Case("Unicode", detail, text.encode(encoding), CLEAN, grid)


def mixed(rng: Random) -> Iterator[Case]:
    """UTF-8 with single rows in another encoding: told with line and offset."""
    for language, other in (("German", "cp1252"), ("French", "cp1252"), ("Spanish", "latin-1")):
        for row in (1, 7, 19):
            grid = _worded(language, rng, 20)
            lines = [Dialect().row(cells).encode() for cells in grid]
            lines[row] = Dialect().row(grid[row]).encode(other)
            data = b"\n".join(lines) + b"\n"
            words = rf"line {row + 1}\b.*offset|offset.*line {row + 1}\b"
            yield Case("mixed encodings", f"{language}, row {row}", data, WARNED, grid, words=words)


def cut(rng: Random) -> Iterator[Case]:
    """Files that end within a letter."""
    for encoding in ("utf-8", "utf-16", "utf-32"):
        for language in ("Russian", "Japanese"):
            grid = _worded(language, rng, 5)
            data = Dialect(final=False).text([*grid, ("9", "東")]).encode(encoding)[:-1]
            yield Case("cut letter", f"{language} in {encoding}", data, WARNED, words="line 7")


def line_ends(rng: Random) -> Iterator[Case]:
    """Line ends of three systems, single and mixed, signs of old systems at the end."""
    table = SHAPES[0](rng, 9)
    text = Dialect().text(table.grid)
    lines = text.splitlines(keepends=True)
    for name, changed in (
        ("CRLF", text.replace("\n", "\r\n")),
        ("CR", text.replace("\n", "\r")),
        (
            "CRLF and LF",
            "".join(x.replace("\n", "\r\n") if i % 2 else x for i, x in enumerate(lines)),
        ),
        ("CR and LF", "".join(x.replace("\n", "\r") if i % 3 else x for i, x in enumerate(lines))),
        ("all three", "".join(x[:-1] + ("\n", "\r", "\r\n")[i % 3] for i, x in enumerate(lines))),
        ("no last", text.rstrip("\n")),
        ("CR CR LF", text.replace("\n", "\r\r\n")),
        ("LF CR", text.replace("\n", "\n\r")),
        ("Ctrl-Z at the end", text + "\x1a"),
        ("form feed at the end", text + "\x0c"),
        ("zero bytes at the end", text + "\x00" * 512),
        ("blank line after each", text.replace("\n", "\n\n")),
    ):
        yield Case("line ends", name, changed.encode(), LOADED, table.grid)


def signs(rng: Random) -> Iterator[Case]:
    """Signs that look like line ends or like nothing stay within their cells."""
    for sign in "\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e\u200b\u200e\u202e\u00a0\u3000\U0001f600":
        table = SHAPES[2](rng, 6)
        rows = [*table.rows[:3], (*table.rows[3][:-1], f"o{sign}k"), *table.rows[4:]]
        grid = [table.header, *rows]
        yield Case("odd sign", f"U+{ord(sign):04X}", Dialect().bytes(grid), CLEAN, grid)


def heaps(rng: Random) -> Iterator[Case]:
    """Texts that are no table, or hardly: delimiters, quotes and newlines in heaps."""
    for name, text in (
        ("quotes", '"' * 5000),
        ("quotes in lines", '"\n' * 3000),
        ("delimiters", "," * 4000),
        ("lines of delimiters", ",,,,\n" * 2000),
        ("alternating", '",' * 4000),
        ("backslashes", "\\" * 5000),
        ("backslashes and quotes", '\\"' * 4000),
        ("one letter", "a"),
        ("one number", "7"),
        ("one long word", "a" * 200_000),
        ("one quoted long word", '"' + "a" * 200_000 + '"'),
        ("an opened quote", 'a,b\n"' + "x\n" * 20_000),
        ("many opened quotes", "a,b\n" + '1,"x\n' * 5_000),
        ("random signs", "".join(rng.choices(",;|\t\"'\\\n\r ab1.", k=8000))),
        ("random letters", "".join(rng.choices("abcdefgh \n", k=8000))),
        ("brackets", "[" * 100_000),
        ("braces", '{"a":' * 50_000),
    ):
        yield Case("heap of signs", name, text.encode(), ANY)


def nothing(rng: Random) -> Iterator[Case]:
    """Files with nothing in them are refused."""
    for name, data in (
        ("0 bytes", b""),
        ("a mark", b"\xef\xbb\xbf"),
        ("a wide mark", b"\xff\xfe"),
        ("spaces", b"   "),
        ("newlines", b"\n\r\n\n"),
        ("tabs and newlines", b"\t\n\t\n"),
        ("zero bytes", b"\x00" * 4096),
    ):
        yield Case("nothing in it", name, data, REFUSED)


def too_wide(rng: Random) -> Iterator[Case]:
    """More columns than are read; exactly as many are."""
    for columns, outcomes in ((5_000, LOADED), (5_001, REFUSED), (60_000, REFUSED)):
        rows = [tuple(f"c{place}" for place in range(columns))]
        rows += [tuple(str(place) for place in range(columns))] * 2
        data = Dialect().bytes(rows)
        words = "5,000" if outcomes is REFUSED else ""
        yield Case("too wide", f"{columns:,} columns", data, outcomes, words=words)


TEXTS: Final[tuple[Family, ...]] = (
    alphabets,
    wide,
    mixed,
    cut,
    line_ends,
    signs,
    heaps,
    nothing,
    too_wide,
)
