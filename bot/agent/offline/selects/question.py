"""A question over the rows while it is being read: its tokens, and what has been found in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.agent.offline.clauses import Clause
from bot.agent.offline.marks import Marked
from bot.agent.offline.names import Mention, words_of
from bot.agent.offline.scene import Scene
from bot.agent.offline.selects.words import HINTS, Kind
from bot.agent.state import ColumnState

YES = ("yes", "true", "1", "y", "t")
NO = ("no", "false", "0", "n", "f")


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of a column as SQL, and the tokens that say it.

    Attributes:
        column: The column.
        sql: The test.
        start: The first token.
        end: One past the last token.
        value: The SQL literal, where the test is that the column equals it.
        flag: Whether the column is a yes-or-no one.
        denied: Whether the test is a denial.
    """

    column: str
    sql: str
    start: int
    end: int
    value: str = ""
    flag: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What rows are grouped by: an SQL expression, and its name in the result if it needs one."""

    sql: str
    name: str = ""
    column: str = ""
    period: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """An aggregate and what it is taken of ("" for rows)."""

    kind: Kind
    column: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order asked for: by which word, of how many, at which token."""

    word: str
    limit: int | None
    at: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A comparison without a column: the test by each column that fits, and its tokens."""

    tests: dict[str, str]
    start: int
    end: int


@dataclass
class Question:
    """What has been found in a clause so far.

    Attributes:
        clause: The clause.
        scene: What it may speak of.
        taken: The tokens that something was found in.
        groups: What rows are grouped by.
        conditions: Which rows are meant.
        measures: What is worked out.
        ranking: The order asked for.
        counts: Whether rows are counted.
        nouns: Columns by the place of a noun that several values share: "first or second class".
        fits: Columns that fit a measure equally well.
        unplaced: A comparison that several columns fit.
    """

    clause: Clause
    scene: Scene
    taken: set[int] = field(default_factory=set)
    groups: list[Group] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    ranking: Ranking | None = None
    counts: bool = False
    nouns: dict[int, str] = field(default_factory=dict)
    fits: tuple[str, ...] = ()
    unplaced: Unplaced | None = None

    @property
    def view(self) -> tuple[Marked, ...]:
        """The clause's marked tokens."""
        return self.clause.view

    @property
    def start(self) -> int:
        """The place of the first token after politeness, and after "in" of "in which …"."""
        at = self.clause.lead
        turned = self.word(at) in {"in", "on", "at", "for", "from", "of"}
        return at + 1 if turned and self.word(at + 1) in {"which", "what", "whose"} else at

    @property
    def lead(self) -> Marked:
        """The token there."""
        return self.view[self.start]

    def word(self, at: int) -> str:
        """The word at a place; empty outside."""
        return self.view[at].word if 0 <= at < len(self.view) else ""

    def take(self, start: int, end: int) -> None:
        """Use tokens up."""
        self.taken.update(range(start, end))

    def column(self, name: str) -> ColumnState:
        """A column of the dataset."""
        return self.scene.columns.columns[name]

    @property
    def columns(self) -> Iterable[ColumnState]:
        """All columns of the dataset."""
        return self.scene.columns.columns.values()

    def mention(self, at: int) -> Mention | None:
        """The column named at a token that is still free; none for a mere noun like "orders"."""
        if not 0 <= at < len(self.view) or at in self.taken:
            return None
        found = None if self.is_noun(at) else self.named(at)
        dataset = found is not None and found.strength < 2 and self.view[at].dataset
        return None if dataset else found

    def named(self, at: int) -> Mention | None:
        """The column named at a token; a name that is none here names nothing."""
        found = self.view[at].column if 0 <= at < len(self.view) else None
        known = tuple(n for n in found.names if n in self.scene.columns.columns) if found else ()
        return replace(found, names=known) if found is not None and known else None

    def is_noun(self, at: int) -> bool:
        """Whether a token is a name in part only because rows are called so: "orders"."""
        found = self.named(at)
        if found is None or found.strength >= 2 or self.view[at].token.kind == "quoted":
            return False
        known = [self.column(name) for name in found.names]
        loose = found.strength == 0 or self.view[at].word.endswith("s")
        return all(c.id_like for c in known) or (
            loose and any(c.id_like or c.kind == "datetime" for c in known)
        )

    def numeric(self, name: str) -> bool:
        """Whether a column counts or measures something."""
        found = self.scene.column(name)
        return found is not None and found.kind in {"integer", "number"}

    def is_moment(self, name: str) -> bool:
        """Whether a column holds dates."""
        found = self.scene.column(name)
        return found is not None and found.kind == "datetime"

    def measurable(self, name: str) -> bool:
        """Whether a column can be averaged or compared with a number."""
        return (self.numeric(name) or self.is_moment(name)) and not self.column(name).id_like

    def is_year(self, name: str) -> bool:
        """Whether more of a column means later: a date, or a year."""
        if self.is_moment(name) or {"year", "built", "vintage"} & set(words_of(name)):
            return True
        column = self.scene.column(name)
        whole = column is not None and column.kind == "integer"
        ends = (column.low, column.high) if column is not None and whole else (None, None)
        return all(isinstance(end, int | float) and 1500 < end < 2200 for end in ends)

    def hinted(self, word: str) -> str:
        """The column that a word speaks of without naming it; empty if there is none."""
        for hint in HINTS.get(word, ()):
            for name in self.named_with(hint):
                if self.measurable(name):
                    return name
        return ""

    def named_with(self, part: str) -> list[str]:
        """Columns called so, or with this word in their name."""
        index = self.scene.columns
        return [*index.exact.get(part, []), *index.parts.get(part, [])]


def quoted(name: str) -> str:
    """A column as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str, column: ColumnState | None) -> str:
    """A value as an SQL literal of its column's type."""
    if column is not None and column.kind == "boolean":
        return "true" if value.casefold() in YES else "false"
    if column is not None and column.kind in {"integer", "number"}:
        return value.replace(",", "").rstrip("%")
    return "'" + value.replace("'", "''") + "'"


def truthy(column: ColumnState | None) -> str:
    """The SQL literal that means yes in a yes-or-no column; empty for any other column."""
    if column is None:
        return ""
    if column.kind == "boolean":
        return "true"
    if column.kind in {"integer", "number"}:
        return "1" if (column.low, column.high) == (0, 1) and column.distinct <= 2 else ""
    folded = {value.casefold(): value for value in column.top}
    if len(folded) == 2:
        for yes, no in zip(YES, NO, strict=True):
            if set(folded) == {yes, no}:
                return literal(folded[yes], column)
    return ""


def lettered(question: Question, at: int, mention: Mention) -> str:
    """The value after a column that reads like an article and so is no token: "grade A"."""
    last = question.view[at + mention.size - 1].token
    after = next((t for t in question.clause.tokens if t.start >= last.end), None)
    known = question.column(mention.names[0]).top
    return after.raw if after is not None and after.word == "a" and after.raw in known else ""
