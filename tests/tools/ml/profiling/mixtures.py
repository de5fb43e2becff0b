"""Seeded columns of text of every sort, some of which change their mind late in the file."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable


def _day(r: random.Random) -> tuple[int, int, int]:
    return r.randint(2000, 2030), r.randint(1, 12), r.randint(1, 28)


def _clock(r: random.Random) -> str:
    return f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}"


SORTS: dict[str, Callable[[random.Random, bool], object]] = {
    "whole": lambda r, late: r.randint(0, 1_000),
    "whole with gaps": lambda r, late: "" if r.random() < 0.1 else r.randint(-50, 50),
    "decimal": lambda r, late: round(r.gauss(0, 10), 3),
    "long decimal": lambda r, late: r.gauss(0, 1),
    "powers": lambda r, late: f"{r.random() * 1000:.3e}",
    "decimals late": lambda r, late: round(r.random(), 2) if late else r.randint(0, 9),
    "a word late": lambda r, late: "oops" if late else r.randint(0, 9),
    "zeros late": lambda r, late: "007" if late else r.randint(10, 99),
    "postal codes": lambda r, late: f"{r.randint(0, 99_999):05d}",
    "true or false": lambda r, late: r.choice(["true", "false"]),
    "yes, no or NA": lambda r, late: r.choice(["yes", "no", "NA"]),
    "no is late": lambda r, late: r.choice(["yes", "no"]) if late else "yes",
    "dates": lambda r, late: "{}-{:02d}-{:02d}".format(*_day(r)),
    "moments": lambda r, late: "{}-{:02d}-{:02d} {}".format(*_day(r), _clock(r)),
    "zones": lambda r, late: "{}-{:02d}-{:02d}T{}Z".format(*_day(r), _clock(r)),
    "day first": lambda r, late: "{2:02d}/{1:02d}/{0}".format(*_day(r)),
    "dates late": lambda r, late: "2020-01-05" if late else "",
    "classes": lambda r, late: r.choice("abc"),
    "classes or NA": lambda r, late: r.choice(["red", "blue", "NA"]),
    "names": lambda r, late: f"name {r.random()}",
    "sentences": lambda r, late: " ".join(r.choice(["lorem", "ipsum", "dolor"]) for _ in range(9)),
    "money": lambda r, late: f"${r.randint(1, 99)}.{r.randint(0, 99):02d}",
    "percent": lambda r, late: f"{r.randint(0, 100)}%",
    "decimal comma": lambda r, late: f"{r.randint(1, 99)},{r.randint(0, 99):02d}",
    "durations": lambda r, late: _clock(r),
    "nothing": lambda r, late: "",
    "numbers late": lambda r, late: r.randint(0, 9) if late else "",
    "unknown numbers": lambda r, late: "unknown" if r.random() < 0.05 else r.randint(0, 99),
    "long whole": lambda r, late: r.randint(10**15, 10**18),
    "quoted": lambda r, late: r.choice(['say "hi"', "a,b;c", "plain", "two\nlines"]),
    "shielded": lambda r, late: "'=1+1" if r.random() < 0.1 else "fine",
}


def mixture(seed: int) -> str:
    """A clean CSV of two to seven columns of random sorts."""
    r = random.Random(seed)
    rows = r.choice([20, 60, 300])
    sorts = [r.choice(sorted(SORTS)) for _ in range(r.randint(2, 7))]
    columns = [[SORTS[sort](r, row >= rows * 3 // 4) for row in range(rows)] for sort in sorts]
    text = io.StringIO()
    end, delimiter = r.choice(["\n", "\r\n"]), r.choice(",;\t|")
    writer = csv.writer(text, lineterminator=end, delimiter=delimiter)
    writer.writerow([f"{sort} {place}" for place, sort in enumerate(sorts)])
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue()
