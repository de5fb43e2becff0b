"""`python -m tests.messy`: reads the corpus and the polluted tables, and prints what came of it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

from tests.messy import corpus, growth, polluter
from tests.messy.cases import Finding
from tests.messy.fuzz import attacked
from tests.messy.pollution import Verdict

CELLS_RIGHT: Final = 99.0
WELL_SAID: Final = 98.0
ORDINARY_WARNED: Final = 5.0
OUTCOMES: Final = ("clean", "warned", "choice", "refused", "crashed", "died")
LIMIT_S: Final = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 0 when everything that is promised held."""
    parts: dict[str, Callable[[argparse.Namespace], bool]] = {
        "hostile": hostile,
        "ordinary": ordinary,
        "polluter": polluted,
        "fuzz": fuzzed,
        "growth": grown,
    }
    parser = argparse.ArgumentParser(prog="python -m tests.messy")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=int, default=0, help="polluted files (0: all)")
    parser.add_argument("--show", default="", help="print the failing files of this kind")
    parser.add_argument("--only", choices=parts, action="append", help="a part of it")
    options = parser.parse_args(arguments)
    held = {}
    for name in options.only or parts:
        began = time.monotonic()
        held[name] = parts[name](options)
        print(f"{'held' if held[name] else 'NOT HELD'} ({time.monotonic() - began:.0f} s)\n")
    return 0 if all(held.values()) else 1


def hostile(options: argparse.Namespace) -> bool:
    """The hostile files."""
    whole = _corpus("Hostile", corpus.HOSTILE, options)
    good = 100 * (1 - whole.vague / max(1, whole.refusals))
    print(f"refusals that name file, place, cause and next step: {good:.1f} % of {whole.refusals}")
    return not (whole.dead or whole.silent or whole.findings) and good >= WELL_SAID


def ordinary(options: argparse.Namespace) -> bool:
    """The ordinary files, and those of them that get a warning."""
    whole = _corpus("Ordinary", corpus.ORDINARY, options)
    heard = corpus.alarms(corpus.cases(corpus.ORDINARY, options.seed))
    share = 100 * len(heard) / whole.files
    print(f"ordinary files with a warning: {share:.1f} % of {whole.files}")
    for name, warnings in heard.items():
        print(f"  {name}: {warnings[0]}")
    return not whole.findings and share <= ORDINARY_WARNED


def _corpus(
    name: str, families: Sequence[corpus.Family], options: argparse.Namespace
) -> corpus.Tally:
    found = corpus.cases(families, options.seed)
    tallies = corpus.tallied(found)
    whole = corpus.total(tallies.values())
    print(f"{name} corpus: N = {len(found)}, seed {options.seed}")
    print(f"{'kind':24}{'N':>5}{''.join(f'{outcome:>9}' for outcome in OUTCOMES)}"
          f"{'silent':>8}{'not as promised':>17}{'slowest':>9}")  # fmt: skip
    for each in (*tallies.values(), whole):
        counts = "".join(f"{each.outcomes[outcome]:9}" for outcome in OUTCOMES)
        print(f"{each.kind:24}{each.files:5}{counts}{each.silent:8}{len(each.findings):17}"
              f"{each.slowest:8.1f}s")  # fmt: skip
    for finding in whole.findings:
        _tell(finding)
    return whole


def _tell(finding: Finding) -> None:
    case = finding.case
    print(f"  [{case.kind}] {case.detail} ({len(case.data):,} bytes): {'; '.join(finding.faults)}")
    for remark in finding.remarks[:2]:
        print(f"      {remark.strip().splitlines()[-1][:160]}")


def polluted(options: argparse.Namespace) -> bool:
    """Clean tables with every single fault at every place."""
    tables = polluter.clean_tables(options.seed)
    found = polluter.pollutions(tables)
    if options.cases:
        found = iter(polluter.share(found, options.cases, options.seed))
    sums = polluter.judged(found)
    whole = polluter.total(sums.values())
    print(f"Polluter: {len(tables)} clean tables, N = {whole.files}, seed {options.seed}")
    if not any(table.name.startswith("public") for table in tables):
        print(f"(without the public tables: there is no {polluter.SHARED})")
    print(f"{'fault':30}{'N':>7}{'cells':>9}{'right %':>9}{'told':>7}{'lost':>7}{'silent':>8}"
          f"{'alarms':>8}{'crashes':>9}")  # fmt: skip
    for each in (*sums.values(), whole):
        print(f"{each.kind:30}{each.files:7}{each.cells:9}{each.share:9.2f}{each.told:7}"
              f"{each.unknowable:7}{len(each.silent):8}{len(each.alarmed):8}"
              f"{len(each.crashed):9}")  # fmt: skip
    print("lost: cells that nobody could know again (cut off, or glued without a trace);")
    print("such a fault must be told, and its cells are not among those counted as right.")
    if options.show:
        _show(sums[options.show])
    return whole.share >= CELLS_RIGHT and not (whole.silent or whole.alarmed or whole.crashed)


def _show(sums: polluter.Sums) -> None:
    listed: dict[int, Verdict] = {
        id(verdict): verdict
        for verdict in (*sums.crashed, *sums.silent, *sums.alarmed, *sums.wrong)
    }
    for verdict in listed.values():
        print(f"--- {verdict.place}: {verdict.right} of {verdict.cells} right, "
              f"silent {verdict.silent}, {verdict.remarks}")  # fmt: skip
        print(verdict.data.decode("utf-8", errors="backslashreplace")[:600])


def fuzzed(options: argparse.Namespace) -> bool:
    """Files of the corpus, mutated."""
    found = attacked(options.seed, options.cases or 6_000)
    print(f"Fuzzing: N = {found.files} mutated files, seed {options.seed}, outcomes "
          f"{dict(found.outcomes)}, slowest {found.slowest:.1f} s")  # fmt: skip
    for name, trace in found.crashes.items():
        print(f"  {name}: {trace.strip().splitlines()[-1]}")
    return not found.crashes and found.slowest <= LIMIT_S


def grown(options: argparse.Namespace) -> bool:
    """Texts that provoke repairs, at two sizes and at 25 MB."""
    held = True
    print(f"{'text':26}{'2 MB':>8}{'4 MB':>8}{'ratio':>7}{'25 MB':>8}  outcome")
    for each in growth.measured():
        fine = each.steady and each.large <= LIMIT_S and each.outcome != "died"
        held = held and fine
        print(
            f"{each.name:26}{each.short:7.2f}s{each.double:7.2f}s{each.ratio:7.2f}"
            f"{each.large:7.1f}s  {each.outcome}{'' if fine else '  NOT HELD'}",
            flush=True,
        )
    print(f"promised: ratio at most {growth.RATIO}, at most {LIMIT_S:.0f} s for 25 MB")
    return held


if __name__ == "__main__":
    sys.exit(main())
