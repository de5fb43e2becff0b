"""How models and their scores are put into words and tables."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import Deployment, Json, ModelVersion
from tools.cards import facts, moment, number, percent, plural, receipt, short, shown, steps
from tools.cards import warnings as warning_block
from tools.model_choice import chosen_because
from tools.objecting import objections, objections_text
from tools.outcome import (
    Block,
    Cell,
    Figure,
    Headline,
    NextStep,
    NextSteps,
    Receipt,
    Table,
    Text,
)

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.ml.scores import Score

_QUOTED: Final = re.compile(r"`([^`]*)`")
_SHARES: Final = frozenset({"accuracy", "balanced_accuracy"})
_UP_TO_ONE: Final = frozenset({"roc_auc", "f1", "r2"})


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
    if metric in _UP_TO_ONE:
        # Digits beyond these only show how floats are summed: R² of a constant is 0, not -5e-8.
        return number(round(float(value), 3))
    return percent(value) if metric in _SHARES else number(float(value))


def interval_text(score: Json) -> str:
    """`76–87 %`, or nothing where there is no interval."""
    low, high = score.get("low"), score.get("high")
    if low is None or high is None:
        return ""
    metric = score["metric"]
    if metric in _SHARES:
        return f"{percent(low).removesuffix(' %')}–{percent(high)}"
    return f"{value_text(metric, low)}–{value_text(metric, high)}"


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
    # People read accuracy and misses best; where those are no better than guessing, the model's
    # own metric, which is, must be the one that is told.
    told = {each["metric"]: each for each in scores if each.get("beats_baseline", True)}
    accuracy, miss = told.get("accuracy"), told.get("mae")
    if task == "classification" and accuracy:
        return (
            f"Predicts {name} right {percent(accuracy['value'])} of the time "
            f"({interval_text(accuracy)}); {baseline_text(accuracy)}."
        )
    if task == "regression" and miss:
        return f"Predicts {name} with an average miss of {score_text(miss)}; {baseline_text(miss)}."
    return f"Predicts {name} better than guessing: {score_line(score)}."


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


def model_card(model: ModelVersion, *, tracked: bool) -> tuple[Block, ...]:
    """The card of a training's result; all of it comes from the model's row.

    Args:
        model: The model.
        tracked: Whether MLflow has the run.
    """
    score, report = model.score, model.report
    rows = report["rows"]
    good = bool(score.get("beats_baseline", True))
    remarks = list(report["warnings"])
    if report["ended"] == "stopped":
        remarks.insert(0, "Stopped early: this is the best found until then.")
    if not tracked:
        remarks.append(
            "The tracking server (MLflow) does not answer: the model is registered here and can "
            "be used; its run is not recorded there."
        )
    return (
        Headline(
            verdict(score, report["metrics"], target=model.target, task=model.task),
            "good" if good else "warning",
        ),
        facts(
            **{
                str(score["name"]): f"{score_text(score)}; {baseline_text(score)}",
                "model": f"{model.label}, {algorithm_text(model.algorithm)}",
                "learnt_from": f"{rows['train']:,} rows of {model.receipt['dataset']}, judged on "
                f"{plural(rows['holdout'], 'other')}",
            }
        ),
        *objections(report.get("objections", ())),
        Text(_how_it_came(model)),
        *figures_of(report),
        candidates_table(model),
        *warning_block(remarks),
        model_steps(model, _advised_step(model) or explain_step(model)),
        model_receipt(model),
    )


def explain_step(model: ModelVersion) -> NextStep:
    """The button that tells what a model goes by."""
    return NextStep("Explain", "explain_model", {"model": model.handle})


def _advised_step(model: ModelVersion) -> NextStep | None:
    """The training that would have been done instead, where there is one."""
    advised = model.report.get("advised")
    if not advised:
        return None
    return NextStep(f"Train {algorithm_text(advised['algorithm'])}", "train_model", dict(advised))


def model_steps(model: ModelVersion, other: NextStep, *, live: bool = False) -> NextSteps:
    """What to do next with a model: put it live if it is better than guessing; once live, ask it.

    Args:
        model: The model.
        other: The second step.
        live: Whether it is served anywhere.
    """
    if live:
        return steps(predict_step(model), other)
    deploy = NextStep(
        "Deploy to staging", "deploy_model", {"model": model.handle, "environment": "staging"}
    )
    good = bool(model.score.get("beats_baseline", True))
    return steps(deploy, other) if good else steps(other)


def is_live(model: ModelVersion, context: ToolContext) -> bool:
    """Whether this very version is served anywhere."""
    with context.catalog.read() as unit:
        return any(line.model_id == model.id for line in unit.deployments.list(context.scope))


def predict_step(model: ModelVersion, label: str = "Predict…") -> NextStep:
    """The button that opens the form for a row."""
    return NextStep(label, "predict", {"model": model.handle}, form=True)


def _how_it_came(model: ModelVersion) -> str:
    """Task, metric, split and algorithm, each with its reason."""
    report, metric = model.report, model.score["name"]
    task = report["task_reason"]
    asked = report["metric_reason"] == "as you asked"
    return " ".join(
        (
            _sentence(task if task.startswith("a ") else f"{model.task}: {task}"),
            f"Judged by {metric}{',' if asked else ':'} {report['metric_reason']}.",
            _sentence(report["split_reason"]),
            why_chosen(model),
        )
    ).strip()


def why_chosen(model: ModelVersion) -> str:
    """Why it is this algorithm, in a sentence."""
    return chosen_because(model, tell=lambda value: value_text(model.score["metric"], value))


def candidates_table(model: ModelVersion) -> Table:
    """The best candidate of each algorithm, by cross-validated score, and how many were tried."""
    tried = [each for each in model.report["candidates"] if each["score"] is not None]
    sign = -1 if model.score["higher_is_better"] else 1
    tried.sort(key=lambda each: sign * each["score"])
    best = {each["label"]: each for each in reversed(tried)}
    counts = Counter(each["label"] for each in tried)
    failed = len(model.report["candidates"]) - len(tried)
    metric = model.score["metric"]
    return Table(
        ("Candidate", f"{model.score['name']} (cross-validated)", "Tried", "Seconds"),
        tuple(
            (
                label,
                value_text(metric, best[label]["score"]),
                count,
                round(sum(each["seconds"] for each in tried if each["label"] == label), 1),
            )
            for label, count in sorted(
                counts.items(), key=lambda item: sign * best[item[0]]["score"]
            )
        ),
        title="Candidates",
        caption=f"{failed} could not be fitted." if failed else "",
    )


def model_receipt(model: ModelVersion) -> Receipt:
    """Where a model's numbers come from."""
    receipt_ = model.receipt
    return receipt(
        data=f"{receipt_['dataset']} ({short(receipt_['dataset_digest'])})",
        model=short(model.digest),
        seed=str(receipt_["seed"]),
        candidates=str(len(receipt_["candidates"])),
        code=receipt_["code_version"],
        **{"MLflow run": short(model.run_id)},
    )


def remarks_for_model(model: ModelVersion, most: int = 5) -> str:
    """The remarks of a training as the language model may read them.

    Columns are named in code marks and stay; class labels, which are cells of the file, go.
    """
    names = {model.target, *(each["name"] for each in model.report["excluded"])}
    names |= {feature["name"] for feature in model.contract["features"]}

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[1] in names else "`…`"

    doubts = objections_text(model.report.get("objections", ()))
    remarks = _QUOTED.sub(kept, " ".join(model.report["warnings"][:most]))
    return " ".join(filter(None, (why_chosen(model), doubts, remarks)))


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def algorithm_text(algorithm: str) -> str:
    """`gradient_boosting` as `gradient boosting`."""
    return algorithm.replace("_", " ")


def figures_of(report: Json) -> tuple[Figure, ...]:
    """The pictures kept in a model's report."""
    return tuple(
        Figure(figure["blob"], shown(figure["alt"], 500), shown(figure.get("title", "")))
        for figure in report.get("figures", ())
    )


def summary_of(model: ModelVersion) -> str:
    """What a model is, for the language model: aggregates only."""
    return (
        f"{model.label} to predict {shown(model.target)} on {model.receipt.get('dataset', '?')}. "
        f"{model.task.capitalize()}, {algorithm_text(model.algorithm)}, {score_line(model.score)}"
    )
