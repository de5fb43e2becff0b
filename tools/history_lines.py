"""The lines of the history in words: who did what, when, why, on which data, approved by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.catalog.records import Action
from storage.errors import NotStored
from tools.cards import moment, plural, shown
from tools.undo import did

if TYPE_CHECKING:
    from storage.catalog.catalog import Unit
    from tools.context import ToolContext

_WHY = 160


@dataclass(frozen=True, slots=True)
class Line:
    """One action, with the names of the data and the model it was about."""

    action: Action
    data: str | None = None
    model: str | None = None

    @property
    def approved(self) -> str | None:
        """Who approved it."""
        return self.action.approved_by.name if self.action.approved_by else None

    @property
    def what(self) -> str:
        """What was done, or could not be."""
        what = did(self.action)
        if not self.action.ok:
            what = f"Could not {self.action.tool.replace('_', ' ')}: {what}"
        return f"{what} (taken back later)" if self.action.undone else what

    @property
    def why(self) -> str:
        """What the person said, or the button they pressed."""
        return shown(self.action.sentence, _WHY)

    def sentence(self, zone: str) -> str:
        """All of it as one sentence."""
        more = [
            f"data: {self.data}" if self.data and self.data not in self.what else "",
            f"asked: “{self.why}”" if self.why else "",
            f"approved by {shown(self.approved)}" if self.approved else "",
        ]
        told = "; ".join(filter(None, more))
        who = shown(self.action.actor.name)
        when = moment(self.action.created_at, zone)
        return f"{when}, {who}: {self.what}{f' ({told})' if told else ''}."

    def as_json(self) -> dict[str, object]:
        """For scripts."""
        return {
            "at": self.action.created_at.isoformat(),
            "who": self.action.actor.name,
            "tool": self.action.tool,
            "what": self.what,
            "data": self.data,
            "approved_by": self.approved,
            "ok": self.action.ok,
            "undone": self.action.undone,
            "asked": self.action.sentence,
            "seconds": round(self.action.seconds, 3),
            "tokens": self.action.tokens,
        }


def lines_of(actions: Sequence[Action], context: ToolContext) -> list[Line]:
    """The lines of some actions; each name is looked up once."""
    datasets: dict[str, str | None] = {}
    models: dict[str, tuple[str | None, str | None]] = {}
    found = []
    with context.catalog.read() as unit:
        for action in actions:
            model, trained_on = None, None
            if action.model_id is not None:
                if action.model_id not in models:
                    models[action.model_id] = _model(unit, action.model_id, context)
                model, trained_on = models[action.model_id]
            about = action.dataset_id or trained_on
            if about is not None and about not in datasets:
                datasets[about] = _dataset(unit, about, context)
            found.append(Line(action, datasets[about] if about else None, model))
    return found


def headline_of(lines: Sequence[Line]) -> str:
    """How much was changed, by whom, and who approved of it."""
    changes = sum(line.action.effect != "read" and line.action.ok for line in lines)
    people = list(dict.fromkeys(shown(line.action.actor.name) for line in lines))
    approvers = list(dict.fromkeys(shown(line.approved) for line in lines if line.approved))
    by = f"{', '.join(people[:4])}{' and others' if len(people) > 4 else ''}"
    text = f"{plural(changes, 'change')} in {plural(len(lines), 'step')} by {by}"
    return f"{text}; approved by {', '.join(approvers)}." if approvers else f"{text}."


def _model(unit: Unit, model_id: str, context: ToolContext) -> tuple[str | None, str | None]:
    """A model's label, and the id of the data it learnt from."""
    try:
        model = unit.models.get(context.scope, model_id)
    except NotStored:
        return None, None
    return model.label, model.dataset_id


def _dataset(unit: Unit, dataset_id: str, context: ToolContext) -> str | None:
    try:
        return unit.datasets.get(context.scope, dataset_id).label
    except NotStored:
        return None
