"""Forms: what to fill in for a tool call, typed by what the tool knows, on any surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tools.errors import ToolError

if TYPE_CHECKING:
    from tools.context import ToolContext

FieldKind: TypeAlias = Literal["text", "number", "choice", "choices"]
Values: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What was filled in, by field name; fields left empty are missing or empty."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in.

    Attributes:
        name: Its key among the values; unique in the form.
        label: What people read; a column's own name for a column.
        kind: `choice` takes one of the options, `choices` any number of them.
        hint: The range, the unit, an example.
        options: What can be chosen, the likeliest first.
        value: What is filled in already; several only for `choices`.
        required: Whether the form cannot be sent without it.
    """

    name: str
    label: str
    kind: FieldKind = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    value: str | tuple[str, ...] = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Fields in their order, the most important first; surfaces may fold the last ones together."""

    title: str
    fields: tuple[Field, ...]
    intro: str = ""
    submit: str = "Run"


@dataclass(frozen=True, slots=True)
class FormOf:
    """How a tool is asked for by a form.

    Attributes:
        show: The form for a call with these arguments so far.
        read: The arguments of the call from what was filled in; raises `WrongFields`.
    """

    show: Callable[[Mapping[str, Any], ToolContext], Form]
    read: Callable[[Mapping[str, Any], Values, ToolContext], dict[str, Any]]


class WrongFields(ToolError):
    """What was filled in does not fit; `fields` has a sentence by field name."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in fields.items()))
        self.fields = dict(fields)
