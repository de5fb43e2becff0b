"""What is generated is fresh."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from docs.generate import METRICS, PAGE, page
from docs.metrics_page import metrics_page
from tests.docs.pages import ROOT, anchors
from tools.registry import TOOLS


def test_the_page_of_tools_is_fresh():
    """docs/tools.md is what `make docs` writes now."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_page_of_metrics_is_fresh():
    """docs/metrics.md is what `make docs` writes now."""
    assert METRICS.read_text(encoding="utf-8") == metrics_page()


def test_every_tool_has_its_heading():
    """Each tool can be linked to by its name."""
    assert {tool.name for tool in TOOLS} <= anchors(PAGE)


def test_the_picture_is_sound_and_fetches_nothing():
    """The picture in README is an SVG that needs nothing from elsewhere."""
    svg = (ROOT / "docs/images/terminal.svg").read_text(encoding="utf-8")
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    assert "url(http" not in svg
    assert "href=" not in svg
