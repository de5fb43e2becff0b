"""How fast clean text is read, beside a bare pyarrow read of the same file.

`python -m benchmarks.reading [--rows N] [--repeats N]` writes a seeded CSV under var/bench and
reads it, by turns and each in a process of its own, as text cells, as a typed table, and with
pyarrow alone; start-up is not counted, nor what the first small file loads. The aim: 60 MB a
second, or within 2.5 times of pyarrow.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.mixed import write_mixed
from benchmarks.whole import FOLDER, by_turns, once

BARE = """
import sys, time
import pyarrow.csv
began = time.perf_counter()
pyarrow.csv.read_csv(sys.argv[1])
print(time.perf_counter() - began)
"""
OURS = """
import io, sys, time
from tools.ml.reading import ReadLimits, {name}
limits = ReadLimits(sent_bytes=10**10, expanded_bytes=10**10)
{name}(io.BytesIO(b"when,n\\n2024-01-01,1\\n2024-01-02,2\\n"), "small.csv")
began = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    {name}(file, "mixed.csv", limits=limits)
print(time.perf_counter() - began)
"""
AIM_MB = 60
AIM_TIMES = 2.5


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    path = once(FOLDER / f"mixed_{options.rows}.csv", partial(write_mixed, rows=options.rows))
    scripts = {
        "pyarrow.csv.read_csv": BARE,
        "read_text": OURS.format(name="read_text"),
        "read_table": OURS.format(name="read_table"),
    }
    commands: dict[str, Sequence[str | Path]] = {
        name: [sys.executable, "-c", text, path] for name, text in scripts.items()
    }
    runs = by_turns(commands, options.repeats)
    seconds = {
        name: statistics.median(float(each.last_line) for each in found)
        for name, found in runs.items()
    }
    size = path.stat().st_size / 1e6
    print(f"{size:.0f} MB, {options.rows:,} rows × 20 columns, without start-up")
    bare = seconds["pyarrow.csv.read_csv"]
    for name, took in seconds.items():
        speed, times = size / took, took / bare
        met = "" if name.startswith("pyarrow") else "  met" if met_aim(speed, times) else "  MISSED"
        print(f"{name:<24}{took:7.2f} s  {speed:6.0f} MB/s  {times:5.2f} ×{met}")
    return 0


def met_aim(speed: float, times: float) -> bool:
    """Either of the two aims."""
    return speed >= AIM_MB or times <= AIM_TIMES


if __name__ == "__main__":
    sys.exit(main())
