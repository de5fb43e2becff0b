"""`python -m tools.ml.profiling TABLE [--json]`: a table in numbers, without a bot."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.errors import NeedsChoice, ToolError

if TYPE_CHECKING:
    from tools.ml.profiling.profile import ColumnProfile, Profile

REFUSED: Final = 3
_NAME: Final = 28


def main(arguments: list[str] | None = None, *, lean: bool = False) -> int:
    """Exit code 0, or 3 when the file was refused: the reason is the last line of stderr.

    Args:
        arguments: Of the command line; those of the process by default.
        lean: Whether pandas is out of reach: files that need it are left to another process.
    """
    from tools.ml.profiling.files import profile_clean, profile_read

    told = _parser().parse_args(arguments)
    try:
        profile = None if told.whole else profile_clean(told.table)
        if profile is None and lean:
            command = [sys.executable, "-m", "tools.ml.profiling", *sys.argv[1:], "--whole"]
            os.execv(sys.executable, command)  # noqa: S606 - this very command
        if profile is None:
            profile = profile_read(told.table)
    except (ToolError, OSError) as error:
        sys.stderr.write(_reason(error, told.table) + "\n")
        return REFUSED
    sys.stdout.write((_as_json(profile) if told.json else _as_text(profile)) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.ml.profiling", description="Describe a table in numbers."
    )
    parser.add_argument("table", type=Path, metavar="TABLE", help="any file the bot reads")
    parser.add_argument("--json", action="store_true", help="all numbers, as one JSON object")
    parser.add_argument("--whole", action="store_true", help="read into memory, never as a stream")
    return parser


def _reason(error: ToolError | OSError, path: Path) -> str:
    if isinstance(error, OSError):
        return f"“{path}” cannot be opened: {error.strerror}."
    parts = [error.message, error.hint]
    if isinstance(error, NeedsChoice):
        parts = [error.message, ", ".join(option.label for option in error.options)]
    return " ".join(" ".join(part.split()) for part in parts if part)


def _as_json(profile: Profile) -> str:
    numbers = asdict(profile)
    del numbers["summary"]
    return json.dumps(_finite(numbers), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    """The same value with null for what JSON cannot say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _as_text(profile: Profile) -> str:
    lines = [f"{profile.rows:,} rows × {len(profile.columns):,} columns", ""]
    lines += [_line(column) for column in profile.columns]
    if profile.findings:
        lines += ["", *(finding.sentence for finding in profile.findings)]
    return "\n".join(lines)


def _line(column: ColumnProfile) -> str:
    name = column.name if len(column.name) <= _NAME else column.name[: _NAME - 1] + "…"
    about = "≈" if not column.distinct_exact else ""
    said = f"{about}{column.distinct:,} distinct, {column.missing:,} missing"
    if column.quantiles:
        said += f", {column.low:.6g} to {column.high:.6g}, median {column.quantiles[3]:.6g}"
    elif column.low is not None:
        said += f", {column.low} to {column.high}"
    elif column.kind in ("category", "boolean"):
        said += ": " + ", ".join(f"{value} {rows:,}" for value, rows in column.top[:3])
    return f"{name:<{_NAME}} {column.kind:<9} {said}"


if __name__ == "__main__":
    from tools.ml.profiling.arrays import spare_pandas

    LEAN: Final = "--whole" not in sys.argv
    if LEAN:
        spare_pandas()
    sys.exit(main(lean=LEAN))
