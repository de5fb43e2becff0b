"""What the tool calls of a turn came to, for scripts and other programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.agent.privacy import SAMPLE
from storage.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Result:
    """One call that has ended.

    Attributes:
        summary: What a language model may read at the level `aggregates`.
        data: The bare result; a `key_ref` in it stands for the key of an endpoint.
        error: Class, message and hint of a failure; empty after a success.
        sample: Rows, for the level `samples` alone.
    """

    tool: str
    ok: bool
    summary: str
    data: dict[str, Any] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)
    sample: str = ""


def results_of(catalog: Catalog, turn_id: str) -> list[Result]:
    """The ended calls of a turn, in order."""
    with catalog.read() as unit:
        payloads = [row.payload for row in unit.turns.messages_of(turn_id)]
    return [_result(payload["data"]) for payload in payloads if payload["type"] == "tool"]


def _result(data: dict[str, Any]) -> Result:
    artifact = data.get("artifact") or {}
    return Result(
        str(data.get("name") or ""),
        data.get("status") != "error",
        str(data.get("content") or ""),
        artifact.get("data") or {},
        artifact.get("error") or {},
        str((data.get("additional_kwargs") or {}).get(SAMPLE, "")),
    )
