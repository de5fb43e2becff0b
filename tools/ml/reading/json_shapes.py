"""The shapes in which tables come as JSON: records, rows, columns, split, an index of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tools.errors import Refused

_MOST_LEVELS: Final = 3
_TELLS_OF_ERROR: Final = frozenset(
    ("error", "errors", "message", "detail", "details", "fault", "exception", "title", "reason")
)
_BESIDE_ERROR: Final = frozenset(
    ("code", "status", "statuscode", "status_code", "type", "ok", "success", "requestid",
     "request_id", "path", "timestamp", "documentation_url", "error_description", "error_code",
     "traceid", "instance", "data", "result")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What was found in a JSON value.

    Attributes:
        what: In words, for a note.
        records: One mapping per row, where rows have named fields.
        rows: One list per row, where they do not.
        names: Of the columns of `rows`; empty where the first row may hold them.
    """

    what: str
    records: list[dict[str, Any]] | None = None
    rows: list[list[Any]] | None = None
    names: tuple[str, ...] = field(default=())


def shape_of(value: Any, name: str) -> Shape:
    """The table in a JSON value.

    Raises:
        Refused: A report of an error, a single value, or lists that are no rows.
    """
    if isinstance(value, list):
        return _of_list(value, name)
    if isinstance(value, dict):
        _refuse_error(value, name)
        return _of_object(value, name)
    raise _no_records(name, "a single value")


def _of_list(value: list[Any], name: str, what: str = "a list of records") -> Shape:
    if not value:
        raise _no_records(name, "an empty list")
    if all(isinstance(row, dict) for row in value):
        return Shape(what, records=value)
    if all(isinstance(row, list) for row in value):
        return Shape("a list of rows", rows=value)
    kinds = sorted({_kind(row) for row in value})
    if len(kinds) > 1:
        other = next(place for place, row in enumerate(value) if _kind(row) != _kind(value[0]))
        raise _no_records(name, f"a list of {kinds[0]} and {kinds[1]} (item {other + 1:,})")
    raise _no_records(name, f"a list of {kinds[0]}")


def _of_object(value: dict[str, Any], name: str) -> Shape:
    rows, names = value.get("data"), value.get("columns")
    if isinstance(rows, list) and isinstance(names, list) and all(map(_is_row, rows)):
        return Shape("columns and data apart", rows=rows, names=tuple(map(str, names)))
    parts = list(value.values())
    if parts and all(isinstance(part, list) for part in parts):
        if len(parts) == 1 and parts[0] and not _is_plain(parts[0]):
            return _of_list(parts[0], name, f"the records in “{next(iter(value))}”")
        return _of_columns(value, name)
    if parts and all(isinstance(part, dict) and part for part in parts):
        return _of_objects(value)
    lists = [key for key, part in value.items() if isinstance(part, list) and _are_records(part)]
    if len(lists) == 1:
        return Shape(f"the records in “{lists[0]}”", records=value[lists[0]])
    if len(lists) > 1:
        listed = ", ".join(f"“{key}”" for key in lists[:5])
        raise _no_records(name, f"an object with several lists of records ({listed})")
    return Shape("a single record", records=[value])


def _is_row(part: Any) -> bool:
    return isinstance(part, list)


def _is_plain(part: list[Any]) -> bool:
    return not any(isinstance(item, dict | list) for item in part)


def _are_records(part: list[Any]) -> bool:
    return bool(part) and all(isinstance(item, dict) for item in part)


def _of_columns(value: dict[str, list[Any]], name: str) -> Shape:
    lengths = {key: len(part) for key, part in value.items()}
    if len(set(lengths.values())) > 1:
        short, long = min(lengths, key=lambda k: lengths[k]), max(lengths, key=lambda k: lengths[k])
        raise Refused(
            f"“{name}” holds columns of different lengths: “{short}” has {lengths[short]:,} "
            f"values, “{long}” has {lengths[long]:,}.",
            "Send columns of one length, or a list of records.",
        )
    rows = [list(row) for row in zip(*value.values(), strict=True)]
    return Shape("a list of values for every column", rows=rows, names=tuple(value))


def _of_objects(value: dict[str, dict[str, Any]]) -> Shape:
    """Objects in an object: columns by row label, or records by their key."""
    labels = list(next(iter(value.values())))
    same = all(list(part) == labels for part in value.values())
    numbered = [str(place) for place in range(len(labels))]
    if same and labels == numbered and list(value) != [str(n) for n in range(len(value))]:
        rows = [list(row) for row in zip(*(part.values() for part in value.values()), strict=True)]
        return Shape("columns by row number", rows=rows, names=tuple(value))
    if list(value) == [str(place) for place in range(len(value))]:
        return Shape("records by row number", records=list(value.values()))
    if _one_record(value, same=same):
        return Shape("a single record", records=[value])
    key = "key"
    while any(key in part for part in value.values()):
        key += "_"
    records = [{key: label, **part} for label, part in value.items()]
    return Shape(f"records by key (column “{key}”)", records=records)


def _one_record(value: dict[str, dict[str, Any]], *, same: bool) -> bool:
    """Whether the objects are parts of one record rather than records of one kind."""
    if same:
        return False
    names = [set(part) for part in value.values()]
    common = set.intersection(*names)
    return len(common) < 0.5 * max(map(len, names))


def _refuse_error(value: dict[str, Any], name: str) -> None:
    keys = {key.casefold() for key in value}
    if not keys & _TELLS_OF_ERROR or keys - _TELLS_OF_ERROR - _BESIDE_ERROR:
        return
    for key, part in value.items():
        if key.casefold() not in _TELLS_OF_ERROR and isinstance(part, list) and _are_records(part):
            return
    words = next((part for part in _strings(value)), "")
    told = f" (“{words[:80]}”)" if words else ""
    raise Refused(
        f"“{name}” is an answer that reports an error{told}, not a table.",
        "Fetch the data again, with the right link and rights, and send that.",
    )


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        wordy = sorted(value, key=lambda key: key.casefold() not in _TELLS_OF_ERROR)
        for key in wordy:
            yield from _strings(value[key])
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "objects"
    if isinstance(value, list):
        return "lists"
    return "single values"


def _no_records(name: str, what: str) -> Refused:
    return Refused(
        f"“{name}” is JSON, but not a list of records: it is {what}.",
        "Send a list of objects, or one object per line.",
    )


def flatten(record: dict[str, Any], before: str = "", level: int = 0) -> Iterator[tuple[str, Any]]:
    """Fields by name; those of objects within get a name with a dot, three levels deep."""
    for key, value in record.items():
        name = before + (key.strip() or "column")
        if isinstance(value, dict) and value and level < _MOST_LEVELS:
            yield from flatten(value, f"{name}.", level + 1)
        else:
            yield name, value
