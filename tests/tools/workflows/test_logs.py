"""Logs: cut to the step that failed, readable, without secrets."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.github.world import log_of
from tools.workflows.logs import LINES, WIDTH, last_lines, redacted
from tools.workflows.server import Step

PYTEST = Step(
    3,
    "Run pytest",
    "completed",
    "failure",
    datetime(2026, 3, 2, 9, 0, 15, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 0, 20, tzinfo=UTC),
)
HIDDEN = (
    "ghp_" + "a" * 36,
    "github_pat_" + "b" * 30,
    "xoxb-1234567890-abc",
    "AKIA" + "A" * 16,
    "sk-" + "c" * 30,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
)


def test_a_step_is_cut_out_though_others_share_its_second():
    """The lines of the step before and after it, in the same second, are left out."""
    lines = last_lines(log_of(1), PYTEST)
    assert lines[0] == "pytest -q"
    assert lines[-1] == "error: Process completed with exit code 1."
    assert not any("installed" in line or "No files" in line for line in lines)


def test_without_times_the_end_of_the_log_counts():
    """A log without times and groups, as other servers write it, gives its last lines."""
    text = "\n".join(f"line {n}" for n in range(100))
    assert last_lines(text, PYTEST)[-1] == "line 99"
    assert len(last_lines(text, PYTEST)) == LINES


@pytest.mark.parametrize("secret", HIDDEN)
def test_what_looks_like_a_secret_is_stars(secret: str):
    """Tokens of known shapes never reach a card."""
    assert secret not in redacted(f"using {secret} now")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("password=hunter2 next", "password=*** next"),
        ('"api_key": "abc123"', '"api_key": "***"'),
        ("Authorization: Bearer abcdefgh12345", "Authorization: Bearer ***"),
        ("https://me:pass@host.example/x", "https://***@host.example/x"),
        ("DB_PASSWORD: secret!", "DB_PASSWORD: ***"),
        ("token: ***", "token: ***"),
        ("tests passed: 12 of 13", "tests passed: 12 of 13"),
    ],
)
def test_named_secrets_are_stars_and_the_rest_stays(line: str, kept: str):
    """What follows a telling name is hidden, and nothing else."""
    assert redacted(line) == kept


@given(st.text(max_size=2_000))
def test_lines_are_plain_and_short(text: str):
    """Whatever a log holds, its lines have no control or invisible characters and an end."""
    for line in last_lines(text, None):
        assert len(line) <= WIDTH
        assert not any(ord(char) < 32 or char in "\x7f\u200b\u202e\ufeff" for char in line)


@given(st.sampled_from(HIDDEN), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_its_surroundings(secret: str, before: str, after: str):
    """A token is hidden wherever it stands, unless it goes on as another word."""
    line = f"{before} {secret} {after}"
    assert secret not in redacted(line)
