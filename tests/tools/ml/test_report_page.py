"""The report is one file that any browser shows, in which nothing from a file comes alive."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.ml.profiling import (
    Association,
    ColumnProfile,
    Finding,
    Gaps,
    Histogram,
    Lengths,
    Outliers,
    Profile,
    dump_profile,
    profile_table,
)
from tools.ml.reading.report import Doubt, ReadReport, Repair
from tools.ml.report_page import Report, Sample, report_page
from tools.ml.report_page.__main__ import main
from tools.ml.report_page.markup import visible
from tools.ml.report_page.words import figure, strength_text
from tools.ml.targets import TargetSuggestion

VOID = {"meta", "input"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp;amp; &#x3c;",
    "]]><!-- <![CDATA[",
    "a\u202eb\x00c\ufeff\ud800",
    "line\nbreak\r\n\ttab",
    "=HYPERLINK(1)",
    "",
    " ",
)


class Page(HTMLParser):
    """What a strict reader finds in a page; anything that is not well formed fails."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def text(self, *, of: str = "") -> str:
        return "\n".join(text for tag, text in self.texts if not of or tag == of)


def full(name: str) -> Report:
    """A report with something in each slot, all named like that."""
    columns = (
        ColumnProfile(
            name, "number", 2, 8, -1.0, 9.5, mean=2.5, std=1.25, quantiles=(0, 1, 2, 3, 4, 5, 6),
            top=((1.5, 3),), histogram=Histogram((-1.0, 4.0, 9.5), (5, 3)), unit=name,
            zeros=1, negatives=2, skew=0.5, outliers=Outliers(-3.0, 9.0, 1, 1),
        ),
        ColumnProfile(
            f"{name}2", "category", 0, 2, top=((name, 7), ("b", 3)), lengths=Lengths(1, 2.5, 9),
            entropy=0.88, balance=0.88, distinct_exact=False,
        ),
        ColumnProfile(
            f"{name}3", "datetime", 1, 9, "2024-01-01", "2024-02-01",
            histogram=Histogram((0.0, 1e6, 2e6), (4, 5)), gaps=Gaps("day", 3, 2, "2024-01-04"),
        ),
        ColumnProfile(f"{name}4", "text", 10, 0, constant=True),
        ColumnProfile(f"{name}5", "boolean", 0, 2, top=((True, 6), (False, 4))),
    )  # fmt: skip
    strengths = (("", "2", 0.9), ("", "5", -0.5), ("2", "5", 0.25))
    profile = Profile(
        10,
        columns,
        1,
        warnings=(f"“{name}” is odd.",),
        targets=(TargetSuggestion(name, "regression", f"“{name}” names an amount"),),
        associations=tuple(
            Association(name + a, name + b, "pearson", strength) for a, b, strength in strengths
        ),
        association_rows=10,
        findings=(Finding("leak", (name, "gone"), f"“{name}” is odd.", 0.9),),
    )
    reading = ReadReport(
        "csv", encoding="utf-8", delimiter=";", quote='"', newline="LF", rows=10, columns=5,
        rows_touched=1, repairs=(Repair(3, name, name, name),), doubts=(Doubt(name, name, 2),),
        notes=(name,), warnings=(name,),
    )  # fmt: skip
    return Report(name, profile, reading, Sample((name,), ((name,), (None,))), (("Data", name),))


def test_everything_known_is_on_the_page() -> None:
    """Findings, columns, numbers, pairs, reading, rows and receipt are all there."""
    text = Page(report_page(full("price"))).text()
    for wanted in (
        "“price” is odd.", "Important", "“price” names an amount.", "2 (20 %)", "1.25 price",
        "1 (12 %) outside of -3 and 9, 1 of them far", "about 2", "2 (estimated)", "7 (70 %)",
        "1 to 9, 2.5 on average", "88 % (0.88 bits)", "2024-01-01 – 2024-02-01",
        "one per day, 3 steps missing; longest gap 2 after 2024-01-04", "Pearson’s r", "-.50",
        "Histogram from -1 price to 9.5 price; most rows in a bar: 5.", "semicolon (;)",
        "Counted on all 10 rows.", "1 line as found", "share it as you would share",
    ):  # fmt: skip
        assert wanted in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(name: str) -> None:
    """Whatever names, cells and lines hold, the page has the elements of a harmless one."""
    harmless, hostile = Page(report_page(full("price"))), Page(report_page(full(name)))
    named = {"bdi", "i"}
    assert [tag for tag, _ in hostile.elements if tag not in named] == [
        tag for tag, _ in harmless.elements if tag not in named
    ]
    if name.strip():
        assert visible(name) in hostile.text()
    styles = {attrs["style"] for _, attrs in hostile.elements if "style" in attrs}
    assert all(re.fullmatch(r"--[sw]:[\d.]+%", style or "") for style in styles)


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_shown_as_it_is(name: str) -> None:
    """Any text comes back from the page letter by letter, what cannot be seen spelled out."""
    page = Page(report_page(full(f"x{name}")))
    assert visible(f"x{name}") in page.text(of="bdi")
    page.text().encode()


def test_the_page_needs_nothing_else() -> None:
    """No reference leads out of the file, no element has a handler, every link has an end."""
    page = report_page(full("price"))
    found = Page(page)
    ids = [attrs["id"] for _, attrs in found.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in found.elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "image"}
        assert not [key for key in attrs if key.startswith("on") or key in {"src", "action"}]
        if "href" in attrs:
            assert (attrs["href"] or "")[:1] == "#"
            assert (attrs["href"] or "")[1:] in ids
    assert "://" not in page
    assert not re.search(r"url\(|@import|fetch\(|XMLHttp|localStorage|innerHTML", page)


def test_only_its_own_script_may_run() -> None:
    """The policy lets one script run, by the hash of exactly what is in the page."""
    page = report_page(full("</script><script>alert(1)</script>"))
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policies = [
        attrs["content"] for tag, attrs in Page(page).elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    assert policies == [
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    ]


def test_without_its_script_nothing_is_hidden_but_the_search_box() -> None:
    """All columns are readable without the script; only what needs it is hidden."""
    found = Page(report_page(full("price")))
    hidden = [attrs.get("id") for _, attrs in found.elements if "hidden" in attrs]
    cards = [attrs["id"] for tag, attrs in found.elements if tag == "article"]
    assert hidden == ["finder"]
    assert cards == ["c1", "c2", "c3", "c4", "c5"]


def test_what_scrolls_can_be_reached_by_keyboard() -> None:
    """Each part that scrolls sideways takes the focus and has a name."""
    found = Page(report_page(full("price")))
    scrolled = [attrs for _, attrs in found.elements if attrs.get("class") == "scroll"]
    assert len(scrolled) >= 4
    assert all(a["tabindex"] == "0" and a["role"] == "region" and a["aria-label"] for a in scrolled)


def test_a_thousand_columns() -> None:
    """A table of a thousand columns makes a page of less than four megabytes."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({f"a rather long name {n}": rng.normal(size=50) for n in range(700)})
    words = pd.DataFrame({f"words {n}": rng.choice(["a", "b", "c"], 50) for n in range(300)})
    profile = profile_table(pd.concat([table, words], axis=1))
    page = report_page(Report("wide v1", profile))
    assert len(page.encode()) < 4_000_000
    assert page.count("<article") == 1000


@pytest.mark.parametrize(
    "profile",
    [
        Profile(0, (), 0),
        Profile(5, (), 4),
        Profile(0, (ColumnProfile("a", "text", 0, 0, constant=True),), 0),
        profile_table(pd.DataFrame({"n": [1e300, -1e300, 1.0], "same": [2, 2, 2]})),
    ],
)
def test_little_to_tell(profile: Profile) -> None:
    """Tables without rows, columns or finite spans have a page too."""
    assert "What matters" in Page(report_page(Report("t v1", profile))).text()


def test_a_profile_without_findings_shows_its_warnings() -> None:
    """A profile of an earlier version, which has sentences only, shows those."""
    report = full("price")
    report = replace(report, profile=replace(report.profile, findings=()))
    assert "“price” is odd." in Page(report_page(report)).text()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (29.699117, "29.6991"),
        (3.0, "3"),
        (-0.0, "0"),
        (1234567.891, "1,234,567.89"),
        (8_330_919_425.4, "8,330,919,425"),
        (2.5e-7, "2.5e-07"),
        (1e300, "1e+300"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_figures(value: float | None, text: str) -> None:
    """Numbers have about six digits, whole ones all of them."""
    assert text == figure(value)


@pytest.mark.parametrize(
    ("strength", "text"),
    [(1.0, "1.00"), (0.9987, "0.9987"), (-0.99999, "-0.9999"), (-0.5, "-0.50"), (0.0, "0.00")],
)
def test_strengths(strength: float, text: str) -> None:
    """A pair that is not quite the same is never shown as the same."""
    assert text == strength_text(strength)


def test_the_style_has_both_looks_and_paper() -> None:
    """The style follows the reader's preference, the switch, and the printer."""
    style = (Path(__file__).parents[3] / "tools/ml/report_page/page.css").read_text(
        encoding="utf-8"
    )
    assert "color-scheme: light dark" in style
    assert ":has(#theme-dark:checked)" in style
    assert "@media print" in style
    assert 'id="theme-dark"' in report_page(full("price"))


def test_the_command_times_page_and_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command writes report and picture of a profile, and says how long each took."""
    profile, page, picture = (tmp_path / name for name in ("p.json", "fares.html", "p.png"))
    profile.write_text(json.dumps(dump_profile(full("price").profile)))
    main([str(profile), str(page), "--picture", str(picture)])
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"page_s", "page_bytes", "picture_s", "picture_bytes"}
    assert told["page_bytes"] == page.stat().st_size
    assert picture.read_bytes()[:4] == b"\x89PNG"
    assert "Profile of fares" in page.read_text(encoding="utf-8")
