"""`python -m tests.understand`: how well people are understood, set by set, and how fast."""

from __future__ import annotations

import sys

from tests.bot.agent.offline.sentences import own_cases
from tests.understand.scoring import MOST_MS, Score, score, score_questions, timings
from tests.understand.sets import FIRST_SIGHT, sets

_EVERY = 5


def main(arguments: list[str]) -> int:
    """Print the scores, with `-v` what was misunderstood; 0 when all is well."""
    scores = [*(score(each) for each in sets()), score_questions()]
    print(f"{'set':24} {'N':>5} {'right':>6} {'share':>7} {'floor':>6} {'harmful':>8} {'asked':>6}")
    for each in scores:
        print(_row(each))
        if "-v" in arguments:
            print("\n".join(f"    {miss}" for miss in each.misses))
    for batch, share in FIRST_SIGHT.items():
        print(f"everyday, batch {batch}, at first sight, before anything was mended: {share}")
    crowd = list(own_cases())[::_EVERY]
    half, most = timings(crowd)
    print(
        f"among 200 columns and 1,000 names: median {half:.1f} ms a sentence, "
        f"95th percentile {most:.1f} ms (N = {len(crowd)})"
    )
    return 0 if all(each.passes for each in scores) and half < MOST_MS else 1


def _row(each: Score) -> str:
    share = each.right / each.total
    mark = "" if each.passes else "  BELOW" if not each.harmful else "  HARM"
    return (
        f"{each.name:24} {each.total:5} {each.right:6} {share:7.1%} {each.floor:6.0%} "
        f"{each.harmful:8} {each.asked:6}{mark}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
