"""A typed line as a message: text, attachments, buttons."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.terminal.incoming import Line, parse_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "churn.csv").write_text("a\n1\n")
    (tmp_path / "my data.csv").write_text("a\n1\n")
    (tmp_path / "notes.md").write_text("hello")
    return tmp_path


@given(st.text(max_size=400), st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_any_line_can_be_read(text: str, buttons: int) -> None:
    """Whatever is typed or pasted is a message: nothing raises, and its text is kept."""
    line = parse_line(text, buttons=buttons, folder=Path("/nowhere"))
    if line.button is not None:
        assert 1 <= line.button <= buttons
    elif not line.missing:
        assert line.text == text.strip()


@given(
    st.sampled_from(["/", "~", "~nobody/", "\0", "../", "@", '"', "'", "²"]), st.integers(1, 600)
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_odd_paths_are_words(start: str, length: int) -> None:
    """Names that no file can have are words like others."""
    text = start + "x" * length
    assert parse_line(text, buttons=3, folder=Path("/nowhere")) == Line(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3", Line(button=3)),
        ("4", Line("4")),
        ("0", Line("0")),
        ("²", Line("²")),
        (" 2 ", Line(button=2)),
        ("2 models", Line("2 models")),
        ("", Line()),
    ],
)
def test_a_bare_number_is_a_button(typed: str, expected: Line, folder: Path) -> None:
    """A number up to the count of buttons is a click; any other is text."""
    assert parse_line(typed, buttons=3, folder=folder) == expected


def test_a_data_file_in_the_text_is_attached(folder: Path) -> None:
    """A word that names a data file here is attached and leaves the text."""
    line = parse_line("what's in churn.csv please", buttons=0, folder=folder)
    assert line == Line("what's in please", (folder / "churn.csv",))


def test_a_name_with_spaces_is_quoted(folder: Path) -> None:
    """Quotes keep a path with spaces together."""
    line = parse_line('describe "my data.csv"', buttons=0, folder=folder)
    assert line == Line("describe", (folder / "my data.csv",))


def test_absolute_and_home_paths(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absolute paths and ~ are understood."""
    monkeypatch.setenv("HOME", str(folder))
    absolute = folder / "churn.csv"
    elsewhere = Path("/nowhere")
    assert parse_line(str(absolute), buttons=0, folder=elsewhere).files == (absolute,)
    assert parse_line("~/churn.csv", buttons=0, folder=elsewhere).files == (absolute,)
    assert parse_line("@churn.csv", buttons=0, folder=folder).files == (absolute,)


def test_other_files_are_words(folder: Path) -> None:
    """Only data files are taken from prose; others need /attach."""
    assert parse_line("read notes.md", buttons=0, folder=folder) == Line("read notes.md")
    attached = parse_line("/attach notes.md", buttons=0, folder=folder)
    assert attached == Line("", (folder / "notes.md",))


def test_a_missing_file_is_told(folder: Path) -> None:
    """/attach with a path that is not there is an error to tell, not a message."""
    assert parse_line("/attach gone.csv", buttons=0, folder=folder).missing == ("gone.csv",)


def test_attach_is_a_word_of_its_own(folder: Path) -> None:
    """A path that begins like /attach is a path."""
    assert parse_line("/attachments/a.csv", buttons=0, folder=folder) == Line("/attachments/a.csv")


def test_text_after_an_attachment_is_said(folder: Path) -> None:
    """What follows the path is what is asked."""
    line = parse_line("/attach churn.csv what is in it?", buttons=0, folder=folder)
    assert line == Line("what is in it?", (folder / "churn.csv",))
