"""The full profile as one HTML file that works offline, in dark and in light, and on paper."""

from __future__ import annotations

from tools.ml.report_page.page import Report, report_page
from tools.ml.report_page.sections import Sample

__all__ = ["Report", "Sample", "report_page"]
