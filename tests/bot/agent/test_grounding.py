"""Numbers in a model's words need a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agent.grounding import STRUCK, Grounds, Struck, strike

SOURCES = [
    "Trained titanic v3: roc_auc 0.8734 (±0.0212), 891 rows, 12 columns, accuracy 83.2 %.",
    "M3 is live since 2026-11-23T08:30; change −0.12 against m2.",
    "train with 1,234.5 please, at most 3 million rows",
    "columns: 'x5', 'rf200'",
]
GROUNDS = Grounds(SOURCES)

GROUNDED = [
    "The AUC is 0.8734 on 891 rows.",
    "The AUC is 0.87, so 0.9 or 87 %.",
    "About 900 rows and twelve columns.",
    "An accuracy of 83 %, or 0.83, or eighty-three percent.",
    "Version v3 of M3 with x5 and RF200.",
    "Live since 2026-11-23, at 08:30.",
    "1234.5, 1,234.5 and 1.234,5 are one number.",
    "3M rows, 3 million rows.",
    "It fell by −0.12, that is -12 %.",
    "8.7e-1 it is.",
    "1. Deploy it.\n2. Watch it.\n3) Sleep.",
    "F1 and R² are metrics; one of them will do.",
    "No number at all, nothing.",
]


@pytest.mark.parametrize("words", GROUNDED)
def test_what_follows_from_a_source_stays(words: str) -> None:
    """Numbers of a source stay, rounded, as percentages, in any notation; so do names."""
    assert Struck(words) == strike(words, GROUNDS)


MADE_UP = [
    ("The AUC is 0.95.", "The AUC is [?].", ("0.95",)),
    ("Accuracy: 97%!", "Accuracy: [?]!", ("97%",)),
    ("It took 45 s.", "It took [?] s.", ("45",)),
    ("It rose by 0.12.", "It rose by [?].", ("0.12",)),
    ("Change -0.87.", "Change [?].", ("-0.87",)),
    ("About 1000 rows.", "About [?] rows.", ("1000",)),
    ("Ninety percent are right.", "[?] percent are right.", ("Ninety",)),
    ("Nine hundred and fifty rows", "[?] and [?] rows", ("Nine hundred", "fifty")),
    ("٩٥ rows, ９５ rows", "[?] rows, [?] rows", ("95", "95")),
    ("AUC=0.99 or AUC0.99", "AUC=[?] or AUC[?]", ("0.99", "0.99")),
    ("between 0.85-0.87", "between [?]-0.87", ("0.85",)),
    ("2. 77 rows", "2. [?] rows", ("77",)),
    ("version v4 of m3", "version v[?] of m3", ("4",)),
    ("half of them, ½", "half of them, [?]", ("0.5",)),
]


@pytest.mark.parametrize(("words", "left", "numbers"), MADE_UP)
def test_what_no_source_says_is_struck(words: str, left: str, numbers: tuple[str, ...]) -> None:
    """A number that nobody told is taken out, however it is written, and is named."""
    assert Struck(left, numbers) == strike(words, GROUNDS)


@given(st.floats(0.001, 1e6), st.integers(0, 4))
def test_every_rounding_of_a_source_stays(value: float, digits: int) -> None:
    """A number rounded to any number of decimals is one that its source says."""
    words = f"It is {value:.{max(digits, 1)}f}."
    assert Struck(words) == strike(words, Grounds([f"result: {value!r}"]))


@given(st.text(max_size=200))
def test_any_words_can_be_judged(words: str) -> None:
    """Nothing that a model writes makes the judgement fail; what is judged holds a second time."""
    struck = strike(words, Grounds([]))
    assert len(struck.numbers) <= struck.text.count(STRUCK)
    assert strike(struck.text, Grounds([])).numbers == ()
