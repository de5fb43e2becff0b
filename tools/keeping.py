"""A choice that was made twice, offered to be kept: nothing is assumed without a Yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from tools.base import Args
from tools.cards import shown
from tools.errors import NeedsChoice, Option
from tools.facts import RememberFact, remember_fact
from tools.outcome import Outcome, Text

if TYPE_CHECKING:
    from tools.context import ToolContext


class KeepHabit(Args):
    """Arguments of `keep_habit`."""

    fact: str = Field(max_length=500, description="What is remembered after a Yes.")
    question: str = Field(max_length=500, description="What is asked.")
    agreed: bool | None = Field(None, description="The answer.")


def keep_habit(args: KeepHabit, context: ToolContext) -> Outcome:
    """Ask whether a choice always holds here; after a Yes it is a fact, after a No nothing is.

    Raises:
        NeedsChoice: Nobody has answered yet.
    """
    if args.agreed is None:
        raise NeedsChoice(
            args.question, "agreed", (Option("Yes", value=True), Option("No", value=False)),
            consent=True,
        )  # fmt: skip
    if not args.agreed:
        told = f"All right, I will not assume that {shown(args.fact, 200)}, nor ask again."
        return Outcome(told, (Text(told),), data={"agreed": False})
    return remember_fact(RememberFact(fact=args.fact), context)
