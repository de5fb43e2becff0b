"""A drift check of 1 M against 1 M rows × 20 columns, as a whole process, beside Evidently's.

`python -m benchmarks.drift [--rows N] [--repeats N] [--seeds N] [--evidently]` makes seeded Parquet
files under var/bench, checks that exactly the planted columns are flagged and none on unshifted
twins, and prints seconds, peak memory and, with `--evidently` (which is installed into an
environment of its own), the ratio of the two.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.whole import FOLDER, Run, median, peers, run

PLANTED = ("normal_0", "normal_3", "normal_6", "category_1")
EVIDENTLY_NEEDS = ("evidently", "pandas<3", "pyarrow")  # it imports names that pandas 3 lost
EVIDENTLY = """
import sys
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset
reference, current = (pd.read_parquet(path) for path in sys.argv[1:])
Report([DataDriftPreset()]).run(current, reference).dict()
"""


def make(seed: int, rows: int, *, shifted: bool = False) -> pa.Table:
    """Twenty columns; if shifted, three moved by 0.3 σ, one re-weighted by at most ten points."""
    rng = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    for i in range(8):
        columns[f"normal_{i}"] = pa.array(
            rng.normal(size=rows) + 0.3 * (shifted and i in (0, 3, 6))
        )
    for i in range(3):
        columns[f"skewed_{i}"] = pa.array(rng.lognormal(size=rows))
    columns["heavy_tails"] = pa.array(rng.standard_t(2, size=rows))
    some = rng.random(rows) > 0.7
    columns["mostly_zero"] = pa.array(np.where(some, rng.exponential(size=rows), 0.0))
    columns["count"] = pa.array(rng.poisson(5, rows))
    columns["amount"] = pa.array(rng.integers(0, 100_000, rows))
    for i, size in enumerate((3, 5, 12, 40, 200)):
        weights = 1 / np.arange(1, size + 1)
        weights /= weights.sum()
        if shifted and i == 1:
            weights += [-0.1, 0.05, 0.02, 0.02, 0.01]
        codes = pa.array(rng.choice(size, rows, p=weights).astype(np.int32))
        names = pa.array([f"value {k}" for k in range(size)])
        columns[f"category_{i}"] = pa.DictionaryArray.from_arrays(codes, names).cast(pa.string())
    return pa.table(columns)


def write(path: Path, seed: int, rows: int, *, shifted: bool = False) -> None:
    """Write a file in a process of its own: a child's peak memory counts from its parent's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(_write, path, seed, rows, shifted).result()


def _write(path: Path, seed: int, rows: int, shifted: bool) -> None:
    pq.write_table(make(seed, rows, shifted=shifted), path)


def check(reference: Path, current: Path) -> Run:
    """Our own check as a whole process."""
    return run([sys.executable, "-m", "tools.drift", reference, current, "--json"])


def flagged(result: Run) -> tuple[str, ...]:
    """The columns a check flagged."""
    return tuple(json.loads(result.last_line)["flagged"])


def main() -> int:
    """Measure, print, and fail if a column is flagged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--evidently", action="store_true")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    reference, current = FOLDER / "reference.parquet", FOLDER / "current.parquet"
    write(reference, 0, options.rows)
    write(current, 1, options.rows, shifted=True)

    runs = [check(reference, current) for _ in range(options.repeats)]
    peak = max(result.megabytes for result in runs)
    right = all(set(flagged(result)) == set(PLANTED) for result in runs)
    print(f"rows                {options.rows:,} against {options.rows:,}, 20 columns")
    print(f"ours                {median(runs):.2f} s, {peak:.0f} MB at most (n = {len(runs)})")
    print(f"planted columns     {'exactly those flagged' if right else flagged(runs[0])}")

    alarms = 0
    for seed in range(options.seeds):
        twin = FOLDER / "twin.parquet"
        write(twin, 100 + seed, options.rows)
        alarms += bool(flagged(check(reference, twin)))
    print(f"unshifted twins     {alarms} of {options.seeds} flagged (seeds 100 on)")

    if options.evidently:
        script = FOLDER / "evidently_check.py"
        script.write_text(EVIDENTLY)
        before = check(reference, current).seconds
        theirs = run([peers("evidently", EVIDENTLY_NEEDS), script, reference, current])
        ours = (before + check(reference, current).seconds) / 2
        print(f"Evidently           {theirs.seconds:.1f} s, {theirs.megabytes:.0f} MB (n = 1)")
        print(
            f"ratio               {theirs.seconds / ours:.0f} (ours {ours:.2f} s, before and after)"
        )
    return 0 if right and not alarms else 1


if __name__ == "__main__":
    sys.exit(main())
