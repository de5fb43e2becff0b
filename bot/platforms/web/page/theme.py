"""How the page looks: colours with enough contrast, in light and in dark, and quiet edges."""

from __future__ import annotations

from typing import Any, Final

THEME: Final[dict[str, Any]] = {
    "theme.font": "sans-serif",
    "theme.baseFontSize": 15,
    "theme.baseRadius": "0.5rem",
    "theme.headingFontWeights": [600, 600, 600, 600, 600, 600],
    "theme.headingFontSizes": ["1.5rem", "1.05rem", "1rem", "1rem", "1rem", "1rem"],
    "theme.showWidgetBorder": True,
    "theme.showSidebarBorder": True,
    "theme.light.primaryColor": "#1f5fa8",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f4f5f7",
    "theme.light.textColor": "#10151c",
    "theme.light.linkColor": "#1f5fa8",
    "theme.light.codeTextColor": "#10151c",
    "theme.light.codeBackgroundColor": "#f1f3f6",
    "theme.light.borderColor": "#d9dde3",
    "theme.light.sidebar.backgroundColor": "#f7f8fa",
    "theme.light.sidebar.secondaryBackgroundColor": "#eceef2",
    "theme.dark.primaryColor": "#2e6fc0",
    "theme.dark.backgroundColor": "#16191f",
    "theme.dark.secondaryBackgroundColor": "#20242c",
    "theme.dark.textColor": "#e4e7ec",
    "theme.dark.linkColor": "#8fbdf2",
    "theme.dark.codeTextColor": "#e4e7ec",
    "theme.dark.codeBackgroundColor": "#232830",
    "theme.dark.borderColor": "#363c47",
    "theme.dark.sidebar.backgroundColor": "#1b1f26",
    "theme.dark.sidebar.secondaryBackgroundColor": "#262b34",
}
