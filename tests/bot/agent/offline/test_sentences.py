"""The offline brain on hundreds of sentences: the shared ones, and ours over invented tables."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.bot.agent.offline.sentences import SHARED, Case, Verdict, judge, own_cases, shared_cases


def told(verdicts: Iterable[Verdict]) -> str:
    """The sentences that were misunderstood, one a line."""
    return "\n".join(
        f"{v.case.said!r}: wanted {v.case.calls or v.case.asks or 'nothing'}, "
        f"got {[(s.tool, s.args, s.open) for s in v.meant.steps]}"
        for v in verdicts
        if not v.right or v.harmful
    )


def score(cases: Iterable[Case]) -> tuple[float, str, int]:
    """Share understood, what was not, and how many changes nobody asked for."""
    verdicts = [judge(case) for case in cases]
    right = sum(verdict.right for verdict in verdicts)
    return right / len(verdicts), told(verdicts), sum(len(v.harmful) for v in verdicts)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared sentences are not beside the project")
def test_shared_sentences() -> None:
    """At least 98 % of the labelled sentences are understood, and none does harm."""
    share, wrong, harmful = score(shared_cases())
    assert share >= 0.98, wrong
    assert harmful == 0, wrong


def test_own_sentences() -> None:
    """At least 98 % of the sentences the grammar was grown on are understood, none does harm."""
    share, wrong, harmful = score(case for case in own_cases() if not case.held)
    assert share >= 0.98, wrong
    assert harmful == 0, wrong


def test_held_out_sentences() -> None:
    """At least 95 % of the sentences held out while growing are understood, none does harm.

    At first sight: 89 % and 90 % of the early batches, 93 % of them before the last look, 94 % of
    the last batch; of those on how a file is to be read 83 % and 78 %, and none did harm.
    """
    share, wrong, harmful = score(case for case in own_cases() if case.held)
    assert share >= 0.95, wrong
    assert harmful == 0, wrong
