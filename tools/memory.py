"""Facts people asked the assistant to remember."""

from __future__ import annotations

from pydantic import Field

from tools.base import Args, Tool
from tools.words import Words


class RememberFact(Args):
    """Arguments of `remember_fact`."""

    fact: str = Field(min_length=1, max_length=500, description="What to remember.")
    expires: str | None = Field(None, description="Forget it after, such as 30d.")


class ForgetFact(Args):
    """Arguments of `forget_fact`."""

    fact: str = Field(description="The fact, its number, or words from it.")


class ListFacts(Args):
    """Arguments of `list_facts`."""


remember_fact_tool = Tool(
    name="remember_fact",
    summary="Remember something about the data or the work, for this channel.",
    args=RememberFact,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("remember: Survived 1 means yes", "remember that our label is churned"),
)


forget_fact_tool = Tool(
    name="forget_fact",
    summary="Forget something remembered.",
    args=ForgetFact,
    run=None,
    effect="write",
    where="bot",
    words=Words(),
    examples=("forget fact 2", "forget what I said about prices"),
)


list_facts_tool = Tool(
    name="list_facts",
    summary="Tell what is remembered in this channel.",
    args=ListFacts,
    run=None,
    effect="read",
    where="bot",
    words=Words(),
    examples=("what do you know about this data?", "list the facts"),
)
