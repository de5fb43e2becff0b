"""The terminal as a platform: prints once, moves progress in place, keeps files in one folder."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from bot.messages import Choices, Draft, Press, Progress, Reply
from bot.platforms.terminal.adapter import TerminalPlatform
from storage.blobs.memory import MemoryBlobs
from tests.bot.stage import HERE
from tools.outcome import Figure, File, Headline, NextStep, NextSteps, Text

PNG = b"\x89PNG\r\n\x1a\n" + bytes(5000)


@dataclass
class Screen:
    """A terminal and what it shows."""

    platform: TerminalPlatform
    blobs: MemoryBlobs
    file: io.StringIO

    def send(self, reply: Reply) -> None:
        asyncio.run(self.platform.send(HERE, reply))

    def update(self, reply: Reply) -> None:
        asyncio.run(self.platform.update(HERE, "1", reply))

    @property
    def text(self) -> str:
        return self.file.getvalue()


def screen(
    folder: Path, *, tty: bool = False, environment: Mapping[str, str] | None = None
) -> Screen:
    file = io.StringIO()
    console = Console(
        file=file, width=80, force_terminal=tty, highlight=False, color_system=None, _environ={}
    )
    blobs = MemoryBlobs()
    platform = TerminalPlatform(
        blobs, folder=folder, console=console, environment=environment or {}
    )
    return Screen(platform, blobs, file)


def test_blocks_are_printed_once(tmp_path: Path) -> None:
    """An edited card prints what is new of it, not what stands there already."""
    shown = screen(tmp_path)
    shown.send(Reply((Headline("Loaded."), Text("Training goes on.")), "s1", 1))
    shown.update(Reply((Headline("Loaded."), Headline("Trained.")), "s1", 2))
    assert shown.text.count("Loaded.") == 1
    assert shown.text.count("Trained.") == 1
    assert shown.text.index("Training goes on.") < shown.text.index("Trained.")


def test_another_card_may_say_the_same(tmp_path: Path) -> None:
    """What another card said before is said again."""
    shown = screen(tmp_path)
    shown.send(Reply((Headline("Loaded."),), "s1", 1))
    shown.send(Reply((Headline("Loaded."),), "s2", 2))
    assert shown.text.count("Loaded.") == 2


def test_progress_moves_in_place(tmp_path: Path) -> None:
    """Progress is one line that is written over, and gone when the work is done."""
    shown = screen(tmp_path, tty=True)
    for share in (0.0, 0.5, 0.9):
        block = Progress("j", 1, "Trying ridge", share)
        (shown.send if share == 0 else shown.update)(Reply((block,), "s1", 1, done=False))
    before = shown.text
    assert before.count("\n") == 0
    assert before.count("\r\x1b[2K") == 3
    assert "90%" in before.rsplit("\r", 1)[1]
    shown.update(Reply((Headline("Trained."),), "s1", 2))
    after = shown.text.removeprefix(before)
    assert after.startswith("\r\x1b[2K")
    assert "Trained." in after


def test_words_grow_in_one_line(tmp_path: Path) -> None:
    """Words that are being written move in one line, which makes room for the whole of them."""
    shown = screen(tmp_path, tty=True)
    for number, text in enumerate(("Good.", "Good. Then we train.", "Good. " + "And on. " * 40)):
        (shown.update if number else shown.send)(Reply((Draft(text),), "s1", number, done=False))
    before = shown.text
    assert before.count("\n") == 0
    assert "✎ Good. Then we train. …" in before
    assert max(len(line) for line in before.split("\x1b[2K")) <= shown.platform.console.width
    shown.update(Reply((Text("Good. And that is all."),), "s1", 9))
    after = shown.text.removeprefix(before)
    assert after.startswith("\r\x1b[2K")
    assert "Good. And that is all." in after


def test_progress_of_a_pipe_is_silent(tmp_path: Path) -> None:
    """Where nothing can move, progress is not printed line by line."""
    shown = screen(tmp_path)
    shown.send(Reply((Progress("j", 1, "Trying ridge", 0.5),), "s1", 1, done=False))
    assert shown.text == ""


def test_a_number_presses_the_button_shown(tmp_path: Path) -> None:
    """Numbers count the buttons as they are shown; Stop has none, Ctrl-C presses it."""
    shown = screen(tmp_path)
    steps = NextSteps((NextStep("Clean", "clean_dataset"), NextStep("Train", "train_model")))
    shown.send(Reply((Progress("j", 1, "x"), Choices("w", 1, "Which?", ("a", "b")), steps), "s", 7))
    assert shown.platform.choices == 4
    assert "[1] a   [2] b   [3] Clean   [4] Train" in shown.text
    assert shown.platform.press(1) == Press(7, 1)
    assert shown.platform.press(4) == Press(7, 4)


def test_what_was_printed_is_known(tmp_path: Path) -> None:
    """A terminal knows which posted messages it printed itself."""
    shown = screen(tmp_path)
    shown.send(Reply((Headline("Loaded."),), "s1", 7))
    assert shown.platform.has_shown(Reply((Headline("Loaded."),), "s1", 7))
    assert not shown.platform.has_shown(Reply((Headline("Loaded."),), "s1", 8))


def test_files_are_kept_once(tmp_path: Path) -> None:
    """A file is written under its name; the same one again is the same file."""
    shown = screen(tmp_path / "files")
    blob = shown.blobs.put(b"a,b\n1,2\n")
    first = shown.platform.keep(blob, "data.csv")
    assert first == tmp_path / "files" / "data.csv"
    assert first.read_bytes() == b"a,b\n1,2\n"
    assert shown.platform.keep(blob, "data.csv") == first


def test_another_file_of_the_name_gets_a_number(tmp_path: Path) -> None:
    """A file never replaces another of its name."""
    shown = screen(tmp_path)
    one, two = shown.blobs.put(b"one"), shown.blobs.put(b"two")
    assert shown.platform.keep(one, "data.csv").read_bytes() == b"one"
    second = shown.platform.keep(two, "data.csv")
    assert (second.name, second.read_bytes()) == ("data-2.csv", b"two")
    assert (tmp_path / "data.csv").read_bytes() == b"one"


EVIL = st.one_of(
    st.text(max_size=300),
    st.sampled_from(
        ["../../etc/passwd", "/etc/passwd", "..", "", ".", "a/b/../../../x", "..\\..\\x", "\0", "~"]
    ),
    st.text(alphabet="../\\\0\n\x1b", max_size=12),
)


@given(EVIL)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_name_leaves_the_folder(tmp_path: Path, name: str) -> None:
    """Whatever a file is called, it stays inside the folder, visible and printable."""
    folder = tmp_path / "files"
    shown = screen(folder)
    kept = shown.platform.keep(shown.blobs.put(name.encode(errors="replace")), name)
    assert kept.parent == folder
    assert kept.is_file()
    assert not kept.name.startswith(".")
    assert kept.name.isprintable()


def test_a_card_with_a_file_says_where_it_is(tmp_path: Path) -> None:
    """A file card shows the path at which the file now is."""
    shown = screen(tmp_path)
    blob = shown.blobs.put(b"x" * 2000)
    shown.send(Reply((File(blob, "clean.parquet", 2000),), "s", 1))
    assert "clean.parquet  (2,000 bytes)" in shown.text
    assert (tmp_path / "clean.parquet").stat().st_size == 2000


@pytest.mark.parametrize(
    ("environment", "start"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]1337;File="),
        ({"KITTY_WINDOW_ID": "1"}, "\x1b_Ga=T,f=100,m=1;"),
    ],
    ids=["iterm", "kitty"],
)
def test_pictures_inside_the_terminal(
    tmp_path: Path, environment: dict[str, str], start: str
) -> None:
    """Where the terminal can show pictures it gets the picture itself, besides the file."""
    shown = screen(tmp_path, tty=True, environment=environment)
    shown.send(Reply((Figure(shown.blobs.put(PNG), "Bars", "Gaps"),), "s", 1))
    assert start in shown.text
    assert (tmp_path / "gaps.png").read_bytes() == PNG


def test_no_picture_in_a_pipe(tmp_path: Path) -> None:
    """A pipe gets the path of a picture and never an escape sequence."""
    shown = screen(tmp_path, environment={"TERM_PROGRAM": "iTerm.app"})
    shown.send(Reply((Figure(shown.blobs.put(PNG), "Bars", "Gaps"),), "s", 1))
    assert "\x1b" not in shown.text
    assert "gaps.png" in shown.text


def test_hostile_progress_is_plain(tmp_path: Path) -> None:
    """Progress words cannot steer the terminal either."""
    shown = screen(tmp_path, tty=True)
    shown.send(Reply((Progress("j", 1, "\x1b[2Jevil\u202e", 0.5),), "s1", 1, done=False))
    assert "\x1b[2J" not in shown.text
    assert "\u202e" not in shown.text
