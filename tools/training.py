"""A training: checks first, an honest score after, and everything on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from tools.base import Args
from tools.cards import listed, shown
from tools.column_names import find_column, need_column, need_columns
from tools.errors import BadRequest, NeedsChoice, Option
from tools.model_cards import model_card, remarks_for_model, summary_of
from tools.outcome import NextStep, Outcome

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion, Json, ModelVersion
    from tools.context import ToolContext
    from tools.ml.preparation import TrainingRequest
    from tools.ml.training import TrainedModel

LONGEST_S: Final = 4 * 3600

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
    time_budget_s: int = Field(60, ge=1, le=LONGEST_S, description="Wall-clock seconds to spend.")
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
    return register(
        trained,
        frame,
        version=version,
        root=root,
        name=args.name,
        opinion=_opinion(request, version, trained, context),
        context=context,
    )


def _opinion(
    request: TrainingRequest, version: DatasetVersion, trained: TrainedModel, context: ToolContext
) -> Json:
    """What does not fit the data of what was asked for, and the training that would."""
    from tools.dataset_versions import profile_of
    from tools.ml.advice import AskedTraining, against_training, basis_of, plan_of

    profile = profile_of(version, context)
    said = against_training(
        AskedTraining(
            profile=profile,
            target=request.target,
            algorithm=request.algorithm,
            metric=request.metric,
            exclude=request.exclude,
            time_budget_s=int(request.time_budget_s),
            at_random=trained.split_reason.startswith(("stratified", "at random")),
        )
    )
    better = plan_of(basis_of(profile, request.target)).training
    same = better.get("algorithm") in (trained.algorithm, request.algorithm)
    advised = {"dataset": version.label, **better} if said and better and not same else {}
    return {
        "asked_algorithm": request.algorithm,
        "objections": list(said),
        "advised": advised,
    }


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
    tasks = {each["column"]: each["task"] for each in version.targets if each["column"] in names}
    likely = likely_targets(version)[: max(2, min(5, len(tasks)))]
    options = tuple(
        Option(f"{shown(name)} ({tasks[name]})" if name in tasks else shown(name), name)
        for name in likely
    )
    if len(options) < 2:
        raise BadRequest(
            f"{version.label} has only the column {listed(names)}, and one is not enough.",
            "A model needs a column to predict and others to learn from.",
        )
    raise NeedsChoice(
        f"What should the model predict? {version.label} has {len(names)} columns.",
        "target",
        options,
    )


def likely_targets(version: DatasetVersion) -> list[str]:
    """All columns: the suggested targets first, then the others from the last one on."""
    names = [column.name for column in version.columns]
    suggested = [each["column"] for each in version.targets if each["column"] in names]
    return list(dict.fromkeys([*suggested, *reversed(names)]))
