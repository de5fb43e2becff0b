"""How models and their scores are put into words and tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import Deployment, Json, ModelVersion
from tools.cards import moment, number, percent, shown
from tools.outcome import Cell, Figure, Table

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.ml.scores import Score

_SHARES: Final = frozenset({"accuracy", "balanced_accuracy"})


def score_json(score: Score) -> Json:
    """A score as the catalog keeps it; what is not finite becomes None."""
    values = asdict(score) | {"name": score.label, "beats_baseline": score.beats_baseline}
    return {key: finite(value) for key, value in values.items()}


def finite(value: Any) -> Any:
    """JSON has no NaN: None instead, also inside lists and mappings."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [finite(part) for part in value]
    return value


def value_text(metric: str, value: float | None) -> str:
    """A metric's value for people: shares in percent, the rest as numbers."""
    if value is None:
        return "–"
    return percent(value) if metric in _SHARES else number(float(value))


def interval_text(score: Json) -> str:
    """`76–87 %`, or nothing where there is no interval."""
    low, high = score.get("low"), score.get("high")
    if low is None or high is None:
        return ""
    metric = score["metric"]
    if metric in _SHARES:
        return f"{percent(low).removesuffix(' %')}–{percent(high)}"
    return f"{number(float(low))}–{number(float(high))}"


def score_text(score: Json) -> str:
    """`82 % (76–87 %)`."""
    value, span = value_text(score["metric"], score["value"]), interval_text(score)
    return f"{value} ({span})" if span else value


def baseline_text(score: Json) -> str:
    """`always the most frequent class: 62 %`."""
    return f"{score.get('baseline_words', 'guessing')}: " + value_text(
        score["metric"], score["baseline"]
    )


def score_line(score: Json) -> str:
    """Metric, interval and baseline in one sentence without a full stop."""
    return f"{score['name']} {score_text(score)}; {baseline_text(score)}"


def verdict(score: Json, scores: Sequence[Json], *, target: str, task: str) -> str:
    """What a score means, in one line.

    Args:
        score: The model's own metric.
        scores: All metrics of the task on the same rows.
        target: What is predicted.
        task: classification or regression.
    """
    name = f"`{shown(target)}`"
    if not score.get("beats_baseline", True):
        return f"Predicts {name} not clearly better than guessing: {score_line(score)}."
    told = {each["metric"]: each for each in scores}
    if task == "classification":
        plain = told.get("accuracy", score)
        if plain["metric"] == "accuracy" and plain.get("beats_baseline", True):
            return (
                f"Predicts {name} right {percent(plain['value'])} of the time "
                f"({interval_text(plain)}); {baseline_text(plain)}."
            )
        return f"Predicts {name}: {score_line(score)}."
    plain = told.get("mae", score)
    if plain["metric"] == "mae":
        return (
            f"Predicts {name} with a typical miss of {score_text(plain)}; {baseline_text(plain)}."
        )
    return f"Predicts {name}: {score_line(score)}."


def models_table(
    models: Sequence[ModelVersion],
    context: ToolContext,
    *,
    live: Iterable[Deployment] = (),
    title: str = "",
    caption: str = "",
) -> Table:
    """A line per model: handle, name, target, score, guess, algorithm, data, live, when."""
    places: dict[str, list[str]] = {}
    for deployment in live:
        if deployment.model_id:
            places.setdefault(deployment.model_id, []).append(deployment.environment)
    zone = context.site.timezone
    rows: list[tuple[Cell, ...]] = [
        (
            model.handle,
            f"{model.name} v{model.version}",
            shown(model.target),
            model.score["name"],
            score_text(model.score),
            value_text(model.score["metric"], model.score["baseline"]),
            algorithm_text(model.algorithm),
            shown(model.receipt.get("dataset", "")),
            ", ".join(places.get(model.id, [])) or None,
            moment(model.created_at, zone),
        )
        for model in models
    ]
    columns = ("Model", "Name", "Predicts", "Metric", "Score", "Guessing", "Algorithm", "Data",
               "Live in", "When")  # fmt: skip
    return Table(columns, tuple(rows), title, caption)


def algorithm_text(algorithm: str) -> str:
    """`gradient_boosting` as `gradient boosting`."""
    return algorithm.replace("_", " ")


def figures_of(report: Json) -> tuple[Figure, ...]:
    """The pictures kept in a model's report."""
    return tuple(
        Figure(figure["blob"], figure["alt"], figure.get("title", ""))
        for figure in report.get("figures", ())
    )


def summary_of(model: ModelVersion) -> str:
    """What a model is, for the language model: aggregates only."""
    return (
        f"{model.label} predicts {shown(model.target)} ({model.task}, "
        f"{algorithm_text(model.algorithm)}), trained on {model.receipt.get('dataset', '?')}: "
        f"{score_line(model.score)}"
    )
