"""Charts suit the columns, say what they show, and refuse with a hint what cannot be drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tools.errors import BadRequest
from tools.ml.charts import KINDS, chart
from tools.ml.style import short_number, short_text


def text(values):
    return pd.Series(values, dtype="str")


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(3)
    rows = 400
    size = rng.normal(50, 10, rows)
    return pd.DataFrame(
        {
            "size": size,
            "price": size * 3 + rng.normal(0, 5, rows),
            "sort": text(rng.choice(["a", "b", "$c_{x}"], rows)),
            "rare": text([f"r{i % 40}" for i in range(rows)]),
            "paid": rng.random(rows) < 0.4,
            "rooms": rng.integers(1, 6, rows),
            "day": pd.date_range("2021-01-01", periods=rows).astype("datetime64[us]"),
            "gaps": np.where(rng.random(rows) < 0.2, np.nan, size),
            "none": np.nan,
            "same": 7.5,
        }
    )


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        ({"x": "size"}, "histogram"),
        ({"x": "day"}, "histogram"),
        ({"x": "size", "color": "sort"}, "histogram"),
        ({"x": "same"}, "histogram"),
        ({"x": "sort"}, "bar"),
        ({"x": "rooms"}, "bar"),
        ({"x": "rare"}, "bar"),
        ({"x": "sort", "color": "paid"}, "bar"),
        ({"x": "size", "y": "price"}, "scatter"),
        ({"x": "size", "y": "price", "color": "sort"}, "scatter"),
        ({"x": "size", "y": "price", "color": "gaps"}, "scatter"),
        ({"x": "sort", "y": "price"}, "box"),
        ({"x": "price", "y": "sort"}, "box"),
        ({"x": "day", "y": "price"}, "line"),
        ({"x": "day", "y": "price", "color": "paid"}, "line"),
        ({"x": "sort", "y": "paid"}, "heatmap"),
        ({"x": "size", "y": "same"}, "scatter"),
    ],
)
def test_the_kind_suits_the_columns(table, columns, kind):
    """Without a kind said, the chart suits the values; it is a PNG with words for it."""
    drawn = chart(table, **columns)
    assert drawn.kind == kind
    assert drawn.png.startswith(b"\x89PNG")
    assert columns["x"] in drawn.alt
    assert drawn.sentence.endswith(".")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_asked_for(table, kind):
    """Each listed kind is drawn when asked for."""
    y = None if kind in ("histogram",) else "sort" if kind == "heatmap" else "price"
    x = "rooms" if kind in ("bar", "box", "heatmap") else "size"
    assert chart(table, x=x, y=y, kind=kind).kind == kind


def test_sentences_hold_numbers(table):
    """The sentence is computed from the rows: medians, shares, correlations, what is left out."""
    link = np.corrcoef(table["size"], table["price"])[0, 1]
    assert f"(correlation {link:.2f})" in chart(table, x="size", y="price").sentence
    share = (table["sort"] == table["sort"].mode()[0]).mean()
    assert f"({100 * share:.0f} % of 400 rows)" in chart(table, x="sort").sentence
    left = int(table["gaps"].isna().sum())
    assert f"{left} rows without a value are left out" in chart(table, x="gaps").sentence


def test_large_tables_are_sampled_and_say_so():
    """More points than can be seen are sampled, which the sentence and the picture say."""
    rng = np.random.default_rng(0)
    large = pd.DataFrame({"a": rng.normal(size=20_000), "b": rng.normal(size=20_000)})
    assert "5,000 of 20,000 rows are drawn" in chart(large, x="a", y="b").sentence


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": "sighs"}, "no column “sighs”"),
        ({"x": "none"}, "holds no values"),
        ({"x": "sort", "kind": "histogram"}, "does not suit"),
        ({"x": "sort", "y": "price", "kind": "scatter"}, "does not suit"),
        ({"x": "sort", "y": "rare", "kind": "box"}, "does not suit"),
        ({"x": "size", "kind": "scatter"}, "needs two columns"),
        ({"x": "size", "kind": "pie"}, "no chart “pie”"),
    ],
)
def test_what_cannot_be_drawn_is_refused(table, arguments, message):
    """Unknown columns and kinds, and kinds that do not suit, are refused with a reason."""
    with pytest.raises(BadRequest, match=message):
        chart(table, **arguments)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1234.0, "1234"), (25_000, "25k"), (2.5e6, "2.5M"), (0.00001, "1e-05")],
)
def test_short_numbers(value, words):
    """Numbers on axes are short."""
    assert short_number(value) == words


def test_short_texts():
    """Labels are one line of visible characters, cut with an ellipsis."""
    assert short_text("a\nb\u202ec") == "a b c"
    assert short_text("x" * 30, 10) == "x" * 9 + "…"


def test_groups_of_a_histogram_are_compared(table):
    """A histogram by group says which group lies highest, not only where the whole lies."""
    drawn = chart(table, x="price", color="sort")
    medians = table.groupby("sort")["price"].median()
    assert drawn.alt == "Histogram of price by sort"
    assert f"highest for sort {medians.idxmax()}" in drawn.sentence


def test_dates_run_across(table):
    """A number against a date is a line along the date, whichever was named first."""
    drawn = chart(table, x="price", y="day")
    assert (drawn.kind, drawn.alt) == ("line", "Line of price over day")


def test_texts_that_never_repeat_are_not_counted():
    """Bars of one row each say nothing: refused with what to do."""
    table = pd.DataFrame({"note": [f"text {number}" for number in range(50)]})
    with pytest.raises(BadRequest, match="Every value of “note” is different"):
        chart(table, x="note")
