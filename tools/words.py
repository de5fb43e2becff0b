"""How people ask for a tool: the words the offline brain listens for, declared beside each tool.

Patterns are words with a little notation; case, fillers ("the", "please", "me") and inflection do
not matter, so `train model` also hears "please train me a model" and "training models":

    a|b          either word            ~    up to three other words
    a?           the word may be left out   ~~   up to ten other words
    $            the end of the clause
    <column> <dataset> <model>   a name in scope   <known>  a value of a column
    <number> <quoted> <any>      as written        <>       the value of a slot
    <person>      somebody mentioned with @; where no tool is meant by it, a mention is no word
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

SlotKind: TypeAlias = Literal[
    "branch",
    "choice",
    "column",
    "columns",
    "dataset",
    "duration",
    "flag",
    "inputs",
    "lines",
    "link",
    "mark",
    "marks",
    "model",
    "models",
    "moment",
    "name",
    "number",
    "pairs",
    "period",
    "person",
    "question",
    "repository",
    "rows",
    "schedule",
    "seconds",
    "text",
    "topic",
    "value",
    "workflow",
]


@dataclass(frozen=True, slots=True)
class Slot:
    """How people say one argument.

    Attributes:
        kind: What to look for.
        says: Patterns in which `<>` is the value, the surest first.
        values: For choices and flags, patterns by value (a flag's only key is "yes"); for columns,
            patterns by group: "id", "constant", "missing", "date"; for a dataset, patterns under
            "current" that mean the one at hand where no argument before it was said; for a link,
            patterns by the word that may stand for one; so for a name; for lines above a table,
            patterns under "before" in which `<>` is the line after them, and under "one" that mean
            a single one; for marks, patterns under "quoted" in which `<>` is a quoted one.
        unless: Patterns with which the words mean something else after all.
        only: Patterns in which `<>` are all columns wanted; the argument gets the others.
        implies: Other arguments a value brings along.
        ask: What to ask when the tool cannot start without it; the options are columns.
        spare: Whether a column that no other argument claims may be this one.
        otherwise: The value when nothing is said, where being explicit is safer.
        condition: Whether it is a condition that the tool checks by itself ("if it beats …");
            it is then looked for in the condition alone.
    """

    kind: SlotKind
    says: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    implies: Mapping[str, Any] = field(default_factory=dict)
    ask: str = ""
    spare: bool = False
    otherwise: Any = None
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What a sentence must say to mean a tool.

    Attributes:
        verbs: What is done; with one of the nouns it means the tool.
        nouns: What it is done to.
        phrases: Each enough by itself.
        statements: Each enough by itself too, wherever it stands: not a command, but how something
            is, and so a request to take it that way.
        questions: Each enough by itself too, in questions about the way as well: what would fit
            here, and not how the product works.
        unless: Patterns that mean something else after all.
        bare: Where given, one of these must be said if no argument is: too little said to act on
            otherwise.
        lacks: What to say to wishes near the tool that it cannot fulfil, with the patterns that
            tell them: better than doing something else.
        slots: How the arguments are said; arguments without a slot follow from their type.
    """

    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
