"""How good models are and what drives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import plural, steps, warnings
from tools.errors import BadRequest
from tools.model_cards import models_table, score_line, summary_of
from tools.model_views import EvaluateModel, ExplainModel, evaluate_model, explain_model
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.words import Slot, Words

if TYPE_CHECKING:
    from storage.catalog.records import ModelVersion
    from tools.context import ToolContext

_MOST_COMPARED: Final = 5


class ListModels(Args):
    """Arguments of `list_models`."""


class CompareModels(Args):
    """Arguments of `compare_models`."""

    models: list[str] = Field([], description="Models to compare; all recent ones if empty.")


def list_models(args: ListModels, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The models of this channel, the newest first, and where they are live."""
    with context.catalog.read() as unit:
        models = unit.models.list(context.scope)
        live = unit.deployments.list(context.scope)
    if not models:
        return Outcome(
            summary="There is no model in this channel yet.",
            blocks=(
                Headline("There is no model in this channel yet."),
                Text("Attach a file and say, for example, *train a model to predict price*."),
            ),
            data={"models": []},
        )
    current = context.current_id("model")
    now = next((model.label for model in models if model.id == current), "")
    headline = f"{plural(len(models), 'model')} in this channel."
    return Outcome(
        summary=f"{headline} {'; '.join(map(summary_of, models[:20]))}. Current: {now or 'none'}.",
        blocks=(
            Headline(headline),
            models_table(
                models[:50],
                context,
                live=live,
                caption=f"Current in this thread: {now}." if now else "",
            ),
        ),
        data={"models": [_bare(model) for model in models]},
    )


def compare_models(args: CompareModels, context: ToolContext) -> Outcome:
    """Models side by side, the best first where they can be compared.

    Raises:
        NotFound: One of them is not in this channel.
        BadRequest: There are not two models to compare.
    """
    if args.models:
        chosen = list({model.id: model for model in map(context.model, args.models)}.values())
    else:
        with context.catalog.read() as unit:
            chosen = unit.models.list(context.scope)
        if chosen:
            target = context.model().target
            chosen = [model for model in chosen if model.target == target][:_MOST_COMPARED]
    if len(chosen) < 2:
        raise BadRequest(
            "There are not two models to compare.", "Train another one, or name two: m1 and m2."
        )
    with context.catalog.read() as unit:
        live = unit.deployments.list(context.scope)
    ranked, headline, remarks = _ranked(chosen)
    return Outcome(
        summary=f"{headline} {'; '.join(map(summary_of, ranked))}. {' '.join(remarks)}".strip(),
        blocks=(
            Headline(headline),
            models_table(ranked, context, live=live),
            *warnings(remarks),
            steps(
                NextStep(
                    f"Deploy {ranked[0].handle} to staging",
                    "deploy_model",
                    {"model": ranked[0].handle, "environment": "staging"},
                ),
                NextStep(f"Explain {ranked[0].handle}", "explain_model",
                         {"model": ranked[0].handle}),
            ),
        ),
        data={"models": [_bare(model) for model in ranked]},
    )  # fmt: skip


def _ranked(models: Sequence[ModelVersion]) -> tuple[list[ModelVersion], str, list[str]]:
    """Best first, what that means in one line, and what speaks against comparing."""
    first = models[0]
    if len({model.target for model in models}) > 1:
        return list(models), "These models predict different things.", [
            "Scores for different targets cannot be compared."
        ]  # fmt: skip
    if len({model.score["metric"] for model in models}) > 1:
        return list(models), "These models were judged by different metrics.", [
            "Evaluate both on the same dataset to compare them."
        ]  # fmt: skip
    sign = -1 if first.score["higher_is_better"] else 1
    ranked = sorted(models, key=lambda model: sign * (model.score["value"] or 0.0))
    best, second = ranked[0], ranked[1]
    remarks = []
    if len({model.dataset_id for model in models}) > 1:
        remarks.append(
            "They learnt from different data and were judged on different rows: "
            "evaluate them on one dataset to be sure."
        )
    clear = _apart(best.score, second.score)
    verb = "is clearly better than" if clear else "scores best, not clearly better than"
    return ranked, f"{best.label} {verb} {second.label}: {score_line(best.score)}.", remarks


def _apart(best: dict[str, float], second: dict[str, float]) -> bool:
    """Whether two 95 % intervals do not overlap."""
    ends = (best.get("low"), best.get("high"), second.get("low"), second.get("high"))
    if any(end is None for end in ends):
        return False
    return best["low"] > second["high"] or best["high"] < second["low"]


def _bare(model: ModelVersion) -> dict[str, object]:
    return {
        "model": model.handle,
        "name": model.name,
        "version": model.version,
        "target": model.target,
        "algorithm": model.algorithm,
        "score": model.score,
    }


list_models_tool = Tool(
    name="list_models",
    summary="List the models of this channel with their scores.",
    args=ListModels,
    run=list_models,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "what|which models",
            "list|show|see|display|view|give|all ~ models",
            "my|all|our|any models",
            "models ~ best|worst|newest|latest first",
            "how many models",
            "models do|have we|you|i",
            "do|have we|you|i have? ~ models",
            "what have|did we|you|i ~ trained|train",
        ),
        unless=("compare|better|versus|vs|deployed|live|production|staging|differ|winner",),
    ),
    examples=("what models do we have", "list the models"),
)


compare_models_tool = Tool(
    name="compare_models",
    summary="Compare models side by side on score, data and settings.",
    args=CompareModels,
    run=compare_models,
    effect="read",
    where="bot",
    words=Words(
        phrases=(
            "compare ~ models|model|them|both|all|<model>|versions|last|two|runs",
            "compare",
            "comparison",
            "which|what ~ model|version|one|algorithm|run be|is|did|perform|performs|do|does|"
            "scored|work ~ "
            "best|better|stronger|winning|ahead|strongest",
            "which|what ~ best|better ~ model|version|algorithm|one",
            "best|better model",
            "which|what ~ models|model|one|them ~ win|wins|won|leads|ahead|ranks|recommend",
            "<model> vs|versus|or|against <model>",
            "<model> better|worse ~ than",
            "difference|differences between ~ models|<model>|them|versions",
            "how do ~ models ~ compare|differ|stack",
            "models side by side",
            "leaderboard|ranking|rank",
            "beat|beats ~ <model>",
            "beat|beats ~ production|old|previous|last|live|current|one",
            "better|worse than ~ production|old|previous|last|live|current|one|<model>",
        ),
        unless=("<column> vs|versus|against <column>", "histogram|plot", "drift|deploy"),
        slots={"models": Slot("models")},
    ),
    examples=("compare m1 and m2", "which model is best?"),
)


evaluate_model_tool = Tool(
    name="evaluate_model",
    summary="Tell how good a model is, on its hold-out or on another dataset.",
    args=EvaluateModel,
    run=evaluate_model,
    effect="read",
    where="job",
    words=Words(
        verbs=("evaluate|assess|score|test|validate|benchmark|judge|grade|measure",),
        nouns=("model|it|<model>|performance|accuracy|classifier|regressor|error|quality",),
        phrases=(
            "evaluate|assess|evaluation",
            "how accurate|good|reliable|precise|trustworthy|well|bad|wrong|correct|strong|right "
            "be|is|do|does ~ "
            "it|this|that|model|<model>|classifier|regressor|predictions|result|they|forest",
            "how accurate|good|reliable|well|precise it|this|that|model|<model> be|is|do|does|"
            "performs|perform|works",
            "how accurate|reliable|precise",
            "how good is|be it|that|this|model",
            "how well|good|badly do|does|did it|model|<model>|that|this",
            "what|which ~ accuracy|score|performance|auc|f1|rmse|mae|r2|error|precision|recall|"
            "metric|metrics",
            "show|give|see|tell|get ~ accuracy|score|scores|performance|metrics|auc|f1|rmse|mae|"
            "error|precision|recall",
            "model|test|holdout performance|accuracy|quality|score|scores|metrics|error",
            "performance|accuracy|metrics|score ~ of|for|on ~ model|it|<model>|holdout|test",
            "any good $",
            "performance|metrics $",
            "how big|large|high|low|small be ~ error|accuracy|score|loss|auc|r2",
            "good enough",
            "worth keeping|using|deploying|shipping",
            "confusion matrix",
            "roc curve",
            "residuals|residual plot?",
            "can|should i|we trust ~ it|model|predictions|this|that|<model>",
            "is|be it|model|<model>|that|this any? good|accurate|reliable|overfit|overfitting|"
            "overfitted",
            "how often be|is it|model|<model> right|wrong|correct",
            "how do|does|did it|model|<model>|that perform|do|score|go",
            "how do|did|does training|it|model|<model> go",
            "how be|is it|model|<model>|that do|perform|score|go",
            "test|try|check|score|evaluate|validate it|model|<model> on|against ~ data|dataset|"
            "file|<dataset>",
        ),
        unless=(
            "train|fit|build|retrain ~ model|models|classifier|regressor|<column>|it|for|on",
            "drift|monitor|compare|deploy",
            "data quality",
            "good idea",
            "minimise|minimize|maximise|maximize|optimise|optimize",
        ),
        slots={"dataset": Slot("dataset")},
    ),
    examples=("how accurate is it", "evaluate m2 on this file"),
)


explain_model_tool = Tool(
    name="explain_model",
    summary="Show which columns drive a model's predictions.",
    args=ExplainModel,
    run=explain_model,
    effect="read",
    where="job",
    words=Words(
        verbs=("explain|interpret|understand|explains|explanation|reason",),
        nouns=(
            "model|it|<model>|prediction|predictions|decision|result|that|this|classifier|forest",
        ),
        phrases=(
            "feature|features|variable|column|permutation importance|importances|impact",
            "importance|importances|shap",
            "important|influential|relevant|predictive|useful|informative ~ "
            "feature|features|column|columns|variable|variables|predictor|predictors|factor|"
            "factors",
            "which|what ~ feature|features|column|columns|variable|variables|factor|factors|"
            "inputs|predictors ~ "
            "matter|important|drive|drives|count|influence|affect|use|used|most|count|weigh|"
            "relevant|predictive",
            "what|which drive|drives|influence|influences|affect|affects|determine|determines|"
            "explain|explains",
            "which|what ~ features|feature|columns|column|variables|inputs|factors ~ look|looks|"
            "rely|"
            "relies|depend|depends|base|based|pay",
            "what matter|matters|count|counts|important",
            "what be ~ driver|drivers|reason|reasons|factors|main causes",
            "key|main|top driver|drivers|factors|predictors|features",
            "why do|does|did|is|be it|model|<model> ~ predict|say|think|decide|guess|so|predicted",
            "why ~ prediction|predict|predictions",
            "how do|does it|model|<model> decide|work|think|reach|arrive|come|make|predict",
            "what do|does it|model|<model> ~ look|rely|base|depend|learn|learned|use",
            "what do|does <column> depend on",
            "explain|interpret",
            "why it|so|that|this? $",
            "why do|does|did <any> <column>",
            "make|makes ~ difference",
        ),
        unless=("train|fit|build|drift|alert|deploying|monitoring|data|dataset|file|plot|chart",),
    ),
    examples=("feature importance please", "why does it predict that?"),
)
