"""The cards of going live: what is served where, how to call it, and what shipping would change."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from storage.catalog.records import Deployment, Environment, Json, ModelVersion
from tools.cards import facts, moment, number, shown, steps, table, warnings
from tools.model_cards import (
    algorithm_text,
    model_receipt,
    predict_step,
    score_line,
    score_text,
)
from tools.outcome import Block, Code, Headline, NextStep, Table, Text
from tools.serving.keys import PLACE
from tools.serving.live import Live, endpoint_url

if TYPE_CHECKING:
    from tools.context import ToolContext
    from tools.ml.contract import Contract, Feature

_FIELDS: Final = 30
_KINDS: Final = {"number": "number", "boolean": "true/false", "category": "text", "date": "date"}


def live_card(
    context: ToolContext,
    model: ModelVersion,
    live: Live,
    *,
    before: ModelVersion | None,
    checks: str = "",
) -> tuple[Block, ...]:
    """What went live, how to call it with its schema, and what to do next."""
    from tools.ml.contract import load_contract

    contract = load_contract(model.contract)
    url = endpoint_url(context, live.slot)
    environment = live.slot.environment
    return (
        Headline(
            f"{model.label} is {'live' if live.changed else 'already live'} in {environment}",
            "good" if live.served else "warning",
        ),
        facts(
            endpoint=url,
            predicts=f"`{shown(model.target)}` ({model.task}, {algorithm_text(model.algorithm)})",
            score=score_line(model.score),
            replaces=before.label if before else "",
            checks=checks,
        ),
        *warnings(live.problems),
        Code(_curl(url, contract, fresh=bool(live.key_ref)), "sh", "Ask it", live.key_ref or ""),
        Text(_about_key(fresh=bool(live.key_ref))),
        schema_table(contract),
        next_steps(model, environment, replaced=before is not None),
        model_receipt(model),
    )


def back_card(
    context: ToolContext, model: ModelVersion, live: Live, *, before: ModelVersion | None
) -> tuple[Block, ...]:
    """What is served again after a rollback."""
    return (
        Headline(
            f"{live.slot.environment.capitalize()} serves {model.label} again",
            "good" if live.served else "warning",
        ),
        facts(
            endpoint=endpoint_url(context, live.slot),
            score=score_line(model.score),
            replaces=before.label if before else "",
        ),
        *warnings(live.problems),
        model_receipt(model),
    )


def down_card(live: Live, before: ModelVersion, *, watched: bool) -> tuple[Block, ...]:
    """What was taken down."""
    monitor = (
        "A drift monitor still watches this endpoint and will report it as down. "
        "Say “stop the monitor” to end it."
    )
    return (
        Headline(f"{before.label} is no longer served in {live.slot.environment}", "good"),
        *warnings((*live.problems, *((monitor,) if watched else ()))),
        steps(
            NextStep(
                "Deploy it again",
                "deploy_model",
                {"model": before.handle, "environment": live.slot.environment},
            )
        ),
    )


def ship_card(
    context: ToolContext,
    model: ModelVersion,
    *,
    now_live: ModelVersion | None,
    remarks: Sequence[str],
    title: str,
) -> tuple[Block, ...]:
    """What people decide on: what would ship, what it replaces, and what to know before."""
    trained = f"{model.actor.name}, {moment(model.created_at, context.site.timezone)}"
    return (
        Headline(title, "warning"),
        facts(
            ships=f"{model.label}: predicts `{shown(model.target)}`, "
            f"{algorithm_text(model.algorithm)}",
            score=score_line(model.score),
            in_production_now=_now_live_text(model, now_live),
            trained_on=shown(model.receipt.get("dataset", "")),
            trained_by=trained,
        ),
        *warnings((*remarks, *model.report.get("warnings", ()))),
        model_receipt(model),
    )


def deployments_table(
    context: ToolContext, rows: Sequence[tuple[Deployment, ModelVersion]]
) -> Table:
    """A line per live slot."""
    zone = context.site.timezone
    return table(
        ("Environment", "Model", "Score", "Live since", "By", "Approved by"),
        [
            (
                line.environment,
                model.label,
                f"{model.score['name']} {score_text(model.score)}",
                moment(line.created_at, zone),
                line.actor.name,
                line.approved_by.name if line.approved_by else None,
            )
            for line, model in rows
        ],
    )


def schema_table(contract: Contract) -> Table:
    """Field, type, whether it must be there, and what training saw."""
    fields = contract.features
    rest = len(fields) - _FIELDS
    return table(
        ("Field", "Type", "Required", "In training"),
        [
            (shown(each.name), _KINDS[each.kind], "yes" if each.required else "no", _seen(each))
            for each in fields[:_FIELDS]
        ],
        title="What it takes",
        caption=f"And {rest:,} more fields." if rest > 0 else "",
    )


def next_steps(model: ModelVersion, environment: Environment, *, replaced: bool) -> Block:
    """The two sensible next steps."""
    watch = NextStep(
        "Monitor it every hour",
        "monitor_model",
        {"model": model.handle, "environment": environment, "every": "1h"},
    )
    place = {"model": model.handle, "environment": "production"}
    if environment == "staging":
        return steps(watch, NextStep("Ship to production", "deploy_model", place))
    if replaced:
        return steps(watch, NextStep("Roll back", "rollback_deployment", place))
    return steps(watch, predict_step(model))


def score_on(model: ModelVersion, metric: str) -> Json | None:
    """A model's own held-out score on a metric, if it has one."""
    scores: list[Json] = [model.score, *model.report.get("metrics", ())]
    return next((each for each in scores if each["metric"] == metric), None)


def _now_live_text(model: ModelVersion, now_live: ModelVersion | None) -> str:
    if now_live is None:
        return "nothing"
    same = score_on(now_live, model.score["metric"])
    if same is None:
        return f"{now_live.label}: {score_line(now_live.score)}"
    data = now_live.receipt.get("dataset", "")
    on = "" if data == model.receipt.get("dataset", "") else f", on {shown(data)}"
    return f"{now_live.label}: {same['name']} {score_text(same)}{on}"


def _curl(url: str, contract: Contract, *, fresh: bool) -> str:
    from tools.ml.contract import example_row

    body = json.dumps({"rows": [example_row(contract)]}, ensure_ascii=False)
    lines = [f"export MLOPS_KEY={PLACE}"] if fresh else []
    lines.append(
        f"curl -s {shlex.quote(url)} \\\n"
        '  -H "Authorization: Bearer $MLOPS_KEY" -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(body)}"
    )
    return "\n".join(lines)


def _about_key(*, fresh: bool) -> str:
    if fresh:
        return "Only this card shows the key; what is kept is its hash. Whoever has it can ask."
    return (
        "The key is the one shown when this endpoint was first deployed. "
        "If it is lost, undeploy and deploy again for a new one."
    )


def _seen(feature: Feature) -> str:
    if feature.kind == "number" and isinstance(feature.low, float):
        return f"{number(feature.low)} to {number(float(feature.high or 0.0))}"
    if feature.kind == "date" and feature.low is not None:
        return f"{str(feature.low)[:10]} to {str(feature.high)[:10]}"
    if feature.categories:
        more = feature.more_categories + max(0, len(feature.categories) - 6)
        names = ", ".join(shown(value, 24) for value, _ in feature.categories[:6])
        return f"{names}, and {more:,} more" if more else names
    return ""
