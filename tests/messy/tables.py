"""Clean tables of several shapes, made from a seed, that everything messy starts from."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from tools.ml.sample import passengers_csv

SHARED: Final = Path(__file__).parents[3] / "shared" / "data"
"""A folder of public tables beside the project; not everybody has it."""

_FIRST: Final = ("Ana", "Bilal", "Chen", "Dora", "Émile", "Fatou", "Götz", "Hana", "Ivo", "Jónas")
_LAST: Final = ("Ortiz", "Nowak", "Çelik", "Brandt", "Sørensen", "Lefèvre", "Haddad", "Ng")
_CITIES: Final = ("Málaga", "Köln", "Łódź", "Genève", "São Paulo", "Oslo", "Den Haag", "Bray")
_ITEMS: Final = ("Chair, oak", "Desk lamp", "Shelf 80 cm", "Cup", "Rug, wool", "Door mat")
_REMARKS: Final = (
    "Came late, but whole.",
    "Would buy again; thanks!",
    "The lid does not close",
    "Asked twice, no answer. Then, suddenly, two.",
    "Good",
    "Fine for the price: no more, no less",
)
_MOODS: Final = ("agree", "disagree", "neither", "strongly agree")


@dataclass(frozen=True, slots=True)
class Table:
    """Names and cells as text; what a right reading gives back."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def grid(self) -> tuple[tuple[str, ...], ...]:
        """The header and the rows."""
        return (self.header, *self.rows)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.header)


def people(rng: random.Random, rows: int) -> Table:
    """Names with commas, accents, ages with gaps, dates, long text."""
    header = ("id", "name", "city", "age", "height", "joined", "remark")
    return Table("people", header, tuple(_person(rng, 101 + place) for place in range(rows)))


def _person(rng: random.Random, number: int) -> tuple[str, ...]:
    joined = date(2019, 1, 1) + timedelta(days=rng.randrange(2500))
    return (
        str(number),
        f"{rng.choice(_LAST)}, {rng.choice(_FIRST)}",
        rng.choice(_CITIES),
        str(rng.randrange(18, 91)) if rng.random() > 0.1 else "",
        f"{rng.uniform(1.5, 2.0):.2f}",
        joined.isoformat(),
        rng.choice(_REMARKS),
    )


def orders(rng: random.Random, rows: int) -> Table:
    """Codes with leading zeros, items with commas and inches, prices."""
    header = ("order", "sku", "item", "qty", "price", "paid")
    cells = tuple(
        (
            str(50_000 + place),
            f"{rng.randrange(100, 9999):06d}",
            rng.choice(_ITEMS) + rng.choice(("", ', 12" wide', "")),
            str(rng.randrange(1, 30)),
            f"{rng.uniform(1, 900):.2f}",
            rng.choice(("yes", "no")),
        )
        for place in range(rows)
    )
    return Table("orders", header, cells)


def sensors(rng: random.Random, rows: int) -> Table:
    """A log: times, numbers with signs and exponents, a state."""
    header = ("time", "temperature", "pressure", "drift", "state")
    start = datetime(2024, 3, 1, 6, 30, tzinfo=UTC)
    cells = tuple(
        (
            f"{start + timedelta(minutes=5 * place):%Y-%m-%d %H:%M:%S}",
            f"{rng.gauss(4, 9):.1f}",
            f"{rng.gauss(1013, 8):.2f}",
            f"{rng.gauss(0, 1e-5):.3e}",
            rng.choice(("ok", "ok", "low", "off")),
        )
        for place in range(rows)
    )
    return Table("sensors", header, cells)


def survey(rng: random.Random, rows: int) -> Table:
    """Answers in words, some over several lines, with quotes."""
    header = ("respondent", "The product is easy to use", "Anything else?", "minutes")
    said = (*_REMARKS, 'She said "no".\nThen she left.', "One\n\nTwo", "")
    cells = tuple(
        (f"r{place:03d}", rng.choice(_MOODS), rng.choice(said), str(rng.randrange(2, 60)))
        for place in range(rows)
    )
    return Table("survey", header, cells)


def numbers(rng: random.Random, rows: int) -> Table:
    """Numbers only, below short names."""
    header = ("x", "y", "z", "n")
    cells = tuple(
        (f"{rng.gauss(0, 3):.4f}", f"{rng.gauss(0, 3):.4f}", f"{rng.random():.6f}", str(place))
        for place in range(rows)
    )
    return Table("numbers", header, cells)


def wide(rng: random.Random, rows: int) -> Table:
    """Many columns of numbers after a name."""
    header = ("station", *(f"m{place:02d}" for place in range(1, 31)))
    cells = tuple(
        (f"S{place:02d}", *(str(rng.randrange(1000)) for _ in range(30))) for place in range(rows)
    )
    return Table("wide", header, cells)


def pairs(rng: random.Random, rows: int) -> Table:
    """A word and a number."""
    cells = tuple(
        (f"{rng.choice(_CITIES)} {place}", str(rng.randrange(999))) for place in range(rows)
    )
    return Table("pairs", ("place", "count"), cells)


SHAPES: Final[tuple[Callable[[random.Random, int], Table], ...]] = (
    people,
    orders,
    sensors,
    survey,
    numbers,
    wide,
    pairs,
)


def sample(rows: int, seed: int) -> Table:
    """The made-up passenger list that the bot offers."""
    return parsed("sample", passengers_csv(rows, seed))


def shared(rows: int) -> list[Table]:
    """The first rows of each public table beside the project; empty where there is none."""
    found = sorted(SHARED.glob("*.csv")) if SHARED.is_dir() else []
    texts = [path.read_text(encoding="utf-8") for path in found]
    return [parsed(f"public {place + 1}", text, rows) for place, text in enumerate(texts)]


def parsed(name: str, text: str, rows: int | None = None) -> Table:
    """A well-formed comma-separated text as a table."""
    grid = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
    cells: Sequence[tuple[str, ...]] = grid[1:] if rows is None else grid[1 : rows + 1]
    return Table(name, grid[0], tuple(cells))
