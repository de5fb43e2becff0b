"""Tables as the browser sorts them: numbers stay numbers, names stay letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from bot.platforms.web.page.api import Json
from bot.platforms.web.page.inert import cut, inert, one_line

if TYPE_CHECKING:
    import pandas

GAP: Final = "–"
WHOLE: Final = 15
"""Rows up to which a table is shown without scrolling."""
_SAFE: Final = 2**53


def draw_table(block: Json, *, about: str) -> None:
    """Title, rows and caption; without a title it is called by what it is about."""
    title = one_line(block["title"])
    if title:
        st.markdown(f"**{inert(title)}**")
    if block["columns"]:
        st.dataframe(
            frame(block),
            hide_index=True,
            width="stretch",
            height="content" if len(block["rows"]) <= WHOLE else "auto",
            column_config={str(i): _label(name) for i, name in enumerate(block["columns"])},
            alt=title or about,
        )
    if block["caption"]:
        st.caption(inert(block["caption"]))


def frame(block: Json) -> pandas.DataFrame:
    """The rows; columns are called by their place, since two may have one name."""
    import pandas

    columns = {
        str(index): _column([row[index] for row in block["rows"]])
        for index in range(len(block["columns"]))
    }
    return pandas.DataFrame(columns)


def _label(name: str) -> Any:
    return st.column_config.Column(cut(one_line(name), 60) or GAP)


def _column(cells: list[Any]) -> pandas.Series[Any]:
    import pandas

    if cells and all(_is_number(cell) for cell in cells) and any(c is not None for c in cells):
        whole = all(isinstance(cell, int | None) for cell in cells)
        return pandas.Series(cells, dtype="Int64" if whole else "Float64")
    return pandas.Series([_text(cell) for cell in cells], dtype="str")


def _is_number(cell: Any) -> bool:
    if cell is None or isinstance(cell, float):
        return True
    return isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) < _SAFE


def _text(cell: Any) -> str:
    if cell is None:
        return GAP
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:,}"
    return one_line(cell) or GAP
