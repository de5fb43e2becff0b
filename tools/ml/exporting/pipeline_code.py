"""The module of an exported project that builds its pipeline."""

from __future__ import annotations

from typing import Any, Final, assert_never

from sklearn.base import BaseEstimator

from tools.ml.candidates import make_estimator
from tools.ml.columns import Kind
from tools.ml.exporting.blueprint import Blueprint
from tools.ml.exporting.literals import call, listing, literal, mapping
from tools.ml.recipe import FillMissing, Outliers

_KINDS: Final[dict[Kind, str]] = {
    "number": "number",
    "boolean": "flag",
    "category": "category",
    "date": "date",
}

_PIPELINE: Final = '''"""The pipeline: from the columns as they come to an answer."""

from __future__ import annotations

{imports}
COLUMNS = {columns}
"""The columns it learns from, in the order of the data."""


def build() -> Pipeline:
    """The pipeline, not fitted yet."""
    return Pipeline(
        [
{steps}
        ]
    )


def encoder() -> ColumnTransformer:
    """Each column to numbers."""
    return ColumnTransformer(
        [
{encoders}
        ]
    )


def estimator() -> {estimator}:
    """What learns."""
    return {made}
'''


def pipeline_module(blueprint: Blueprint) -> str:
    """`model/pipeline.py`."""
    made = make_estimator(blueprint.spec, task=blueprint.contract.task)
    steps = [("types", _types(blueprint)), *_cleaning(blueprint)]
    lines = [f'            ("{name}", {code}),' for name, code in steps]
    lines += ['            ("encode", encoder()),', '            ("estimate", estimator()),']
    return _PIPELINE.format(
        imports=_imports(blueprint, made),
        columns=mapping((one.name, _KINDS[one.kind]) for one in blueprint.contract.features),
        steps="\n".join(lines),
        encoders="\n".join(_encoders(blueprint)),
        estimator=type(made).__name__,
        made=call(type(made).__name__, indent=4, **_chosen(made)),
    )


def _types(blueprint: Blueprint) -> str:
    first = [one.name for one in blueprint.contract.features if one.day_first]
    return f"Types(COLUMNS, day_first={listing(first, indent=12)})" if first else "Types(COLUMNS)"


def _cleaning(blueprint: Blueprint) -> list[tuple[str, str]]:
    steps: list[tuple[str, str]] = []
    for number, step in enumerate(blueprint.steps, start=1):
        match step:
            case FillMissing():
                for group, value in fills(step, blueprint, typed=True):
                    steps.append((f"fill_{number}_{len(steps)}", fill_call(step, group, value)))
            case Outliers():
                steps.append((f"clip_{number}", outliers_call(step)))
            case _:
                raise AssertionError(step)
    return steps


def fills(
    step: FillMissing, blueprint: Blueprint, *, typed: bool
) -> list[tuple[tuple[str, ...], Any]]:
    """The columns of a fill, grouped by the constant that suits their type."""
    if step.strategy != "constant":
        return [(step.columns, None)]
    kinds = {feature.name: feature.kind for feature in blueprint.contract.features}
    groups: dict[str, tuple[list[str], Any]] = {}
    for name in step.columns:
        kind: Kind | None = kinds.get(name)
        value = _constant(step.value, "boolean" if name in blueprint.flags else kind, typed=typed)
        groups.setdefault(repr(value), ([], value))[0].append(name)
    return [(tuple(names), value) for names, value in groups.values()]


def _constant(value: Any, kind: Kind | None, *, typed: bool) -> Any:
    import pandas as pd

    match kind:
        case "boolean":
            said = str(value).lower().removesuffix(".0") in {"true", "yes", "1"}
            return float(said) if typed else said
        case "number":
            return float(value)
        case "date":
            return pd.Timestamp(value).as_unit("us")
        case "category" | None:
            return f"{value:g}" if isinstance(value, float) else str(value)
        case _:
            assert_never(kind)


def fill_call(step: FillMissing, columns: tuple[str, ...], value: Any) -> str:
    """`Fill(["age"], "median")`."""
    extra = {} if value is None else {"value": value}
    return call("Fill", listing(columns, indent=12), literal(step.strategy), indent=12, **extra)


def outliers_call(step: Outliers) -> str:
    """`Outliers(["fare"], reach=3.0)`."""
    return call("Outliers", listing(step.columns, indent=12), indent=12, reach=step.reach)


def _encoders(blueprint: Blueprint) -> list[str]:
    scaled = "scaled=True" if blueprint.one_hot else ""
    category = "one_hot=True" if blueprint.one_hot else (
        "by_target=True" if blueprint.by_target else ""
    )  # fmt: skip
    made: dict[Kind, str] = {
        "number": f"Number({scaled})",
        "boolean": f"Number({scaled})",
        "category": f"Category({category})",
        "date": f"Date({scaled})",
    }
    return [
        f'            ("{number}", {made[one.kind]}, [{literal(one.name)}]),'
        for number, one in enumerate(blueprint.contract.features)
    ]


def _imports(blueprint: Blueprint, made: BaseEstimator) -> str:
    kinds = {one.kind for one in blueprint.contract.features}
    encoders = ["Category"] * ("category" in kinds) + ["Date"] * ("date" in kinds)
    encoders += ["Number"] * bool(kinds & {"number", "boolean"})
    used = {type(step) for step in blueprint.steps}
    cleaning = ["Fill"] * (FillMissing in used) + ["Outliers"] * (Outliers in used) + ["Types"]
    home = ".".join(type(made).__module__.split(".")[:2])
    dates = any(
        "pd.Timestamp" in fill_call(step, group, value)
        for step in blueprint.steps
        if isinstance(step, FillMissing)
        for group, value in fills(step, blueprint, typed=True)
    )
    lines = ["import pandas as pd"] if dates else []
    lines += ["from sklearn.compose import ColumnTransformer",
              f"from {home} import {type(made).__name__}",
              "from sklearn.pipeline import Pipeline",
              "",
              f"from model.cleaning import {', '.join(cleaning)}",
              f"from model.encoding import {', '.join(encoders)}", ""]  # fmt: skip
    return "\n".join(lines)


def _chosen(made: BaseEstimator) -> dict[str, Any]:
    """The parameters that differ from scikit-learn's own."""
    usual = type(made)().get_params(deep=False)
    return {
        name: value
        for name, value in made.get_params(deep=False).items()
        if value != usual.get(name)
    }
