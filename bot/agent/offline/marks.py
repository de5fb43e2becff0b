"""Tokens marked with what they may name in the thread, ready for patterns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.agent.offline.lexicon import words
from bot.agent.offline.names import ColumnIndex, Mention, ThingIndex, ValueMention
from bot.agent.offline.tokens import Token

FILLERS = words(
    """
    a an the please kindly just really my our me us basically actually simply pretty some
    """
)

COUNTS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "dozen": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "hundred": 100,
}
"""Counts in words."""

DATASET_NOUNS = words("dataset data file table csv spreadsheet upload")
"""Words for a dataset."""

RECURRING = words(
    """
    every hourly daily weekly monthly nightly twice thrice weekdays weekends cron mondays tuesdays
    wednesdays thursdays fridays saturdays sundays minutely half-hourly mornings times
    """
)
"""Words that begin a schedule."""


_AFTER_NAME = words("and or against vs versus by over , . ! ?")


@dataclass(frozen=True, slots=True)
class Marked:
    """One token with the names that may begin at it."""

    token: Token
    forms: frozenset[str]
    column: Mention | None = None
    dataset: Mention | None = None
    model: Mention | None = None
    values: tuple[ValueMention, ...] = ()
    inside: bool = False

    @property
    def word(self) -> str:
        """The token's word."""
        return self.token.word

    def takes(self, entity: str) -> int:
        """How many tokens an entity takes from here on; 0 if none begins here."""
        names: dict[str, Mention | None] = {
            "column": self.column,
            "dataset": self.dataset,
            "model": self.model,
        }
        if entity in names:
            mention = names[entity]
            return mention.size if mention else 0
        if entity == "known":
            return self.values[0].size if self.values else 0
        return int(self._is(entity))

    def _is(self, entity: str) -> bool:
        kind = self.token.kind
        if entity == "number":
            return kind == "number" or self.token.word in COUNTS
        if entity == "quoted":
            return kind == "quoted"
        if entity == "person":
            return kind == "person"
        if entity == "schedule":
            return self.token.word in RECURRING
        return kind != "punct"


def _is_dataset(tokens: Sequence[Token], after: int) -> bool:
    """Whether the word after a name says that it names a dataset: "the sales file"."""
    return after < len(tokens) and tokens[after].word in DATASET_NOUNS


def _is_column(tokens: Sequence[Token], at: int, columns: ColumnIndex) -> bool:
    """Whether a filler is a column after all: it has the name, and no noun follows."""
    after = tokens[at + 1].word if at + 1 < len(tokens) else "and"
    return at > 0 and tokens[at].word in columns.exact and after in _AFTER_NAME


def mark(tokens: Sequence[Token], columns: ColumnIndex, things: ThingIndex) -> list[Marked]:
    """The tokens without fillers, each with the names that may begin at it.

    No column begins inside another's name of several tokens.
    """
    kept = [
        token
        for at, token in enumerate(tokens)
        if token.word not in FILLERS or token.kind == "quoted" or _is_column(tokens, at, columns)
    ]
    marked: list[Marked] = []
    until = 0
    for index, token in enumerate(kept):
        if token.kind in {"punct", "person"}:
            marked.append(Marked(token, token.forms, inside=index < until))
            continue
        column = columns.mention(kept, index) if index >= until else None
        dataset = things.dataset(kept, index)
        if dataset is not None and _is_dataset(kept, index + dataset.size):
            column = None
        marked.append(
            Marked(
                token,
                token.forms,
                column,
                dataset,
                things.model(kept, index),
                things.value(kept, index),
                inside=index < until,
            )
        )
        until = max(until, index + (column.size if column else 0))
    return marked
