"""Mutates files of the corpus: bytes turned, cut, spliced and repeated; nothing may crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.messy import ordinary_containers, ordinary_texts
from tests.messy.cases import Case
from tests.messy.corpus import cases
from tests.messy.hostile_containers import CONTAINERS
from tests.messy.hostile_kinds import KINDS
from tests.messy.hostile_structures import STRUCTURES
from tests.messy.hostile_texts import TEXTS
from tests.messy.hostile_types import TYPES
from tests.messy.readings import reading, typed

_LARGEST: Final = 20_000
_SIGNS: Final = (
    b'"',
    b",",
    b";",
    b"\n",
    b"\r",
    b"\x00",
    b"\\",
    b"'",
    b"\xff",
    b"\xef\xbb\xbf",
    b"#",
)
Mutation = Callable[[bytes, bytes, Random], bytes]


def _flip(data: bytes, other: bytes, rng: Random) -> bytes:
    turned = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        turned[rng.randrange(len(turned))] ^= 1 << rng.randrange(8)
    return bytes(turned)


def _cut(data: bytes, other: bytes, rng: Random) -> bytes:
    start, stop = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[stop:]


def _end(data: bytes, other: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _splice(data: bytes, other: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def _repeat(data: bytes, other: bytes, rng: Random) -> bytes:
    start, stop = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:stop] + data[start:stop] * rng.randint(1, 5) + data[stop:]


def _insert(data: bytes, other: bytes, rng: Random) -> bytes:
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(data) + 1)
        data = data[:place] + rng.choice(_SIGNS) * rng.choice((1, 1, 2, 50)) + data[place:]
    return data


MUTATIONS: Final[tuple[Mutation, ...]] = (_flip, _cut, _end, _splice, _repeat, _insert)


@dataclass
class Attack:
    """What came of the mutated files; tracebacks by what was done to which file."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: dict[str, str] = field(default_factory=dict)
    slowest: float = 0.0


def mutated(found: Sequence[Case], count: int, seed: int) -> Iterator[tuple[str, bytes, str]]:
    """What was done, the bytes and the name, for so many files drawn from `found`."""
    rng = Random(seed)
    usable = [case for case in found if 0 < len(case.data) <= _LARGEST]
    for number in range(count):
        case, other = rng.choice(usable), rng.choice(usable)
        data, done = case.data, []
        for _ in range(rng.randint(1, 3)):
            mutation = rng.choice(MUTATIONS)
            if data:
                data = mutation(data, other.data, rng)
                done.append(mutation.__name__.strip("_"))
        yield f"{number}: {' '.join(done)}, {case.kind} {case.detail}", data, case.name


def attacked(seed: int, count: int) -> Attack:
    """Read so many mutated files with types and without."""
    families = (
        *(*TEXTS, *STRUCTURES, *TYPES, *KINDS, *CONTAINERS),
        *(*ordinary_texts.TEXTS, *ordinary_containers.CONTAINERS),
    )
    attack = Attack()
    for number, (done, data, name) in enumerate(mutated(cases(families, seed), count, seed)):
        found = (typed if number % 2 else reading)(data, name)
        attack.files += 1
        attack.outcomes[found.outcome] += 1
        attack.slowest = max(attack.slowest, found.seconds)
        if found.outcome == "crashed":
            attack.crashes[done] = found.message
    return attack
