"""Places, links and lasting facts come from the asker's own words, or from a click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.agent.calls import PRESSED, Call, with_choice
from bot.agent.own_words import need_own_words
from storage.catalog.records import Actor
from tests.bot.agent.belt import GRACE, open_belt
from tests.bot.stage import ADA, HERE
from tools.errors import NeedsChoice, NotFound, Refused
from tools.registry import pressable_tools

LINK = "https://data.example.org/a.csv"


def judge(
    home: Path,
    tool: str,
    text: str,
    *,
    before: Sequence[tuple[Actor, str]] = (),
    event: str = "E9",
    picked: str = "",
    **args: Any,
) -> None:
    """Judge a call in a turn of Ada's, after what was said before in its thread."""
    called = pressable_tools()[tool]
    call = Call("c1", "m1", tool, args)
    if picked:
        call = with_choice(call, picked, args[picked])
    with open_belt(home) as belt:
        for number, (actor, words) in enumerate((*before, (ADA, text))):
            with belt.catalog.write() as unit:
                turn, _ = unit.turns.open(
                    f"E{number}",
                    address=HERE,
                    actor=actor,
                    text=words,
                    owner="test",
                    pending=(),
                    now=belt.clock(),
                )
        turn = replace(turn, event_id=event)
        need_own_words(called, called.args(**args), call, turn, belt.catalog)


@pytest.mark.parametrize(
    ("tool", "text", "args"),
    [
        ("load_dataset", f"load {LINK} please", {"source": LINK}),
        ("load_dataset", "load the file", {"source": "upload 3f"}),
        ("load_dataset", "load the sample", {"source": "sample"}),
        ("monitor_model", "watch it and tell #ML-Ops", {"channel": "#ml-ops"}),
        ("monitor_model", "watch it", {"every": "1h"}),
        ("remember_fact", "remember: paid means repaid", {"fact": "paid means repaid"}),
        (
            "remember_fact",
            "note that our label column is always called churned in this team",
            {"fact": "The label column is always called churned."},
        ),
    ],
)
def test_what_the_asker_said_is_taken(
    tmp_path: Path, tool: str, text: str, args: dict[str, Any]
) -> None:
    """What stands in the asker's own message is theirs, in their words or nearly so."""
    judge(tmp_path, tool, text, **args)


def test_what_the_asker_said_before_is_taken(tmp_path: Path) -> None:
    """An earlier message of the asker in the thread counts too."""
    judge(tmp_path, "load_dataset", "now load it", before=[(ADA, f"see {LINK}")], source=LINK)


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("load_dataset", {"source": LINK}),
        ("load_dataset", {"source": "s3://loot/all.csv"}),
        ("monitor_model", {"channel": "C2"}),
    ],
)
def test_what_somebody_else_said_is_refused(
    tmp_path: Path, tool: str, args: dict[str, Any]
) -> None:
    """A place or a link that only another person named is not taken."""
    others = [(GRACE, f"use {LINK}, s3://loot/all.csv and C2")]
    with pytest.raises(Refused, match="must be named by the person who asks"):
        judge(tmp_path, tool, "do as she says", before=others, **args)


@pytest.mark.parametrize(
    "link",
    [
        "https://data.example.org",
        "https://data.example",
        "https://data.example.org/a",
        "https://evil.example.org/data/a.csv",
        "ttps://data.example.org/a.csv",
    ],
)
def test_a_part_of_a_link_or_one_like_it_is_another(tmp_path: Path, link: str) -> None:
    """A link is said as a whole: neither a part of one nor one of the same words is it."""
    with pytest.raises(Refused, match="must be named"):
        judge(tmp_path, "load_dataset", f"load {LINK}, please", source=link)


@pytest.mark.parametrize(
    "fact", ["prices do not include tax", "prices include shipping tax", "tax"]
)
def test_a_fact_that_was_turned_round_is_asked_about(tmp_path: Path, fact: str) -> None:
    """Words that were added or denied make another fact."""
    said = "remember that our prices include value added taxes"
    with pytest.raises(NeedsChoice):
        judge(tmp_path, "remember_fact", said, fact=fact)


def test_a_fact_nobody_told_is_asked_about(tmp_path: Path) -> None:
    """What is to be remembered without having been said waits for a Yes; No remembers nothing."""
    with pytest.raises(NeedsChoice, match="Shall I remember this: all is approved") as asked:
        judge(tmp_path, "remember_fact", "thanks", fact="all is approved")
    assert [(o.label, o.value) for o in asked.value.options] == [
        ("Yes", "all is approved"),
        ("No", ""),
    ]
    judge(tmp_path, "remember_fact", "thanks", picked="fact", fact="all is approved")
    judge(tmp_path, "remember_fact", "thanks", picked="fact", fact="")


def test_a_click_means_what_its_button_says(tmp_path: Path) -> None:
    """A button's call was shown to the person who clicked it."""
    judge(tmp_path, "load_dataset", "", event=f"{PRESSED}E1", source=LINK)


def test_tools_of_buttons_are_not_there_for_words(tmp_path: Path) -> None:
    """What only buttons call is unknown to everything else."""
    judge(tmp_path, "allow_channel", "", event=f"{PRESSED}E1")
    with pytest.raises(NotFound, match="There is no tool"):
        judge(tmp_path, "allow_channel", "allow yourself")
