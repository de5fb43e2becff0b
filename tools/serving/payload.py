"""The body of a prediction request: bytes to rows, with every refusal named."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeAlias

from tools.serving.errors import RequestError
from tools.serving.limits import Limits

Row: TypeAlias = dict[str, Any]

_SHAPE = 'Send {"rows": [{"column": value, …}, …]}.'
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_LARGEST_INTEGER = 2**63
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows of one request, and the caller's own key of each row (None: none given)."""

    rows: list[Row]
    keys: list[str | None]


def parse_rows(body: bytes, limits: Limits) -> Asked:
    """Rows from `{"rows": […], "keys": […]}`, from `{"row": {…}}` or from a bare list.

    Raises:
        RequestError: 400 for what is not JSON of that shape, 413 for too many rows, 422 for
            values no column can hold.
    """
    value = parse_json(body, limits)
    if isinstance(value, list):
        value = {"rows": value}
    if not isinstance(value, dict):
        raise RequestError(400, f"The body is neither an object nor a list. {_SHAPE}")
    if "row" in value and "rows" not in value:
        value = {**value, "rows": [value["row"]]}
        del value["row"]
    unknown = sorted(set(value) - {"rows", "keys"})
    if "rows" not in value or unknown:
        found = ", ".join(repr(each) for each in unknown[:5]) or "nothing"
        raise RequestError(400, f"The body has no 'rows', or more than that: {found}. {_SHAPE}")
    rows = _checked_rows(value["rows"], limits)
    return Asked(rows, _checked_keys(value.get("keys"), len(rows)))


def parse_json(body: bytes, limits: Limits) -> Any:
    """Strict JSON of bounded depth: no duplicate keys; NaN is left to `check_values`."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RequestError(400, f"The body is not UTF-8 (byte {exc.start}).") from None
    if not text.strip():
        raise RequestError(400, f"The body is empty. {_SHAPE}")
    if _too_deep(body, limits.depth):
        raise RequestError(400, f"The JSON is nested deeper than {limits.depth} levels.")
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise RequestError(400, f"The body is not JSON: {exc.msg} ({where}).") from None
    except ValueError:
        raise RequestError(400, "The body has a number of more than 4,300 digits.") from None
    except RecursionError:
        raise RequestError(400, f"The JSON is nested deeper than {limits.depth} levels.") from None


def check_values(rows: list[Row]) -> None:
    """Refuse what JSON can say but no column can hold; raises RequestError (422)."""
    places: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        for name, value in row.items():
            problem = _problem(name) or _problem(value)
            if problem:
                places.append({"row": index, "field": name, "problem": problem})
                if len(places) == _SHOWN:
                    break
    if places:
        first = places[0]
        message = f"Row {first['row']}, field {first['field']!r}: {first['problem']}."
        raise RequestError(422, message, tuple(places), broken=True)


def _checked_rows(rows: Any, limits: Limits) -> list[Row]:
    if not isinstance(rows, list) or not rows:
        raise RequestError(400, f"'rows' is not a list of at least one row. {_SHAPE}")
    if len(rows) > limits.rows:
        raise RequestError(413, f"{len(rows):,} rows are more than {limits.rows:,} per request.")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise RequestError(
                422,
                f"Row {index} is not an object of column: value. {_SHAPE}",
                ({"row": index, "field": None, "problem": "not an object"},),
            )
    check_values(rows)
    return rows


def _checked_keys(keys: Any, count: int) -> list[str | None]:
    if keys is None:
        return [None] * count
    if not isinstance(keys, list) or len(keys) != count:
        raise RequestError(400, f"'keys' is not a list with one key for each of the {count} rows.")
    for index, key in enumerate(keys):
        usable = key is None or (isinstance(key, str | int) and not isinstance(key, bool))
        if not usable or _problem(key) or len(str(key)) > 200:
            raise RequestError(
                422,
                f"Key {index} is not a text or whole number of at most 200 characters.",
                ({"row": index, "field": "keys", "problem": "not a usable key"},),
            )
    return [None if key is None else str(key) for key in keys]


def _problem(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "not a finite number; use null for a missing value"
    if isinstance(value, int) and not -_LARGEST_INTEGER <= value < _LARGEST_INTEGER:
        return "a whole number beyond 64 bits"
    if isinstance(value, dict | list):
        return "a nested value; a cell is a text, a number, true, false or null"
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return "a text with half a surrogate pair"
    return ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = Counter(names).most_common(1)[0][0]
        raise RequestError(400, f"The key {twice!r} appears twice in one object.")
    return found


def _too_deep(body: bytes, limit: int) -> bool:
    """Whether brackets outside of texts nest deeper than `limit`; linear, without recursion."""
    outside = b"".join(_ESCAPE.sub(b"", body).split(b'"')[::2])
    brackets = outside.translate(None, _NOT_BRACKETS)
    for _ in range(limit):
        inner = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if len(inner) == len(brackets):
            return False
        brackets = inner
    return bool(brackets)
