"""The whole proposal for a table and a target, as arguments of tools and as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.ml.advice.basis import Basis
from tools.ml.advice.cleaning import cleaning_args, cleaning_of
from tools.ml.advice.columns import columns_of
from tools.ml.advice.metrics import metric_of
from tools.ml.advice.models import model_of
from tools.ml.advice.piece import Advice as Advice  # noqa: PLC0414 - exported
from tools.ml.advice.piece import Topic as Topic  # noqa: PLC0414 - exported
from tools.ml.advice.splits import budget_of, split_of

if TYPE_CHECKING:
    from tools.ml.splits import Order


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with a table.

    Attributes:
        basis: What it rests on.
        advice: The recommendations, in the order of the work.
    """

    basis: Basis
    advice: tuple[Advice, ...]

    def about(self, topic: Topic) -> tuple[Advice, ...]:
        """The recommendations about one topic."""
        return tuple(each for each in self.advice if each.topic == topic)

    @property
    def cleans(self) -> bool:
        """Whether there is anything to clean."""
        return any(each.args for each in self.about("cleaning"))

    @property
    def cleaning(self) -> dict[str, Any]:
        """The arguments of `clean_dataset`, but for the dataset."""
        return cleaning_args(self.basis.profile, self.about("cleaning"))

    @property
    def start(self) -> dict[str, Any]:
        """The same with algorithm and metric left open: a training tries several."""
        open_ = {"algorithm", "metric"}
        return {name: value for name, value in self.training.items() if name not in open_}

    @property
    def training(self) -> dict[str, Any]:
        """The arguments of `train_model`, but for the dataset; empty without a target."""
        if self.basis.target is None or self.basis.unfit:
            return {}
        args: dict[str, Any] = {"target": self.basis.target.name}
        for each in self.advice:
            if each.topic == "cleaning":
                continue
            for name, value in each.args.items():
                args[name] = [*args.get(name, []), *value] if isinstance(value, list) else value
        return args


def plan_of(basis: Basis, order: Order | None = None, *, explainable: bool = False) -> Plan:
    """The proposal.

    Args:
        basis: What is known.
        order: How a training would split the rows; None leaves the split out.
        explainable: Whether people must be able to follow how the model decides.
    """
    target = basis.target.name if basis.target else ""
    cleaning = cleaning_of(basis.profile, target)
    columns = columns_of(basis, group=order.group if order else "")
    if basis.target is None or basis.unfit:
        return Plan(basis, (*cleaning, *columns))
    return Plan(
        basis,
        (
            *cleaning,
            *columns,
            model_of(basis, explainable=explainable),
            metric_of(basis, basis.target),
            *((split_of(basis, order),) if order else ()),
            budget_of(basis),
        ),
    )
