"""Any table that the convention of types can hold, with text that looks like anything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

LOOKALIKES = st.sampled_from(
    [
        *[
            "1",
            "007",
            "-5",
            "1.5",
            "1,5",
            "1e5",
            "5%",
            "$5",
            "5 kg",
            "(5)",
            "5²",
            "－５",
            "١٢",
            "inf",
        ],
        *["NA", "-", "", "?", "n/a", "#N/A", "null", "nan", "none", "x", "999", "0000-00-00"],
        *["true", "yes", "no", "ja", "2024-01-01", "01/02/2024", "Feb 2024", "10:30", "PT5M"],
        *["=1+1", "@x", "+49 1", "'", "'5", "''5", "'=q", "''=q", "'NA", "'kg", "kg", "[kg]", "%"],
        *["  ", "  pad ", "\ttab", "a\nb", "a\r\nb", "a\rb", 'say "hi"', '"', "a,b", "a;b", "a|b"],
        *[
            "a\tb",
            "# c",
            "total",
            "---",
            "===",
            "שלום",
            "\u202eabc",
            "\ufeff",
            "é",
            "日本",
            "_x0041",
        ],
    ]
)
SIGNS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
)
TEXT = st.one_of(LOOKALIKES, LOOKALIKES, st.text(SIGNS, max_size=8))
NAMES = st.one_of(
    st.sampled_from(
        ["a", "id", "price", "Zip Code", "größe", "=n", "'=n", "-n", "NULL", "2020", "kg"]
    ),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Pd", "Zs", "Po"]), max_size=8)
    .map(str.strip)
    .filter(bool),
)
KINDS = ("text", "words", "integer", "number", "whole", "boolean", "day", "moment")
VALUES = {
    "text": TEXT,
    "words": st.sampled_from(["red", "green", "dark blue"]),
    "integer": st.one_of(st.integers(-5, 100), st.integers(-(2**63), 2**63 - 1)),
    "number": st.floats(allow_nan=False),
    "whole": st.integers(-1000, 1000).map(float),
    "boolean": st.booleans(),
    "day": st.dates().map(lambda day: np.datetime64(day, "us")),
    "moment": st.datetimes().map(lambda moment: np.datetime64(moment, "us")),
}


@st.composite
def columns(draw, rows: int) -> pd.Series:
    """A column of any kind, with or without gaps; never empty of values but as float64."""
    kind = draw(st.sampled_from(KINDS))
    values = draw(st.lists(VALUES[kind], min_size=rows, max_size=rows))
    gaps = (
        draw(st.lists(st.booleans(), min_size=rows, max_size=rows)) if draw(st.booleans()) else []
    )
    missing = np.array(gaps or [False] * rows) & (kind != "integer")
    if missing.all():
        return pd.Series(np.full(rows, np.nan))
    holey = [None if gap else value for gap, value in zip(missing, values, strict=True)]
    if kind in ("text", "words"):
        return pd.Series(holey, dtype="str")
    if kind == "boolean":
        return pd.Series(pd.array(holey, dtype="boolean")).astype(
            "boolean" if missing.any() else "bool"
        )
    if kind in ("day", "moment"):
        filled = [np.datetime64("NaT", "us") if value is None else value for value in holey]
        return pd.Series(np.array(filled, dtype="datetime64[us]"))
    return pd.Series(values).where(~missing) if missing.any() else pd.Series(values)


@st.composite
def frames(draw) -> pd.DataFrame:
    """A table of up to six rows and four columns; no row is the header again."""
    rows = draw(st.integers(1, 6))
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return pd.DataFrame({name: draw(columns(rows)) for name in names})
