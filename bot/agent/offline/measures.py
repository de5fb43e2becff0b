"""Everyday words for what is asked of numbers: aggregates, superlatives, comparisons."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from bot.agent.offline.lexicon import words

Aggregate: TypeAlias = Literal[
    "avg", "median", "sum", "max", "min", "stddev", "variance", "count", "distinct", "share", "corr"
]

_AGGREGATES: Final[dict[Aggregate, str]] = {
    "avg": "average mean avg averages means",
    "median": "median",
    "sum": "sum total",
    "max": "maximum max highest largest biggest greatest latest peak top",
    "min": "minimum min lowest smallest least earliest",
    "stddev": "std stddev deviation",
    "variance": "variance",
    "share": "share percentage percent proportion fraction ratio rate %",
    "corr": "correlation correlate correlated",
    "distinct": "distinct unique different",
    "count": "count frequency counts",
}
AGGREGATES: Final = {word: name for name, said in _AGGREGATES.items() for word in said.split()}
"""Words for what is asked of many values."""

_HINTS: Final = {
    "expensive dear dearest costly pricey cost costs costing paid pay pays spend spent worth": (
        "price cost fare amount charge charges fee value bill revenue tip"
    ),
    "cheap cheapest cheaper": "price cost fare amount charge charges fee",
    "old oldest older aged elder young youngest younger": "age year built vintage date",
    "heavy heaviest heavier light lightest lighter weigh weighs weighing": "weight mass carat",
    "tall tallest taller high short shortest": "height size",
    "long longest longer": "length duration tenure runtime time minutes min seconds talk wait",
    "wide widest wider": "width",
    "large largest big biggest small smallest larger bigger smaller": "size area amount",
    "fast fastest slow slowest faster quick quickest": "speed velocity time rpm",
    "hot hottest hotter warm warmest cold coldest colder": "temperature temp",
    "earn earns earning earned rich richest poor poorest best-paid": "salary income wage pay",
    "built made constructed new newest latest recent": "year built date",
    "rated rate liked loved": "rating score stars",
    "powerful strong strongest": "horsepower power strength",
    "loyal loyalest": "tenure",
    "sell sold selling": "price revenue units sales quantity",
    "busy busiest": "count volume traffic",
    "economical efficient": "mpg consumption",
    "use uses used consume consumes consumed using": "consumption usage use",
    "late later latest delayed": "delay",
    "far farthest farther distant": "distance",
    "popular": "count rating votes",
}
HINTS: Final[dict[str, tuple[str, ...]]] = {
    word: tuple(columns.split()) for words, columns in _HINTS.items() for word in words.split()
}
"""Words that speak of a column without naming it, with words its name may have."""

DOWN: Final = words(
    """
    cheapest cheaper lowest smallest least youngest younger lightest lighter shortest slowest
    coldest poorest fewest worst minimum min earliest narrowest quickest bottom ascending
    """
)
UP: Final = words(
    """
    expensive dearest costliest pricey priciest highest largest biggest greatest most oldest
    heaviest tallest longest widest fastest hottest richest newest best top maximum max latest
    powerful strongest loyal descending busiest best-paid economical efficient dear
    """
)
SUPERLATIVES: Final = DOWN | UP

COMPARISONS: Final = (
    (("between",), "between"),
    (("greater|more|higher|larger|bigger|older|longer|heavier|later|bigger than or equal",), ">="),
    (("less|lower|smaller|fewer|younger|shorter|lighter|cheaper|earlier than or equal",), "<="),
    (
        (
            "greater|more|higher|larger|bigger|older|longer|heavier|later|taller|hotter than",
            "over|above|exceeding|exceeds|exceed|after|beyond|>",
        ),
        ">",
    ),
    (
        (
            "less|lower|smaller|fewer|younger|shorter|lighter|cheaper|earlier|colder than",
            "under|below|before|<",
        ),
        "<",
    ),
    (("at least", "since|from|minimum|>=", "no less than", "> ="), ">="),
    (("at most", "up to", "maximum|until|<=", "no more than", "< ="), "<="),
    (("equals|equal to?", "exactly|=|==|is|be|of"), "="),
)
"""Patterns right before a number, and the operator they mean."""
