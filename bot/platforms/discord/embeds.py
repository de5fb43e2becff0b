"""The parts of a section laid out in embeds, each within Discord's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, assert_never

from bot.platforms.discord.parts import Handed, Pair, Part, Picture, Small, Words
from bot.platforms.discord.texts import length
from tools.outcome import Headline

Json: TypeAlias = dict[str, Any]

COLOURS: Final = {
    "neutral": 0x5865F2,
    "good": 0x23A55A,
    "warning": 0xF0B232,
    "bad": 0xDA373C,
}
DESCRIPTION: Final = 4096
ROOM: Final = 5500
"""Characters of an embed without its small print; with it, and a mark, 6,000 are the limit."""

_FIELDS, _SMALL = 25, 1200


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs to one headline: its title, unless that is shown elsewhere, and its parts."""

    head: Headline | None
    title: str
    parts: Sequence[Part]


@dataclass(slots=True)
class Card:
    """An embed in the making.

    Attributes:
        leads: It is the first one of its section.
    """

    colour: int
    leads: bool
    title: str = ""
    description: str = ""
    fields: list[Pair] = field(default_factory=list)
    picture: Picture | None = None
    small: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Characters that count towards the limit of all embeds of a message."""
        texts = [self.title, self.description, " · ".join(self.small)]
        texts += [text for pair in self.fields for text in (pair.name, pair.value)]
        return sum(map(length, texts))

    @property
    def empty(self) -> bool:
        """Whether it has nothing to show."""
        return not (self.title or self.description or self.fields or self.picture or self.small)

    def takes(self, part: Part) -> bool:
        """Whether there is room for a part, and the part would stand in its place.

        An embed always shows its text first, then facts, then the picture. Short words may come
        before facts and picture although they followed them; what is long may not.
        """
        match part:
            case Words():
                follows = self.fields or (self.leads and self.picture)
                room = length(self.description) + length(part.text) + 2 <= DESCRIPTION
                fits = room and not (part.long and follows)
                return fits and self.size + length(part.text) + 2 <= ROOM
            case Pair():
                added = length(part.name) + length(part.value)
                return len(self.fields) < _FIELDS and self.size + added <= ROOM
            case Picture():
                return self.picture is None
            case Small():
                return length(" · ".join([*self.small, part.text])) <= _SMALL
            case Handed():
                return True
            case _:
                assert_never(part)

    def add(self, part: Part) -> None:
        """Put a part into its place."""
        match part:
            case Words():
                self.description = joined(self.description, part)
            case Pair():
                self.fields.append(part)
            case Picture():
                self.picture = part
            case Small():
                self.small.append(part.text)
            case Handed():
                pass  # beside the card
            case _:
                assert_never(part)


def joined(text: str, words: Words) -> str:
    """The text with one more paragraph."""
    if not text:
        return words.text
    between = "\n" if words.close else "\n\n"
    return f"{text}{between}{words.text}"


def lay_out(section: Section) -> list[Card]:
    """The cards of a section, in order; none where there is nothing to show."""
    colour = COLOURS[section.head.tone if section.head else "neutral"]
    cards = [Card(colour, leads=True, title=section.title)]
    for part in _last_small(section.parts):
        if not cards[-1].takes(part):
            cards.append(Card(colour, leads=False))
        cards[-1].add(part)
    return [card for card in cards if not card.empty]


def embed(card: Card, *, image: str, mark: str) -> Json:
    """The card as Discord takes it.

    Args:
        card: What to show.
        image: The name of the attachment that its picture is.
        mark: What ends its small print.
    """
    found: Json = {"color": card.colour}
    if card.title:
        found["title"] = card.title
    if card.description:
        found["description"] = card.description
    if card.fields:
        found["fields"] = [
            {"name": pair.name, "value": pair.value, "inline": pair.inline} for pair in card.fields
        ]
    if card.picture:
        found["image"] = {"url": f"attachment://{image}"}
    if small := " · ".join([*card.small, mark] if mark else card.small):
        found["footer"] = {"text": small}
    return found


def _last_small(parts: Iterable[Part]) -> list[Part]:
    """The parts with small print at the end, each line of it once."""
    every = list(parts)
    small = dict.fromkeys(part for part in every if isinstance(part, Small))
    return [part for part in every if not isinstance(part, Small)] + list(small)
