"""Writes the report of a profile, and its picture, and says how long each took.

`python -m tools.ml.report_page PROFILE.json OUT.html [--picture OUT.png]` takes what
`python -m tools.ml.profiling FILE --json` prints, and prints seconds and bytes as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tools.ml.profiling import Profile, load_profile
from tools.ml.report_page import Report, report_page


def main(arguments: list[str] | None = None) -> None:
    """Write what was asked for, each timed on its own."""
    parser = argparse.ArgumentParser(prog="python -m tools.ml.report_page", description=__doc__)
    parser.add_argument("profile", type=Path, help="a profile as JSON")
    parser.add_argument("page", type=Path, help="where the report goes")
    parser.add_argument("--picture", type=Path, help="where the overview goes, as PNG")
    asked = parser.parse_args(arguments)
    profile = load_profile(json.loads(asked.profile.read_text(encoding="utf-8")))
    told = _page(profile, asked.page)
    if asked.picture is not None:
        told |= _picture(profile, asked.picture)
    sys.stdout.write(f"{json.dumps(told)}\n")


def _page(profile: Profile, path: Path) -> dict[str, float]:
    start = time.perf_counter()
    page = report_page(Report(path.stem, profile)).encode()
    taken = time.perf_counter() - start
    path.write_bytes(page)
    return {"page_s": round(taken, 4), "page_bytes": len(page)}


def _picture(profile: Profile, path: Path) -> dict[str, float]:
    start = time.perf_counter()
    from tools.ml.overview import overview_figure

    png = overview_figure(profile)
    taken = time.perf_counter() - start
    path.write_bytes(png)
    return {"picture_s": round(taken, 4), "picture_bytes": len(png)}


if __name__ == "__main__":
    main()
