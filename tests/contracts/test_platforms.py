"""What every surface promises, held against all of them through their real SDKs."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Choices, Progress, Reply, asks, buttons, dump_reply
from storage.catalog.records import Action
from tests.dialogs.lines import Line, converse, last_action, press_of
from tests.surfaces.stages import SURFACES, Theatre, open_theatre
from tools.outcome import File

TABLE = "name,age,city\n" + "".join(f"p{n},{20 + n % 40},{'AB'[n % 2]}\n" for n in range(60))


@pytest.fixture(scope="module", params=SURFACES)
def surface(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Theatre]:
    """The assistant on one surface after the other."""
    with open_theatre(request.param, tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "crew.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def actions(talk: Any) -> list[Action]:
    with talk.app.catalog.read() as unit:
        found: list[Action] = unit.actions.list(talk.address.scope, limit=50)
        return found


def test_words_are_answered(surface: Theatre) -> None:
    """A sentence gets one answer, and changes nothing when it only asks."""

    async def scene(talk: Any) -> None:
        reply = await talk.say("help")
        assert reply.done
        assert reply.blocks
        assert [a.effect for a in actions(talk) if a.effect != "read"] == []

    surface.play(scene)


def test_a_file_with_text_becomes_a_dataset(surface: Theatre, table: Path) -> None:
    """A file is loaded before the sentence that came with it is answered."""

    async def scene(talk: Any) -> None:
        line = Line("what is in this?", file=table, ran="profile_dataset", shows=("60 rows",))
        await converse(talk, line)
        assert [a.tool for a in actions(talk)][::-1] == ["load_dataset", "profile_dataset"]

    surface.play(scene)


def test_several_files_are_a_card_each(surface: Theatre, table: Path) -> None:
    """All files of one message are loaded, in their order."""
    second = table.with_name("ships.csv")
    second.write_text(TABLE.replace("city", "port"), encoding="utf-8")

    async def scene(talk: Any) -> None:
        await talk.say("", files=[table, second])
        with talk.app.catalog.read() as unit:
            names = {d.name for d in unit.datasets.list(talk.address.scope)}
        assert names == {"crew", "ships"}

    surface.play(scene)


def test_a_button_does_what_it_says(surface: Theatre, table: Path) -> None:
    """A next step runs its own call in the name of whoever pressed it."""

    async def scene(talk: Any) -> None:
        await converse(
            talk,
            Line("drop the column city", file=table, ran="clean_dataset", offers=("Undo",)),
            Line(pressed="Undo", ran="undo"),
        )
        assert last_action(talk).actor == talk.actor

    surface.play(scene)


def test_a_question_is_answered_by_a_choice(surface: Theatre, table: Path) -> None:
    """An open question shows its options; the one that is picked goes on with the sentence."""

    async def scene(talk: Any) -> None:
        asked = await talk.say("train a model for 3 seconds", files=[table])
        assert asks(asked), dump_reply(asked)
        [choices] = [block for block in asked.blocks if isinstance(block, Choices)]
        reply = await talk.say("", press=press_of(asked, choices.options[0]))
        assert reply.done
        assert last_action(talk).tool == "train_model"

    surface.play(scene)


def test_what_waits_for_a_click_waits(surface: Theatre, table: Path) -> None:
    """Deleting asks first; the rejection is shown on the card, and nothing is deleted."""

    async def scene(talk: Any) -> None:
        await talk.say("what is in this?", files=[table])
        asked = await talk.say("delete this dataset")
        assert {"Approve", "Reject"} <= {button.label for button in buttons(asked)}
        with talk.app.catalog.read() as unit:
            assert len(unit.datasets.list(talk.address.scope)) == 1

    surface.play(scene)


def test_long_work_moves_and_can_be_stopped(surface: Theatre, table: Path) -> None:
    """A training shows its progress on one message, which Stop ends with what was found."""

    async def scene(talk: Any) -> None:
        await talk.say("what is in this?", files=[table])
        going = asyncio.create_task(talk.say("train a model to predict age for 60 seconds"))

        def moving() -> bool:
            return any(isinstance(block, Progress) for block in shown(talk).blocks)

        for _ in range(900):
            if await asyncio.to_thread(moving):
                break
            await asyncio.sleep(0.05)
        await talk.press_quietly(press_of(shown(talk), "Stop"))
        reply = await asyncio.wait_for(going, 60)
        assert reply.done

    def shown(talk: Any) -> Reply:
        from bot.messages import load_reply

        with talk.app.catalog.read() as unit:
            rows = [r for r in unit.outbox.of_channel(talk.address.scope) if "turn:" in r.slot]
        last = rows[-1]
        body = load_reply(last.body)
        return Reply(body.blocks, body.slot, last.id, body.done)

    surface.play(scene)


def test_a_file_is_handed_over(surface: Theatre, table: Path) -> None:
    """What is asked for as a file arrives as one."""

    async def scene(talk: Any) -> None:
        await talk.say("what is in this?", files=[table])
        reply = await converse(
            talk, Line("send me the data as csv", ran="download_dataset", args={"format": "csv"})
        )
        [file] = [block for block in reply.blocks if isinstance(block, File)]
        first = talk.app.blobs.read(file.blob).decode("utf-8-sig").splitlines()[0]
        assert next(csv.reader([first])) == ["name", "age", "city"]

    surface.play(scene)


def test_threads_do_not_mix(surface: Theatre, table: Path) -> None:
    """Every event is answered once, whatever came before it."""

    async def scene(talk: Any) -> None:
        await talk.say("what is in this?", files=[table])
        for _ in range(3):
            await talk.say("list datasets")
        assert [a.tool for a in actions(talk)].count("list_datasets") == 3

    surface.play(scene)
