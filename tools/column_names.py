"""Which column people mean: case, blanks and small typos are forgiven when one column fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from tools.cards import shown
from tools.errors import BadRequest, NeedsChoice, Option

_NOISE: Final = re.compile(r"[\W_]+")
_MOST: Final = 5


def find_column(said: str, names: Sequence[str]) -> str | None:
    """The one column that fits `said`, or `None` if none or several do.

    Tried in order: the same name; the same but for case; the same letters and digits; a typo
    of one character in four (optimal string alignment distance).
    """
    if said in names:
        return said
    for fold in (str.casefold, _squash):
        fits = [name for name in names if fold(name) == fold(said) != ""]
        if fits:
            return fits[0] if len(fits) == 1 else None
    wanted = _squash(said)
    reach = len(wanted) // 4
    near = [name for name in names if reach and OSA.distance(_squash(name), wanted) <= reach]
    return near[0] if len(near) == 1 else None


def need_column(said: str, names: Sequence[str], *, argument: str) -> str:
    """The one column that fits; `argument` is what a picked option fills.

    Raises:
        NeedsChoice: No column, or several, fit: the closest ones are offered.
        BadRequest: There is nothing to choose from.
    """
    found = find_column(said, names)
    if found is not None:
        return found
    if len(names) < 2:
        raise BadRequest(
            f"There is no column “{shown(said)}”.", f"There is only {', '.join(map(shown, names))}."
        )
    options = tuple(Option(shown(name), name) for name in closest(said, names))
    raise NeedsChoice(
        f"There is no column “{shown(said)}”. Which one do you mean?", argument, options
    )


def need_columns(said: Sequence[str], names: Sequence[str], *, argument: str) -> list[str]:
    """The columns that fit, in the order said, each once.

    Raises:
        NeedsChoice: One of them is open; the options hold the whole list with one choice made.
        BadRequest: There is nothing to choose from.
    """
    found: list[str] = []
    for place, name in enumerate(said):
        try:
            found.append(need_column(name, names, argument=argument))
        except NeedsChoice as open_question:
            options = tuple(
                Option(option.label, [*found, option.value, *said[place + 1 :]])
                for option in open_question.options
            )
            raise NeedsChoice(open_question.message, argument, options) from None
    return list(dict.fromkeys(found))


def closest(said: str, names: Sequence[str]) -> list[str]:
    """Up to five names, the most similar first."""
    ranked = extract(_squash(said), {name: _squash(name) for name in names}, limit=_MOST)
    return [name for _, _, name in ranked]


def _squash(text: str) -> str:
    return _NOISE.sub("", text).casefold()
