"""What happens in a bot is counted where it happens, once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from bot.app import App
from bot.errors import Gone
from bot.hooks import DeliveryTried, ModelAnswered
from bot.messages import IncomingMessage, Press
from bot.metrics import MOST_CHANNELS
from tests.bot.stage import ADA, HERE, load, message, still


def counts(app: App, name: str) -> dict[str, float]:
    """The values of a counter by its labels, those at 0 left out."""
    page = app.metrics.page(app.catalog).decode()
    found = re.findall(rf"^{name}\{{(.*)\}} (\S+)$", page, re.MULTILINE)
    return {labels: float(value) for labels, value in found if float(value)}


def test_messages_are_counted_by_what_came_of_them(tmp_path: Path):
    """An answer, a question back and a click that comes too late are three outcomes."""
    with still(tmp_path) as app:
        load(app, "size,price\n1,2\n3,4\n")
        asyncio.run(app.assistant.answer(message("list datasets", "e1")))
        asyncio.run(app.assistant.answer(message("list models", "e2")))
        asyncio.run(app.assistant.answer(message("list models", "e2")))
        late = IncomingMessage("e3", HERE, ADA, "", press=Press(999, 0))
        with pytest.raises(Gone):
            asyncio.run(app.assistant.answer(late))
        assert counts(app, "mlops_messages_total") == {
            'outcome="answered",platform="terminal"': 2,
            'outcome="refused",platform="terminal"': 1,
        }
        assert counts(app, "mlops_tool_calls_total") == {
            'outcome="ok",platform="terminal",tool="list_datasets"': 1,
            'outcome="ok",platform="terminal",tool="list_models"': 1,
        }


def test_only_what_was_sent_has_a_lag(tmp_path: Path):
    """A message that is tried again counts as such, and its lag once it is there."""
    with still(tmp_path) as app:
        for outcome in ("again", "again", "sent"):
            app.metrics.hook(DeliveryTried("slack", outcome, 3.0))  # type: ignore[arg-type]
        assert counts(app, "mlops_deliveries_total") == {
            'outcome="again",platform="slack"': 2,
            'outcome="sent",platform="slack"': 1,
        }
        assert counts(app, "mlops_delivery_lag_seconds_count") == {'platform="slack"': 1}


def test_channels_beyond_the_first_hundreds_share_a_label(tmp_path: Path):
    """However many channels ask a language model, the page stays short and adds up."""
    with still(tmp_path) as app:
        for number in range(MOST_CHANNELS + 50):
            app.metrics.hook(ModelAnswered("openai:m", "aggregates", 1, 0, channel=f"c{number}"))
        read = counts(app, "mlops_channel_tokens_total")
        assert len(read) == MOST_CHANNELS + 1
        assert read['channel="other",direction="read"'] == 50
