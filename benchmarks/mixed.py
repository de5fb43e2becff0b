"""A seeded table of twenty mixed columns as CSV, about 150 bytes a row, of any number of rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_PART: Final = 250_000
_CITIES: Final = ("Berlin", "Paris", "Oslo", "Lima", "Hanoi", "São Paulo", "Kraków", "Zürich")
_WORDS: Final = tuple(
    f"{a}{b}" for a in ("red", "old", "big", "dry") for b in ("oak", "elm", "ash")
)


def write_mixed(path: Path, rows: int, *, seed: int = 0) -> None:
    """Write the table; part after part, so that the memory needed does not grow with the rows."""
    with path.open("wb") as file:
        for start in range(0, rows, _PART):
            part = _part(start, min(_PART, rows - start), np.random.default_rng([seed, start]))
            if not start:
                file.write((",".join(part) + "\n").encode())
            cells = [pc.fill_null(column, "") for column in part.values()]
            lines = pc.binary_join_element_wise(*cells, ",")
            file.write(("\n".join(lines.to_pylist()) + "\n").encode())


def _part(start: int, rows: int, rng: np.random.Generator) -> dict[str, Any]:
    """Columns as text, in the order of the table; null where nothing is written."""
    price = rng.lognormal(3, 1, rows).round(2)
    seconds = 1_577_836_800 + np.sort(rng.integers(0, 86_400 * 1_400, rows))
    when = pa.array(seconds * 1_000_000).cast(pa.timestamp("us"))
    born = pa.array(rng.integers(-10_000, 12_000, rows).astype("int32")).cast(pa.date32())
    note = pa.array([" ".join(pair) for pair in rng.choice(_WORDS, (rows, 2))])
    code = pa.array([f"{value:010x}" for value in rng.integers(0, 16**10, rows).tolist()])
    return {
        "id": _text(np.arange(start + 1, start + rows + 1)),
        "code": code,
        "when": pc.strftime(when.cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S"),
        "born": born.cast(pa.string()),
        "city": _choice(rng, _CITIES, rows, missing=0.02),
        "product": _choice(rng, tuple(f"P-{n}" for n in range(2_000)), rows),
        "segment": _choice(rng, ("basic", "plus", "pro"), rows),
        "note": pc.binary_join_element_wise('"', note, ', paid"', ""),
        "active": _choice(rng, ("true", "false"), rows),
        "age": _text(rng.integers(18, 95, rows), rng, missing=0.05),
        "visits": _text(rng.poisson(4, rows)),
        "stock": _text(rng.integers(0, 100_000, rows)),
        "price": _text(price),
        "cents": _text((price * 100).round().astype(np.int64)),
        "weight": _text(rng.normal(70, 12, rows).round(3), rng, missing=0.1),
        "ratio": _text(rng.random(rows).round(6)),
        "signal": _text(rng.normal(size=rows)),
        "balance": _text(rng.normal(0, 5_000, rows).round(2)),
        "spent": _text(np.where(rng.random(rows) < 0.6, 0.0, rng.exponential(50, rows).round(2))),
        "churned": _text((rng.random(rows) < 0.2).astype(np.int64)),
    }


def _text(values: Any, rng: np.random.Generator | None = None, *, missing: float = 0.0) -> Any:
    cells = pa.array(values).cast(pa.string())
    if rng is None:
        return cells
    return pc.if_else(pa.array(rng.random(len(values)) < missing), None, cells)


def _choice(
    rng: np.random.Generator, names: tuple[str, ...], rows: int, *, missing: float = 0.0
) -> Any:
    shares = 1 / np.arange(1, len(names) + 1)
    codes = rng.choice(len(names), rows, p=shares / shares.sum())
    cells = pa.array(names).take(pa.array(codes))
    return pc.if_else(pa.array(rng.random(rows) < missing), None, cells)
