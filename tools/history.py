"""What was done here, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from storage.catalog.records import Action
from storage.errors import NotStored
from tools.base import Args, Tool
from tools.cards import moment, plural, shown
from tools.outcome import Headline, Outcome, Table, Text
from tools.undo import Undo, did, effect_of_undo, rehearse_undo, role_of_undo, undo
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext

_MOST: Final = 50
_LOOKS: Final = ("list_", "show_", "preview_", "profile_", "compare_", "workflow_", "open_")


class ShowHistory(Args):
    """Arguments of `show_history`."""

    since: datetime | None = Field(None, description="From this moment on.")
    who: str | None = Field(None, description="Only what this person did.")
    about: str | None = Field(None, description="Only what mentions this.")


def show_history(args: ShowHistory, context: ToolContext) -> Outcome:
    """What was done in this channel, in order: who, what, on which data, approved by whom."""
    since = args.since
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=ZoneInfo(context.site.timezone))
    who = args.who
    if who and who.lower() in {"i", "me", "myself"}:
        who = context.actor.id
    with context.catalog.read() as unit:
        actions = unit.actions.list(
            context.scope, since=since, who=who, about=args.about, limit=4 * _MOST
        )
    actions.reverse()
    told = [action for action in actions if not _is_look(action)]
    looks = len(actions) - len(told)
    told = told[-_MOST:]
    zone = context.site.timezone
    if not told:
        return _nothing(args, looks)
    lines = [_Line(action, context) for action in told]
    headline = _headline(lines)
    rows = tuple(
        (moment(line.action.created_at, zone), line.action.actor.name, line.what, line.data,
         line.approved)
        for line in lines
    )  # fmt: skip
    also = f"And {plural(looks, 'look')} at data, models or lists." if looks else ""
    story = " ".join(line.sentence(zone) for line in lines)
    return Outcome(
        summary=f"{headline} {story} {also}".strip(),
        blocks=(
            Headline(headline),
            Table(("When", "Who", "What", "Data", "Approved by"), rows, caption=also),
        ),
        data={"actions": [line.as_json() for line in lines]},
    )


class _Line:
    """One action in words."""

    def __init__(self, action: Action, context: ToolContext) -> None:
        self.action = action
        self.data = _data_of(action, context)
        self.approved = action.approved_by.name if action.approved_by else None
        what = did(action)
        if not action.ok:
            what = f"Could not {action.tool.replace('_', ' ')}: {what}"
        self.what = f"{what} (taken back later)" if action.undone else what

    def sentence(self, zone: str) -> str:
        """Who did what and when, as one sentence."""
        on = f" [data: {self.data}]" if self.data and self.data not in self.what else ""
        by = f" [approved by {self.approved}]" if self.approved else ""
        who = self.action.actor.name
        return f"{moment(self.action.created_at, zone)}, {who}: {self.what}{on}{by}."

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
        }


def _is_look(action: Action) -> bool:
    return action.effect == "read" and action.tool.startswith(_LOOKS)


def _data_of(action: Action, context: ToolContext) -> str | None:
    """The label of the data an action is about, its model's training data if need be."""
    with context.catalog.read() as unit:
        try:
            dataset_id = action.dataset_id
            if dataset_id is None and action.model_id is not None:
                dataset_id = unit.models.get(context.scope, action.model_id).dataset_id
            if dataset_id is None:
                return None
            return unit.datasets.get(context.scope, dataset_id).label
        except NotStored:
            return None


def _headline(lines: Sequence[_Line]) -> str:
    changes = sum(line.action.effect != "read" and line.action.ok for line in lines)
    people = list(dict.fromkeys(line.action.actor.name for line in lines))
    approvers = list(dict.fromkeys(line.approved for line in lines if line.approved))
    by = f"{', '.join(people[:4])}{' and others' if len(people) > 4 else ''}"
    text = f"{plural(changes, 'change')} in {plural(len(lines), 'step')} by {by}"
    return f"{text}; approved by {', '.join(approvers)}." if approvers else f"{text}."


def _nothing(args: ShowHistory, looks: int) -> Outcome:
    filtered = args.since or args.who or args.about
    headline = "Nothing matches in the history of this channel." if filtered else (
        "Nothing has been changed in this channel yet."
    )  # fmt: skip
    hint = f"About {shown(args.about)}: nothing." if args.about else ""
    verb = "was" if looks == 1 else "were"
    also = f"There {verb} {plural(looks, 'look')} at data, models or lists." if looks else hint
    blocks = (Headline(headline), *((Text(also),) if also else ()))
    return Outcome(summary=f"{headline} {also}".strip(), blocks=blocks, data={"actions": []})


show_history_tool = Tool(
    name="show_history",
    summary="Tell what was done here: who, what, on which data, approved by whom.",
    args=ShowHistory,
    run=show_history,
    effect="read",
    where="bot",
    words=Words(
        verbs=("show|list|see|give|tell|view|display|read",),
        nouns=("history|log|logbook|record|activity|timeline|audit|changelog|trail|past",),
        phrases=(
            "what ~ happen|happened|changed|occurred ~ here|yesterday|today|week|month|last|so|"
            "since|lately|"
            "recently|on|far|while|monday|tuesday|wednesday|thursday|friday|saturday|sunday?",
            "what did|have|has we|i|you|they|he|she|team|people|anyone|everyone|<any> do|done|"
            "change|changed|been",
            "who ~ deployed|trained|approved|cleaned|deleted|changed|did|uploaded|shipped|dropped|"
            "removed|"
            "loaded|promoted|rolled|muted|approve|deploy|train|do|change|run|ran|created|stopped|"
            "made|started",
            "what did|have|has <any> do|done|change|changed|train|trained|deploy|deployed|clean|"
            "cleaned|delete",
            "history|timeline|changelog",
            "audit log|trail",
            "activity log?",
            "recap",
            "what have been done",
            "everything|all|anything ~ happened|done|changed",
            "what was done",
            "where be|were we",
            "catch me? up",
            "when did we|i|you|they|she|he|<any>",
            "what ~ missed|miss|been up to|going on",
        ),
        unless=("know about", "jobs", "really|actually happened"),
        slots={
            "since": Slot("moment"),
            "who": Slot("name", says=("by <>", "did|has <> do|done|change|deploy|train|run")),
            "about": Slot("name", says=("about <>", "happened to|with <>", "history of <>")),
        },
    ),
    examples=("what did we do?", "what happened here yesterday?"),
)


undo_tool = Tool(
    name="undo",
    summary="Take back the last change in this thread.",
    args=Undo,
    run=undo,
    effect="write",
    effect_of=effect_of_undo,
    role_of=role_of_undo,
    rehearse=rehearse_undo,
    where="worker",
    words=Words(
        phrases=(
            "undo",
            "take|put ~ that|it|this|back back",
            "take back",
            "go back $",
            "revert|reverse|cancel ~ that|it|this|last|change|changes|previous|step|cleaning|clean",
            "revert|unclean",
            "go back ~ step|original|before|data",
            "scratch that|it",
            "bring back ~ column|columns|rows|data|original|<column>",
            "restore ~ data|original|column|columns|dataset|<column>|rows|previous|last dataset|"
            "data",
            "step back",
            "roll back ~ clean|cleaning|data|change|dataset|last",
            "forget ~ last|change|step",
        ),
        unless=(
            "production|prod|staging|deployment|deploy|endpoint|job|training|send|csv|xlsx|parquet",
            "fact|monitor|release|rollout",
        ),
    ),
    examples=("undo", "take that back"),
)
