"""The live flow on the embedded sample: from the file to a watched model in production."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from bot.commands.session import Session
from bot.messages import IncomingMessage, Reply, buttons, dump_reply
from tests.dialogs.lines import (
    Line,
    alert_card,
    ask,
    converse,
    deployed,
    example,
    last_action,
    press_of,
    until,
)
from tests.surfaces.stages import Theatre
from tools.ml.sample import passengers_csv, shifted_rows
from tools.outcome import File

BATCH = 300
TIDY = "drop the non-numeric columns and fill in missing values"


def opening(file: Path) -> tuple[Line, ...]:
    """Upload, clean, undo, clean again."""
    cleaned = Line(TIDY, ran="clean_dataset", args={"drop_non_numeric": True}, offers=("Undo",))
    return (
        Line(
            "@bot what's in this?",
            file=file,
            ran="profile_dataset",
            shows=("900 rows × 12 columns", "Survived"),
        ),
        cleaned,
        Line(pressed="Undo", ran="undo"),
        cleaned,
    )


SHIPPING = (
    Line(
        "predict who survived, for 5 seconds",
        ran="train_model",
        args={"target": "Survived", "time_budget_s": 5},
        shows=("ROC AUC", "chance", "Seed"),
    ),
    Line(
        "deploy it to staging",
        ran="deploy_model",
        args={"environment": "staging"},
        shows=("curl", "/staging/predict"),
    ),
    Line("ship it to production", shows=("production",), offers=("Approve", "Reject")),
    Line(pressed="Approve", ran="deploy_model", args={"environment": "production"}),
    Line(
        "train a random forest for Survived for 3 seconds",
        ran="train_model",
        args={"algorithm": "random_forest"},
    ),
    Line("ship it to production", offers=("Approve",)),
    Line(pressed="Approve", ran="deploy_model"),
    Line("monitor it for drift every 10 seconds", ran="monitor_model", shows=("10 seconds",)),
)

CLOSING = (
    Line("send me the cleaned data as parquet", ran="download_dataset", args={"format": "parquet"}),
    Line(
        "what did we do?",
        ran="show_history",
        shows=(
            "Loaded passengers v1",
            "taken back later",
            "Trained passengers-survived v3",
            "live in staging",
            "live in production",
            "Watching passengers-survived (production)",
            "Production serves passengers-survived v1",
            "approved by",
        ),
    ),
)


def rows_for(session: Session, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The people with the columns that the endpoint takes."""
    names = example(session)
    return [{name: person[name] for name in names} for person in people]


def normal_rows(seed: int) -> list[dict[str, Any]]:
    """Passengers of the kind the model learnt from, as JSON values."""
    import io

    import pandas as pd

    table = pd.read_csv(io.StringIO(passengers_csv(BATCH, seed=seed)))
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records"))
    return rows


def fires(session: Session) -> bool:
    return "Explain" in [button.label for button in buttons(alert_card(session)[0])]


def is_resolved(session: Session) -> bool:
    return "Resolved" in str(alert_card(session)[0].blocks[:1])


async def retrain_and_stop(session: Session, alert: Reply) -> None:
    """Press Retrain, then Stop once something is found: the best so far is kept."""
    press = press_of(alert, "Retrain")
    begun = await session.app.assistant.answer(
        IncomingMessage("retrain", session.address, session.actor, press=press)
    )
    session.slot = begun.slot
    await until(session, lambda: "best so far" in str(job_of(session)), within=30)
    await session.press_quietly(press_of(begun, "Stop"))
    await until(session, lambda: session.latest().done, within=30)
    action = last_action(session)
    assert (action.tool, action.ok) == ("train_model", True), action


def job_of(session: Session) -> Any:
    with session.app.catalog.read() as unit:
        jobs = unit.jobs.list(session.address.scope)
    return next(job.progress for job in jobs if job.tool == "train_model")


def test_the_live_flow(theatre: Theatre, tmp_path: Path) -> None:
    """From an upload to a watched model in production, an alert and its buttons, the record."""
    file = tmp_path / "passengers.csv"
    file.write_text(passengers_csv(), encoding="utf-8")

    async def scene(session: Session) -> None:
        await converse(session, *opening(file), *SHIPPING)
        status, answer = await asyncio.to_thread(ask, session, [example(session)])
        assert (status, len(answer["predictions"])) == (200, 1)
        status, refusal = await asyncio.to_thread(ask, session, [{"Fare": "a lot"}])
        assert (status, "Fare" in str(refusal)) == (422, True)

        shifted = rows_for(session, shifted_rows(BATCH, seed=11))
        await asyncio.to_thread(ask, session, shifted)
        await until(session, lambda: fires(session), within=40)
        alert, messages = alert_card(session)
        assert messages == 1
        assert {"Explain", "Retrain", "Snooze", "Roll back"} == {
            button.label for button in buttons(alert)
        }
        assert "figure" in str(dump_reply(alert))
        await converse(session, Line(pressed="Explain", ran="explain_model"), last=alert)
        await converse(session, Line(pressed="Snooze", ran="snooze_alert"), last=alert)
        await retrain_and_stop(session, alert)
        await converse(
            session,
            Line(pressed="Roll back", offers=("Approve",)),
            Line(pressed="Approve", ran="rollback_deployment"),
            last=alert,
        )
        await asyncio.to_thread(ask, session, rows_for(session, normal_rows(seed=8)))
        await until(session, lambda: is_resolved(session), within=40)
        assert alert_card(session)[1] == 1

        reply = await converse(session, CLOSING[0])
        table = next(block for block in reply.blocks if isinstance(block, File))
        assert session.app.blobs.read(table.blob)[:4] == b"PAR1"
        await converse(session, CLOSING[1])
        await converse(session, Line("stop the monitor", ran="stop_monitor"))
        assert deployed(session)["endpoint"].startswith("http://127.0.0.1:")

    theatre.play(scene, limit_s=240)
