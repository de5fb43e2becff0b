"""Every column: a line in the table of all, and a card with all that is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools.cards import KINDS, percent, plural
from tools.ml.profiling import QUANTILES, Association, ColumnProfile, Profile
from tools.ml.report_page.drawings import bar, counts, histogram, sketch
from tools.ml.report_page.markup import Content, Markup, cut, join, name_of, tag
from tools.ml.report_page.pieces import fact_list, line, scrolled, small, table
from tools.ml.report_page.words import MEASURES, figure, share_text, strength_text, value_text

_WIDE: Final = 100
_TOP: Final = (20, 5)
_FEW: Final = 5
_ALIKE: Final = (5, 2)
_NUMERIC: Final = ("integer", "number")


@dataclass(frozen=True, slots=True)
class Links:
    """What the cards say about one another.

    Attributes:
        places: From a name to its place in the table, from 1.
        alike: By name, its associations, strongest first; of each pair the stronger measure.
        told: By name, the sentences about it that matter.
    """

    places: Mapping[str, int]
    alike: Mapping[str, Sequence[Association]]
    told: Mapping[str, Sequence[str]]


def links_of(profile: Profile) -> Links:
    """Where each column stands, and what else concerns it."""
    alike: dict[str, list[Association]] = {}
    seen: set[tuple[str, str]] = set()
    for each in profile.associations:
        for name in (each.a, each.b) if (each.a, each.b) not in seen else ():
            alike.setdefault(name, []).append(each)
        seen.add((each.a, each.b))
    told: dict[str, list[str]] = {}
    for finding in profile.findings:
        for name in finding.columns:
            told.setdefault(name, []).append(finding.sentence)
    places = {column.name: place for place, column in enumerate(profile.columns, 1)}
    return Links(places, alike, told)


def link(name: str, links: Links, limit: int = 60) -> Markup:
    """The name of a column, leading to its card."""
    place = links.places.get(name)
    shown = name_of(name, limit)
    return shown if place is None else tag("a", shown, href=f"#c{place}")


def index(profile: Profile) -> Markup:
    """The table of all columns, one line each; `data-v` holds what a line is sorted by."""
    heads = ("#", "Column", "Type", "Missing", "Distinct", "Shape", "Typical", "Range or values")
    lines = [_line(column, place, profile.rows) for place, column in enumerate(profile.columns, 1)]
    return scrolled("All columns", table(heads, lines, id="index"))


def cards(profile: Profile, links: Links) -> Markup:
    """A card for each column; in a wide table each says a little less."""
    wide = len(profile.columns) > _WIDE
    made = [
        _card(column, place, profile, links, wide=wide)
        for place, column in enumerate(profile.columns, 1)
    ]
    return tag("div", made, id="cards")


def _line(column: ColumnProfile, place: int, rows: int) -> Markup:
    share = column.missing / rows if rows else 0.0
    kind = KINDS[column.kind][0]
    return tag(
        "tr",
        tag("td", str(place), data_v=place),
        tag("th", tag("a", name_of(column.name, 60), href=f"#c{place}"), scope="row"),
        tag("td", kind, _marks(column), data_v=kind),
        tag("td", bar(share, percent(share), kind="gap") if share else "–", data_v=share),
        tag("td", _distinct(column), data_v=column.distinct),
        tag("td", sketch(column, place)),
        tag("td", _typical(column)),
        tag("td", _range(column, rows - column.missing)),
    )


def _marks(column: ColumnProfile) -> Content:
    marks = [("identifier", column.id_like), ("constant", column.constant and column.distinct > 0),
             ("empty", not column.distinct)]  # fmt: skip
    return [[" ", tag("span", word, class_="mark")] for word, holds in marks if holds]


def _distinct(column: ColumnProfile) -> str:
    return f"{column.distinct:,}" if column.distinct_exact else f"about {column.distinct:,}"


def _typical(column: ColumnProfile) -> Content:
    if column.kind in _NUMERIC and column.quantiles:
        return figure(column.quantiles[3], column.unit)
    if column.kind in ("category", "boolean") and column.top:
        return name_of(value_text(column.top[0][0]), 30)
    return "–"


def _range(column: ColumnProfile, present: int) -> Content:
    if column.kind in ("category", "boolean"):
        shown = [
            [name_of(value_text(value), 24), f" {percent(count / present)}"]
            for value, count in column.top[:3]
        ]
        return [[", " if place else "", each] for place, each in enumerate(shown)]
    if column.low is None:
        return "–"
    if isinstance(column.low, str):
        return f"{column.low} – {column.high}"
    return f"{value_text(column.low)} – {value_text(column.high, column.unit)}"


def _card(
    column: ColumnProfile, place: int, profile: Profile, links: Links, *, wide: bool
) -> Markup:
    kind = KINDS[column.kind][0] + (f" in {cut(column.unit, 40)}" if column.unit else "")
    told = links.told.get(column.name, ())
    return tag(
        "article",
        tag(
            "header",
            tag("h3", name_of(column.name)),
            small(f"Column {place:,} · {kind}", _marks(column)),
        ),
        tag("ul", [tag("li", sentence) for sentence in told], class_="told") if told else None,
        tag(
            "div",
            tag("div", histogram(column, place), None if wide else counts(column)),
            fact_list(_facts(column, profile.rows)),
            class_="halves",
        ),
        _quantiles(column),
        _top(column, present=profile.rows - column.missing, most=_TOP[wide]),
        _alike(column, links, most=_ALIKE[wide]),
        id=f"c{place}",
    )


def _facts(column: ColumnProfile, rows: int) -> Iterator[tuple[str, Content]]:
    present = rows - column.missing
    yield "With a value", f"{present:,}"
    yield "Missing", share_text(column.missing, rows)
    yield "Distinct", _distinct(column) + ("" if column.distinct_exact else " (estimated)")
    if column.kind in _NUMERIC and column.mean is not None:
        yield "Mean", figure(column.mean, column.unit)
        yield "Standard deviation", figure(column.std, column.unit)
        if column.skew is not None:
            yield "Skew", figure(round(column.skew, 3))
        yield "Zero", share_text(column.zeros, present)
        yield "Below zero", share_text(column.negatives, present)
    if column.outliers is not None:
        fences = f"{figure(column.outliers.low)} and {figure(column.outliers.high)}"
        far = f", {column.outliers.far:,} of them far" if column.outliers.far else ""
        beyond = share_text(column.outliers.beyond, present) if column.outliers.beyond else "none"
        yield "Outliers", f"{beyond} outside of {fences}{far}"
    if column.kind == "datetime" and column.low is not None:
        yield "First and last", f"{column.low} – {column.high}"
    if column.gaps is not None:
        yield "Pace", _pace(column)
    if column.lengths is not None:
        shortest, longest = column.lengths.shortest, column.lengths.longest
        mean = figure(round(column.lengths.mean, 1))
        yield "Characters", f"{shortest:,} to {longest:,}, {mean} on average"
    if column.balance is not None and column.distinct > 1:
        yield (
            "Evenness",
            f"{percent(column.balance)} ({figure(round(column.entropy or 0, 2))} bits)",
        )


def _pace(column: ColumnProfile) -> str:
    gaps = column.gaps
    if gaps is None:
        return ""
    pace = f"one per {gaps.step}" if not gaps.step[:1].isdigit() else f"every {gaps.step}"
    if not gaps.missing:
        return f"{pace}, none missing"
    missing = f"{pace}, {plural(gaps.missing, 'step')} missing"
    return f"{missing}; longest gap {gaps.longest:,} after {gaps.after}" if gaps.after else missing


def _quantiles(column: ColumnProfile) -> Markup:
    if not column.quantiles or isinstance(column.low, str) or isinstance(column.high, str):
        return Markup()
    heads = ["Lowest", *(f"{100 * share:g} %" for share in QUANTILES), "Highest"]
    heads[4] = "Median"
    values = [column.low, *column.quantiles, column.high]
    lines = [line(*(figure(value) for value in values))]
    return scrolled("Quantiles", table(heads, lines, class_="numbers"))


def _top(column: ColumnProfile, *, present: int, most: int) -> Markup:
    """The most frequent values; few where numbers tell more, nothing where all differ."""
    top = column.top[: most if column.kind in ("category", "boolean", "text") else _FEW]
    if not top or top[0][1] < 2:
        return Markup()
    longest = top[0][1]
    lines = [
        line(bar(count / longest, name_of(value_text(value))), share_text(count, present))
        for value, count in top
    ]
    rest = column.distinct - len(top)
    if rest > 0:
        left = present - sum(count for _, count in top)
        others = plural(rest, "other value") if column.distinct_exact else "other values"
        lines.append(line(tag("i", others), share_text(left, present)))
    return table(("Most frequent", "Rows"), lines, class_="top")


def _alike(column: ColumnProfile, links: Links, *, most: int) -> Markup:
    strongest = list(links.alike.get(column.name, ()))[:most]
    if not strongest:
        return Markup()
    parts: list[Content] = []
    for each in strongest:
        other = each.b if each.a == column.name else each.a
        words = f" ({MEASURES[each.measure]} {strength_text(each.strength)})"
        parts += [", " if parts else "", link(other, links), words]
    return tag("p", tag("b", "Goes with "), join(parts), class_="alike")
