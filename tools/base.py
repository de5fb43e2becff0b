"""What a tool is: typed arguments, an effect, where it runs, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from tools.forms import FormOf
from tools.outcome import Outcome
from tools.words import Words

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.workflows.order import Order

Effect: TypeAlias = Literal["read", "write", "confirm", "deploy"]
Role: TypeAlias = Literal["viewer", "operator", "approver"]
Where: TypeAlias = Literal["bot", "worker", "job"]


class Args(BaseModel):
    """Base of all argument models: unknown arguments are refused, `None` means omitted."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


A = TypeVar("A", bound=Args)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a call that needs a click would do, shown before and checked again at the click.

    Attributes:
        args: The arguments with every default resolved to an explicit id or handle.
        binding: Digest of what the click is for; a click on anything else is refused.
        outcome: The card people decide on.
    """

    args: dict[str, Any]
    binding: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Spoken:
    """An argument that must come from the asker's own words, not from data or other people.

    Attributes:
        argument: Its name.
        value: What was given for it.
        ask: What to ask where it was not said; "": the call is refused. What is asked about is
            said in many ways; anything else must have been said just so.
        said: Words that say it as well.
        otherwise: What the argument becomes after a No.
    """

    argument: str
    value: str
    ask: str = ""
    said: tuple[str, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """An argument that people settle once for all: "our label is always churned".

    Attributes:
        argument: Its name.
        says: A fact that settles it, with `{}` for the value.
        asks: What to ask when the value was chosen twice in a row; "": nothing.
        about: Words of which one must stand in a fact that settles it.
        usual: The value that is no choice at all.
        fits: Whether the call with the value filled in makes sense; else it is left out.
        own: Whether only a fact counts that the person who asks told, as for places.
    """

    argument: str
    says: str
    asks: str
    about: tuple[str, ...]
    usual: Any = None
    fits: Callable[[Any, ToolContext], bool] | None = None
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Tool(Generic[A]):
    """One capability of the assistant.

    Attributes:
        name: Public name, verb_noun; `run` has the same name.
        summary: One sentence for the model and the help.
        args: The argument model; the descriptions of its fields are read by models and docs.
        run: Does it; `None` while the tool is declared but not available yet.
        effect: read, write (reversible), confirm (the asker's click), deploy (an approver's).
        effect_of: The effect where it depends on arguments or state (context `None`: rehearsal
            without a catalog).
        rehearse: Required where the effect can be confirm or deploy.
        order: What CI has to have run, green, before `run`; `None`: nothing (this time).
        where: bot (catalog rows only), worker (a warm child, a job after 10 s), job.
        role: The role it takes beyond what its effect asks for.
        role_of: That role where it depends on arguments or state, as for `effect_of`.
        spoken: What of these arguments only the asker's own words can say.
        habits: Arguments that remembered facts may settle where nothing is said of them.
        form: How it is asked for by a form, where it can be.
        words: What the offline brain listens for.
        examples: Two phrases people say.
    """

    name: str
    summary: str
    args: type[A]
    run: Callable[[A, ToolContext], Outcome] | None
    effect: Effect = "read"
    effect_of: Callable[[A, ToolContext | None], Effect] | None = None
    rehearse: Callable[[A, ToolContext], Rehearsal] | None = None
    order: Callable[[A, ToolContext], Order | None] | None = None
    where: Where = "bot"
    role: Role = "viewer"
    role_of: Callable[[A, ToolContext | None], Role] | None = None
    spoken: Callable[[A], tuple[Spoken, ...]] | None = None
    habits: tuple[Habit, ...] = ()
    form: FormOf | None = None
    words: Words = Words()
    examples: tuple[str, str]

    def effect_for(self, args: A, context: ToolContext | None) -> Effect:
        """The effect of this very call."""
        return self.effect_of(args, context) if self.effect_of else self.effect

    def role_for(self, args: A, context: ToolContext | None) -> Role:
        """The role this very call takes beyond what its effect asks for."""
        return self.role_of(args, context) if self.role_of else self.role
