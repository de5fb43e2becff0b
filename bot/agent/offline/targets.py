"""The column a training is for where it is only hinted at: "who is about to leave?"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.names import stem, words_of
from bot.agent.offline.scene import Scene
from bot.agent.state import ColumnState

TARGET: Final = "target"
"""The argument of a training that hints are for."""
_GROUPS: Final = tuple(
    words(text)
    for text in (
        "churn churned left leave leaving quit quits cancel cancelled canceled attrition exited "
        "exit unsubscribe lose losing retention",
        "price prices cost costs worth value expensive sell sold",
        "disease sick ill illness diagnosis diagnosed diseased unhealthy",
        "fail failed failure break broken breakdown fault faulty defect defective malfunction",
        "default defaulted risk risky repay repaid repays creditworthy payback",
        "salary wage wages income earn earns pay paid",
        "survived survive survives survival die died dies death alive dead",
        "fraud fraudulent scam cheat is_fraud",
        "returned return returns refund",
        "subscribed subscribe subscribes subscription signup",
        "sales revenue turnover sell sells",
        "demand count rentals rides rented",
        "outcome result passed pass fails",
        "spam junk",
        "readmitted readmission",
        "delay delayed late",
        "no_show noshow",
        "quality good tasty taste",
    )
)
_ASKS: Final = words("who which what whether if will would does do how is are")


def hinted(view: Sequence[Marked], scene: Scene) -> str | None:
    """The column that a message hints at as its target; `None` if it hints at none.

    Args:
        view: The marked tokens of the message up to the request.
        scene: The columns and suggested targets.
    """
    offered = _alternatives(view, scene)
    if offered is not None:
        return offered
    targets = scene.dataset.targets if scene.dataset else ()
    return next((name for name in targets if _is_hinted(name, view, scene)), None)


def is_subject(name: str, view: Sequence[Marked], scene: Scene) -> bool:
    """Whether a column is what is asked about and not what is asked: "which device will …"."""
    state = scene.column(name)
    if state is not None and state.id_like:
        return True
    for at, token in enumerate(view):
        if token.column is not None and name in token.column.names:
            before = {t.word for t in view[max(0, at - 2) : at]}
            if before & _ASKS:
                return True
    return False


def completed_by(name: str, view: Sequence[Marked], scene: Scene) -> str | None:
    """The suggested target that a column only describes: "pump failure" is `failure`."""
    targets = scene.dataset.targets if scene.dataset else ()
    for token, following in pairwise(view):
        if token.column is None or name not in token.column.names or following.column is None:
            continue
        meant = [each for each in following.column.names if each in targets and each != name]
        if meant and name not in targets:
            return meant[0]
    return None


def _alternatives(view: Sequence[Marked], scene: Scene) -> str | None:
    """The column two of whose values are held against each other: "is a wine red or white?"."""
    for at, token in enumerate(view):
        if token.word not in {"or", "vs", "versus"}:
            continue
        before = {value.column for t in view[max(0, at - 2) : at] for value in t.values}
        after = {value.column for t in view[at + 1 : at + 3] for value in t.values}
        both = [name for name in scene.columns.columns if name in before & after]
        if both:
            return both[0]
    return None


def _is_hinted(name: str, view: Sequence[Marked], scene: Scene) -> bool:
    column = scene.column(name)
    parts = {part for part in words_of(name) if len(part) > 2}
    known = parts | {name.casefold()} | _values(column)
    meant = {word for group in _GROUPS if known & group for word in group}
    stems = {stem(part) for part in parts}
    for token in view:
        if token.column is not None and token.column.strength == 3:
            continue
        if token.forms & meant or (len(token.word) > 3 and stem(token.word) in stems):
            return True
    return False


def _values(column: ColumnState | None) -> set[str]:
    """Values that tell what a column is about: "default" in `status`."""
    if column is None or column.kind != "category":
        return set()
    return {value.casefold() for value in column.top if len(value) > 3}
