"""Tables: rows, cells and characters, as the table and data table pages limit them."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.validate.problems import Json, Problems
from tests.servers.slack.validate.rich import check_rich_text
from tests.servers.slack.words import words_of

MOST_CELLS = 20
MOST_ROWS, MOST_CHARACTERS = 100, 10_000
MOST_DATA_ROWS, MOST_DATA_CHARACTERS = 201, 20_000


def check_table(problems: Problems, block: Json, pointer: str) -> None:
    """A table block: raw text, raw numbers or rich text in its cells."""
    _rows(problems, block, pointer, most=MOST_ROWS, characters=MOST_CHARACTERS)
    _columns(problems, block.get("column_settings"), f"{pointer}/column_settings")


def check_data_table(problems: Problems, block: Json, pointer: str) -> None:
    """A data table, which people may sort and page: a header row and up to 200 more."""
    _rows(problems, block, pointer, most=MOST_DATA_ROWS, characters=MOST_DATA_CHARACTERS)
    if isinstance(block.get("rows"), list) and len(block["rows"]) < 2:
        problems.add("must provide at least 2 items", f"{pointer}/rows")
    size = block.get("page_size")
    if size is not None and not 1 <= size <= 100:
        problems.add("must be between 1 and 100", f"{pointer}/page_size")


def _rows(problems: Problems, block: Json, pointer: str, *, most: int, characters: int) -> None:
    total = 0
    for index, row in enumerate(problems.items(block.get("rows"), f"{pointer}/rows", most)):
        here = f"{pointer}/rows/{index}"
        for number, cell in enumerate(problems.items(row, here, MOST_CELLS)):
            _cell(problems, cell, f"{here}/{number}")
            total += len(words_of([cell])) if isinstance(cell, dict) else 0
    if total > characters:
        problems.add(f"no more than {characters} characters in table cells", pointer)


def _cell(problems: Problems, cell: Any, pointer: str) -> None:
    kind = cell.get("type") if isinstance(cell, dict) else None
    match kind:
        case "rich_text":
            check_rich_text(problems, cell, pointer)
        case "raw_text":
            problems.keys(cell, pointer, {"type", "text"})
            problems.required(cell, pointer, ["text"])
            problems.string(cell.get("text"), f"{pointer}/text", MOST_CHARACTERS, least=1)
        case "raw_number":
            problems.keys(cell, pointer, {"type", "value", "text"})
            problems.required(cell, pointer, ["text"])
            if not isinstance(cell.get("value"), int | float):
                problems.add("must be a number", f"{pointer}/value")
        case _:
            problems.add(f"unsupported type: {kind}", f"{pointer}/type")


def _columns(problems: Problems, settings: Any, pointer: str) -> None:
    if settings is None:
        return
    for index, column in enumerate(problems.items(settings, pointer, MOST_CELLS, least=0)):
        if column is None:
            continue
        here = f"{pointer}/{index}"
        problems.keys(column, here, {"align", "is_wrapped"})
        problems.choice(column.get("align"), f"{here}/align", {"left", "center", "right"})
