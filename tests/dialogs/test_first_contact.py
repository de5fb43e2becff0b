"""From the first hello in a channel to a drift alert on the sample, by clicks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.messages import Press
from tests.dialogs.lines import Line, ask, converse, example, last_action
from tests.surfaces.slack import SlackChat
from tests.surfaces.stages import Theatre, open_theatre


@pytest.fixture(params=["slack", "discord"])
def chat(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Theatre]:
    """A platform on which the assistant greets."""
    with open_theatre(request.param, tmp_path / "home") as opened:
        yield opened


def hello_of(talk: Any) -> tuple[Press, str]:
    """The click on the sample button, and the thread under the hello."""
    with talk.app.catalog.read() as unit:
        rows = unit.outbox.of_channel(talk.scope)
    [row] = [row for row in rows if row.slot.startswith("hello:")]
    return Press(row.id, 0), row.platform_ref.partition(" ")[0]


def logged(talk: Any) -> int:
    """How many predictions the endpoint has written down."""
    with talk.app.catalog.read() as unit:
        parts = unit.predictions.parts(
            talk.scope.id, name="passengers-survived", environment="staging"
        )
    return sum(part.rows for part in parts)


def test_the_sample_leads_to_an_endpoint_and_to_a_drift_alert(chat: Theatre) -> None:
    """The button under the hello, then a training, a deployment, a watch, and a shifted batch."""

    async def scene(talk: Any) -> None:
        await talk.say("hello")
        if isinstance(talk, SlackChat):
            press, thread = hello_of(talk)
            await talk.say("", press=press)
            talk.thread = thread
        else:  # a server is greeted once, in its first channel
            await talk.say("load the sample data")
        assert last_action(talk).tool == "load_dataset"
        card = await converse(
            talk,
            Line("train a model to predict Survived for 4 seconds", ran="train_model"),
            Line(pressed="Deploy to staging", ran="deploy_model", shows=("curl",)),
        )
        status, answer = await asyncio.to_thread(ask, talk, [example(talk)])
        assert (status, len(answer["predictions"])) == (200, 1)
        await converse(
            talk,
            Line(pressed="Monitor it every hour", ran="monitor_model"),
            Line(pressed="Send a shifted batch", ran="send_shifted_batch", shows=("300",)),
            last=card,
        )
        await talk.until(lambda: logged(talk) >= 300, hint="a prediction log")
        await converse(talk, Line("check it for drift", ran="check_drift", shows=("moved",)))

    chat.play(scene, limit_s=150)
