"""The few rules that Streamlit's theme has no option for; nothing of it comes from data."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

ICON: Final = ":material/insights:"
FAVICON: Final = Path(__file__).with_name("icon.svg")
CSS: Final = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 56rem; padding-top: 2.5rem; }
[data-testid="stBottomBlockContainer"] { max-width: 56rem; padding-bottom: 1.25rem; }
[data-testid="stHeader"] { background: transparent; }
[data-testid="stStatusWidget"], [data-testid="stDecoration"] { display: none; }
[data-stale="true"] { opacity: 1 !important; }
[data-testid="stChatMessage"] { padding: 0.75rem 0; background: transparent; }
[data-testid="stChatMessage"] h2 { padding: 0.1rem 0 0.35rem; }
[data-testid="stChatMessage"] h3 { padding: 0.35rem 0 0.2rem; }
[data-testid="stImage"] img { background: #ffffff; border-radius: 0.5rem; }
[data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
[data-testid="stSidebar"] [data-testid="stExpander"] details { border: 0; }
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] { gap: 0.35rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; margin: 0; }
.st-key-threads button > div { justify-content: flex-start; }
.st-key-unseen-title { position: absolute; width: 1px; height: 1px; overflow: hidden;
                       clip-path: inset(50%); }
.st-key-threads button { justify-content: flex-start; text-align: left;
                         border-color: transparent; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  [data-testid="stBottomBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
}
</style>
"""


def draw_style() -> None:
    """Put the rules on the page."""
    st.html(CSS)
