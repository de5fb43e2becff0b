"""`python -m tools.drift REFERENCE CURRENT`: compare two Parquet files without a bot."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from tools.drift.detect import detect
from tools.drift.result import ColumnDrift, DriftResult, dump_result
from tools.errors import BadRequest, NotFound, ToolError
from tools.summaries.summary import Summary, count_into, dump_summary, load_summary, summarise

_EPILOG = """\
Exit codes: 0 checked, whether anything drifted or not; 1 could not be checked; 2 wrong arguments.
With --json the last line is {"flagged": [...], "checked": [...]}, the line before the whole report.
"""
_GZIP = b"\x1f\x8b"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _check(options)
    except ToolError as exc:
        sys.stderr.write(f"{exc}\n")
    except OSError as exc:
        sys.stderr.write(f"{exc.filename or 'A file'}: {exc.strerror}.\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.drift",
        description="Which columns of CURRENT have drifted away from REFERENCE?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("reference", type=Path, help="a Parquet file, or a summary saved before")
    parser.add_argument("current", type=Path, help="a Parquet file")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the reference's summary")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the result as PNG")
    return parser


def _check(options: argparse.Namespace) -> int:
    started = time.perf_counter()
    reference = _read_reference(options.reference)
    summarised = time.perf_counter()
    counts = count_into(reference, options.current)
    if not counts.columns:
        raise BadRequest(
            f"{options.reference} and {options.current} have no column in common to compare.",
            "Check that the names and types of their columns agree.",
        )
    result = detect(reference, counts)
    seconds = {"reference_s": summarised - started, "check_s": time.perf_counter() - summarised}
    if options.save:
        options.save.write_bytes(dump_summary(reference))
    if options.plot:
        from tools.drift.plot import drift_figure  # matplotlib: only when wanted

        options.plot.write_bytes(drift_figure(result))
    sys.stdout.write(_as_json(result, seconds) if options.json else _as_text(result, seconds))
    return 0


def _read_reference(path: Path) -> Summary:
    if not path.is_file():
        raise NotFound(f"There is no file {path}.")
    with path.open("rb") as file:
        if file.read(2) == _GZIP:
            file.seek(0)
            return load_summary(file.read())
    return summarise(path)


def _as_json(result: DriftResult, seconds: dict[str, float]) -> str:
    report = {name: round(value, 3) for name, value in seconds.items()} | dump_result(result)
    verdict = {"flagged": result.flagged, "checked": result.checked}
    return f"{json.dumps(report)}\n{json.dumps(verdict)}\n"


def _as_text(result: DriftResult, seconds: dict[str, float]) -> str:
    lines = [
        f"Reference  {result.reference_rows:>12,} rows   read in {seconds['reference_s']:.2f} s",
        f"Current    {result.rows:>12,} rows   checked in {seconds['check_s']:.2f} s",
        "",
        result.sentence,
    ]
    flagged = result.worst(len(result.columns))
    lines += ["", *_table(flagged)] if flagged else []
    steady = [_safe(column.name) for column in result.columns if not column.flagged]
    if flagged and steady:
        lines += ["", f"No drift: {', '.join(steady)}"]
    if result.skipped:
        lines += ["", "Not checked:"]
        lines += [f"  {_safe(skip.name)} {skip.reason}" for skip in result.skipped]
    return "\n".join(lines) + "\n"


def _table(columns: tuple[ColumnDrift, ...]) -> list[str]:
    wide = max(len(_safe(column.name)) for column in columns)
    slot = max(len(_method(column)) for column in columns)
    return [
        f"  {_safe(c.name):<{wide}}  {_method(c):<{slot}}  {c.effect:>6.3f}  {_safe(c.reason)}"
        for c in columns
    ]


def _method(column: ColumnDrift) -> str:
    return column.method.replace("_", " ")


def _safe(text: str) -> str:
    """Text from a file, unable to steer a terminal."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


if __name__ == "__main__":
    sys.exit(main())
