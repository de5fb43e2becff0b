"""A message cut into clauses, each with its mood: to do, not to do, asked how, told, or if."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, TypeAlias

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked, mark
from bot.agent.offline.scene import Scene
from bot.agent.offline.tokens import Token

Mood: TypeAlias = Literal["do", "not", "how", "ask", "may", "told", "if"]
"""do · not: negated · how: about the way it works · ask: a question, which changes nothing ·
may: permission asked · told: reported · if: hangs on a condition"""

LEAD: Final = words(
    """
    hi hello hey ok okay so well now then also next finally first second secondly lastly please
    can could would will you i want need would like love to let us go ahead try help time should
    have must make sure be alright great thanks thank cool nice perfect yes yeah yep yup right and
    but or , . ! : - — ; kindly maybe perhaps once again oops whoops ups nope nah yikes
    damn argh ugh dear there
    bot assistant team all afterwards after that lets we it is about cheers sorry hmm um uh
    actually instead rather just only finally plus do possible quickly ready further more
    additionally moreover before after once
    """
)
_STARTERS: Final = words(
    """
    what which how why who when where is are was were does did tell show give send has if once
    unless
    """
)
_QUESTIONS: Final = words("what which how why who when where is are was were does did has if")
_SMALL: Final = words(
    """
    it data for with as in on by to at from of up my all this that no you do be
    """
)
_SOFT: Final = words("and , but & plus or nor und et y - -> → +")
_ALL_BUT: Final = words("everything all anything nothing columns features")
_HARD: Final = words("then afterwards afterward subsequently thereafter")
_ADVERBS: Final = words(
    """
    then also finally next please just now afterwards lastly secondly maybe i you we want need to
    would like can could let us go ahead and after that quickly instead simply rather do not only
    never
    """
)


@dataclass(frozen=True)
class Run:
    """The tokens of one clause, whether its sentence asks, and the tokens that join it."""

    tokens: tuple[Token, ...]
    asked: bool
    glue: tuple[Token, ...]

    @property
    def joined(self) -> str:
        """The first joining word."""
        return self.glue[0].word if self.glue else ""


@dataclass(frozen=True)
class Clause:
    """One part of a message that asks for, forbids or tells one thing.

    Attributes:
        tokens: All its tokens.
        view: The tokens without fillers, marked.
        said: The cleaned text from its first to its last token.
        start: Place of `said` in the cleaned text.
        mood: How it is meant.
        lead: Index in `view` of the first word after politeness.
        asked: Whether its sentence ends in a question mark.
        joined: The word that joins it to the clause before ("" at a sentence's start).
        glue: The tokens that join it.
    """

    tokens: tuple[Token, ...]
    view: tuple[Marked, ...]
    said: str
    start: int
    mood: Mood = "do"
    lead: int = 0
    asked: bool = False
    joined: str = ""
    glue: tuple[Token, ...] = ()

    @cached_property
    def forms(self) -> frozenset[str]:
        """All forms of all words in the view."""
        return frozenset().union(*(token.forms for token in self.view))

    @property
    def text(self) -> str:
        """All words in lower case, separated by spaces."""
        return " ".join(token.word for token in self.tokens)


def cut(tokens: Sequence[Token], *, heads: Collection[str], whole: Collection[str]) -> list[Run]:
    """The token runs of the clauses.

    Args:
        tokens: The message.
        heads: Words that can begin a command.
        whole: Words after which the rest of a sentence is one text ("remember").
    """
    runs: list[Run] = []
    for sentence, asked in _sentences(tokens):
        start, glue = 0, tuple[Token, ...]()
        for index in range(1, len(sentence)):
            if any(token.forms & set(whole) for token in sentence[:index][:4]):
                break
            size = _joint(sentence, index, heads) or _main_verb(sentence, start, index, heads)
            if size and index > start:
                runs.append(Run(tuple(sentence[start:index]), asked, glue))
                start = index + size - 1
                glue = tuple(sentence[index : max(start, index + 1)])
        if sentence[start:]:
            runs.append(Run(tuple(sentence[start:]), asked, glue))
    return runs


def _main_verb(sentence: Sequence[Token], start: int, index: int, heads: Collection[str]) -> int:
    """1 where the main clause begins after "after doing this" without a comma."""
    opens = sentence[start].word in {"after", "before", "instead"} and index > start + 2
    token = sentence[index]
    plain = token.kind == "word" and token.word in heads and not token.word.endswith("ing")
    return 1 if opens and plain and token.word not in _QUESTIONS | _SMALL else 0


def _sentences(tokens: Sequence[Token]) -> list[tuple[list[Token], bool]]:
    found: list[tuple[list[Token], bool]] = []
    current: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        ends = token.kind == "punct" and (
            token.raw in "?!;" or (token.raw == "." and _spaced(token, following))
        )
        if not ends:
            current.append(token)
        elif current:
            found.append((current, token.raw == "?"))
            current = []
    if current:
        found.append((current, False))
    return found


def _spaced(token: Token, following: Token | None) -> bool:
    return following is None or following.start > token.end


def _joint(sentence: Sequence[Token], index: int, heads: Collection[str]) -> int:
    """How many tokens join two clauses here, the new clause's head included; 0 if none do."""
    word = sentence[index].word
    following = sentence[index + 1] if index + 1 < len(sentence) else None
    if word in _HARD:
        return 2
    if following is None:
        return 0
    if (word, following.word) in {("after", "that"), ("followed", "by")}:
        return 3
    if word in {"after", "before", "once"}:
        return 1 if _turns(word, following, heads) else 0
    if word not in _SOFT:
        return 0
    head = _head(sentence, index + 1)
    starts = head is not None and (head.forms & set(heads) or head.word in _STARTERS)
    turns = word == "but" and sentence[index - 1].word not in _ALL_BUT
    starts = starts and (word != "but" or turns)
    return 2 if head is not None and (starts or turns) else 0


def _turns(word: str, following: Token, heads: Collection[str]) -> bool:
    """Whether "after", "before" or "once" begins a clause: "after cleaning", "before you ship"."""
    gerund = following.word.endswith("ing") and following.forms & set(heads)
    return bool(gerund) or (word != "once" and following.word in {"that", "you", "we", "i", "it"})


def _head(sentence: Sequence[Token], index: int) -> Token | None:
    """The first word of a clause that can be its verb; the column in "cut=Ideal" cannot."""
    rest = [t for t in sentence[index:] if t.word not in _ADVERBS and t.raw != ","][:2]
    cell = len(rest) == 2 and rest[1].raw == "="
    return rest[0] if rest and rest[0].kind == "word" and not cell else None


def clause_of(run: Run, text: str, scene: Scene) -> Clause:
    """A run of tokens as a clause of a scene, its mood still open."""
    tokens, asked, glue = run.tokens, run.asked, run.glue
    joined = glue[0].word if glue else ""
    view = tuple(mark(tokens, scene.columns, scene.things))
    start = tokens[0].start
    said = text[start : tokens[-1].end]
    lead = 0
    while lead < len(view) - 1 and view[lead].word in LEAD and not _is_name(view[lead]):
        lead += 1
    return Clause(tokens, view, said, start, lead=lead, asked=asked, joined=joined, glue=glue)


def _is_name(token: Marked) -> bool:
    return token.column is not None and token.column.strength == 3


def joined(first: Clause, second: Clause, text: str, scene: Scene) -> Clause:
    """Two neighbouring clauses as one, in the mood of the first."""
    glue = tuple(t for t in second.glue if t not in second.tokens[:1])
    tokens = (*first.tokens, *glue, *second.tokens)
    run = Run(tokens, first.asked or second.asked, first.glue)
    return replace(clause_of(run, text, scene), mood=first.mood)
