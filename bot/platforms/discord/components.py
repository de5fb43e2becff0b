"""What people can click: rows of buttons and menus, and in words what does not fit into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from bot.messages import Button, Reply, buttons
from bot.platforms.discord.names import menu_id, press_id
from bot.platforms.discord.texts import NOTHING, cut, length, one_line

Json: TypeAlias = dict[str, Any]
Numbered: TypeAlias = tuple[int, Button]

ROW, BUTTON, MENU = 1, 2, 3
BLURPLE, GREY, GREEN, RED = 1, 2, 3, 4
MOST_ROWS: Final = 5
MOST_BUTTONS: Final = 5
MOST_OPTIONS: Final = 25
_LABEL, _OPTION = 80, 100


def rows(reply: Reply) -> tuple[tuple[Json, ...], str]:
    """The rows below a reply, and a sentence about what they do not show or cut off.

    More than five answers to one question are a menu; everything keeps the order of `buttons`.
    """
    drawn = list(_drawn(reply))[:MOST_ROWS]
    clickable = {index for _, group in drawn for index, _ in group}
    labels = [
        one_line(button.label) or NOTHING
        for index, button in enumerate(buttons(reply))
        if index not in clickable or length(one_line(button.label)) > _LABEL
    ]
    words = f"Or say it in words: {', '.join(labels)}." if labels else ""
    return tuple(row for row, _ in drawn), words


def _drawn(reply: Reply) -> Iterator[tuple[Json, Sequence[Numbered]]]:
    """Each row with the buttons it shows."""
    held: list[Numbered] = []
    for group in _groups(reply):
        if group[0][1].does != "choose" or len(group) <= MOST_BUTTONS:
            held += group
            continue
        yield from _button_rows(held, reply.id)
        held = []
        yield _row([_menu(group[:MOST_OPTIONS], reply.id)]), group[:MOST_OPTIONS]
    yield from _button_rows(held, reply.id)


def _groups(reply: Reply) -> Iterator[list[Numbered]]:
    def key(each: Numbered) -> tuple[str, str]:
        return each[1].does, each[1].subject

    for _, group in groupby(enumerate(buttons(reply)), key):
        yield list(group)


def _button_rows(
    group: Sequence[Numbered], reply_id: int
) -> Iterator[tuple[Json, Sequence[Numbered]]]:
    first = next((index for index, button in group if button.does == "step"), -1)
    for start in range(0, len(group), MOST_BUTTONS):
        part = group[start : start + MOST_BUTTONS]
        yield _row([_button(b, i, reply_id, leads=i == first) for i, b in part]), part


def _row(parts: list[Json]) -> Json:
    return {"type": ROW, "components": parts}


def _button(button: Button, index: int, reply_id: int, *, leads: bool) -> Json:
    styles = {"approve": GREEN, "reject": RED}
    return {
        "type": BUTTON,
        "style": styles.get(button.does, BLURPLE if leads else GREY),
        "label": cut(button.label, _LABEL) or NOTHING,
        "custom_id": press_id(reply_id, index),
    }


def _menu(group: Sequence[Numbered], reply_id: int) -> Json:
    return {
        "type": MENU,
        "custom_id": menu_id(reply_id, group[0][0]),
        "placeholder": "Pick one, or say it",
        "options": [
            {
                "label": cut(button.label, _OPTION) or NOTHING,
                "value": press_id(reply_id, index),
            }
            for index, button in group
        ],
    }
