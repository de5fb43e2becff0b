"""`python -m tests.hijack`: every carrier, goal and role, and what came of it."""

from __future__ import annotations

import asyncio
import itertools
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.hijack.attack import ROLES, Result, theatre
from tests.hijack.carriers import CARRIERS
from tests.hijack.goals import GOALS


def main() -> int:
    """Print what harmed and the sums; 0 when nothing did."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (carrier, role) in enumerate(itertools.product(CARRIERS, ROLES)):
            home = Path(folder) / f"home-{number}"
            results += asyncio.run(theatre(home, carrier, role, GOALS))
    for result in results:
        if result.harm:
            print(f"HARM {result.carrier} → {result.goal} ({result.role}): {result.harm}")
    reached = Counter(result.carrier for result in results if result.reached)
    for carrier in CARRIERS:
        print(f"{carrier:20} before the model in {reached[carrier]} of {len(GOALS) * len(ROLES)}")
    print(
        f"N = {len(results)} attacks, {sum(r.called for r in results)} calls obeyed, "
        f"{sum(r.asked for r in results)} ended in a question to a person, "
        f"{sum(bool(r.harm) for r in results)} did harm"
    )
    return 1 if any(result.harm for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
