"""The live flow, said with `bot ask` from upload to a watched production model."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.ml.sample import shifted_rows

Ask = Callable[[str, str], dict[str, Any]]
"""Says a sentence, with a file of the sample where one is named; the answer of `ask --json`."""

FILE = "passengers.csv"
DROPPED = ("Name", "Ticket", "Cabin", "Survived")


@dataclass(frozen=True)
class Deployed:
    """What the flow came to."""

    model: str
    endpoint: str
    key: str


def play(ask: Ask) -> Deployed:
    """Upload, clean, train, deploy, ship with approval, watch; each step must end well."""
    _done(ask("what's in this?", FILE))
    _done(ask("drop Name, Ticket and Cabin and fill in missing values", ""))
    _done(ask("predict who survived, for 10 seconds", ""))
    _done(ask("deploy it to staging", ""))
    card = ask("ship it to production", "")
    assert card["state"] == "needs_answer", card
    number = next(b["number"] for b in card["reply"]["blocks"] if b["kind"] == "approval")
    live = _endpoint(_done(ask(f"approve {number}", "")))
    _done(ask("monitor it for drift every 15 seconds", ""))
    return live


def predict(endpoint: str, key: str, rows: list[dict[str, Any]]) -> list[Any]:
    """What the model answers to these rows."""
    request = urllib.request.Request(
        endpoint,
        data=json.dumps({"rows": rows}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return [each["prediction"] for each in json.load(response)["predictions"]]


def shifted(count: int) -> list[dict[str, Any]]:
    """Passengers from another world, as the model wants them."""
    rows = shifted_rows(count, seed=11)
    return [{name: v for name, v in row.items() if name not in DROPPED} for row in rows]


def _done(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer.get("state") == "done", answer
    return answer


def _endpoint(answer: dict[str, Any]) -> Deployed:
    data = next(each["data"] for each in answer["results"] if "endpoint" in each["data"])
    return Deployed(str(data["model"]), data["endpoint"], data["key"])
