"""A made-up batch for endpoints of the sample's own models, so that drift can be seen to happen."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from pydantic import Field

from storage.catalog.records import Environment, ModelVersion
from tools.base import Args, Tool
from tools.cards import moment, plural, steps
from tools.deployed import live_model, slot_name
from tools.errors import Refused
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.sample_data import learnt_from_sample
from tools.schedules import next_run
from tools.serving.keys import key_digest, key_of
from tools.serving.names import SlotName

if TYPE_CHECKING:
    from tools.context import ToolContext

_ROWS: Final = 300
_DRAWN: Final = 900
"""Passengers to pick the rows from: those with a gap that the model refuses are left out."""
_PATIENCE_S: Final = 30.0
_SOON_S: Final = 120.0


class SendShiftedBatch(Args):
    """Arguments of `send_shifted_batch`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )
    environment: Environment = Field("staging", description="Which endpoint is asked.")


def send_shifted_batch(args: SendShiftedBatch, context: ToolContext) -> Outcome:
    """Ask an endpoint of the sample's own for predictions about a later, different voyage.

    Raises:
        NotFound: Nothing is live there.
        NeedsChoice: Several endpoints fit.
        Refused: Its model knows other data than the sample, or the endpoint does not answer.
    """
    name = slot_name(args.model, args.environment, context)
    model = live_model(name, args.environment, context)
    if not learnt_from_sample(model, context):
        raise Refused(
            f"{model.label} was not trained on the sample data, so nothing made up is sent to it.",
            "Its own callers decide what it is asked.",
        )
    slot = SlotName(context.scope.id, name, args.environment)
    rows = _rows(model, seed=int(context.now().timestamp()))
    served = _ask(context.site.serving_url + slot.path, _key(slot, context), rows)
    return _sent(model, args.environment, served, context)


def _sent(
    model: ModelVersion, environment: Environment, served: int, context: ToolContext
) -> Outcome:
    now = context.now()
    with context.catalog.read() as unit:
        monitors = [row for row in unit.monitors.list(context.scope)
                    if (row.name, row.environment) == (model.name, environment)]  # fmt: skip
    due = next_run(monitors[0], now) if monitors else None
    soon = due is not None and (due - now).total_seconds() <= _SOON_S
    when = f"The next check, {moment(due, monitors[0].timezone)}," if due else "The next check"
    place = {"model": model.handle, "environment": environment}
    check = NextStep("Check now", "check_drift", {"model": model.name})
    often = NextStep("Check every minute", "monitor_model", {**place, "every": "1m"})
    done = f"Sent a shifted batch to {model.name} ({environment})"
    headline = f"{done}: {plural(served, 'prediction')} served"
    return Outcome(
        summary=f"{headline}. {when} will look at them.",
        blocks=(
            Headline(headline, "good"),
            Text(
                "The passengers are made up: of a later voyage, about ten years older, with "
                f"dearer tickets, from other ports. {when} will look at them."
            ),
            steps(check) if soon else steps(check, often),
        ),
        model_id=model.id,
        data={**place, "served": served},
    )


def _rows(model: ModelVersion, *, seed: int) -> list[dict[str, Any]]:
    """What the model takes, of passengers it does not refuse."""
    from tools.ml.sample import shifted_rows

    features = model.contract["features"]
    names = [feature["name"] for feature in features]
    needed = [feature["name"] for feature in features if feature["required"]]
    people = shifted_rows(_DRAWN, seed, outcome=True)
    fit = [person for person in people if all(person.get(name) is not None for name in needed)]
    return [{name: person.get(name) for name in names} for person in fit[:_ROWS]]


def _key(slot: SlotName, context: ToolContext) -> str:
    """The endpoint's key, made anew from the reference that its deployment kept.

    Raises:
        Refused: There is none that this installation's secret opens.
    """
    with context.catalog.read() as unit:
        known = unit.keys.get(context.scope, slot.name, slot.environment)
        jobs = unit.jobs.list(context.scope, states=("succeeded",), tool="deploy_model", limit=1000)
    for job in jobs:
        reference = ((job.result or {}).get("data") or {}).get("key_ref")
        key = key_of(reference, context.site.secret) if reference else None
        if key and known and key_digest(key) == known.key_sha256:
            return key
    raise Refused(
        f"The key of {slot.name} in {slot.environment} cannot be made here any more.",
        "Undeploy the model and deploy it again for a new key.",
    )


def _ask(url: str, key: str, rows: list[dict[str, Any]]) -> int:
    """How many predictions the endpoint served; raises Refused when it did not."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = Request(url, json.dumps({"rows": rows}).encode(), headers)  # noqa: S310 - our server
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_PATIENCE_S) as answer:
            return len(json.load(answer)["predictions"])
    except HTTPError as error:
        raise Refused(f"The endpoint refused the batch (status {error.code}).") from None
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        raise Refused("The prediction server does not answer.", "Try again in a moment.") from None


send_shifted_batch_tool = Tool(
    name="send_shifted_batch",
    summary="Send made-up, shifted rows to an endpoint of the sample data's own models.",
    args=SendShiftedBatch,
    run=send_shifted_batch,
    effect="write",
    where="worker",
    examples=("send a shifted batch", "let the sample data drift"),
)
