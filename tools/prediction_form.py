"""The form for one row: a field for each column the model takes, typed by its contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from storage.catalog.records import Json, ModelVersion
from tools.cards import number, shown
from tools.forms import Field, Form, FormOf, Values, WrongFields

if TYPE_CHECKING:
    from tools.context import ToolContext

_ASKED: Final = 5
"""Fields that are left open; those further down hold a typical value where one is needed."""
_MOST_SHOWN: Final = 75
_SUCH_AS: Final = 3
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?\d+,\d{1,2}")
_DATE: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_TRUE: Final = frozenset({"yes", "true", "y", "t", "1"})
_FALSE: Final = frozenset({"no", "false", "n", "f", "0"})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One feature of a contract, as the catalog's row tells it.

    Attributes:
        choices: Values by how they are shown; empty where any text, or any number, will do.
        known: The most frequent categories.
    """

    name: str
    kind: Literal["number", "boolean", "category", "date"]
    required: bool
    low: Any
    high: Any
    typical: Any
    day_first: bool
    choices: Mapping[str, Any]
    known: tuple[str, ...]


def show_prediction_form(args: Mapping[str, Any], context: ToolContext) -> Form:
    """A field per feature, the most important first; a row among the arguments is filled in.

    Raises:
        NotFound: No such model in this channel.
    """
    model = context.model(args.get("model"))
    wanted = by_importance(model)
    row: Mapping[str, Any] = next(iter(args.get("rows") or ()), {})
    filled = len(wanted) > _ASKED and any(each.required for each in wanted[_ASKED:])
    return Form(
        title=f"Predict {shown(model.target)}",
        fields=tuple(
            _field(each, row.get(each.name), spare=place >= _ASKED)
            for place, each in enumerate(wanted)
        ),
        intro=f"By {model.label}, the columns it leans on most first."
        + (" The last ones hold typical values already." if filled else ""),
        submit="Predict",
    )


def read_prediction_form(
    args: Mapping[str, Any], values: Values, context: ToolContext
) -> dict[str, Any]:
    """The call for the row that was filled in; what was left empty is left out.

    Raises:
        NotFound: No such model in this channel.
        WrongFields: Something is missing, does not parse, or was never seen in training.
    """
    model = context.model(args.get("model"))
    wanted = by_importance(model)
    row: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for each in wanted:
        given = values.get(each.name, "")
        text = (given if isinstance(given, str) else ", ".join(given)).strip()
        try:
            if text:
                row[each.name] = _value(each, text)
            elif each.required:
                raise ValueError(f"It is needed, for example {_text(each, each.typical)}.")
        except ValueError as error:
            wrong[each.name] = str(error)
    if not row and not wrong:
        wrong[wanted[0].name] = "Fill in at least one field."
    if wrong:
        raise WrongFields(wrong)
    return {"model": model.handle, "rows": [row]}


def example_sentence(model: ModelVersion, most: int = 3) -> str:
    """A prediction as people would ask for it in words, with typical values."""
    usable = (each for each in by_importance(model) if each.typical is not None)
    said = [f"{shown(each.name)}={_text(each, each.typical)}" for each in usable]
    return f"predict for {', '.join(said[:most])}"


def by_importance(model: ModelVersion) -> list[_Wanted]:
    """What the model takes: the columns that matter most first, the rest as in the data."""
    drops = {each["name"]: each["drop"] for each in model.report.get("importance", ())}
    features = [_wanted(feature) for feature in model.contract["features"]]
    return sorted(features, key=lambda each: -(drops.get(each.name) or 0.0))


def _wanted(feature: Json) -> _Wanted:
    listed = tuple(str(value) for value, _ in feature["categories"])
    choices: dict[str, Any] = {}
    if feature["kind"] == "boolean":
        choices = {"yes": True, "no": False}
    elif feature["kind"] == "category" and not feature["more_categories"]:
        choices = {label: value for value in reversed(listed) if (label := _label(value))}
        choices = dict(reversed(choices.items()))
    return _Wanted(
        name=feature["name"],
        kind=feature["kind"],
        required=feature["required"],
        low=feature["low"],
        high=feature["high"],
        typical=feature["typical"],
        day_first=feature["day_first"],
        choices=choices,
        known=listed,
    )


def _label(value: str) -> str:
    return shown(value, _MOST_SHOWN)


def _field(each: _Wanted, given: object, *, spare: bool) -> Field:
    value = each.typical if given is None and spare and each.required else given
    text = "" if value is None else _text(each, value)
    return Field(
        name=each.name,
        label=shown(each.name),
        kind="choice" if each.choices else "number" if each.kind == "number" else "text",
        hint=_hint(each),
        options=tuple(each.choices),
        value=text if not each.choices or text in each.choices else "",
        required=each.required,
    )


def _hint(each: _Wanted) -> str:
    """The range, an example, or a few of many values."""
    if each.kind == "number" and each.low is not None:
        middle = number(each.typical)
        if each.low == each.high:
            return f"always {middle} in training"
        return f"{number(each.low)} to {number(each.high)}, median {middle}"
    if each.kind == "date" and each.typical is not None:
        return f"a date such as {_text(each, each.typical)}"
    if each.kind == "category" and not each.choices and each.known:
        return f"such as {', '.join(_label(value) for value in each.known[:_SUCH_AS])}"
    return ""


def _text(each: _Wanted, value: object) -> str:
    """A value as a person would type or pick it."""
    for label, meant in each.choices.items():
        if str(meant) == str(value):
            return label
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    if each.kind == "date":
        return str(value).removesuffix("T00:00:00")
    return _label(str(value))


def _value(each: _Wanted, text: str) -> Any:
    """What a text means for a feature; raises ValueError with a sentence."""
    if each.kind == "number":
        return _number(text)
    if each.kind == "date":
        return _date(each, text)
    if each.kind == "boolean":
        return _boolean(text)
    return _category(each, text)


def _number(text: str) -> float | int:
    plain = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
        whole = int(value)
    except (ValueError, OverflowError):
        raise ValueError(f"“{shown(text)}” is not a number.") from None
    return whole if value == whole else value


def _date(each: _Wanted, text: str) -> str:
    """As ISO text, which every reader understands alike."""
    try:
        if written := _DATE.fullmatch(text):
            first, second, year = int(written[1]), int(written[3]), int(written[4])
            day, month = (first, second) if each.day_first else (second, first)
            return date(year, month, day).isoformat()
        return datetime.fromisoformat(text).isoformat().removesuffix("T00:00:00")
    except ValueError:
        example = _text(each, each.typical) if each.typical is not None else "2026-03-31"
        raise ValueError(f"“{shown(text)}” is not a date; write it like {example}.") from None


def _boolean(text: str) -> bool:
    said = text.casefold()
    if said not in _TRUE | _FALSE:
        raise ValueError(f"Say yes or no, not “{shown(text)}”.")
    return said in _TRUE


def _category(each: _Wanted, text: str) -> str:
    """The value as training spelt it."""
    if text in each.choices:
        return str(each.choices[text])
    folded = [value for value in each.known if value.casefold() == text.casefold()]
    if len(folded) == 1:
        return folded[0]
    if not each.choices:
        return text
    few = ", ".join(list(each.choices)[:8])
    more = ", …" if len(each.choices) > 8 else ""
    raise ValueError(f"“{shown(text)}” is not among {few}{more}.")


PREDICTION_FORM: Final = FormOf(show_prediction_form, read_prediction_form)
