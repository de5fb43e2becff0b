"""`demo`: plays the whole live flow as a conversation, every layer real."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.rule import Rule
from rich.text import Text

from bot.commands.session import Session, open_session
from bot.errors import SetupError
from bot.keys import reveal_data
from bot.messages import ApprovalPrompt, Press, Reply, buttons
from bot.settings import Settings

ALERT_S = 120.0
BATCH = 400


@dataclass(frozen=True)
class Play:
    """What is played: a file, its target, what to say, and the shifted rows that arrive."""

    file: Path
    target: str
    cleaning: tuple[str, ...]
    training: str
    shifted: Callable[[], list[dict[str, Any]]]


class DemoFailed(SetupError):
    """A step of the flow did not end as it should."""


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Play it once; 0 when every step ended as it should."""
    csv: Path | None = options.csv
    target: str | None = options.target
    if (csv is None) != (target is None):
        raise SetupError("For your own file say both: CSV=path TARGET=column.")
    settings = settings.model_copy(update={"serving": "127.0.0.1:0", "serving_url": ""})
    with tempfile.TemporaryDirectory() as folder:
        play = _own(csv, target) if csv and target else _sample(Path(folder))
        asyncio.run(_play(settings, play))
    return 0


async def _play(settings: Settings, play: Play) -> None:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    started = time.monotonic()
    async with open_session(
        settings, channel=f"terminal/local/demo-{stamp}", thread="demo"
    ) as session:
        show = _Show(session)
        await show.say("@bot what's in this?", files=[play.file])
        for sentence in play.cleaning:
            await show.say(sentence)
        await show.say(play.training)
        await show.say("deploy it to staging")
        await _predict(show)
        card = await show.say("ship it to production")
        await show.approve(card)
        await show.say("monitor it for drift every 15 seconds")
        await _shift(show, play)
        await show.say("send me the cleaned data as parquet")
        await show.say("what did we do?")
        took = time.monotonic() - started
        show.note(f"The live flow took {took:.0f} seconds; its files are in {settings.home}.")


class _Show:
    """Plays the person's part and checks that each step ended well."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.console = session.platform.console

    def heading(self, text: str) -> None:
        self.console.print(Rule(style="dim"))
        self.console.print(Text(f"{self.session.actor.name} › {text}", style="bold magenta"))

    def note(self, text: str) -> None:
        self.console.print(Text(f"· {text}", style="dim italic"))

    async def say(self, text: str, *, files: list[Path] | None = None) -> Reply:
        names = f"  📎 {files[0].name}" if files else ""
        self.heading(f"{text}{names}")
        reply = await self.session.say(text, files=files or [])
        await self._check()
        return reply

    async def approve(self, card: Reply) -> Reply:
        self.heading("(presses Approve)")
        prompt = next((b for b in card.blocks if isinstance(b, ApprovalPrompt)), None)
        if prompt is None:
            raise DemoFailed("Production did not ask for an approval.")
        index = next(i for i, b in enumerate(buttons(card)) if b.does == "approve")
        reply = await self.session.say("", press=Press(card.id, index))
        await self._check()
        return reply

    async def _check(self) -> None:
        with self.session.app.catalog.read() as unit:
            actions = unit.actions.list(self.session.address.scope, limit=1)
        if not actions or not actions[0].ok:
            raise DemoFailed("The demo stops here: that step did not end well.")


async def _predict(show: _Show) -> None:
    """Ask the staging endpoint for a prediction over HTTP, as any program would."""
    deployed = _deployed(show.session)
    show.heading("(a program asks the endpoint over HTTP)")
    row = await asyncio.to_thread(_example, show.session, deployed)
    answer = await asyncio.to_thread(_post, deployed["endpoint"], deployed["key"], [row])
    show.note(f"POST {deployed['endpoint']}")
    show.console.print_json(json.dumps({"sent": row, "answered": answer}))


async def _shift(show: _Show, play: Play) -> None:
    """Send a batch from another world to production, and wait for the alert."""
    deployed = _deployed(show.session)
    show.heading(f"(a batch of {BATCH} requests arrives, and the world has changed)")
    fields = await asyncio.to_thread(_example, show.session, deployed)
    rows = [{name: row[name] for name in fields if name in row} for row in play.shifted()]
    for start in range(0, len(rows), 100):
        await asyncio.to_thread(
            _post, deployed["endpoint"], deployed["key"], rows[start : start + 100]
        )
    deadline = time.monotonic() + ALERT_S
    while time.monotonic() < deadline:
        if await asyncio.to_thread(_alerted, show.session):
            await show.session.quiet()
            return
        await asyncio.sleep(0.2)
    raise DemoFailed("No drift alert arrived.")


def _deployed(session: Session) -> dict[str, Any]:
    """The bare result of the last deployment in this thread."""
    found: dict[str, Any] = {}
    with session.app.catalog.read() as unit:
        for row in unit.turns.messages(session.address, turns=20):
            data = row.payload["data"]
            if data.get("name") == "deploy_model" and data.get("artifact"):
                found = data["artifact"]["data"] or found
    found = reveal_data(found, session.app.site.secret)
    if "endpoint" not in found:
        raise DemoFailed("The deployment told no address.")
    return found


def _example(session: Session, deployed: dict[str, Any]) -> dict[str, Any]:
    """A typical row, from the model's contract."""
    from tools.ml.contract import example_row, load_contract

    with session.app.catalog.read() as unit:
        model = unit.models.find(session.address.scope, deployed["model"])
    return example_row(load_contract(model.contract))


def _alerted(session: Session) -> bool:
    with session.app.catalog.read() as unit:
        rows = unit.outbox.list(session.address)
    return any(row.slot.startswith("alert:") for row in rows)


def _post(url: str, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own endpoint on loopback
        url,
        data=json.dumps({"rows": rows}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            body: dict[str, Any] = json.load(response)
            return body
    except urllib.error.HTTPError as error:
        raise DemoFailed(f"The endpoint answered {error.code}: {error.read().decode()}") from error


def _sample(folder: Path) -> Play:
    from tools.ml.sample import passengers_csv, shifted_rows

    path = folder / "passengers.csv"
    path.write_text(passengers_csv(), encoding="utf-8")
    return Play(
        path,
        "Survived",
        (
            "drop the non-numeric columns and fill in missing values",
            "undo",
            "drop Name, Ticket and Cabin and fill in missing values",
        ),
        "predict who survived, for 20 seconds",
        lambda: shifted_rows(BATCH, seed=11),
    )


def _own(csv: Path, target: str) -> Play:
    if not csv.is_file():
        raise SetupError(f"There is no file {csv}.")
    return Play(
        csv,
        target,
        ("remove duplicates and fill in missing values",),
        f"train a model to predict {target} for 20 seconds",
        lambda: _moved_rows(csv, target),
    )


def _moved_rows(csv: Path, target: str) -> list[dict[str, Any]]:
    """Rows of the person's own file, numbers moved by two deviations, one category everywhere."""
    from tools.ml.reading import read_table

    with csv.open("rb") as file:
        table = read_table(file, csv.name).table
    table = table.drop(columns=[c for c in table.columns if c.lower() == target.lower()])
    picked = table.sample(BATCH, replace=len(table) < BATCH, random_state=11)
    chance = random.Random(11)
    for name in picked.select_dtypes("number").columns:
        whole = str(picked[name].dtype).startswith("int")
        moved = picked[name] + 2 * float(table[name].std() or 1.0)
        picked[name] = moved.round().astype(picked[name].dtype) if whole else moved
    for name in picked.select_dtypes("str").columns:
        value = picked[name].dropna().iloc[0] if picked[name].notna().any() else None
        picked[name] = [value if chance.random() < 0.8 else old for old in picked[name]]
    rows: list[dict[str, Any]] = json.loads(picked.to_json(orient="records", date_format="iso"))
    return rows
