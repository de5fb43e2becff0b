"""`python -m tests.crash`: the whole sweep, or a share of it, and what it found."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.crash.releases import deaths, trained
from tests.crash.releases import play as play_release
from tests.crash.sweep import cases, play


def main() -> int:
    """Print every case and the sums; 0 when nothing was lost or said twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--upto", type=int, default=3, help="passings of each point")
    parser.add_argument("--cases", type=int, default=0, help="how many of them (0: all)")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    wanted = cases(upto=options.upto)
    if options.cases:
        wanted = random.Random(options.seed).sample(wanted, options.cases)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(wanted):
            home = Path(folder) / f"home-{number}"
            home.mkdir()
            result = asyncio.run(play(case, home))
            results.append(result)
            mark = "ok" if result.good else "BAD"
            print(f"{mark:4}{case.platform:8} {case.point:7} {case.count}", flush=True)
            if not result.good:
                print(result)
    said = sum(result.said for result in results)
    lost, doubled = sum(r.lost for r in results), sum(r.doubled for r in results)
    print(
        f"N = {len(results)} kills, seed {options.seed}, {said} messages: "
        f"{lost} lost, {doubled} doubled, "
        f"{sum(not r.died for r in results)} did not die, "
        f"{sum(r.fsck != 0 for r in results)} left something for fsck"
    )
    good = all(result.good for result in results)
    return 0 if (options.cases or _releases()) and good else 1


def _releases() -> bool:
    """Every death in the middle of a release through CI."""
    with tempfile.TemporaryDirectory() as folder:
        model = trained(Path(folder) / "model")
        ended = []
        for number, death in enumerate(deaths()):
            ended.append(play_release(death, model, Path(folder) / f"home-{number}"))
            mark = "ok" if ended[-1].good else "BAD"
            print(f"{mark:4}release  {death.point:7} {death.count}", flush=True)
            if not ended[-1].good:
                print(ended[-1])
    moved, asked = sum(one.moved for one in ended), sum(one.asked for one in ended)
    print(f"N = {len(ended)} kills during a release: {asked} runs asked for, {moved} moves")
    return all(one.good for one in ended)


if __name__ == "__main__":
    sys.exit(main())
