"""Columns of many shapes for the drift tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

SHAPES: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "far from zero": lambda rng, n: rng.normal(1e9, 1, size=n),
    "skewed": lambda rng, n: rng.lognormal(sigma=2, size=n),
    "heavy tails": lambda rng, n: rng.standard_cauchy(size=n),
    "mostly zero": lambda rng, n: np.where(rng.random(n) < 0.7, 0, rng.exponential(size=n)),
    "rounded": lambda rng, n: rng.normal(size=n).round(1),
    "single precision": lambda rng, n: rng.normal(size=n).astype(np.float32),
    "small counts": lambda rng, n: rng.poisson(3, n),
    "large counts": lambda rng, n: rng.integers(0, 10**6, n),
    "ids": lambda rng, n: rng.integers(2**60, 2**62, n),
    "yes or no": lambda rng, n: rng.random(n) < 0.3,
}

seeds = st.integers(0, 2**32 - 1)
sizes = st.sampled_from((2, 7, 100, 1_500, 6_000))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two samples of one shape, the second stretched and moved a little, or not."""
    rng = np.random.default_rng(draw(seeds))
    shape = SHAPES[draw(st.sampled_from(sorted(SHAPES)))]
    first, second = shape(rng, draw(sizes)), shape(rng, draw(sizes))
    if second.dtype.kind == "f" and draw(st.booleans()):
        second = (second * second.dtype.type(1.2) + second.dtype.type(0.1)).astype(second.dtype)
    return first, second


def mixed_table(rng: np.random.Generator, rows: int, *, shifted: bool = False) -> pa.Table:
    """Twelve columns; if shifted, `moved` by 0.3 σ and `mix` by at most ten points differ."""
    mix = [0.30, 0.35, 0.25, 0.10] if shifted else [0.40, 0.30, 0.20, 0.10]
    zipf = 1 / np.arange(1, 301)
    return pa.table(
        {
            "moved": rng.normal(size=rows) + 0.3 * shifted,
            "normal": rng.normal(size=rows),
            "skewed": rng.lognormal(size=rows),
            "heavy": rng.standard_cauchy(size=rows),
            "zeros": np.where(rng.random(rows) < 0.7, 0, rng.exponential(size=rows)),
            "gaps": np.where(rng.random(rows) < 0.05, np.nan, rng.normal(size=rows)),
            "count": rng.poisson(5, rows),
            "flag": rng.random(rows) < 0.3,
            "mix": rng.choice(["north", "east", "south", "west"], rows, p=mix),
            "few": rng.choice(["a", "b", "c"], rows),
            "words": np.char.add("w", rng.choice(300, rows, p=zipf / zipf.sum()).astype(str)),
            "id": np.char.add("id", rng.integers(0, 2**40, rows).astype(str)),
        }
    )
