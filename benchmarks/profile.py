"""A profile from disk of 1 M rows × 20 mixed columns, as a whole process, beside its peers.

`python -m benchmarks.profile [--rows N] [--repeats N] [--long]` writes a seeded CSV under
var/bench, installs the peers into an environment of their own, runs all cold and by turns, and
prints seconds, ratios and peak memory. `--long` profiles ten times the rows too: memory is to stay
within 1.5 times, time to grow in proportion. Picture and report are timed apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.mixed import write_mixed
from benchmarks.whole import FOLDER, by_turns, line, median, once, peers, run

PEERS = ("duckdb>=1.5,<2", "ydata-profiling>=4.18", "setuptools<81")
SUMMARIZE = """
import duckdb, sys
print(len(duckdb.sql(f"SUMMARIZE SELECT * FROM read_csv('{sys.argv[1]}')").fetchall()))
"""
MINIMAL = """
import os, sys, warnings
os.environ["TQDM_DISABLE"] = "1"
warnings.simplefilter("ignore")
import pandas as pd
from ydata_profiling import ProfileReport
report = ProfileReport(pd.read_csv(sys.argv[1]), minimal=True, progress_bar=False)
print(len(report.to_json()))
"""
BOUND_MB = 600


def ours(path: Path) -> Sequence[str | Path]:
    """Our own command: the numbers alone."""
    return [sys.executable, "-m", "tools.ml.profiling", path, "--json"]


def check(printed: str, rows: int) -> str:
    """What the numbers say that the seed made so."""
    numbers = json.loads(printed)
    columns = {column["name"]: column for column in numbers["columns"]}
    exact = all(column["distinct_exact"] for column in columns.values())
    right = numbers["rows"] == rows == columns["id"]["distinct"] and exact
    return "exact" if right else "WRONG"


def drawn(printed: str) -> str:
    """Seconds and bytes of the report and the picture that are made from these numbers."""
    numbers = FOLDER / "profile.json"
    numbers.write_text(printed, encoding="utf-8")
    page, picture = FOLDER / "profile.html", FOLDER / "profile.png"
    made = [str(numbers), str(page), "--picture", str(picture)]
    return run([sys.executable, "-m", "tools.ml.report_page", *made]).last_line


def main() -> int:
    """Measure, print, and fail only if the numbers are wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--long", action="store_true", help="ten times the rows, too")
    options = parser.parse_args()
    path = once(FOLDER / f"mixed_{options.rows}.csv", partial(write_mixed, rows=options.rows))
    python = peers("peers", PEERS)
    runs = by_turns(
        {
            "ours": ours(path),
            "DuckDB SUMMARIZE (sketches)": [python, "-c", SUMMARIZE, path],
            "ydata-profiling minimal": [python, "-c", MINIMAL, path],
        },
        options.repeats,
    )
    print(f"{path.stat().st_size / 1e6:.0f} MB, {options.rows:,} rows × 20 columns, cold processes")
    for name, found in runs.items():
        print(line(name, found, runs["ours"]))
    verdicts = [check(found.last_line, options.rows) for found in runs["ours"]]
    peak = max(found.megabytes for found in runs["ours"])
    print(f"counts, quantiles, top values: {verdicts[0]}; peak {peak:.0f} of {BOUND_MB} MB")
    print(f"report and picture, apart: {drawn(runs['ours'][0].last_line)}")
    if options.long:
        long = once(
            FOLDER / f"mixed_{10 * options.rows}.csv", partial(write_mixed, rows=10 * options.rows)
        )
        far = run(ours(long))
        verdicts.append(check(far.last_line, 10 * options.rows))
        times, more = far.seconds / median(runs["ours"]), far.megabytes / peak
        print(
            f"ten times the rows: {far.seconds:.1f} s ({times:.1f} × the time), "
            f"{far.megabytes:.0f} MB ({more:.2f} × the memory), {verdicts[-1]}"
        )
    return 0 if set(verdicts) == {"exact"} else 1


if __name__ == "__main__":
    sys.exit(main())
