"""Names that are no column here, where a column must stand: kept as said, so a tool can object.

Left out they would widen the request: "drop foo and Age" must not become "drop Age".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

from bot.agent.offline.lexicon import words
from bot.agent.offline.marks import Marked
from bot.agent.offline.names import Mention
from bot.agent.offline.ordinary import FUNCTION_WORDS, ORDINARY, VAGUE

_TAKERS: Final = words(
    """
    keep drop remove discard exclude omit ditch plot chart graph scatter against vs versus scale
    histogram boxplot distribution heatmap scatterplot
    """
)
_OPENERS: Final = words("keep drop remove discard exclude omit ditch plot chart graph scatter")
_CHARTS: Final = words("histogram boxplot distribution heatmap scatterplot plot chart graph")
_GAPS: Final = words("missing gaps nulls nans blanks empty values outliers")
_OF: Final = words("of in for from")
_BESIDE: Final = words("only just column columns feature features both")
_AND: Final = words(", and & or plus")
_DEPLOYS: Final = words("deploy ship promote publish redeploy")
_COMPARED: Final = words("against vs versus")
_ENDS: Final = _AND | words(
    "with by using against vs versus from in into on to per over then please . !"
)


def with_unknown(view: Sequence[Marked], known: Collection[str]) -> tuple[Marked, ...]:
    """The tokens, those that can only be meant as columns marked as such.

    Args:
        view: A clause's marked tokens.
        known: Every word the tools listen for.
    """
    found = list(view)
    opened = any(token.word in _OPENERS | _CHARTS | _GAPS for token in view)
    for at in range(len(found)):
        token = found[at] = _as_said(found, at)
        if not _is_name(found, at, known):
            continue
        thing = _thing(found, at)
        if thing:
            named = Mention((token.token.raw,), 1, 3)
            model = thing == "model"
            found[at] = replace(token, model=named) if model else replace(token, dataset=named)
            continue
        listed = opened and _in_list(found, at)
        compared = opened and view[max(0, at - 1)].word in _COMPARED
        plain = token.token.raw.islower() and token.word in ORDINARY
        sure = compared or not plain
        if listed or (sure and _is_taken(found, at)):
            found[at] = replace(token, column=Mention((token.token.raw,), 1, 3))
    return tuple(found)


def unplaced(view: Sequence[Marked], columns: Collection[str], args: Mapping[str, Any]) -> str:
    """A name that fits no column and that no argument has taken; empty if there is none."""
    taken = [item for v in args.values() for item in (v if isinstance(v, list) else [v])]
    sure = (token.column.names[0] for token in view if token.column and token.column.strength == 3)
    return next((name for name in sure if name not in columns and name not in taken), "")


def _as_said(view: Sequence[Marked], at: int) -> Marked:
    """A token with its capital letter, which a spelling mended to a common word has lost."""
    token = view[at]
    raw = token.token.raw
    mended = token.token.kind == "word" and token.word != raw.casefold() and not token.column
    if not (mended and raw.istitle() and any(t.token.raw.islower() for t in view)):
        return token
    said = token.token.corrected(raw.casefold())
    taken = at > 0 and (_is_taken(view, at) or _in_list(view, at))
    return replace(token, token=said, forms=said.forms) if taken else token


def _thing(view: Sequence[Marked], at: int) -> Literal["model", "dataset", ""]:
    """What an unknown name must be a name of: "the model moonshot", "deploy moonshot"."""
    before = view[at - 1].word if at else ""
    if view[at].word in ORDINARY:
        return ""
    if before in {"called", "named"} and at > 1:
        before = view[at - 2].word
    if before in {"model", "dataset"}:
        return "model" if before == "model" else "dataset"
    return "model" if before in _DEPLOYS and at <= 2 else ""


def _is_name(view: Sequence[Marked], at: int, known: Collection[str]) -> bool:
    """Whether a word means nothing else and a name ends with it."""
    token = view[at]
    if token.token.kind != "word" or token.inside or token.column or token.values:
        return False
    if token.dataset or token.model or token.word in FUNCTION_WORDS | VAGUE:
        return False
    if token.forms & set(known) and not (at and view[at - 1].word in _COMPARED):
        return False
    return at + 1 == len(view) or view[at + 1].word in _ENDS


def _in_list(view: Sequence[Marked], at: int) -> bool:
    """Whether a word goes on with a list of columns: "keep age and foo"."""
    before = at - 1
    while before > 0 and view[before].word in _AND:
        before -= 1
    if before in {at - 1, -1}:
        return False
    sizes = (i for i in range(before + 1) if (m := view[i].column) and i + m.size == before + 1)
    begin = next(sizes, None)
    return begin is not None and _leads(view, begin)


def _leads(view: Sequence[Marked], at: int) -> bool:
    """Whether the list a column stands in follows a word that takes columns."""
    while at > 0 and (view[at - 1].word in _AND or view[at - 1].column or view[at - 1].inside):
        at -= 1
    return at > 0 and (_is_taken(view, at) or view[at - 1].word in _TAKERS)


def _is_taken(view: Sequence[Marked], at: int) -> bool:
    """Whether a column must stand here: "drop …", "keep only …", "histogram of …"."""
    before = at - 1
    while before >= 0 and view[before].word in _BESIDE:
        before -= 1
    if before < 0:
        return False
    word = view[before].word
    if word in _OF:
        return before > 0 and view[before - 1].word in _CHARTS | _GAPS
    return word in _COMPARED or (word in _OPENERS and before <= 2)
