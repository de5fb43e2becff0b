"""What people told is used, shown, questioned and forgotten, on every surface."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Choices, Reply, load_reply
from tests.dialogs.lines import Line, converse, last_action, until
from tests.surfaces.stages import Theatre, open_theatre
from tools.outcome import File


def customers(folder: Path) -> Path:
    """Eighty customers, some of whom left."""
    rng = random.Random(5)
    rows = (
        f"{9000 + n},{rng.randint(1, 60)},{rng.choice(('basic', 'plus'))},{int(rng.random() < 0.4)}"
        for n in range(80)
    )
    path = folder / "customers.csv"
    path.write_text("customer_id,tenure,plan,churned\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_what_was_told_is_used_and_forgotten(theatre: Theatre, tmp_path: Path) -> None:
    """Twelve turns: facts, a training that uses them, a contradiction, the record."""
    lines = (
        Line("what's in this?", file=customers(tmp_path), shows=("customers v1",)),
        Line("remember that our label is always churned", shows=("fact 1",)),
        Line("remember: we always leave out customer_id", shows=("fact 2",)),
        Line("remember until Friday that the freeze holds", shows=("fact 3 until",)),
        Line("what do you know about the freeze?", shows=("the freeze holds",)),
        Line(
            "train a model for 2 seconds",
            ran="train_model",
            args={"target": "churned", "exclude": ["customer_id"]},
            shows=("Target: churned, as fact 1 says", "Left out: customer_id, as fact 2 says"),
        ),
        Line(
            "remember that the label is plan",
            shows=("disagrees with fact 1", "our label is always churned"),
            offers=("Replace", "Keep both"),
        ),
        Line(pressed="Replace", ran="remember_fact", shows=("in place of fact 1",)),
        Line("undo", ran="undo", shows=("Fact 1 holds again",)),
        Line("forget what I said about the freeze", ran="forget_fact", shows=("fact 3",)),
        Line("what do you remember?", ran="list_facts", shows=("2 facts", "our label is always")),
    )

    async def scene(talk: Any) -> None:
        reply = await converse(talk, *lines)
        reply = await converse(talk, Line("what did we do today?", ran="show_history"), last=reply)
        [file] = [block for block in reply.blocks if isinstance(block, File)]
        table = list(csv.DictReader(io.StringIO(talk.app.blobs.read(file.blob).decode())))
        trained = next(row for row in table if row["tool"] == "train_model")
        assert (trained["asked"], trained["data"]) == (
            "train a model for 2 seconds",
            "customers v1",
        )
        assert float(trained["seconds"]) > 0

    theatre.play(scene, limit_s=240)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Theatre]:
    """A surface of its own: what is offered there is asked in a message of its own."""
    with open_theatre("terminal", tmp_path / "home") as opened:
        yield opened


def offers(talk: Any) -> list[Reply]:
    """The questions that stand in messages of their own, as they are now."""
    with talk.app.catalog.read() as unit:
        rows = unit.outbox.list(talk.address)
    latest = {row.slot: load_reply(row.body) for row in rows}
    return [
        reply
        for reply in latest.values()
        for block in reply.blocks
        if isinstance(block, Choices) and "twice" in block.question
    ]


@pytest.mark.parametrize(("answer", "facts"), [("yes", ["we report f1 as the metric"]), ("no", [])])
def test_a_choice_made_twice_is_offered_once(
    terminal: Theatre, tmp_path: Path, answer: str, facts: list[str]
) -> None:
    """After the second time the choice is offered; Yes is a fact, and No is not asked again."""
    line = Line("train on churned judged by f1 for 1 second", ran="train_model")

    async def scene(talk: Any) -> None:
        await converse(talk, Line("load this", file=customers(tmp_path)), line)
        assert offers(talk) == []
        await converse(talk, line)
        await until(talk, lambda: bool(offers(talk)), within=30)
        [offer] = offers(talk)
        assert "You chose f1 twice. Always use it here?" in str(offer)
        await talk.say(answer)
        assert last_action(talk).tool == "keep_habit"
        with talk.app.catalog.read() as unit:
            known = unit.facts.list(talk.address.scope, now=talk.app.now())
        assert facts == [fact.text for fact in known]
        if answer == "no":
            await converse(talk, line)
            assert len(offers(talk)) == 1

    terminal.play(scene, limit_s=240)
