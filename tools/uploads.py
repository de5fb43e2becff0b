"""A file that somebody sent becomes a dataset version, and again as people correct its reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from tools.base import Spoken
from tools.cards import listed, shown, steps
from tools.corrections import NONE, Corrections, hints_of, in_words, merged
from tools.dataset_cards import (
    bare_dataset,
    dataset_receipt,
    next_for,
    reading_remarks,
    schema_text,
    size_text,
)
from tools.errors import BadRequest, Refused
from tools.file_sources import FileSource, Wanted, file_wanted, opened
from tools.links import is_link
from tools.outcome import Headline, NextStep, NextSteps, Outcome, Text
from tools.repairs_view import CANCEL, asked_about, doubtful_marks, need_consent
from tools.rereading import read_as_told, what_changed

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion
    from tools.context import ToolContext
    from tools.rereading import Reading

_INVENTED: Final = (
    "Passengers of a ship and who of them survived, to try everything on. Every row is invented."
)


class LoadDataset(Corrections, FileSource):
    """Arguments of `load_dataset`."""

    doubtful: Literal["missing", "value"] | None = Field(
        None, description="What the values are that stand out and were asked about."
    )
    repairs: str | None = Field(
        None, description="What was answered about repaired lines; set by buttons, never in words."
    )

    @property
    def told(self) -> Corrections:
        """How the file is to be read."""
        return Corrections(**self.model_dump(include=set(Corrections.model_fields)))


def spoken_link(args: LoadDataset) -> tuple[Spoken, ...]:
    """A link is followed only where the asker named it."""
    linked = args.source is not None and is_link(args.source)
    return (Spoken("source", args.source or ""),) if linked else ()


def load_dataset(args: LoadDataset, context: ToolContext) -> Outcome:
    """Read an uploaded file, one that a link leads to, or the sample, into a version of its name.

    Said how to read it and without a file, the file of the dataset at hand is read again.

    Raises:
        NotFound: No such file was handed over in this channel, or there is none at the link.
        Refused: The file cannot be read, the link may not be followed, or it was called off.
        BadRequest: The link's host does not deliver, or a correction that cannot be followed.
        NeedsChoice: Several sheets or files inside, an open column, or many repaired rows.
    """
    from tools.dataset_versions import keep_version

    just_made = _made_this_turn(context) if args == LoadDataset() else None
    if just_made is not None:
        return _is_loaded(just_made)
    told = merged(_settled(args, context), args.told)
    wanted = file_wanted(args, context, told=told)
    if args.repairs == CANCEL:
        raise _called_off(wanted, context)
    before = context.current_id("dataset")
    context.progress(0.1, "Reading the file")
    reading = _read(args, wanted, told, context)
    context.progress(0.6, "Describing it")
    version, profile = keep_version(
        reading.result.table,
        name=wanted.name,
        origin=wanted.origin,
        context=context,
        upload=wanted.upload,
        report=reading.result.report,
        corrections=reading.told.model_dump(exclude_defaults=True),
    )
    head, *more = _corrected(wanted, reading, version) if wanted.known else _loaded(wanted, version)
    return Outcome(
        summary=f"{head.text} {schema_text(version)} {asked_about(version)}".strip(),
        blocks=(
            head,
            *more,
            *reading_remarks(version),
            _steps(wanted, next_for(version, profile), version),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        inverse=NextStep("Undo", "use_dataset", {"dataset_id": before}),
        data=bare_dataset(version),
    )


def _read(args: LoadDataset, wanted: Wanted, told: Corrections, context: ToolContext) -> Reading:
    """The file read as told, where few lines were repaired or the person agreed to them."""
    reading = read_as_told(
        lambda: opened(wanted, context),
        wanted.file_name,
        told=told,
        earlier=wanted.told,
        known=wanted.known,
    )
    if context.picked and args.repairs is None:  # two questions in a row are one too many
        return reading
    need_consent(
        reading.result.report,
        hints_of(reading.told),
        file_name=wanted.file_name,
        blob=wanted.upload.blob if wanted.upload else "",
        answer=args.repairs or "",
        agreed=wanted.known.report.get("rows_touched", 0) if wanted.known else 0,
    )
    return reading


def _settled(args: LoadDataset, context: ToolContext) -> Corrections:
    """What stands out in the dataset at hand, with the meaning it was given.

    Raises:
        BadRequest: Nothing was asked about.
    """
    if args.doubtful is None:
        return NONE
    version = context.root_of(context.dataset(args.dataset))
    marks = doubtful_marks(version)
    if not marks:
        raise BadRequest(
            f"No value of {version.label} was asked about.",
            "Say which cells of which column, such as “999 in age means missing”.",
        )
    name = "missing" if args.doubtful == "missing" else "not_missing"
    return Corrections.model_validate({name: marks})


def _made_this_turn(context: ToolContext) -> DatasetVersion | None:
    """What the latest file became when it came with the very message that now says “load it”."""
    made = context.refs.get("dataset")
    with context.catalog.read() as unit:
        latest = unit.uploads.latest(context.scope, context.address.thread)
        version = unit.datasets.get(context.scope, made) if made else None
    same = version is not None and latest is not None and version.upload_id == latest.id
    return version if same else None


def _is_loaded(version: DatasetVersion) -> Outcome:
    size = size_text(version.rows, len(version.columns))
    return Outcome(
        summary=f"{version.label} is loaded: {size}.",
        dataset_id=version.id,
        data=bare_dataset(version),
    )


def _loaded(wanted: Wanted, version: DatasetVersion) -> tuple[Headline | Text, ...]:
    """What a file has become."""
    size = size_text(version.rows, len(version.columns))
    what = f"{version.label} from {shown(wanted.file_name)}"
    loaded = what if wanted.upload else f"the sample data as {version.label}"
    head = Headline(f"Loaded {loaded}: {size}.", "good")
    return (head,) if wanted.upload else (head, Text(_INVENTED))


def _corrected(
    wanted: Wanted, reading: Reading, version: DatasetVersion
) -> tuple[Headline | Text, ...]:
    """What has changed since the file was read before, and what has not come along."""
    size = size_text(version.rows, len(version.columns))
    head = Headline(f"Read {shown(wanted.file_name)} again as {version.label}: {size}.", "good")
    texts = [what_changed(wanted.known, version) if wanted.known else "", _as_said(reading)]
    if wanted.cleaned:
        texts.append(f"What was done to it up to {wanted.cleaned} is not part of this version.")
    return (head, *(Text(text) for text in texts if text))


def _as_said(reading: Reading) -> str:
    """All corrections in force, and those that have lost their column."""
    said = in_words(reading.told)
    gone = f"There is no {listed(reading.dropped)} any more." if reading.dropped else ""
    return f"{f'As you said: {said}.' if said else ''} {gone}".strip()


def _steps(wanted: Wanted, usual: NextSteps, version: DatasetVersion) -> NextSteps:
    """The usual next steps; of a file read again the first is to take that back."""
    if not wanted.known:
        return usual
    return steps(NextStep("Undo", "undo", {"made": version.label}), *usual.items[:1])


def _called_off(wanted: Wanted, context: ToolContext) -> Refused:
    """Nothing was loaded, and what that leaves."""
    known = context.current_id("dataset")
    stays = f" {context.dataset().label} stays current." if known else ""
    return Refused(
        f"Cancelled: nothing was loaded from “{shown(wanted.file_name)}”.{stays}",
        "Say how to read it, such as “the delimiter is ;” or “skip the first 2 lines”, "
        "or send it corrected.",
    )
