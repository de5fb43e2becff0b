"""Which columns go together: a heat map of the strongest, and a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tools.cards import plural
from tools.ml.profiling import Association, Profile
from tools.ml.report_page.columns import Links, link
from tools.ml.report_page.drawings import bar
from tools.ml.report_page.markup import Content, Markup, name_of, tag
from tools.ml.report_page.pieces import line, scrolled, small, table
from tools.ml.report_page.words import MEASURES, strength_text

_MOST_LISTED: Final = 30
_MOST_DRAWN: Final = 24
_MEASURED: Final = (
    "Between numbers Pearson’s r and Spearman’s ρ (−1 to 1), between categories Cramér’s V, "
    "between a category and a number the correlation ratio η (0 to 1)."
)


def associations(profile: Profile, links: Links) -> Markup:
    """The heat map and the list, with what the numbers mean; a sentence where there is none."""
    pairs = _pairs(profile)
    if not pairs:
        return tag("p", "No two columns can be compared.")
    rows = plural(profile.association_rows or profile.rows, "row")
    sampled = 0 < profile.association_rows < profile.rows
    how = f"{'Counted on an even sample of' if sampled else 'Counted on all'} {rows}."
    more = len(pairs) - _MOST_LISTED
    lines = [_pair(each, links) for each in pairs[:_MOST_LISTED]]
    return tag(
        "div",
        tag("p", f"{_MEASURED} {how}"),
        _heat_map(profile),
        tag("h3", "Strongest pairs"),
        scrolled(
            "Strongest pairs",
            table(("Column", "and", "Strength", "Measured by"), lines, class_="pairs"),
        ),
        small(f"{plural(more, 'weaker pair')} not listed.") if more > 0 else None,
    )


def _pairs(profile: Profile) -> list[list[Association]]:
    """All that is known of each pair, the strongest pair and the strongest measure first."""
    found: dict[tuple[str, str], list[Association]] = {}
    for each in profile.associations:
        found.setdefault((each.a, each.b), []).append(each)
    return list(found.values())


def _pair(found: list[Association], links: Links) -> Markup:
    first = found[0]
    way = "against" if first.strength < 0 else ""
    strength = bar(abs(first.strength), strength_text(first.strength), kind=way)
    also = [f", {MEASURES[each.measure]} {strength_text(each.strength)}" for each in found[1:]]
    return line(
        link(first.a, links), link(first.b, links), strength, [MEASURES[first.measure], also]
    )


def _heat_map(profile: Profile) -> Markup:
    strengths = _strengths(profile)
    names = _drawn(profile, strengths)
    if len(names) < 3:
        return Markup()
    places = {column.name: place for place, column in enumerate(profile.columns, 1)}
    lines = [
        tag(
            "tr",
            tag("th", tag("a", name_of(name, 24), href=f"#c{places[name]}"), scope="row"),
            [_field(strengths.get((name, other)), same=name == other) for other in names],
        )
        for name in names
    ]
    heads = ["", *(tag("span", name_of(name, 18)) for name in names)]
    left = len(profile.columns) - len(names)
    told = small(f"The {len(names)} columns with the strongest pairs.") if left else None
    return scrolled("Heat map of associations", table(heads, lines, class_="heat"), told)


def _strengths(profile: Profile) -> dict[tuple[str, str], float]:
    """Both ways round; of a pair of numbers Pearson's r counts."""
    found: dict[tuple[str, str], float] = {}
    for each in profile.associations:
        if each.measure != "spearman":
            found[each.a, each.b] = found[each.b, each.a] = each.strength
    return found


def _drawn(profile: Profile, strengths: Mapping[tuple[str, str], float]) -> list[str]:
    """The columns of the strongest pairs, in the order of the table."""
    kept: dict[str, None] = {}
    for (a, b), _ in sorted(strengths.items(), key=lambda item: -abs(item[1])):
        for name in (a, b):
            if len(kept) < _MOST_DRAWN:
                kept[name] = None
    return [column.name for column in profile.columns if column.name in kept]


def _field(strength: float | None, *, same: bool) -> Markup:
    if same:
        return tag("td", class_="same")
    if strength is None:
        return tag("td", "")
    near = strength if abs(strength) >= 1 else max(-0.99, min(0.99, strength))
    text: Content = f"{near:.2f}".replace("0.", ".", 1)
    way = "against" if strength < 0 else None
    return tag("td", text, class_=way, style=f"--s:{100 * min(1.0, abs(strength)):.0f}%")
