"""Pieces that the parts of the report share: lists of facts, tables, and what scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.ml.report_page.markup import Attribute, Content, Markup, tag


def fact_list(facts: Iterable[tuple[str, Content]]) -> Markup:
    """Labels and their values."""
    return tag("dl", [[tag("dt", label), tag("dd", value)] for label, value in facts])


def table(heads: Sequence[Content], lines: Iterable[Content], **attributes: Attribute) -> Markup:
    """A table with column headings; `lines` are its `tr`."""
    head = tag("tr", [tag("th", each, scope="col") for each in heads])
    return tag("table", tag("thead", head), tag("tbody", lines), **attributes)


def line(*cells: Content) -> Markup:
    """A line of a table."""
    return tag("tr", [tag("td", cell) for cell in cells])


def scrolled(label: str, *content: Content) -> Markup:
    """What may be wider than the page: scrolled on its own, with the keyboard too."""
    return tag("div", *content, class_="scroll", tabindex=0, role="region", aria_label=label)


def small(*content: Content) -> Markup:
    """Small print."""
    return tag("p", *content, class_="small")
