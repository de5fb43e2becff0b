"""The whole report: one file that needs nothing else and lets nothing in it run but its script."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tools.ml.profiling import Profile
from tools.ml.reading.report import ReadReport
from tools.ml.report_page.associations import associations
from tools.ml.report_page.columns import cards, index, links_of
from tools.ml.report_page.markup import Content, Markup, join, name_of, tag
from tools.ml.report_page.pieces import fact_list
from tools.ml.report_page.sections import (
    Sample,
    findings,
    reading,
    rows,
    section,
    targets,
    tiles,
)

_HERE: Final = Path(__file__).parent
_THEMES: Final = (("auto", "Auto"), ("light", "Light"), ("dark", "Dark"))
_SHARED: Final = (
    "This file holds values from the data: share it as you would share the data. "
    "It loads nothing and sends nothing."
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of.

    Attributes:
        title: Name and version of the data.
        profile: All numbers.
        reading: How the file was understood, where the data came from one.
        sample: The first rows.
        receipt: Where the numbers come from: labels and values.
    """

    title: str
    profile: Profile
    reading: ReadReport | None = None
    sample: Sample | None = None
    receipt: tuple[tuple[str, str], ...] = ()


def report_page(report: Report) -> str:
    """The report as one HTML file, for any browser, without a network.

    Text from files is escaped throughout; the page's policy allows its own script, by hash, and
    nothing else.
    """
    style, script = _asset("page.css"), _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Profile of {report.title}"),
        tag("style", Markup(style)),
    )
    parts = _parts(report)
    over = tag("p", "Profile", class_="over")
    body = (
        tag("a", "Skip to the columns", href="#columns", class_="skip"),
        tag("header", _theme(), over, tag("h1", name_of(report.title)), _contents(parts)),
        tag("main", [section(*part) for part in parts]),
        tag("footer", tag("p", _SHARED)),
        tag("script", Markup(script)),
    )
    page = tag("html", tag("head", *head), tag("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _parts(report: Report) -> list[tuple[str, str, Markup]]:
    """Anchor, heading and content of each part."""
    profile = report.profile
    links = links_of(profile)
    parts: list[tuple[str, str, Content]] = [
        ("findings", "What matters", [tiles(profile), findings(profile, links)]),
        ("columns", "Columns", [_search(), index(profile), cards(profile, links)]),
        ("associations", "What goes together", associations(profile, links)),
    ]
    if profile.targets:
        parts.insert(1, ("targets", "What could be predicted", targets(profile, links)))
    if report.reading is not None:
        parts.append(("reading", "How the file was read", reading(report.reading)))
    if report.sample is not None and report.sample.rows:
        parts.append(("rows", "First rows", rows(report.sample)))
    if report.receipt:
        parts.append(("receipt", "Where the numbers come from", fact_list(report.receipt)))
    return [(name, title, join(content)) for name, title, content in parts]


def _contents(parts: list[tuple[str, str, Markup]]) -> Markup:
    links = [tag("a", title, href=f"#{name}") for name, title, _ in parts]
    return tag("nav", links, aria_label="Contents")


def _theme() -> Markup:
    """Light or dark, without a script: the style asks which of them is checked."""
    choices = [tag("label", _choice(value), f" {word}") for value, word in _THEMES]
    return tag("fieldset", tag("legend", "Colours"), choices, class_="theme")


def _choice(value: str) -> Markup:
    chosen, id_ = value == "auto", f"theme-{value}"
    return tag("input", type="radio", name="theme", id=id_, checked=chosen, autocomplete="off")


def _search() -> Markup:
    """The search box, which the script shows: without it there is nothing to search with."""
    box = tag("input", type="search", id="search", autocomplete="off")
    told = tag("span", id="told", role="status")
    label = tag("label", "Find a column ", box)
    return tag("p", label, " ", told, id="finder", class_="finder", hidden=True)


@cache
def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
