"""Which answer to an open question a sentence gives: its label, its number, or other words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from storage.catalog.records import Json

_MENTION: Final = re.compile(r"<@[^>]*>|(?<!\w)@[\w.\-]+")
_POLITE: Final = re.compile(r"\b(please|thanks|thank you|just|the|well|oh|so)\b")
_MARKS: Final = re.compile(r"[\s,.!;:]+")


def picked_in(text: str, options: Sequence[Json], *, latest: bool) -> int | None:
    """The place of the option that a text picks, or None.

    Args:
        text: What a person said.
        options: Of the question: each a `label`, and other words it `says`.
        latest: Whether nothing else was said since the question: only then do other words than
            its labels answer it, for "yes" may mean anything later on.
    """
    plain = text.strip().lower().rstrip(".!")
    labels = [str(option["label"]).lower() for option in options]
    if plain in labels:
        return labels.index(plain)
    if plain.isdigit() and 1 <= int(plain) <= len(labels):
        return int(plain) - 1
    if not latest:
        return None
    said = _bare(text)
    ways = ([_bare(label), *map(_bare, option.get("says", ()))] for label, option in
            zip(labels, options, strict=True))  # fmt: skip
    return next((place for place, way in enumerate(ways) if said and said in way), None)


def _bare(text: str) -> str:
    """The words that count, in lower case, without marks and politeness."""
    plain = _MENTION.sub(" ", text.lower().replace("’", "'"))
    return " ".join(_MARKS.sub(" ", _POLITE.sub(" ", plain)).split())
