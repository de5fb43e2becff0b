"""Tables: at most 100 rows of 20 cells, 10,000 characters in all."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.validate.problems import Json, Problems
from tests.servers.slack.validate.rich import check_rich_text
from tests.servers.slack.words import words_of

MOST_ROWS, MOST_CELLS, MOST_CHARACTERS = 100, 20, 10_000


def check_table(problems: Problems, block: Json, pointer: str) -> None:
    """A table block: raw text, raw numbers or rich text in its cells."""
    characters = 0
    for index, row in enumerate(problems.items(block.get("rows"), f"{pointer}/rows", MOST_ROWS)):
        here = f"{pointer}/rows/{index}"
        for number, cell in enumerate(problems.items(row, here, MOST_CELLS)):
            _cell(problems, cell, f"{here}/{number}")
            characters += len(words_of([cell])) if isinstance(cell, dict) else 0
    if characters > MOST_CHARACTERS:
        problems.add(f"no more than {MOST_CHARACTERS} characters in table cells", pointer)
    _columns(problems, block.get("column_settings"), f"{pointer}/column_settings")


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
