"""The prediction log: what was asked and answered, for the checks that come later."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.prediction_log import PredictionLog, log_row
from tests.contracts.rows import DIGEST, later

_fresh = itertools.count()
SLOT = ("0123456789", "churn", "staging")


@pytest.fixture
def log(catalog: Catalog, blobs: BlobStore) -> PredictionLog:
    return PredictionLog(catalog, blobs)


def _row(number: int, at: float, row: dict[str, Any], **given: Any) -> dict[str, Any]:
    values = {"digest": DIGEST, "answer": "yes", "score": 0.75} | given
    return log_row(f"p{number}", time=later(at), row=row, **values)


def test_a_row_is_kept_whole(log: PredictionLog) -> None:
    """Id, key, time, model, warnings, every field and the answer can be read back."""
    part = log.append(
        *SLOT,  # type: ignore[arg-type]
        [
            _row(1, 0, {"Age": 22, "Sex": "male"}, key="order-7", warnings=["Age is unusual"]),
            _row(2, 1, {"Age": 38.5, "Sex": None}, score=None),
        ],
    )
    assert (part.rows, part.start, part.end) == (2, later(0), later(1))
    assert log.read(*SLOT).to_pylist() == [  # type: ignore[arg-type]
        {
            "prediction_id": "p1",
            "key": "order-7",
            "time": later(0),
            "digest": DIGEST,
            "warnings": ["Age is unusual"],
            "x.Age": 22.0,
            "x.Sex": "male",
            "y": "yes",
            "y_score": 0.75,
        },
        {
            "prediction_id": "p2",
            "key": None,
            "time": later(1),
            "digest": DIGEST,
            "warnings": [],
            "x.Age": 38.5,
            "x.Sex": None,
            "y": "yes",
            "y_score": None,
        },
    ]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, [0, 1, 2, 3, 4, 5]),
        (2, None, [2, 3, 4, 5]),
        (None, 2, [0, 1, 2]),
        (1, 4, [1, 2, 3, 4]),
        (2.5, 2.75, []),
        (99, None, []),
    ],
)
def test_a_window_cuts_through_parts(
    log: PredictionLog, since: float | None, until: float | None, expected: list[int]
) -> None:
    """A window takes exactly its rows, both ends included, whatever parts they lie in."""
    for start in (0, 3):
        log.append(*SLOT, [_row(n, n, {"a": n}) for n in range(start, start + 3)])  # type: ignore[arg-type]
    edges = {
        "since": None if since is None else later(since),
        "until": None if until is None else later(until),
    }
    table = log.read(*SLOT, **edges)  # type: ignore[arg-type]
    found = table["x.a"].to_pylist() if expected else table.to_pylist()
    assert found == expected
    parts = list(log.parts(*SLOT, **edges))  # type: ignore[arg-type]
    assert sum(part.num_rows for part in parts) == len(expected)


def test_slots_are_kept_apart(log: PredictionLog) -> None:
    """A check of one slot never counts the rows of another."""
    log.append(*SLOT, [_row(1, 0, {"a": 1})])  # type: ignore[arg-type]
    for other in (
        ("9876543210", "churn", "staging"),
        ("0123456789", "price", "staging"),
        ("0123456789", "churn", "production"),
    ):
        assert log.read(*other).num_rows == 0  # type: ignore[arg-type]


def test_parts_of_differing_types_unite(log: PredictionLog) -> None:
    """Whole and real numbers become real; what no number type holds becomes text."""
    for number, row in enumerate(
        [
            {"n": 1, "torn": 1, "gap": None},
            {"n": 1.5, "torn": "a", "gap": 3},
            {"n": None, "torn": None, "new": True},
        ]
    ):
        log.append(*SLOT, [_row(number, number, row)])  # type: ignore[arg-type]
    table = log.read(*SLOT)  # type: ignore[arg-type]
    assert table["x.n"].to_pylist() == [1.0, 1.5, None]
    assert table["x.torn"].to_pylist() == ["1", "a", None]
    assert table["x.gap"].to_pylist() == [None, 3, None]
    assert table["x.new"].to_pylist() == [None, None, True]
    assert table.schema.field("x.n").type == pa.float64()


_scalar = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
)
_rows = st.lists(
    st.dictionaries(st.sampled_from("abc"), _scalar, max_size=3), min_size=1, max_size=4
)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(parts=st.lists(_rows, min_size=1, max_size=3))
def test_any_rows_can_be_kept(log: PredictionLog, parts: list[list[dict[str, Any]]]) -> None:
    """Whatever mixture of values an endpoint was sent, no row is lost and no read fails."""
    place = (str(next(_fresh)), "churn", "staging")
    for part in parts:
        rows = [_row(n, n, row, answer=row.get("a")) for n, row in enumerate(part)]
        log.append(*place, rows)  # type: ignore[arg-type]
    table = log.read(*place)  # type: ignore[arg-type]
    assert table.num_rows == sum(len(part) for part in parts)
    gaps = sum(row.get("b") is None for part in parts for row in part)
    if "x.b" in table.column_names:
        assert table["x.b"].null_count == gaps


def test_whole_numbers_too_long_for_a_float_are_kept(log: PredictionLog) -> None:
    """A column of long whole numbers in one part and of decimals in another becomes text."""
    place = (str(next(_fresh)), "churn", "staging")
    for value in (2**53 + 1, 0.5):
        log.append(*place, [_row(0, 0, {"c": value}, answer=None)])  # type: ignore[arg-type]
    table = log.read(*place)  # type: ignore[arg-type]
    assert table["x.c"].to_pylist() == [str(2**53 + 1), "0.5"]
