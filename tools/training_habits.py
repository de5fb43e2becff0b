"""What of a training people settle once for all: the label, the metric, what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tools.base import Habit
from tools.column_names import find_column
from tools.errors import ToolError
from tools.training import TrainModel

if TYPE_CHECKING:
    from storage.catalog.records import ColumnInfo
    from tools.context import ToolContext

_REGRESSION: Final = frozenset({"mae", "rmse", "r2"})
_CLASSES: Final = frozenset({"category", "boolean", "text"})
_FEW: Final = 10


def _target_is_there(args: TrainModel, context: ToolContext) -> bool:
    return _column(args.target, args, context) is not None


def _metric_fits(args: TrainModel, context: ToolContext) -> bool:
    """Whether the metric judges what is asked for; a target nobody named yet fits either."""
    if args.target is None:
        return False
    regression = _regresses(args, context)
    return regression is None or regression == (args.metric in _REGRESSION)


def _regresses(args: TrainModel, context: ToolContext) -> bool | None:
    if args.task != "auto":
        return args.task != "classification"
    column = _column(args.target, args, context)
    if column is None:
        return None
    suggested = {each["column"]: each["task"] for each in _targets(args, context)}
    if column.name in suggested:
        return suggested[column.name] == "regression"
    return column.kind not in _CLASSES and column.distinct > _FEW


def _others_are_left(args: TrainModel, context: ToolContext) -> bool:
    """Whether what is left out is there, and is not what is asked for."""
    columns = [_column(name, args, context) for name in args.exclude]
    return None not in columns and _column(args.target, args, context) not in columns


def _targets(args: TrainModel, context: ToolContext) -> tuple[dict[str, str], ...]:
    return tuple(context.dataset(args.dataset).targets)


def _column(name: str | None, args: TrainModel, context: ToolContext) -> ColumnInfo | None:
    if name is None:
        return None
    try:
        columns = {column.name: column for column in context.dataset(args.dataset).columns}
    except ToolError:
        return None
    found = find_column(name, list(columns))
    return columns[found] if found is not None else None


HABITS: Final = (
    Habit(
        "target",
        "the label is {}",
        "",
        ("label", "target", "outcome", "response", "predict"),
        fits=_target_is_there,
    ),
    Habit(
        "exclude",
        "we leave out {}",
        "You left out {} twice. Always leave it out here?",
        ("leave", "left", "exclude", "excluded", "ignore", "ignored", "drop", "skip", "omit"),
        usual=[],
        fits=_others_are_left,
    ),
    Habit(
        "metric",
        "we report {} as the metric",
        "You chose {} twice. Always use it here?",
        ("metric", "report", "judge", "optimise", "optimize", "score", "measure", "use"),
        usual="auto",
        fits=_metric_fits,
    ),
)
"""The target first: whether a metric fits depends on it."""
