"""Ordinary delimited files: what spreadsheets, statistics, databases and portals write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.messy.cases import LOADED, Case, Family
from tests.messy.comparing import Grid
from tests.messy.dialects import Dialect
from tests.messy.packing import gz, zipped
from tests.messy.tables import orders, pairs, people, sensors, survey, wide

_ROWS: Final = (6, 24, 60, 150, 400)
_MONTHS: Final = tuple("Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez".split())  # noqa: SIM905
_SHOPS: Final = ("Bäckerei Nord", "REWE SAGT DANKE 4711", "Stadtwerke", "Gehalt Mai", "Café Süd")


def _case(
    kind: str, detail: object, data: bytes, right: Grid, name: str = "data.csv", **more: object
) -> Case:
    return Case(kind, str(detail), data, LOADED, right, name=name, **more)  # type: ignore[arg-type]


def _day(rng: Random) -> date:
    return date(2022, 1, 1) + timedelta(days=rng.randrange(1000))


def _comma(number: float, digits: int = 2) -> str:
    whole, _, part = f"{number:,.{digits}f}".replace(",", ".").rpartition(".")
    return f"{whole},{part}"


def spreadsheets(rng: Random) -> Iterator[Case]:
    """Excel's CSV: semicolons, a mark, CRLF, decimal commas; or commas in cp1252."""
    for rows in _ROWS:
        names = ("Datum", "Kunde", "Menge", "Preis", "Land")
        cells = [
            (
                f"{_day(rng):%d.%m.%Y}",
                rng.choice(_SHOPS),
                str(rng.randrange(1, 50)),
                _comma(rng.uniform(1, 3000)),
                rng.choice(("Österreich", "Türkei", "Spanien")),
            )
            for _ in range(rows)
        ]
        grid = (names, *cells)
        german = Dialect(";", newline="\r\n", encoding="utf-8-sig").bytes(grid)
        yield _case("Excel, semicolons", rows, german, grid)
        old = Dialect(";", newline="\r\n", encoding="cp1252").bytes(grid)
        yield _case("Excel, old encoding", rows, old, grid)
        unicode = Dialect("\t", newline="\r\n", encoding="utf-16").bytes(grid)
        yield _case("Excel, Unicode text", rows, unicode, grid, "data.txt")
        table = orders(rng, rows)
        english = Dialect(newline="\r\n", encoding="utf-8-sig").bytes(table.grid)
        yield _case("Excel, commas", rows, english, table.grid)
        short = people(rng, rows)
        tail = [("",) * 7] * 3
        ended = Dialect(newline="\r\n").bytes([*short.grid, *tail])
        yield _case("Excel, empty rows below", rows, ended, (*short.grid, *tail))


def statistics(rng: Random) -> Iterator[Case]:
    """Dumps of pandas, R, SAS and SPSS."""
    for rows in _ROWS:
        table = people(rng, rows)
        numbered = [(str(place), *row) for place, row in enumerate(table.rows)]
        grid = (("Unnamed: 0", *table.header), *numbered)
        yield _case("pandas", rows, Dialect().bytes(grid), grid)
        quoted = "\n".join(
            ",".join(f'"{cell}"' if not cell.replace(".", "").isdigit() else cell for cell in row)
            for row in ((cell or "NA" for cell in row) for row in sensors(rng, rows).grid)
        )
        right = [tuple(cell.strip('"') for cell in line.split(",")) for line in quoted.split("\n")]
        yield _case("R", rows, (quoted + "\n").encode(), right)
        coded = [
            (f"{n:04d}", rng.choice(("1", "2", ".")), f"{rng.gauss(50, 9):.1f}", rng.choice("MF"))
            for n in range(rows)
        ]
        grid = (("SUBJID", "TRT", "SCORE", "SEX"), *coded)
        yield _case("SAS", rows, Dialect(newline="\r\n").bytes(grid), grid)
        grid = (("id", "v1", "v2", "v3"), *((str(n), "1", "-99", "3.5") for n in range(rows)))
        yield _case("SPSS", rows, Dialect("\t").bytes(grid), grid, "data.dat")


def databases(rng: Random) -> Iterator[Case]:
    """Dumps of SQL databases: COPY, batch mode, quotes everywhere, other delimiters."""
    for rows in _ROWS:
        table = orders(rng, rows)
        marked = (table.header, *((*row[:-1], rng.choice(("\\N", row[-1]))) for row in table.rows))
        yield _case(
            "SQL, tabs and NULL", rows, Dialect("\t", quote="").bytes(marked), marked, "t.tsv"
        )
        bars = Dialect("|").bytes(table.grid)
        yield _case("SQL, bars", rows, bars, table.grid, "export.txt")
        every = Dialect(everywhere=True, newline="\r\n").bytes(table.grid)
        yield _case("SQL, quotes everywhere", rows, every, table.grid)
        nulls = (table.header, *((*row[:-1], rng.choice(("NULL", row[-1]))) for row in table.rows))
        yield _case("SQL, NULL", rows, Dialect().bytes(nulls), nulls)


def banks(rng: Random) -> Iterator[Case]:
    """Statements: a few lines above, decimal commas, an old encoding."""
    for rows in _ROWS:
        names = ("Buchungstag", "Valuta", "Verwendungszweck", "Betrag", "Währung")
        cells = [
            (
                f"{_day(rng):%d.%m.%Y}",
                f"{_day(rng):%d.%m.%Y}",
                rng.choice(_SHOPS),
                _comma(rng.uniform(-2000, 2000)),
                "EUR",
            )
            for _ in range(rows)
        ]
        above = ("Konto;DE00 1234", "Zeitraum;30 Tage", f"Kontostand;{_comma(812.5)} EUR", "")
        body = Dialect(";", everywhere=True, newline="\r\n").text((names, *cells))
        text = "".join(line + "\r\n" for line in above) + body
        yield _case("bank statement", rows, text.encode("cp1252"), (names, *cells), "umsatz.csv")


def sensors_and_logs(rng: Random) -> Iterator[Case]:
    """Logs of sensors: units, comment lines, gz, columns set with spaces."""
    for rows in _ROWS:
        table = sensors(rng, rows)
        units = ("", "[°C]", "[hPa]", "[mm]", "")
        data = Dialect(";").bytes([table.header, units, *table.rows])
        yield _case("sensor, units", rows, data, table.grid)
        head = f"# logger 7\n# started {table.rows[0][0]}\n"
        yield _case(
            "sensor, comments", rows, head.encode() + Dialect().bytes(table.grid), table.grid
        )
        packed = gz(Dialect().bytes(table.grid))
        yield _case("log in gz", rows, packed, table.grid, "log.csv.gz")
        numbers = [tuple(row[1:4]) for row in table.grid]
        text = "\n".join("".join(cell.rjust(14) for cell in row) for row in numbers) + "\n"
        yield _case("log, aligned", rows, text.encode(), numbers, "log.txt")


def surveys(rng: Random) -> Iterator[Case]:
    """Survey exports: long questions as names, line breaks in answers, several choices."""
    for rows in _ROWS:
        table = survey(rng, rows)
        yield _case("survey", rows, Dialect(newline="\r\n").bytes(table.grid), table.grid)
        names = (
            "Timestamp",
            "Which of these do you use? (Select all that apply)",
            "How likely are you to recommend us, from 0 to 10?",
            "Anything else?",
        )
        cells = [
            (
                f"{_day(rng):%d/%m/%Y} 14:{rng.randrange(60):02d}:07",
                ", ".join(rng.sample(("Phone", "Tablet", "Laptop", "TV"), rng.randint(1, 3))),
                str(rng.randrange(11)),
                rng.choice(("", "No", "Thanks, all fine", "I'd like more; really.")),
            )
            for _ in range(rows)
        ]
        grid = (names, *cells)
        yield _case("form", rows, Dialect(everywhere=True).bytes(grid), grid, "responses.csv")


def portals(rng: Random) -> Iterator[Case]:
    """Open data: a title above, notes below, years as names; exports of web analytics."""
    for rows in _ROWS:
        names = ("Region", "2019", "2020", "2021", "2022")
        cells = [
            (f"Region {n}", *(str(rng.randrange(100, 99999)) for _ in range(4)))
            for n in range(rows)
        ]
        grid = (names, *cells)
        body = Dialect(";").text(grid)
        text = f"Population by region\nAll figures at year's end\n\n{body}\nSource: own counts\n"
        yield _case("open data, title and notes", rows, text.encode(), grid)
        yield _case("open data", rows, Dialect().bytes(grid), grid)
        names = ("Page", "Sessions", "Bounce Rate", "Avg. Session Duration")
        cells = [
            (
                f"/page/{n}",
                f"{rng.randrange(1000, 90000):,}",
                f"{rng.uniform(0, 100):.2f}%",
                f"00:0{rng.randrange(10)}:{rng.randrange(10, 60)}",
            )
            for n in range(rows)
        ]
        grid = (names, *cells)
        head = "# " + "-" * 40 + "\n# Pages\n# 20240401-20240430\n# " + "-" * 40 + "\n\n"
        yield _case("web analytics", rows, (head + Dialect().text(grid)).encode(), grid)


def plain(rng: Random) -> Iterator[Case]:
    """Tables of competitions and scripts: wide, narrow, with empty columns, in ZIP."""
    for rows in _ROWS:
        table = wide(rng, rows)
        yield _case("wide", rows, Dialect().bytes(table.grid), table.grid)
        table = pairs(rng, rows)
        yield _case("two columns", rows, Dialect("\t").bytes(table.grid), table.grid, "pairs.tsv")
        full = people(rng, rows)
        gaps = (
            (*full.header, "comment", "checked by"),
            *((*row, "", "") for row in full.rows),
        )
        yield _case("TSV, empty columns", rows, Dialect("\t").bytes(gaps), gaps, "people.tsv")
        data = zipped({"orders.csv": Dialect().bytes(orders(rng, rows).grid)})
        yield Case("table in ZIP", str(rows), data, LOADED, name="orders.zip")
        months = [(month, str(rng.randrange(1000)), _comma(rng.uniform(0, 9))) for month in _MONTHS]
        grid = (("Monat", "Anzahl", "Anteil"), *months)
        yield _case("months", rows, Dialect(";", encoding="cp1252").bytes(grid), grid)
        numbers = [(f"{rng.gauss(0, 1):.4f}", f"{rng.gauss(0, 1):.4f}") for _ in range(rows)]
        text = Dialect(" ").bytes(numbers)
        yield _case("numbers without names", rows, text, numbers, "xy.dat", header=False)


def business(rng: Random) -> Iterator[Case]:
    """Shops, campaigns, contacts, time sheets."""
    for rows in _ROWS:
        names = ("order_id", "created_at", "email", "total", "currency", "tags")
        cells = [
            (
                f"#{1000 + n}",
                f"{_day(rng)}T{rng.randrange(24):02d}:15:00+02:00",
                f"person{n}@example.org",
                f"{rng.uniform(5, 500):.2f}",
                "EUR",
                rng.choice(("", "new, gift", "vip")),
            )
            for n in range(rows)
        ]
        yield _case("shop", rows, Dialect().bytes((names, *cells)), (names, *cells), "orders.csv")
        names = ("Campaign", "Impressions", "CTR", "Cost", "Start")
        cells = [
            (
                f"Spring | {rng.choice(_MONTHS)} | {n}",
                str(rng.randrange(10**6)),
                f"{rng.uniform(0, 9):.2f}%",
                f"€{rng.uniform(1, 900):.2f}",
                f"{_day(rng):%d %b %Y}",
            )
            for n in range(rows)
        ]
        data = Dialect("\t", encoding="utf-16").bytes((names, *cells))
        yield _case("campaigns", rows, data, (names, *cells), "report.csv")
        names = ("First Name", "Last Name", "Phone", "ZIP", "Notes")
        cells = [
            (
                rng.choice(("Ana", "Zoë", "Seán", "D'Arcy")),
                rng.choice(("O'Neill", "de la Cruz", "Smith-Jones", "Ng")),
                f"+49 30 {rng.randrange(10**6):06d}",
                f"{rng.randrange(10**5):05d}",
                rng.choice(("", 'calls it "home"', "c/o Ng; ring twice", "line one\nline two")),
            )
            for _ in range(rows)
        ]
        data = Dialect(newline="\r\n").bytes((names, *cells))
        yield _case("contacts", rows, data, (names, *cells), "contacts.csv")
        names = ("day", "from", "to", "hours", "done")
        cells = [
            (
                str(_day(rng)),
                f"{rng.randrange(6, 10):02d}:30",
                f"{rng.randrange(14, 19):02d}:15",
                f"{rng.randrange(4, 10)}:45",
                rng.choice(("TRUE", "FALSE")),
            )
            for _ in range(rows)
        ]
        yield _case("time sheet", rows, Dialect(";").bytes((names, *cells)), (names, *cells))


TEXTS: Final[tuple[Family, ...]] = (
    spreadsheets,
    statistics,
    databases,
    banks,
    sensors_and_logs,
    surveys,
    portals,
    business,
    plain,
)
