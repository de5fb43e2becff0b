"""`python -m tests.messy`: pollutes, reads, compares, and prints what came of it per kind."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.messy.polluter import Sums, clean_tables, judged, pollutions, share, total

CELLS_RIGHT = 99.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 0 when everything that is promised held."""
    parser = argparse.ArgumentParser(prog="python -m tests.messy")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=0, help="polluted files (0: all)")
    parser.add_argument("--show", default="", help="print the failing files of this kind")
    options = parser.parse_args(arguments)
    return 0 if polluted(options.seed, options.cases, options.show) else 1


def polluted(seed: int, most: int, show: str) -> bool:
    """Run the polluter and print its table."""
    tables = clean_tables(seed)
    cases = pollutions(tables)
    sums = judged(share(cases, most, seed) if most else cases)
    print(f"Polluter: {len(tables)} clean tables, seed {seed}")
    print(
        f"{'fault':30}{'N':>7}{'cells':>9}{'right %':>9}{'told':>7}{'lost':>7}{'silent':>8}"
        f"{'alarms':>8}{'crashes':>9}"
    )
    for each in (*sums.values(), total(sums.values())):
        print(
            f"{each.kind:30}{each.files:7}{each.cells:9}{each.share:9.2f}{each.told:7}"
            f"{each.unknowable:7}{len(each.silent):8}{len(each.alarmed):8}{len(each.crashed):9}"
        )
    print("lost: cells that nobody could know again (cut off, or glued without a trace);")
    print("such a fault must be told, and its cells are not among those counted as right.")
    if show:
        _show(sums[show])
    whole = total(sums.values())
    return whole.share >= CELLS_RIGHT and not (whole.silent or whole.alarmed or whole.crashed)


def _show(sums: Sums) -> None:
    seen: set[int] = set()
    for verdict in (*sums.crashed, *sums.silent, *sums.alarmed, *sums.wrong):
        if id(verdict) in seen:
            continue
        seen.add(id(verdict))
        print(
            f"--- {verdict.place}: {verdict.right} of {verdict.cells} right, "
            f"silent {verdict.silent}, {verdict.remarks}"
        )
        print(verdict.data.decode("utf-8", errors="backslashreplace")[:600])


if __name__ == "__main__":
    sys.exit(main())
