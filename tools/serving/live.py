"""Switching a slot to a model or emptying it: log line, key, alias, waiting for the server."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from storage.catalog.records import Deployment, Environment, ModelVersion
from storage.errors import StorageError
from tools.errors import Refused
from tools.serving.keys import key_digest, new_key
from tools.serving.names import SlotName

if TYPE_CHECKING:
    from storage.catalog.catalog import Unit
    from tools.context import ToolContext

WAIT_S: Final = 15.0
"""How long a call waits for the server to serve what it should."""
_START_S: Final = 8.0
"""How long a server that does not listen yet may take to appear."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a switch did.

    Attributes:
        slot: Where.
        previous: What was live there before; None if nothing was.
        wanted: Id of the model that is live from now on; None if none is.
        changed: Whether this call changed anything.
        key_ref: Reference of a new API key (`tools.serving.keys`); None if it keeps its key.
        problems: Sentences about what did not follow: the server, or the registry's alias.
        served: Whether the server confirmed that it serves what it should.
    """

    slot: SlotName
    previous: Deployment | None
    wanted: str | None
    changed: bool
    key_ref: str | None
    problems: tuple[str, ...]
    served: bool


def set_live(
    context: ToolContext,
    *,
    name: str,
    environment: Environment,
    model: ModelVersion | None,
    fresh_key: bool = False,
) -> Live:
    """Make `model` live in the slot (None: empty it), and wait until the server follows.

    The log line is what counts; a server or a registry that does not follow is told, and no
    error. A repeated attempt of the same job changes nothing further.

    Args:
        context: Of the call.
        name: Of the slot.
        environment: Of the slot.
        model: A version that was looked up in this channel.
        fresh_key: Make a new key even if the slot, now empty, had one.

    Raises:
        Refused: The model's file is gone.
    """
    if model is not None and not context.blobs.exists(model.digest):
        raise Refused(
            f"The file of {model.label} is gone, so it cannot be served.", "Train it again."
        )
    slot = SlotName(context.scope.id, name, environment)
    wanted = model.id if model else None
    with context.catalog.write() as unit:
        lines = unit.deployments.log(context.scope, name=name, environment=environment)
        before = next(iter(as_found(unit, context, lines)), None)
        previous = before if before is not None and before.model_id is not None else None
        if (lines[0].model_id if lines else None) != wanted:
            unit.deployments.append(
                context.scope,
                name=name,
                environment=environment,
                model_id=wanted,
                digest=model.digest if model else None,
                actor=context.actor,
                approved_by=context.approved_by,
                now=context.now(),
            )
        key_ref = key = None
        if model is not None and _needs_key(unit, context, slot, fresh=fresh_key and not previous):
            key_ref, key = _new_key(unit, context, slot)
    context.progress(0.3, "Telling the registry")
    alias = _mirror(context, slot, wanted)
    context.progress(0.5, "Waiting for the prediction server")
    lag = await_served(context.site.serving_url, slot, wanted, key=key)
    return Live(
        slot=slot,
        previous=previous,
        wanted=wanted,
        changed=(previous.model_id if previous else None) != wanted,
        key_ref=key_ref,
        problems=tuple(problem for problem in (lag, alias) if problem),
        served=not lag,
    )


def as_found(unit: Unit, context: ToolContext, lines: list[Deployment]) -> list[Deployment]:
    """A slot's log (newest first) as this call found it.

    Lines that an earlier attempt of the same job wrote before it died are left out; otherwise a
    repeated rollback would roll forward again.
    """
    if context.job is None or context.job.attempt <= 1:
        return lines
    began = unit.jobs.get(context.job.id).created_at
    own = 0
    while (
        own < len(lines)
        and lines[own].actor.id == context.actor.id
        and lines[own].created_at >= began
    ):
        own += 1
    return lines[own:]


def endpoint_url(context: ToolContext, slot: SlotName) -> str:
    """Where people ask for predictions."""
    return context.site.public_url.rstrip("/") + slot.path


def await_served(
    serving_url: str,
    slot: SlotName,
    model_id: str | None,
    *,
    key: str | None = None,
    wait_s: float = WAIT_S,
) -> str:
    """Wait until the server serves that model in the slot; why it does not, or nothing.

    Args:
        serving_url: The server as this machine reaches it.
        slot: Where.
        model_id: The catalog's id; None to wait for an empty slot.
        key: A new key, which the server has to take as well.
        wait_s: Longest wait in seconds.
    """
    began = time.monotonic()
    problem = ""
    while (left := began + wait_s - time.monotonic()) > 0:
        told = _get(f"{serving_url}/healthz", timeout=left)
        if told is None:
            if model_id is None:
                return ""  # no server, nothing served
            problem = "The prediction server does not run; it will serve this once it does."
            if time.monotonic() - began > min(_START_S, wait_s):
                break
        else:
            seen = told.get("slots", {}).get(str(slot), {})
            if seen.get("problem") and seen.get("wanted") == model_id:
                return _trouble(seen)
            if seen.get("model_id") == model_id and _opens(serving_url, slot, key, timeout=left):
                return ""
            problem = "The prediction server has not followed yet; it keeps trying."
        time.sleep(0.1)
    return problem


def _trouble(seen: dict[str, Any]) -> str:
    """What the server says about a slot it cannot serve as it should."""
    after = "; it goes on with the earlier version." if seen.get("model_id") else "."
    return f"The prediction server reports: {seen['problem'].rstrip('.')}{after}"


def _opens(serving_url: str, slot: SlotName, key: str | None, *, timeout: float) -> bool:
    """Whether the server takes the key, where there is a new one."""
    about = f"{serving_url}/v2/models/{quote(str(slot), safe='')}"
    return key is None or _get(about, timeout=timeout, key=key) is not None


def _get(url: str, *, timeout: float, key: str | None = None) -> dict[str, Any] | None:
    """A JSON object from our server; None when it does not answer with one."""
    direct = build_opener(ProxyHandler({}))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with direct.open(Request(url, headers=headers), timeout=timeout) as answer:  # noqa: S310
            told = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _mirror(context: ToolContext, slot: SlotName, model_id: str | None) -> str:
    """Point the registry's alias at the model; why that failed, or nothing."""
    try:
        context.registry.set_alias(slot.scope_id, slot.name, slot.environment, model_id)
    except StorageError:
        return (
            f"The registry's alias `{slot.environment}` could not be set; the endpoint does not "
            "depend on it."
        )
    return ""


def _needs_key(unit: Unit, context: ToolContext, slot: SlotName, *, fresh: bool) -> bool:
    known = unit.keys.get(context.scope, slot.name, slot.environment)
    if known is None or fresh:
        return True
    if context.job is None or context.job.attempt <= 1:
        return False
    # Made by an attempt that died before anybody saw it.
    return known.created_at >= unit.jobs.get(context.job.id).created_at


def _new_key(unit: Unit, context: ToolContext, slot: SlotName) -> tuple[str, str]:
    reference, key = new_key(context.site.secret)
    unit.keys.put(
        context.scope,
        name=slot.name,
        environment=slot.environment,
        key_sha256=key_digest(key),
        now=context.now(),
    )
    return reference, key
