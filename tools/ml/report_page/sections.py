"""The parts of the report besides the columns: what matters, how it was read, the first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tools.cards import KINDS, percent, plural
from tools.ml.profiling import Finding, Profile
from tools.ml.reading.report import Doubt, ReadReport
from tools.ml.report_page.columns import Links, link
from tools.ml.report_page.markup import Content, Markup, cut, join, name_of, tag
from tools.ml.report_page.pieces import fact_list, line, scrolled, small, table

_MOST_NAMED: Final = 12
_LEVELS: Final = ((0.66, "high", "Important"), (0.33, "middle", "Worth a look"), (0, "low", "Note"))
_FORMATS: Final = {"csv": "Delimited text", "jsonl": "JSON lines", "json": "JSON"}
_SIGNS: Final = {",": "comma", ";": "semicolon", "\t": "tab", " ": "space", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows as text; None is a gap. `more` columns are left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    more: int = 0


def section(name: str, title: str, *content: Content) -> Markup:
    """A part of the page with its heading."""
    return tag("section", tag("h2", title, id=name), *content, aria_labelledby=name)


def tiles(profile: Profile) -> Markup:
    """The size and what strikes first, as a row of numbers."""
    cells = profile.rows * len(profile.columns)
    missing = sum(column.missing for column in profile.columns)
    kinds = Counter(column.kind for column in profile.columns)
    types = ", ".join(plural(count, *KINDS[kind]) for kind, count in kinds.most_common())
    shown = [
        ("Rows", f"{profile.rows:,}"),
        ("Columns", f"{len(profile.columns):,}"),
        ("Missing cells", _share(missing, cells)),
        ("Repeated rows", _share(profile.duplicate_rows, profile.rows)),
        ("Types", types or "–"),
    ]
    return tag("dl", [tag("div", tag("dt", k), tag("dd", v)) for k, v in shown], class_="tiles")


def _share(count: int, whole: int) -> str:
    return f"{count:,} ({percent(count / whole)})" if count and whole else f"{count:,}"


def findings(profile: Profile, links: Links) -> Markup:
    """The facts that matter, first things first, each with the columns it is about."""
    items = [_finding(each, links) for each in profile.findings]
    if not items:
        items = [tag("li", tag("p", sentence)) for sentence in profile.warnings]
    if not items:
        return tag("p", "Nothing stands out.")
    return tag("ol", items, class_="findings")


def _finding(finding: Finding, links: Links) -> Markup:
    level, word = next((name, word) for least, name, word in _LEVELS if finding.weight >= least)
    named = finding.columns[:_MOST_NAMED]
    more = len(finding.columns) - len(named)
    return tag(
        "li",
        tag("p", tag("span", word, class_=f"level {level}"), " ", finding.sentence),
        small(
            [[" · " if place else "", link(name, links)] for place, name in enumerate(named)],
            f" and {more:,} more" if more > 0 else None,
        )
        if named
        else None,
    )


def targets(profile: Profile, links: Links) -> Markup:
    """What could be predicted, likeliest first, and why."""
    items = [
        tag("li", link(each.column, links), f" ({each.task}): {each.reason.rstrip('.')}.")
        for each in profile.targets
    ]
    return tag("ol", items)


def reading(report: ReadReport) -> Markup:
    """How the file was understood: format, assumptions, repairs with their lines, doubts."""
    parts: list[Content] = [fact_list(_dialect(report))]
    parts += _sentences("Assumed", report.notes)
    parts += _sentences("Repaired or in doubt", report.warnings)
    if report.repairs:
        parts.append(_repairs(report))
    if report.doubts:
        words = "Kept as values, though they may mean “no value”"
        parts += [tag("h3", words), tag("ul", map(_doubt, report.doubts))]
    if not (report.warnings or report.repairs):
        parts.append(tag("p", "Nothing had to be repaired."))
    return tag("div", parts)


def _doubt(doubt: Doubt) -> Markup:
    count = plural(doubt.count, "row")
    return tag("li", name_of(doubt.mark, 40), f" in {count} of ", name_of(doubt.column, 60))


def _dialect(report: ReadReport) -> Iterator[tuple[str, Content]]:
    kind = _FORMATS.get(report.format, report.format.upper())
    yield "Format", f"{kind}, {report.compression}" if report.compression else kind
    if report.encoding:
        yield "Encoding", report.encoding
    if report.delimiter:
        sign = _SIGNS.get(report.delimiter, report.delimiter)
        yield "Delimiter", f"{sign} ({report.delimiter})" if sign.isalpha() else sign
    if report.quote:
        yield "Quote", report.quote
    if report.newline:
        yield "Line ends", report.newline
    yield "Column names", "from the file" if report.header else "made, the file has none"
    yield "Read", f"{plural(report.rows, 'row')}, {plural(report.columns, 'column')}"
    yield "Rows touched by repairs", f"{report.rows_touched:,}"


def _sentences(title: str, sentences: Sequence[str]) -> list[Content]:
    if not sentences:
        return []
    return [tag("h3", title), tag("ul", [tag("li", sentence) for sentence in sentences])]


def _repairs(report: ReadReport) -> Markup:
    lines = [
        line(each.line, each.what, each.done, tag("code", cut(each.text, 300)))
        for each in report.repairs
    ]
    found = table(("Line", "What was wrong", "Done", "As found"), lines)
    summary = tag("summary", f"{plural(len(lines), 'line')} as found")
    return tag("details", summary, scrolled("Repairs", found))


def rows(sample: Sample) -> Markup:
    """The first rows as a table."""
    names = [name_of(name, 60) for name in sample.columns]
    lines = [line(*map(_cell, row)) for row in sample.rows]
    more = small(f"{plural(sample.more, 'more column')} not shown.") if sample.more > 0 else None
    return join([scrolled("First rows", table(names, lines, class_="rows")), more])


def _cell(value: str | None) -> Markup:
    return tag("i", "–") if value is None else tag("bdi", cut(value))
