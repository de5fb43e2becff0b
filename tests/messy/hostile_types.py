"""Hostile columns: numbers, dates, booleans, marks and mixtures, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from tests.messy.cases import CLEAN, LOADED, Case, Family
from tests.messy.dialects import Dialect

_Column = tuple[str, Sequence[str], Sequence[str] | None]

_NUMBERS: Final = (
    ("decimal comma", "1,5¦2,25¦-3,75¦10,5¦0,5", "1.5¦2.25¦-3.75¦10.5¦0.5"),
    (
        "thousands with points",
        "1.234,5¦12.345,75¦999,25¦1.000.000,5¦0,5",
        "1234.5¦12345.75¦999.25¦1000000.5¦0.5",
    ),
    (
        "thousands with commas",
        "1,234.5¦12,345.75¦999.25¦1,000,000.5¦0.5",
        "1234.5¦12345.75¦999.25¦1000000.5¦0.5",
    ),
    (
        "thousands with spaces",
        "1 234,5¦12 345,75¦999,25¦1 000 000,5¦0,5",
        "1234.5¦12345.75¦999.25¦1000000.5¦0.5",
    ),
    (
        "thousands with thin spaces",
        "1\u202f234,5\xa612\u202f345,75\xa6999,25\xa63,5\xa60,5",
        "1234.5¦12345.75¦999.25¦3.5¦0.5",
    ),
    (
        "thousands with apostrophes",
        "1'234.5¦12'345.75¦999.25¦3.5¦0.5",
        "1234.5¦12345.75¦999.25¦3.5¦0.5",
    ),
    (
        "Indian thousands",
        "1,00,000¦12,34,567¦99,000¦5,00,000¦7,000",
        "100000¦1234567¦99000¦500000¦7000",
    ),
    ("exponents", "1e3¦2.5E-4¦-3e+2¦7¦0.1", "1000¦0.00025¦-300¦7¦0.1"),
    ("accountants' minus", "(12.50)¦13.00¦(1.25)¦4¦5", "-12.5¦13¦-1.25¦4¦5"),
    ("minus behind", "12.50-¦13.00¦1.25-¦4.00¦5.00", ""),
    ("true minus sign", "−4¦5¦−6¦7¦8", "-4¦5¦-6¦7¦8"),
    ("plus signs", "+4¦-5¦+6¦+7¦-8", "4¦-5¦6¦7¦-8"),
    ("long integers", "12345678901234567890¦12345678901234567891¦1¦2¦3", "same"),
    ("beyond 2**53", "9007199254740993¦9007199254740995¦9007199254740997¦1¦3", "same"),
    ("euros", "€ 12.50¦€ 13.00¦€ 7.25¦€ 1¦€ 2", "12.5¦13¦7.25¦1¦2"),
    ("dollars", "$1,250.50¦$13.00¦$7.25¦-$1¦$2", "1250.5¦13¦7.25¦-1¦2"),
    ("two currencies", "€12.50¦$13.00¦€7.25¦$1¦€2", "same"),
    ("percent", "12%¦13.5%¦7 %¦0%¦100%", ""),
    ("leading zeros", "00123¦04567¦12345¦99999¦00001", "same"),
    ("phone numbers", "+49 30 1234567¦030 7654321¦0171-555555¦+1 555 0100¦110", "same"),
    ("versions", "1.2.3¦1.10.0¦2.0.1¦1.2.4¦3.0.0", "same"),
    ("one word among numbers", "1¦2¦three¦4¦5", "same"),
    ("hexadecimal", "0x1F¦0x2A¦0x03¦0x44¦0x5", "same"),
    ("infinite", "1.5¦inf¦2.5¦-inf¦3", ""),
    ("Arabic digits", "١٢¦٣٤¦٥٦¦٧٨¦٩", ""),
    ("fractions", "1/2¦3/4¦5/8¦7/9¦2/3", "same"),
    ("ambiguous thousands", "1.234¦5.678¦9.012¦3.456¦7.890", ""),
    ("huge exponents", "1e400¦1e-400¦5¦6¦7", ""),
)
_DATES: Final = (
    ("ISO", "2024-03-01¦2024-02-29¦1999-12-31¦2000-01-01¦2024-10-05", "same"),
    (
        "day first",
        "01/03/2024¦29/02/2024¦31/12/1999¦01/01/2000¦05/10/2024",
        "2024-03-01¦2024-02-29¦1999-12-31¦2000-01-01¦2024-10-05",
    ),
    (
        "month first",
        "03/01/2024¦02/29/2024¦12/31/1999¦01/01/2000¦10/05/2024",
        "2024-03-01¦2024-02-29¦1999-12-31¦2000-01-01¦2024-10-05",
    ),
    (
        "points",
        "01.03.2024¦29.02.2024¦31.12.1999¦01.01.2000¦05.10.2024",
        "2024-03-01¦2024-02-29¦1999-12-31¦2000-01-01¦2024-10-05",
    ),
    ("either", "01/03/2024¦02/04/2024¦05/06/2023¦07/08/2022¦09/10/2021", ""),
    ("both at once", "13/01/2024¦01/13/2024¦05/06/2023¦07/08/2022¦09/10/2021", ""),
    (
        "words",
        "1 Mar 2024¦29 Feb 2024¦31 Dec 1999¦1 Jan 2000¦5 Oct 2024",
        "2024-03-01¦2024-02-29¦1999-12-31¦2000-01-01¦2024-10-05",
    ),
    ("no such day", "30/02/2024¦31/04/2024¦12/05/2023¦07/08/2022¦09/10/2021", ""),
    (
        "with times",
        "2024-03-01 06:30¦2024-03-01 07:00¦2024-03-02 00:00¦2024-03-02 23:59¦2024-03-03 12:00",
        "",
    ),
    (
        "with zones",
        "2024-03-01T06:30:00Z¦2024-03-01T06:30:00+02:00¦2024-03-02T00:00:00Z¦2024-03-02T00:00:00-05:00¦2024-03-03T12:00:00Z",
        "",
    ),
    ("zero dates", "0000-00-00¦2024-02-01¦2024-03-01¦2024-04-01¦2024-05-01", ""),
    ("compact", "20240301¦20240229¦19991231¦20000101¦20241005", ""),
    ("Excel serials", "45352¦45351¦36525¦36526¦45570", ""),
    ("times only", "06:30¦07:00¦23:59¦00:00¦12:15", ""),
    ("durations", "1:02:03¦0:45:10¦26:00:00¦3:15:00¦0:00:01", ""),
    ("year and month", "2024-03¦2024-02¦1999-12¦2000-01¦2024-10", ""),
    ("two-digit years", "01.03.24¦29.02.24¦31.12.99¦01.01.00¦05.10.24", ""),
    ("far away", "9999-12-31¦0001-01-01¦1582-10-15¦2024-01-01¦1900-01-01", ""),
)
_WORDS: Final = (
    ("yes and no", "yes¦no¦no¦yes¦no", "True¦False¦False¦True¦False"),
    ("ja and nein", "ja¦nein¦nein¦ja¦ja", ""),
    ("capitals", "TRUE¦FALSE¦FALSE¦TRUE¦TRUE", "True¦False¦False¦True¦True"),
    ("0 and 1", "0¦1¦1¦0¦1", "same"),
    ("NA among words", "NA¦oak¦elm¦n/a¦ash", "¦oak¦elm¦¦ash"),
    ("marks among numbers", "NA¦1¦-¦#N/A¦n/a", "¦1¦¦¦"),
    ("Namibia", "NA¦DE¦FR¦NA¦US", ""),
    ("999 stands out", "999¦1¦2¦3¦999", "same"),
    ("spaces alone", "  ¦a¦ b¦c ¦d", ""),
    ("None of all", "¦¦¦¦", "same"),
    ("shielded formulas", "'=1+1¦'+2¦'-x¦'@y¦z", "=1+1¦+2¦-x¦@y¦z"),
    ("formulas", "=1+1¦=cmd|' /C calc'!A0¦=HYPERLINK(\"x\")¦@SUM(1)¦z", ""),
    ("JSON", '{"a": 1}¦[1, 2]¦{}¦null¦"x"', ""),
    ("ids", "a1f-22¦b2c-33¦c3d-44¦d4e-55¦e5f-66", "same"),
    ("HTML", "<b>x</b>¦<script>alert(1)</script>¦&amp;¦<¦>", "same"),
)
_SIGN: Final = "¦"


def _parted(listed: Sequence[tuple[str, str, str]]) -> Iterator[_Column]:
    """What it is called, its cells, and what they mean (None where that is open)."""
    for detail, written, meant in listed:
        cells = written.split(_SIGN)
        yield detail, cells, cells if meant == "same" else meant.split(_SIGN) if meant else None


_KINDS: Final = {
    "numbers": tuple(_parted(_NUMBERS)),
    "dates": tuple(_parted(_DATES)),
    "words": (
        *_parted(_WORDS),
        ("long text", [("word " * n).strip() for n in (900, 5, 800, 2, 7000)], None),
    ),
}


def columns(rng: Random) -> Iterator[Case]:
    """One hostile column between an id and a sound number; loaded, and what is clear is right."""
    for kind, listed in _KINDS.items():
        for detail, cells, meant in listed:
            order = [*range(len(cells))] * 4
            rows = [(f"k{n}", cells[place], f"{n}.25") for n, place in enumerate(order)]
            right = None
            if meant is not None:
                rights = [(f"k{n}", meant[place], f"{n}.25") for n, place in enumerate(order)]
                right = (("key", "it", "sound"), *rights)
            data = Dialect(";").bytes([("key", "it", "sound"), *rows])
            yield Case(f"column of {kind}", detail, data, LOADED, right, typed=True)


def as_found(rng: Random) -> Iterator[Case]:
    """Before types every cell stands as it was found."""
    for kind, listed in _KINDS.items():
        names = [detail for detail, *_ in listed]
        rows = list(zip(*(cells for _, cells, _ in listed), strict=True))
        grid = (tuple(names), *rows, *rows)
        data = Dialect("\t").bytes(grid)
        yield Case("cells as found", kind, data, CLEAN, grid)


TYPES: Final[tuple[Family, ...]] = (columns, as_found)
