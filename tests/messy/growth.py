"""Whether time grows with the file and no faster, on texts that provoke every repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.messy.cases import ANY, Case
from tests.messy.children import in_children

RATIO: Final = 2.3
SHORT: Final = 2_000_000
LARGE: Final = 24_900_000
_ROW: Final = b'1,"x, ""y""",3.5,2024-05-01\n'
_HEAD: Final = b"a,b,c,d\n"


def _repeated(head: bytes, unit: bytes) -> Callable[[int], bytes]:
    return lambda size: head + unit * (size // len(unit))


TEXTS: Final[Mapping[str, Callable[[int], bytes]]] = {
    "well-formed": _repeated(_HEAD, _ROW),
    "quotes": _repeated(b"", b'"'),
    "quotes in lines": _repeated(b"", b'"\n'),
    "delimiters": _repeated(b"", b","),
    "lines of delimiters": _repeated(b"", b",,,\n"),
    "quotes and delimiters": _repeated(b"", b'",'),
    "one line": _repeated(b"a,b\n", b"x"),
    "one quoted line": lambda size: b'a,b\n"' + b"x" * size + b'",1\n',
    "short lines": _repeated(b"", b"1\n"),
    "blank lines": lambda size: _HEAD + _ROW + b"\n" * size + _ROW,
    "open quote": _repeated(b'a,b\n1,"', b"x\n"),
    "open quotes": _repeated(_HEAD, b'1,"x,3.5,2024-05-01\n'),
    "stray quotes": _repeated(_HEAD, b'1,x"y"z,3.5,"2024"-05\n'),
    "backslashes": lambda size: b'a,b\n1,"' + b"\\" * size + b'"\n',
    "escaped quotes": _repeated(b"a,b\n", b'1,"\\"x\\""\n'),
    "short rows": _repeated(_HEAD, _ROW + b"1,2\n"),
    "long rows": _repeated(_HEAD, _ROW + b"1,2,3,4,5,6\n"),
    "other delimiters": _repeated(_HEAD, _ROW + b"1;x;3;4\n"),
    "spaces": _repeated(_HEAD, _ROW + b"1 x 3 4\n"),
    "rows in quotes": _repeated(_HEAD, _ROW + b'"1,x,3,4"\n'),
    "comments": _repeated(_HEAD, _ROW + b"# no\n"),
    "headers": _repeated(b"", _HEAD),
    "broken rows": _repeated(_HEAD, b"1,x\n3.5,2024-05-01\n"),
    "broken letters": _repeated(_HEAD, b"\xc3\xa9\xff,1,2,3\n"),
    "zero bytes": _repeated(_HEAD, b"1,x\x00y,2,3\n"),
    "wide, then narrow": lambda size: b"1," * 3_000 + b"1\n" + b"1,2\n" * (size // 4),
    "random widths": lambda size: b"".join(
        b",".join([b"12"] * (1 + n * 7919 % 13)) + b"\n" for n in range(size // 21)
    ),
}


@dataclass(frozen=True, slots=True)
class Growth:
    """Processor seconds for a text of 2 MB, of twice that, and of nearly 25 MB."""

    name: str
    short: float
    double: float
    large: float
    outcome: str

    @property
    def ratio(self) -> float:
        """How much longer twice the text takes; start-up makes small ones look better."""
        return self.double / self.short

    @property
    def steady(self) -> bool:
        """Whether time grows with the text; a tenth of a second is below what can be told."""
        return self.ratio <= RATIO or self.double - self.short < 0.1


def measured() -> Iterator[Growth]:
    """Every text in a limited child; the better of two runs, for the two sizes compared."""
    sizes = (SHORT, SHORT, 2 * SHORT, 2 * SHORT, LARGE)
    for name, text in TEXTS.items():
        cases = [Case("growth", name, text(size), ANY, name="t.csv") for size in sizes]
        one, again, two, twice, large = in_children([cases[0], *cases])[1:]
        short, double = min(one.seconds, again.seconds), min(two.seconds, twice.seconds)
        yield Growth(name, short, double, large.seconds, large.outcome)
