"""Training a model: checks first, an honest score after, and everything on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import listed, shown
from tools.column_names import find_column, need_column, need_columns
from tools.errors import BadRequest, NeedsChoice, Option
from tools.model_cards import model_card, remarks_for_model, summary_of
from tools.outcome import NextStep, Outcome
from tools.words import Slot, Words

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion, ModelVersion
    from tools.context import ToolContext

Algorithm = Literal[
    "auto",
    "linear",
    "logistic_regression",
    "ridge",
    "elastic_net",
    "decision_tree",
    "random_forest",
    "extra_trees",
    "gradient_boosting",
    "nearest_neighbours",
]
Metric = Literal[
    "auto",
    "accuracy",
    "balanced_accuracy",
    "roc_auc",
    "f1",
    "log_loss",
    "mae",
    "rmse",
    "r2",
]


class TrainModel(Args):
    """Arguments of `train_model`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    target: str | None = Field(None, description="Column to predict.")
    task: Literal["auto", "classification", "regression", "regression_anyway"] = Field(
        "auto", description="Kind of task."
    )
    algorithm: Algorithm = Field("auto", description="Family of models to try; auto tries several.")
    metric: Metric = Field("auto", description="What to optimise.")
    time_budget_s: int = Field(60, ge=1, le=3600, description="Wall-clock seconds to spend.")
    exclude: list[str] = Field([], description="Columns not to learn from.")
    name: str | None = Field(None, description="Name for the model.")


def train_model(args: TrainModel, context: ToolContext) -> Outcome:
    """Check, search, judge, refit and register; what is done already is not done again.

    Raises:
        NotFound: No such dataset in this channel.
        NeedsChoice: The target, the task or the metric must be picked by the person.
        BadRequest: The arguments contradict one another.
        Refused: The data cannot teach anything.
        Stopped: Stop was pressed before any candidate was done.
    """
    from tools.registering import registered, track

    before = context.current_id("model")
    model = registered(context) or _train(args, context)
    context.progress(0.97, "Recording the run")
    tracked = track(model, context)
    card = model_card(tracked or model, tracked=tracked is not None)
    return Outcome(
        summary=f"Trained {summary_of(model)}. {remarks_for_model(model)}".strip(),
        blocks=card,
        dataset_id=model.dataset_id,
        model_id=model.id,
        inverse=NextStep("Undo", "use_model", {"model_id": before if before != model.id else None}),
        data={
            "model": model.handle,
            "name": model.name,
            "version": model.version,
            "score": model.score,
            "algorithm": model.algorithm,
        },
    )


def _train(args: TrainModel, context: ToolContext) -> ModelVersion:
    from tools.ml.preparation import TrainingRequest
    from tools.ml.recipe import load_recipe
    from tools.ml.training import train
    from tools.registering import register

    version = context.dataset(args.dataset)
    root = context.root_of(version)
    names = [column.name for column in version.columns]
    target = _target(args.target, version, root)
    request = TrainingRequest(
        target=target,
        task=args.task,
        algorithm=args.algorithm,
        metric=args.metric,
        time_budget_s=args.time_budget_s,
        exclude=tuple(need_columns(args.exclude, names, argument="exclude")),
        recipe=load_recipe(list(version.recipe)),
    )
    frame = context.frame(root)
    trained = train(
        frame,
        request,
        progress=lambda share, text: context.progress(0.9 * share, text),
        should_stop=context.should_stop,
    )
    context.progress(0.92, "Keeping the model")
    return register(trained, frame, version=version, root=root, name=args.name, context=context)


def _target(said: str | None, version: DatasetVersion, root: DatasetVersion) -> str:
    """The column to predict, in the version's own names.

    Raises:
        NeedsChoice: None was named, or none or several fit.
        BadRequest: The named one was left out when the version was cleaned.
    """
    names = [column.name for column in version.columns]
    if said is not None:
        if find_column(said, names) is None:
            left_out = find_column(said, [column.name for column in root.columns])
            if left_out is not None and left_out not in names:
                raise BadRequest(
                    f"`{shown(left_out)}` was left out when {version.label} was made.",
                    f"Train on {root.label} instead, which has it, or undo the cleaning.",
                )
        return need_column(said, names, argument="target")
    suggested = [
        Option(f"{shown(each['column'])} ({each['task']})", each["column"])
        for each in version.targets
        if each["column"] in names
    ]
    taken = {option.value for option in suggested}
    rest = [Option(shown(name), name) for name in reversed(names) if name not in taken]
    options = (suggested + rest)[: max(2, min(5, len(suggested)))]
    if len(options) < 2:
        raise BadRequest(
            f"{version.label} has only the column {listed(names)}, and one is not enough.",
            "A model needs a column to predict and others to learn from.",
        )
    raise NeedsChoice(
        f"What should the model predict? {version.label} has {len(names)} columns.",
        "target",
        tuple(options),
    )


train_model_tool = Tool(
    name="train_model",
    summary="Train, compare and keep the best model for a target, with an honest score.",
    args=TrainModel,
    run=train_model,
    effect="write",
    where="job",
    words=Words(
        verbs=(
            "train|retrain|fit|refit|build|make|create|learn|develop|run|try|tune|optimise|"
            "optimize|get|want",
            "need|give|set|start|use|do|grow|construct|produce|go|have|switch|repeat",
        ),
        nouns=(
            "model|models|classifier|regressor|regression|classification|predictor|estimator|"
            "forest",
            "boosting|xgboost|lightgbm|catboost|gbm|ridge|lasso|logistic|linear|tree|trees|knn",
            "automl|ensemble|neighbours|neighbors|hgb|rf",
        ),
        phrases=(
            "train|retrain|fit|refit",
            "train|retrain|fit|refit|learn ~ model|classifier|regressor|regression|predictor|"
            "<column>",
            "predict|forecast|estimate|classify|guess|infer|regress|foresee|anticipate <column>",
            "detect|flag|identify|recognise|recognize|determine|diagnose|learn|train|fit <column>",
            "classifier|regressor|regression|classification|predictor ~ for|on|of|:",
            "k? gradient|random|extra|decision|elastic|nearest? "
            "forest|boosting|boosted|ridge|lasso|net|tree|trees|xgboost|lightgbm|knn|linear|"
            "logistic|"
            "neighbours|neighbors ~ "
            "for|on|of|: <column>",
            "predict|forecast|estimate|classify|guess|infer|foresee ~ who|whether|if|which|what|"
            "how ~ <column>",
            "predict|forecast|estimate|classify|guess|infer|regress|model",
            "able to predict|forecast|estimate",
            "<column> be|as|is ~ target|label|outcome|response|predict|goal",
            "<column> be|is what|thing|one ~~ predict|forecast|estimate|model",
            "<column> ~ be|as|is ~ target|label|outcome|response|goal",
            "target|label|outcome|response variable|column? be|is|=|: ~ <column>",
            "which|what <column> be|is it|this|that|they|he|she",
            "model <column>",
            "predictive|prediction|ml model",
            "machine learning",
        ),
        unless=(
            "how many|much ~ model|models",
            "workflow|pipeline|endpoint|drift|predictions",
            "over|on|against|in ~ file|batch",
        ),
        slots={
            "target": Slot(
                "column",
                says=(
                    "target|label|outcome|response|goal variable|column|be|is? be|is|=|:|should|"
                    "to ~ <>",
                    "<> ~ be|as|is ~ target|label|outcome|response|goal",
                    "classify ~~ by|into|as <>",
                    "predict|forecast|estimate|classify|guess|infer|regress|foresee|anticipate|"
                    "predicting ~ <>",
                    "<> be|is what|thing|one ~~ predict|forecast|estimate|model",
                    "detect|flag|identify|recognise|recognize|determine|diagnose ~ <>",
                    "predict|forecast|estimate|classify|guess|infer ~~ who|whether|if|which|what|"
                    "how ~ <>",
                    "train|retrain|fit|refit|learn|model|models on|for|against|of|to|towards <>",
                    "classifier|regressor|regression|classification|model|models|forest|boosting|"
                    "predictor|estimator|tree|trees|ridge|lasso|linear|logistic|xgboost|knn|it|"
                    "one ~ "
                    "on|for|of|to|against|targeting|explaining|explains|: ~ <>",
                    "<> classifier|regressor|predictor|model|estimator|regression|classification|"
                    "prediction|forecast|forecasting",
                    "which|what <> be|is",
                    "model|train|fit|learn|regress|explain|targeting <>",
                    "who|whether|if ~ <>",
                    "for|on|of <>",
                ),
                ask="Which column shall the model predict?",
                spare=True,
            ),
            "task": Slot(
                "choice",
                values={
                    "classification": (
                        "classifier|classifiers|classification|classify|classifying",
                        "logistic regression?",
                    ),
                    "regression": ("regression|regressor|regress|regressors",),
                },
            ),
            "algorithm": Slot(
                "choice",
                values={
                    "logistic_regression": (
                        "logistic regression|model|classifier?",
                        "logit|logreg",
                    ),
                    "ridge": ("ridge regression|model?",),
                    "elastic_net": ("elastic net", "elasticnet|lasso"),
                    "linear": ("linear regression|model|regressor?", "ols", "least squares"),
                    "decision_tree": ("decision tree|trees", "cart", "single|simple|one tree"),
                    "random_forest": ("random forest|forests", "forest|forests|rf|randomforest"),
                    "extra_trees": (
                        "extra trees|tree",
                        "extratrees",
                        "extremely randomised|randomized trees",
                    ),
                    "gradient_boosting": (
                        "gradient boosting|boosted|boost trees|tree|machine|machines?",
                        "boosting|boosted|xgboost|lightgbm|catboost|gbm|gbdt|hgb|xgb|lgbm|gbt",
                    ),
                    "nearest_neighbours": (
                        "k? nearest neighbours|neighbors|neighbour|neighbor",
                        "knn|neighbours|neighbors",
                    ),
                },
            ),
            "metric": Slot(
                "choice",
                values={
                    "balanced_accuracy": ("balanced accuracy",),
                    "accuracy": ("accuracy",),
                    "roc_auc": ("roc auc?", "auc|auroc", "area under ~ curve"),
                    "f1": ("f1 score?", "f score|measure", "fscore"),
                    "log_loss": ("log loss", "logloss", "cross entropy"),
                    "mae": ("mae", "mean? absolute error|deviation"),
                    "rmse": ("rmse|mse", "root ~ squared|square error", "mean? squared error"),
                    "r2": ("r2", "r squared|square", "variance explained", "explained variance"),
                },
            ),
            "time_budget_s": Slot("seconds"),
            "exclude": Slot(
                "columns",
                says=(
                    "except|excluding|without|ignoring|ignore|exclude|omit|omitting|minus|bar|"
                    "barring "
                    "for|using|column|columns|feature|features|variable|variables? <>",
                    "leave|leaving|left out|aside? column|columns? <>",
                    "other than column|columns? <>",
                    "apart|aside from column|columns? <>",
                    "everything|all|columns but for? column|columns? <>",
                    "but not for? column|columns? <>",
                    "but column|columns? <>",
                    "not use|using|include|including|with|consider|considering|learn from? column|"
                    "columns? <>",
                    "drop|dropping|skip|skipping|remove|removing|forget|forgetting about? column|"
                    "columns? <>",
                    "get|getting rid of <>",
                    "leave|leaving <> out|aside",
                    "do not use|include|consider column|columns? <>",
                    "no <>",
                ),
                only=(
                    "only|solely|exclusively use|using|with|from|on|consider|considering? "
                    "column|columns|feature|features|predictor|predictors|variable|variables? <>",
                    "using|use|given|consider only|solely? "
                    "column|columns|feature|features|predictor|predictors|variable|variables? <>",
                    "from only? column|columns|feature|features? <>",
                    "based|depending|relying on only? column|columns? <>",
                    "with <> as|only|alone|features|predictors|inputs|input",
                    "features|predictors|inputs be|are|=|: <>",
                    "with only column|columns|feature|features? <>",
                    "<> only",
                ),
            ),
            "name": Slot("name", says=("call|name it|model|this <>", "called|named <>")),
        },
    ),
    examples=("train a model to predict Fare", "which species is it? build a classifier"),
)
