"""A made-up passenger list with the usual mess, to try everything on; every row is invented."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import numpy as np

COLUMNS: Final = (
    "PassengerId",
    "Survived",
    "Pclass",
    "Name",
    "Sex",
    "Age",
    "SibSp",
    "Parch",
    "Ticket",
    "Fare",
    "Cabin",
    "Embarked",
)

_FAMILIES: Final = [
    "Abbott",
    "Baker",
    "Carlsen",
    "Dahl",
    "Eriksen",
    "Falk",
    "Garner",
    "Holm",
    "Ivers",
    "Jansen",
    "Keane",
    "Lund",
    "Moreau",
    "Nilsen",
    "O'Hara",
    "Palmer",
    "Quist",
    "Rossi",
    "Sand",
    "Thorne",
    "Ullman",
    "Vance",
    "Weiss",
    "Young",
    "Zeller",
    "Brandt",
    "Costa",
    "Duval",
    "Engel",
    "Fiore",
    "Gallo",
    "Hansen",
    "Kowal",
    "Laurent",
    "Meyer",
    "Novak",
    "Olsen",
    "Petrov",
    "Ryan",
    "Silva",
]
_MEN: Final = [
    "Albert",
    "Carl",
    "Edgar",
    "Frank",
    "Georg",
    "Henry",
    "Isaac",
    "Johan",
    "Karl",
    "Leo",
    "Martin",
    "Oskar",
    "Paul",
]
_WOMEN: Final = [
    "Ada",
    "Clara",
    "Edith",
    "Frida",
    "Greta",
    "Helen",
    "Ida",
    "Johanna",
    "Lucy",
    "Maria",
    "Nora",
    "Rosa",
    "Selma",
]
_NICKNAMES: Final = ["Bess", "Dolly", "Kitty", "Maggie", "Nell", "Polly"]
_PREFIXES: Final = ("A/5", "PC", "STON/O2.", "C.A.", "SC/PARIS", "W./C.")
_PORTS: Final = ("S", "C", "Q")
_SHIFTED_PORTS: Final = ("C", "S", "B")


def passengers_csv(rows: int = 900, seed: int = 7, *, shifted: bool = False) -> str:
    """The list as CSV text; the same for the same arguments on every machine.

    Args:
        rows: Number of passengers.
        seed: Another seed, other passengers of the same kind.
        shifted: A later voyage: older, dearer, from other ports.
    """
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_passengers(rows, seed, shifted=shifted))
    return target.getvalue()


def shifted_rows(rows: int, seed: int, *, outcome: bool = False) -> list[dict[str, Any]]:
    """Passengers of the later voyage as JSON values; gaps are None.

    Drift must be seen in them: ages are about ten years higher, fares 1.8 times as dear, and
    most people come aboard at other ports, one of them new.

    Args:
        rows: Number of passengers.
        seed: Another seed, other passengers of the same kind.
        outcome: Whether who survived is told.
    """
    people = _passengers(rows, seed, shifted=True)
    return [{k: v for k, v in person.items() if outcome or k != "Survived"} for person in people]


def _passengers(rows: int, seed: int, *, shifted: bool) -> list[dict[str, Any]]:
    rng = np.random.default_rng([seed, int(shifted)])
    return [_passenger(place + 1, rng, shifted=shifted) for place in range(rows)]


def _passenger(number: int, rng: np.random.Generator, *, shifted: bool) -> dict[str, Any]:
    """One person; the order of the draws is part of what a seed means."""
    pclass = int(rng.choice([1, 2, 3], p=[0.25, 0.21, 0.54]))
    woman = bool(rng.random() < 0.36)
    age = _age(pclass, rng) + (10.0 if shifted else 0.0)
    siblings = min(8, int(rng.poisson(0.5 if age > 14 else 1.4)))
    parents = min(6, int(rng.poisson(0.3 if age > 14 else 1.2)))
    fare = _fare(pclass, siblings + parents, rng) * (1.8 if shifted else 1.0)
    ports, shares = (
        (_SHIFTED_PORTS, [0.55, 0.25, 0.20]) if shifted else (_PORTS, [0.72, 0.19, 0.09])
    )
    port = str(rng.choice(ports, p=shares))
    family = siblings + parents
    lean = 0.55 + 2.9 * woman - 1.25 * (pclass - 1) + 1.5 * (age < 12) - 0.025 * (age - 30)
    lean += 0.35 * (port == "C") - 0.45 * max(0, family - 3) - 0.35
    survived = int(rng.random() < 1 / (1 + np.exp(-1.25 * lean)))
    has_cabin = rng.random() < {1: 0.8, 2: 0.12, 3: 0.03}[pclass]
    knows_age = rng.random() < (0.87 if pclass < 3 else 0.74)
    return {
        "PassengerId": number,
        "Survived": survived,
        "Pclass": pclass,
        "Name": _name(woman, age, siblings > 0, rng),
        "Sex": "female" if woman else "male",
        "Age": (round(age * 2) / 2 if age > 1 else round(age, 2)) if knows_age else None,
        "SibSp": siblings,
        "Parch": parents,
        "Ticket": _ticket(rng),
        "Fare": round(fare, 4),
        "Cabin": _cabin(pclass, rng) if has_cabin else None,
        "Embarked": port if rng.random() > 0.003 else None,
    }


def _age(pclass: int, rng: np.random.Generator) -> float:
    if rng.random() < 0.08:
        return float(rng.uniform(0.4, 12))
    return float(np.clip(rng.gamma(9.0, 1.0) * 2.2 + 17 - 4.5 * (pclass - 1), 12, 80))


def _fare(pclass: int, family: int, rng: np.random.Generator) -> float:
    """Skewed: many cheap tickets, a few that cost thirty times as much, some free passages."""
    if rng.random() < 0.015:
        return 0.0
    base = {1: 52.0, 2: 15.0, 3: 8.2}[pclass]
    spread = {1: 0.62, 2: 0.28, 3: 0.18}[pclass]
    return float(min(512.33, base * (1 + 0.45 * family) * np.exp(rng.normal(0, spread))))


def _name(woman: bool, age: float, married: bool, rng: np.random.Generator) -> str:
    family = _FAMILIES[rng.integers(len(_FAMILIES))]
    given = _WOMEN if woman else _MEN
    first, second = (given[rng.integers(len(given))] for _ in range(2))
    if not woman:
        title = "Master." if age < 13 else "Dr." if rng.random() < 0.02 else "Mr."
        return f"{family}, {title} {first} {second}"
    if married and age > 17:
        husband = _MEN[rng.integers(len(_MEN))]
        maiden = _FAMILIES[rng.integers(len(_FAMILIES))]
        return f"{family}, Mrs. {husband} ({first} {second} {maiden})"
    nickname = _NICKNAMES[rng.integers(len(_NICKNAMES))]
    quoted = f' "{nickname}"' if rng.random() < 0.15 else ""
    return f"{family}, Miss. {first} {second}{quoted}"


def _ticket(rng: np.random.Generator) -> str:
    number = int(rng.integers(2_000, 399_999))
    if rng.random() < 0.01:
        return "LINE"
    if rng.random() < 0.25:
        return f"{_PREFIXES[rng.integers(len(_PREFIXES))]} {number}"
    return str(number)


def _cabin(pclass: int, rng: np.random.Generator) -> str:
    deck = str(rng.choice(list({1: "ABCDE", 2: "DEF", 3: "EFG"}[pclass])))
    first = int(rng.integers(2, 130))
    return f"{deck}{first} {deck}{first + 2}" if rng.random() < 0.1 else f"{deck}{first}"
