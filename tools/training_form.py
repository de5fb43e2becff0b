"""The form for a training: what to predict, how to judge it, how long it may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from tools.cards import number, shown
from tools.column_names import find_column
from tools.forms import Field, Form, FormOf, Values, WrongFields
from tools.training import LONGEST_S, Algorithm, Metric, TrainModel, likely_targets

if TYPE_CHECKING:
    from tools.context import ToolContext

_MOST_PICKED: Final = 100
"""More columns than that are typed."""
_USUAL: Final = TrainModel()


def show_training_form(args: Mapping[str, Any], context: ToolContext) -> Form:
    """Target, metric, budget, columns to leave out and algorithm; what is said is filled in.

    Raises:
        NotFound: No such dataset in this channel.
    """
    version = context.dataset(args.get("dataset"))
    columns = likely_targets(version)
    asked = [str(name) for name in (args.get("target"), *(t["column"] for t in version.targets))
             if name]  # fmt: skip
    return Form(
        title="Train a model",
        fields=(
            _target_field(columns, _found(asked, columns)),
            _choice("metric", Metric, args, hint="auto takes what suits the task"),
            Field(
                "time_budget_s",
                "Time budget in seconds",
                kind="number",
                hint=f"1 to {number(LONGEST_S)}; {_USUAL.time_budget_s} is usual",
                value=str(args.get("time_budget_s", _USUAL.time_budget_s)),
            ),
            _exclude_field(columns, _found(args.get("exclude", ()), columns)),
            _choice("algorithm", Algorithm, args, hint="auto tries several"),
        ),
        intro=f"On {version.label}.",
        submit="Train",
    )


def read_training_form(
    args: Mapping[str, Any], values: Values, context: ToolContext
) -> dict[str, Any]:
    """The call as filled in; what the form does not ask for stays as it was.

    Raises:
        NotFound: No such dataset in this channel.
        WrongFields: A field cannot be read, or two contradict one another.
    """
    version = context.dataset(args.get("dataset"))
    columns = likely_targets(version)
    wrong: dict[str, str] = {}
    target = _column(_text(values, "target"), columns, wrong, field="target")
    left_out = [
        _column(said, columns, wrong, field="exclude") for said in _many(values.get("exclude", ()))
    ]
    exclude = list(dict.fromkeys(left_out))
    if target and target in exclude:
        wrong["exclude"] = f"`{shown(target)}` is to be predicted, so it cannot be left out."
    elif len(set(columns) - {target, *exclude}) < 1:
        wrong["exclude"] = "Nothing would be left to learn from."
    filled = {
        "dataset": version.label,
        "target": target,
        "metric": _picked(_text(values, "metric"), Metric, wrong, field="metric"),
        "time_budget_s": _seconds(_text(values, "time_budget_s"), wrong),
        "exclude": exclude,
        "algorithm": _picked(_text(values, "algorithm"), Algorithm, wrong, field="algorithm"),
    }
    if wrong:
        raise WrongFields(wrong)
    kept = dict(args)
    if target not in _found([str(args.get("target"))], columns):
        kept.pop("task", None)
    return {**kept, **filled}


def _target_field(columns: list[str], found: list[str]) -> Field:
    few = len(columns) <= _MOST_PICKED
    return Field(
        "target",
        "Column to predict",
        kind="choice" if few else "text",
        hint="" if few else f"a column's name, such as {shown(columns[0])}",
        options=tuple(map(shown, columns)) if few else (),
        value=shown(found[0]) if found else "",
        required=True,
    )


def _exclude_field(columns: list[str], found: list[str]) -> Field:
    few = len(columns) <= _MOST_PICKED
    labels = tuple(map(shown, found))
    return Field(
        "exclude",
        "Columns to leave out",
        kind="choices" if few else "text",
        hint="" if few else "names with commas between",
        options=tuple(map(shown, reversed(columns))) if few else (),
        value=labels if few else ", ".join(labels),
    )


def _choice(name: str, kind: object, args: Mapping[str, Any], *, hint: str) -> Field:
    return Field(
        name,
        name.capitalize(),
        kind="choice",
        hint=hint,
        options=tuple(map(_spoken, get_args(kind))),
        value=_spoken(str(args.get(name, "auto"))),
    )


def _spoken(value: str) -> str:
    return value.replace("_", " ")


def _found(said: Iterable[str], columns: list[str]) -> list[str]:
    return [name for each in said if (name := find_column(each, columns)) is not None]


def _text(values: Values, name: str) -> str:
    given = values.get(name, "")
    return (given if isinstance(given, str) else ", ".join(given)).strip()


def _many(given: str | tuple[str, ...]) -> list[str]:
    parts = given.split(",") if isinstance(given, str) else given
    return [part.strip() for part in parts if part.strip()]


def _column(said: str, columns: list[str], wrong: dict[str, str], *, field: str) -> str:
    """The column meant by its label or as typed; "" and a sentence where none is."""
    labels = {shown(name): name for name in reversed(columns)}
    name = labels.get(said) or find_column(said, columns) if said else None
    if name is None:
        wrong[field] = f"There is no column “{shown(said)}”." if said else "Say what to predict."
    return name or ""


def _picked(said: str, kind: object, wrong: dict[str, str], *, field: str) -> str:
    """The value of an argument by how it is spoken; left empty it is `auto`."""
    values = {_spoken(value): value for value in get_args(kind)}
    value = values.get(_spoken(said).casefold() or "auto")
    if value is None:
        wrong[field] = f"“{shown(said)}” is not among {', '.join(values)}."
    return value or ""


def _seconds(said: str, wrong: dict[str, str]) -> int:
    plain = said.replace(",", "").removesuffix("s").strip() or str(_USUAL.time_budget_s)
    if not plain.isdecimal() or not 1 <= int(plain) <= LONGEST_S:
        wrong["time_budget_s"] = f"Say a whole number of seconds from 1 to {number(LONGEST_S)}."
        return 0
    return int(plain)


TRAINING_FORM: Final = FormOf(show_training_form, read_training_form)
