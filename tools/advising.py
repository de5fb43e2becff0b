"""Advice on a dataset as a short card: what to do, why, and two buttons that do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from tools.base import Args
from tools.cards import shown, steps
from tools.column_names import need_column
from tools.dataset_cards import dataset_receipt
from tools.errors import BadRequest, NeedsChoice, NotFound, Option
from tools.outcome import Headline, NextStep, NextSteps, Outcome, Text

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.ml.advice import Advice, Basis, Plan, Topic
    from tools.ml.profiling import Profile
    from tools.ml.splits import Order

About = Literal["all", "cleaning", "model", "metric", "split"]
_TOPICS: Final[dict[str, tuple[Topic, ...]]] = {
    "all": ("cleaning", "columns", "model", "metric", "split", "budget"),
    "cleaning": ("cleaning", "columns"),
    "model": ("model", "budget"),
    "metric": ("metric",),
    "split": ("split",),
}
_MOST_TARGETS: Final = 5


class SuggestPlan(Args):
    """Arguments of `suggest_plan`."""

    dataset: str | None = Field(None, description="Dataset name; the current one if omitted.")
    target: str | None = Field(None, description="Column to predict; the likeliest one if omitted.")
    about: About = Field("all", description="What the advice is wanted on.")
    explainable: bool = Field(
        False, description="Whether people must be able to follow how the model decides."
    )


def suggest_plan(args: SuggestPlan, context: ToolContext) -> Outcome:
    """What fits this dataset and why, from its profile; it changes nothing.

    Raises:
        NotFound: No such dataset in this channel.
        NeedsChoice: The column to predict is open.
        BadRequest: There is only one column.
    """
    from tools.dataset_versions import profile_of
    from tools.ml.advice import basis_of, plan_of

    version = context.dataset(args.dataset)
    profile = profile_of(version, context)
    target = _target(args, version, profile, context)
    basis = basis_of(profile, target)
    splits = args.about in ("all", "split") and basis.target is not None and not basis.unfit
    order = _order(basis, version, context) if splits else None
    plan = plan_of(basis, order, explainable=args.explainable)
    told = [
        each
        for topic in _TOPICS[args.about]
        for each in plan.about(topic)
        if topic != "budget" or each.args
    ]
    headline = _headline(plan, version, args.about, told)
    assumed = _assumed(args, plan)
    doubtful = bool(basis.unfit) and args.about != "cleaning"
    said = " ".join(f"{each.do}: {each.why}" for each in told)
    return Outcome(
        summary=f"{headline} {assumed} {said}".replace("  ", " ").strip(),
        blocks=(
            Headline(headline, "warning" if doubtful else "neutral"),
            *_lines(told),
            *((Text(assumed),) if assumed else ()),
            *_next(plan, version, args),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        data={
            "dataset": version.label,
            "target": target or None,
            "task": basis.task if target else None,
            "advice": [
                {"topic": each.topic, "do": each.do, "why": each.why, "args": each.args}
                for each in told
            ],
        },
    )


def _target(
    args: SuggestPlan, version: DatasetVersion, profile: Profile, context: ToolContext
) -> str:
    """The column that was named, that the thread's model predicts, or that is likeliest.

    Raises:
        NeedsChoice: None is, and the advice depends on it.
        BadRequest: There is only one column.
    """
    names = [column.name for column in version.columns]
    if args.target is not None:
        return need_column(args.target, names, argument="target")
    learnt = _learnt(version, context)
    if learnt in names:
        return learnt
    if profile.targets or args.about == "cleaning":
        return profile.targets[0].column if profile.targets else ""
    if len(names) < 2:
        raise BadRequest(
            f"{version.label} has one column only, and a model needs others to learn from."
        )
    options = tuple(Option(shown(name), name) for name in reversed(names[-_MOST_TARGETS:]))
    raise NeedsChoice(f"What should be predicted from {version.label}?", "target", options)


def _learnt(version: DatasetVersion, context: ToolContext) -> str:
    """What the thread's model predicts, where it was trained on this very dataset."""
    try:
        model = context.model()
    except NotFound:
        return ""
    return model.target if model.receipt.get("dataset") == version.label else ""


def _order(basis: Basis, version: DatasetVersion, context: ToolContext) -> Order:
    """How a training would split the rows: from the dates and the names of groups alone."""
    from tools.ml.columns import named_like_id
    from tools.ml.splits import find_order

    target = basis.target.name if basis.target else ""
    dates = [c.name for c in basis.profile.columns if c.kind == "datetime" and c.name != target]
    keys = [c.name for c in basis.profile.columns if named_like_id(c.name)]
    frame = context.frame(version, list(dict.fromkeys([*dates, *keys, target])))
    frame = frame[frame[target].notna()]
    return find_order(frame, frame[dates], task=basis.task, target=target)


def _headline(plan: Plan, version: DatasetVersion, about: About, told: list[Advice]) -> str:
    """The answer in one line."""
    basis = plan.basis
    if about == "cleaning":
        if not any(each.topic == "cleaning" for each in told):
            return f"{version.label} needs no cleaning: no gaps, repeats or empty columns."
        return f"How I would clean {version.label}:"
    if basis.unfit or basis.target is None:
        return basis.unfit or f"Nothing in {version.label} stands out as worth predicting."
    name = f"`{shown(basis.target.name)}`"
    if about == "all":
        model, metric = plan.about("model")[0], plan.about("metric")[0]
        return f"To predict {name} in {version.label} I would {_wish(model)} and {_wish(metric)}."
    return f"For {name} in {version.label} I would {_wish(told[0])}."


def _lines(told: list[Advice]) -> tuple[Text, ...]:
    """One line of advice by its reason alone, as the headline has said it; several by topic."""
    if len(told) == 1 and told[0].topic != "cleaning":
        return (Text(told[0].why),)
    return tuple(Text(f"*{each.topic.capitalize()}:* {_wish(each)}. {each.why}") for each in told)


def _wish(advice: Advice) -> str:
    return advice.do[:1].lower() + advice.do[1:]


def _assumed(args: SuggestPlan, plan: Plan) -> str:
    """That the target was nobody's word."""
    target = plan.basis.target
    if args.target is not None or target is None or args.about == "cleaning":
        return ""
    return f"This is for `{shown(target.name)}`; name another column to hear about that one."


def _next(plan: Plan, version: DatasetVersion, args: SuggestPlan) -> tuple[NextSteps, ...]:
    """Two calls that carry the advice out."""
    data = {"dataset": version.label}
    items: list[NextStep] = []
    if plan.cleans and args.about in ("all", "cleaning"):
        items.append(NextStep("Clean it so", "clean_dataset", {**data, **plan.cleaning}))
    if plan.training:
        target = shown(plan.training["target"], 30)
        train = {**data, **plan.training}
        items.append(NextStep(f"Train on {target} so", "train_model", train))
        if args.about == "model":
            several = {**train, "algorithm": "auto"}
            items.append(NextStep("Try several algorithms", "train_model", several))
        elif args.about != "all":
            whole = {**data, "target": plan.training["target"]}
            items.append(NextStep("The whole plan", "suggest_plan", whole))
    else:
        items += [
            NextStep(f"What about {shown(each.column, 30)}?", "suggest_plan",
                     {**data, "target": each.column})
            for each in plan.basis.profile.targets
            if plan.basis.target is None or each.column != plan.basis.target.name
        ]  # fmt: skip
    if len(items) < 2:
        items.append(NextStep("Show rows", "preview_dataset", data))
    return (steps(*items[:2]),)
