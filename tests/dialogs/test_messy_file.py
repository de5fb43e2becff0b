"""A messy file, from the question before use to a correction in words and back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from bot.messages import Reply, asks, buttons
from tests.dialogs.lines import Line, converse
from tests.surfaces.stages import Theatre, open_theatre
from tools.outcome import Headline

CHOICES = ("Use", "Show lines", "Cancel")


def messy(folder: Path, name: str = "parcels.csv") -> Path:
    """Forty parcels, three of them in lines that do not fit."""
    rows = [f"{10100 + n},{n % 7 + 1}.5,{('north', 'south')[n % 2]}" for n in range(40)]
    rows[4], rows[9], rows[20] = "10104,5.5", "10109,3.5,south,extra", "10120"
    return written(folder / name, "\n".join(["zip,weight,depot", *rows]) + "\n")


def clean(folder: Path, name: str, text: str) -> Path:
    """A file without any fault."""
    return written(folder / name, text)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def current(talk: Any) -> list[str]:
    """The dataset versions there are, newest first."""
    with talk.app.catalog.read() as unit:
        return [version.label for version in unit.datasets.list(talk.address.scope)]


def test_a_messy_file_is_used_on_consent(theatre: Theatre, tmp_path: Path) -> None:
    """The question with its three answers, the lines with the same answers, then the table."""
    file = messy(tmp_path)

    async def scene(talk: Any) -> None:
        reply = await converse(
            talk,
            Line("@bot what's in this?", file=file, offers=CHOICES, shows=("3 lines",)),
        )
        assert current(talk) == []
        reply = await converse(
            talk,
            Line(pressed="Show lines", offers=CHOICES, shows=("10104,5.5", "The line as found")),
            last=reply,
        )
        assert current(talk) == []
        await converse(
            talk,
            Line("use it", ran="profile_dataset", shows=("parcels v1", "40 rows")),
        )
        assert current(talk) == ["parcels v1"]

    theatre.play(scene)


def test_the_question_outlives_a_restart(tmp_path: Path) -> None:
    """A file is asked about, the bot is started anew, and the answer in words loads it."""
    file = messy(tmp_path)

    async def asked(talk: Any) -> None:
        await converse(talk, Line("@bot load this", file=file, offers=CHOICES))

    async def answered(talk: Any) -> None:
        await converse(talk, Line("use it", ran="load_dataset", shows=("parcels v1",)))
        assert current(talk) == ["parcels v1"]

    for scene in (asked, answered):
        with open_theatre("terminal", tmp_path / "home") as theatre:
            theatre.play(scene)


def test_a_messy_file_is_left_alone(theatre: Theatre, tmp_path: Path) -> None:
    """Cancel keeps what was current, says so, and does not go on with the sentence."""
    fine = clean(tmp_path, "depots.csv", "depot,city\nnorth,Kiel\nsouth,Ulm\neast,Jena\n")
    file = messy(tmp_path)

    async def scene(talk: Any) -> None:
        await converse(talk, Line("@bot load this", file=fine, ran="load_dataset"))
        reply = await converse(talk, Line("and what's in this one?", file=file, offers=CHOICES))
        reply = await converse(
            talk, Line(pressed="Cancel", shows=("nothing was loaded", "depots v1")), last=reply
        )
        assert not asks(reply)
        assert current(talk) == ["depots v1"]
        await converse(talk, Line("what's in this?", ran="profile_dataset", shows=("depots v1",)))

    theatre.play(scene)


def test_a_guess_is_corrected_in_words(theatre: Theatre, tmp_path: Path) -> None:
    """The file is read again, what changed is said, corrections add up, and undo goes back."""
    rows = "".join(f"{10100 + n};{n % 5},5;0{n % 9 + 1}/0{n % 7 + 1}/2024\n" for n in range(60))
    file = clean(tmp_path, "prices.csv", "zip;price;date\n" + rows)

    async def scene(talk: Any) -> None:
        await converse(talk, Line("@bot load this", file=file, ran="load_dataset"))
        await converse(
            talk,
            Line(
                "zip is text",
                ran="load_dataset",
                args={"as_text": ["zip"]},
                shows=("prices v2", "`zip` holds", "whole numbers"),
                offers=("Undo",),
            ),
            Line(
                "date is day first",
                ran="load_dataset",
                shows=("prices v3", "`zip` is text", "`date` has the day first"),
                offers=("Undo",),
            ),
            Line(pressed="Undo", ran="undo", shows=("prices v2",)),
            Line("undo", ran="undo", shows=("prices v1",)),
            Line("the delimiter is ,", ran="load_dataset", shows=("instead of 3",)),
        )

    theatre.play(scene)


def test_a_value_that_stands_out_is_asked_about(theatre: Theatre, tmp_path: Path) -> None:
    """The table is there at once; the answer to the question reads the file again."""
    ages = "".join(f"p{n},{999 if n % 9 == 4 else 20 + n % 50}\n" for n in range(180))
    file = clean(tmp_path, "people.csv", "person,age\n" + ages)
    answers = ("Yes, missing", "No, a value")

    async def scene(talk: Any) -> None:
        reply = await converse(
            talk,
            Line("@bot what's in this?", file=file, shows=("stands out",), offers=answers),
        )
        assert not asks(reply)
        assert sum("stands out" in str(block) for block in reply.blocks) == 1
        assert current(talk) == ["people v1"]
        reply = await converse(
            talk,
            Line(
                "yes, missing",
                ran="load_dataset",
                args={"doubtful": "missing"},
                shows=("people v2", "20 gaps"),
            ),
            last=reply,
        )
        assert set(answers).isdisjoint(labels(reply))

    theatre.play(scene)


def test_a_file_is_picked_from_an_archive(theatre: Theatre, tmp_path: Path) -> None:
    """Two tables in one zip are a question; the answer is loaded, and the other one in words."""
    file = tmp_path / "both.zip"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("north", "south"):
            archive.writestr(f"{name}.csv", "city,sales\n" + "".join(
                f"{name}{n},{n}\n" for n in range(9)))  # fmt: skip
    file.write_bytes(packed.getvalue())

    async def scene(talk: Any) -> None:
        reply = await converse(
            talk, Line("@bot load this", file=file, offers=("north.csv", "south.csv"))
        )
        await converse(
            talk,
            Line(pressed="south.csv", ran="load_dataset", shows=("south v1", "9 rows × 2 columns")),
            Line("take north.csv from the zip", ran="load_dataset", shows=("north v1",)),
            last=reply,
        )
        assert current(talk) == ["north v1", "south v1"]

    theatre.play(scene)


def test_files_beside_one_that_is_refused(theatre: Theatre, tmp_path: Path) -> None:
    """Several files are a card each, and one that cannot be read keeps no other from being read."""
    files = [
        clean(tmp_path, "first.csv", "city,sales\nKiel,3\nUlm,4\nJena,5\n"),
        clean(tmp_path, "page.csv", "<!doctype html><html><body>Sign in</body></html>"),
        clean(tmp_path, "last.csv", "city,sales\nBonn,3\nTrier,4\nHof,5\n"),
    ]

    async def scene(talk: Any) -> None:
        reply = await talk.say("@bot what's in these?", files=files)
        heads = [block.text for block in reply.blocks if isinstance(block, Headline)]
        assert [next(n for n in ("first", "page", "last") if n in head) for head in heads] == [
            "first",
            "page",
            "last",
        ]
        assert current(talk) == ["last v1", "first v1"]

    theatre.play(scene)


def labels(reply: Reply) -> set[str]:
    """All that can be pressed."""
    return {button.label for button in buttons(reply)}
