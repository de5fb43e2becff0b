"""The page about profiles says what cards and reports really hold."""

from __future__ import annotations

import io
import re

from tests.docs.pages import ROOT
from tools.dataset_views import ProfileDataset
from tools.ml.lettering import drawn
from tools.ml.overview import MOST_PANELS
from tools.ml.profiling import profile_table
from tools.ml.reading import read_table
from tools.ml.report_page import Report, Sample, report_page
from tools.ml.sample import passengers_csv

PAGE = (ROOT / "docs/profile.md").read_text(encoding="utf-8")


def test_the_parts_of_a_report_are_those_of_the_page() -> None:
    """The table of the page lists the parts of a report, in their order."""
    read = read_table(io.BytesIO(passengers_csv().encode()), "passengers.csv")
    profile = profile_table(read.table, report=read.report)
    sample = Sample(("Name",), (("Ada",),))
    page = report_page(Report("passengers v1", profile, read.report, sample, (("Code", "1"),)))
    parts = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    listed = re.findall(r"^\| ([A-Z][^|]+) \|", PAGE, re.MULTILINE)
    assert [part for part in parts if part != "What could be predicted"] == listed


def test_the_letters_that_always_work() -> None:
    """The scripts that the page promises can be drawn with the font that is always there."""
    assert "Latin, Greek, Cyrillic, Arabic and\nHebrew always work" in PAGE
    for word in ("Größe", "Τιμή", "Цена", "السعر", "מחיר"):
        assert word == drawn(word, "column 1")


def test_the_picture_has_as_many_panels_as_the_page_says() -> None:
    """Twelve columns at most are drawn, and one dataset is asked about."""
    assert MOST_PANELS == 12
    assert "up to twelve columns" in PAGE
    assert list(ProfileDataset.model_fields) == ["dataset"]
