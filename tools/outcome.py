"""What a tool gives back: a summary for the model and blocks for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Headline:
    """What happened, in one line; the first block of a card."""

    text: str
    tone: Literal["neutral", "good", "warning", "bad"] = "neutral"
    kind: Literal["headline"] = "headline"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: plain text with `code` and *emphasis* only; never a link or HTML."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    """One label and its value, both ready to be shown."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The few facts that matter."""

    items: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A small table; numbers stay numbers so that every surface can align them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    caption: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A PNG picture in the blob store, with its text alternative."""

    blob: str
    alt: str
    title: str = ""
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class File:
    """A file in the blob store to hand over; `size` in bytes."""

    blob: str
    name: str
    size: int
    media_type: str = "application/octet-stream"
    kind: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy: a command, a schema, a query.

    With a `secret`, a reference, `{key}` in the text stands for the key behind it, which is put
    there where the block is shown and never stored.
    """

    text: str
    language: str = ""
    title: str = ""
    secret: str = ""
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Warnings:
    """What to know before trusting the result; one sentence each."""

    items: tuple[str, ...]
    kind: Literal["warnings"] = "warnings"


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button: its label and the tool call it makes in the name of whoever clicks.

    With `form` the tool's form opens first, where the surface has forms; elsewhere the call is
    made as it is.
    """

    label: str
    tool: str
    args: dict[str, Any] = field(default_factory=dict)
    form: bool = False


@dataclass(frozen=True, slots=True)
class NextSteps:
    """At most two sensible next steps (alerts: four)."""

    items: tuple[NextStep, ...]
    kind: Literal["next_steps"] = "next_steps"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where the numbers come from, in small print: dataset hash, version, seed, code version."""

    items: tuple[Fact, ...]
    kind: Literal["receipt"] = "receipt"


Block: TypeAlias = Annotated[
    Headline | Text | Facts | Table | Figure | File | Code | Warnings | NextSteps | Receipt,
    Field(discriminator="kind"),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one tool call.

    Attributes:
        summary: What the model reads: schema and aggregates, never rows.
        blocks: What people see, in order.
        dataset_id: The dataset version this call made or is about, if any.
        model_id: The model version this call made or is about, if any.
        inverse: The tool call that takes this one back (`None`: nothing to take back).
        data: The bare result for scripts (`--json`, other agents); JSON values only.
        sample: Rows as text, which a model reads only where the channel's level shows it rows.
    """

    summary: str
    blocks: tuple[Block, ...] = ()
    dataset_id: str | None = None
    model_id: str | None = None
    inverse: NextStep | None = None
    data: dict[str, Any] = field(default_factory=dict)
    sample: str = ""


_BLOCKS: TypeAdapter[tuple[Block, ...]] = TypeAdapter(tuple[Block, ...])
_OUTCOME: TypeAdapter[Outcome] = TypeAdapter(Outcome)


def dump_blocks(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    """Blocks as JSON values."""
    return _BLOCKS.dump_python(blocks, mode="json")  # type: ignore[no-any-return]


def load_blocks(value: list[dict[str, Any]]) -> tuple[Block, ...]:
    """The reverse of `dump_blocks`."""
    return _BLOCKS.validate_python(value)


def dump_outcome(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values."""
    return _OUTCOME.dump_python(outcome, mode="json")  # type: ignore[no-any-return]


def load_outcome(value: dict[str, Any]) -> Outcome:
    """The reverse of `dump_outcome`."""
    return _OUTCOME.validate_python(value)
