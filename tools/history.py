"""What was done here, and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from storage.catalog.records import Action
from tools.base import Args, Tool
from tools.cards import moment, plural, shown
from tools.history_file import history_file
from tools.history_lines import headline_of, lines_of
from tools.outcome import Headline, Outcome, Text
from tools.undo import Undo, effect_of_undo, rehearse_undo, role_of_undo, undo
from tools.words import Slot, Words

if TYPE_CHECKING:
    from tools.context import ToolContext

_MOST: Final = 25
"""Sentences on the card; the file has all."""

_TOLD: Final = 50
"""Sentences that a model reads."""

_ALL: Final = 10_000
_LOOKS: Final = ("list_", "show_", "preview_", "profile_", "compare_", "workflow_", "open_")


class ShowHistory(Args):
    """Arguments of `show_history`."""

    since: datetime | None = Field(None, description="From this moment on.")
    until: datetime | None = Field(None, description="Up to this moment; a day counts whole.")
    who: str | None = Field(None, description="Only what this person did or approved.")
    about: str | None = Field(
        None, description="Only what is about this dataset or model, or mentions this."
    )


def show_history(args: ShowHistory, context: ToolContext) -> Outcome:
    """What was done in this channel, in order: who, what, why, on which data, approved by whom."""
    zone = ZoneInfo(context.timezone)
    since, until = _local(args.since, zone), _local(args.until, zone)
    if until is not None and until == until.replace(hour=0, minute=0, second=0, microsecond=0):
        until += timedelta(days=1, microseconds=-1)
    who = args.who
    if who and who.lower() in {"i", "me", "myself"}:
        who = context.actor.id
    with context.catalog.read() as unit:
        actions = unit.actions.list(
            context.scope, since=since, until=until, who=who, about=args.about, limit=_ALL
        )
    actions.reverse()
    lines = lines_of(actions, context)
    told = [line for line in lines if not _is_look(line.action)]
    looks = len(lines) - len(told)
    when = _period(since, until, context.timezone)
    if not told:
        return _nothing(args, looks, when)
    headline = headline_of(told)
    sentences = [line.sentence(context.timezone) for line in told]
    file = history_file(lines, context)
    more = len(told) - _MOST
    notes = [
        f"{plural(more, 'earlier step')} and all details are in the file." if more > 0 else "",
        f"And {plural(looks, 'look')} at data, models or lists." if looks else "",
    ]
    also = " ".join(filter(None, notes))
    story = "\n".join(f"{place}. {one}" for place, one in _numbered(sentences))
    return Outcome(
        summary=f"{when}{headline} {' '.join(sentences[-_TOLD:])} {also}".strip(),
        blocks=(
            Headline(f"{when}{headline}"),
            Text(story),
            *((Text(also),) if also else ()),
            file,
        ),
        data={"actions": [line.as_json() for line in told[-_TOLD:]]},
    )


def _numbered(sentences: list[str]) -> list[tuple[int, str]]:
    """The last sentences with their places in the whole."""
    return list(enumerate(sentences, 1))[-_MOST:]


def _local(when: datetime | None, zone: ZoneInfo) -> datetime | None:
    return when.replace(tzinfo=zone) if when is not None and when.tzinfo is None else when


def _period(since: datetime | None, until: datetime | None, zone: str) -> str:
    """The period that was asked for, as it was understood."""
    if since is not None and until is not None:
        return f"From {moment(since, zone)} to {moment(until, zone)}: "
    if since is not None:
        return f"Since {moment(since, zone)}: "
    return f"Until {moment(until, zone)}: " if until is not None else ""


def _is_look(action: Action) -> bool:
    return action.effect == "read" and action.tool.startswith(_LOOKS)


def _nothing(args: ShowHistory, looks: int, when: str) -> Outcome:
    filtered = args.since or args.until or args.who or args.about
    headline = "Nothing matches in the history of this channel." if filtered else (
        "Nothing has been changed in this channel yet."
    )  # fmt: skip
    hint = f"About {shown(args.about)}: nothing." if args.about else ""
    verb = "was" if looks == 1 else "were"
    also = f"There {verb} {plural(looks, 'look')} at data, models or lists." if looks else hint
    blocks = (Headline(f"{when}{headline}"), *((Text(also),) if also else ()))
    return Outcome(summary=f"{when}{headline} {also}".strip(), blocks=blocks, data={"actions": []})


show_history_tool = Tool(
    name="show_history",
    summary="Tell what was done here: who, what, when, why, on which data, approved by whom.",
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
            "made|started|put|pushed|moved|released|launched|took|changed|added|set|cleaned|asked|"
            "started|edited|touched|broke",
            "what did|have|has <person> do|done|change|changed|train|trained|deploy|clean|delete",
            "what did|have|has <any> do|done|change|changed|train|trained|deploy|deployed|clean|"
            "cleaned|delete",
            "history|timeline|changelog",
            "history|log|record|audit|changelog ~ as|in csv|table|file|excel|spreadsheet",
            "download|export|send ~ history|log|record|audit|changelog",
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
            "since": Slot("period"),
            "until": Slot("period"),
            "who": Slot("name", says=("by <>", "did|has <> do|done|change|deploy|train|run")),
            "about": Slot(
                "topic",
                says=("about <>", "happened|happen to|with <>", "history|log|record of|for <>"),
            ),
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
            "put|bring|give|want|get <column> back",
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
            "restore|reinstate ~ original|previous|last|before",
            "step back",
            "roll back ~ clean|cleaning|data|change|dataset|last",
            "forget ~ last|change|step",
        ),
        statements=(
            "that|this|last step|change|cleaning|one? be|is|was mistake|wrong|error|accident|bad|"
            "stupid $",
        ),
        unless=(
            "production|prod|staging|deployment|deploy|endpoint|job|training|send|csv|xlsx|parquet",
            "fact|monitor|release|rollout",
        ),
    ),
    examples=("undo", "take that back"),
)
