"""The overview shows what is worth looking at, in letters that can be drawn and in words."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread
from matplotlib.text import Text

from tools.ml.lettering import drawn, families
from tools.ml.overview import overview_alt, overview_figure
from tools.ml.overview_panels import draw_panel
from tools.ml.profiling import ColumnProfile, Histogram, Profile, profile_table
from tools.ml.style import new_figure

ROWS = 60


@pytest.fixture(scope="module")
def odd() -> pd.DataFrame:
    """A column of each sort that is hard to draw."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "$x_{1}": np.where(rng.random(ROWS) < 0.3, np.nan, rng.normal(size=ROWS)),
            "日本": rng.choice(["東京", "b", "c"], ROWS),
            "when": pd.date_range("2020", periods=ROWS).astype("datetime64[us]"),
            "none": pd.Series([None] * ROWS, dtype="str"),
            "same": 5,
            "flag": rng.random(ROWS) < 0.5,
            "far": np.append(rng.normal(size=ROWS - 1), 1e100),
            "W" * 300: rng.choice([0, 10**15], ROWS),
            "a\nb\u202ec": rng.choice([f"kind {n}" for n in range(30)], ROWS),
            "": rng.normal(size=ROWS),
            "day": pd.Timestamp("2024-02-29"),
        }
    )


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    height, width, _ = imread(io.BytesIO(png)).shape
    return width, height


def words(column: ColumnProfile, *, rows: int = ROWS) -> list[str]:
    """All that is written on a panel."""
    figure, axes = new_figure(width=3, height=2)
    draw_panel(axes[0], column, rows=rows, place=7)
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_odd_columns_are_drawn(odd: pd.DataFrame) -> None:
    """Every sort of column is drawn, and the picture is never wider than three panels."""
    for table in (odd, odd.head(1), odd.head(0), odd[["flag"]]):
        width, height = size(overview_figure(profile_table(table)))
        assert width <= 1000
        assert height <= 1000


@pytest.mark.parametrize("columns", [1, 2, 4, 5, 13, 200])
def test_any_number_of_columns_is_one_screen(columns: int) -> None:
    """From one to two hundred columns the picture stays small enough for a phone."""
    table = pd.DataFrame({f"c{n}": range(n, n + 40) for n in range(columns)})
    width, height = size(overview_figure(profile_table(table.assign(kind=["a", "b"] * 20))))
    assert max(width, height) <= 1000


def test_the_picture_in_words(odd: pd.DataFrame) -> None:
    """The alternative text says what each panel shows, in their order, and what is not drawn."""
    told = overview_alt(profile_table(odd[["when", "flag", "none", "$x_{1}"]]))
    flag = int(odd["flag"].sum())
    assert told.startswith("3 columns over 60 rows. when: 2020-01-01 to 2020-02-29; flag: ")
    assert f"yes {100 * flag / ROWS:.0f} %" in told
    assert f", {odd['$x_{1}'].isna().sum()} missing" in told
    assert told.endswith("Not drawn: none (empty).")


def test_many_columns_in_words() -> None:
    """The alternative text of a wide table names its panels and stays within what chats take."""
    table = pd.DataFrame({f"column {n} {'x' * 60}": range(30) for n in range(40)})
    told = overview_alt(profile_table(table))
    assert "column 11" in told
    assert len(told) <= 1000


def test_the_likely_target_is_drawn_even_if_it_is_the_last_of_many_columns() -> None:
    """Of more columns than there are panels, the one to predict is the first that is drawn."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({f"c{number}": rng.normal(size=60) for number in range(30)})
    table["target"] = rng.choice(["yes", "no"], size=60)
    assert ". target: " in overview_alt(profile_table(table))


def test_shares_and_missing_are_exact() -> None:
    """A panel of categories shows the counted shares, and what is missing, as percentages."""
    column = ColumnProfile(
        "sort", "category", 20, 7, top=tuple(zip("abcde", (10, 9, 8, 6, 4), strict=True))
    )
    bars = ["a", "25 %", "b", "22 %", "c", "20 %", "d", "15 %", "e", "10 %", "2 others", "8 %"]
    assert words(column) == [*bars, "sort", "33 % missing"]


def test_what_lies_far_out_is_counted() -> None:
    """A histogram without the far values says how many those are."""
    column = ColumnProfile(
        "n", "number", 0, 60, 0.0, 1e9, quantiles=(0, 1, 2, 3, 4, 5, 6),
        histogram=Histogram((0.0, 5e8, 1e9), (58, 2)), central=Histogram((0.0, 3.0, 6.0), (30, 28)),
    )  # fmt: skip
    assert "2 further out" in words(column)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("売上高", "column 7"),
        ("Umsatz 📈", "Umsatz"),
        ("Größe", "Größe"),
        ("Цена", "Цена"),
        ("الإيرادات", "الإيرادات"),
        ("cafe\u0301", "cafe\u0301"),
        ("売上 A", "column 7"),
        ("👨‍👩‍👧", "column 7"),
    ],
)
def test_letters_without_a_font(text: str, shown: str) -> None:
    """What no font here can draw is left out, or numbered where little would be left."""
    assert shown == drawn(text, "column 7")


@given(st.text(max_size=40))
def test_nothing_is_drawn_as_boxes(text: str) -> None:
    """Whatever a name holds, what is drawn has a letter in a font for each of its characters."""
    from matplotlib.font_manager import findfont, get_font

    known = {c for name in families() for c in get_font(findfont(name)).get_charmap()}
    assert {ord(character) for character in drawn(text, "")} <= known


def test_a_profile_of_an_earlier_version_is_drawn() -> None:
    """A column without histogram or quantiles, as older profiles have it, is drawn as bars."""
    profile = Profile(3, (ColumnProfile("n", "number", 0, 3, top=((1.5, 2), (2.5, 1))),), 0)
    assert overview_figure(profile).startswith(b"\x89PNG")
    assert overview_alt(profile) == "1 column over 3 rows. n: 1.5 67 %, 2.5 33 %."
