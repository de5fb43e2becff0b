"""Which file is meant, and what is known of it already."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from pydantic import Field

from storage.errors import NotStored
from tools.base import Args
from tools.cards import shown, slug
from tools.corrections import NONE, Corrections
from tools.errors import BadRequest, NotFound
from tools.fetching import fetch
from tools.file_names import without_ending
from tools.links import is_link
from tools.sample_data import FILE, ORIGIN, SAMPLE

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion, Upload
    from tools.context import ToolContext


class FileSource(Args):
    """Which file to read, and what to call what comes of it."""

    source: str | None = Field(
        None,
        description="An attachment, the latest if omitted; an https:// or s3:// link; or `sample` "
        "for made-up data to try everything on.",
    )
    name: str | None = Field(None, description="Name for the dataset; the file's if omitted.")
    dataset: str | None = Field(
        None,
        description="Dataset whose file is read again as corrected; the current one if omitted.",
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to read.

    Attributes:
        upload: The file; `None` for the sample.
        name: Of the dataset, a slug.
        known: The version that was read from it before, if it is read again.
        told: What was said about it before.
        cleaned: The version at hand, if more was done to it than reading.
    """

    upload: Upload | None
    name: str
    known: DatasetVersion | None = None
    told: Corrections = NONE
    cleaned: str = ""

    @property
    def file_name(self) -> str:
        """As it was handed over."""
        return self.upload.name if self.upload else FILE

    @property
    def origin(self) -> str:
        """What a dataset made of it came from, in words."""
        return f"read from {shown(self.file_name)}" if self.upload else ORIGIN


def file_wanted(args: FileSource, context: ToolContext, *, told: Corrections) -> Wanted:
    """The file that is meant.

    Args:
        args: What was said of it.
        context: Of the call.
        told: How it is to be read. If anything is said about that, and no file is named, the file
            of the dataset at hand is meant; about the table as a whole, rather one that has come
            since and of which no dataset was made.

    Raises:
        NotFound: No such file was handed over in this channel, or there is none at the link.
        Refused: The link may not be followed.
        BadRequest: The link's host does not deliver, or the dataset was not read from a file.
    """
    if args.source is None and (args.dataset or _is_read_again(told, context)):
        return _again(args, told, context)
    if (args.source or "").casefold() == SAMPLE:
        return Wanted(None, slug(args.name or without_ending(FILE), "data"))
    linked = args.source is not None and is_link(args.source)
    upload = fetch(args.source or "", context) if linked else _upload(args.source, context)
    asked = NONE if args.source or told == NONE else _said_when_asked(upload, context)
    return Wanted(upload, _name(args, told.member or asked.member or upload.name), told=asked)


def opened(wanted: Wanted, context: ToolContext) -> BinaryIO:
    """The bytes of the file, or of the sample.

    Raises:
        NotFound: They were not kept.
    """
    if wanted.upload is None:
        from tools.ml.sample import passengers_csv

        return io.BytesIO(passengers_csv().encode())
    try:
        return context.blobs.open(wanted.upload.blob)
    except NotStored:
        raise NotFound(
            f"The file “{shown(wanted.upload.name)}” is no longer here.", "Send it again."
        ) from None


def _said_when_asked(upload: Upload, context: ToolContext) -> Corrections:
    """What was said of a file before the question that is open about it: its sheet, for one."""
    with context.catalog.read() as unit:
        waiting = unit.waiting.of_thread(context.address)
    about = (None, f"upload {upload.id}")
    calls = (
        call.args
        for call in waiting
        if call.tool == "load_dataset" and call.args.get("source") in about
    )
    args = next(calls, {})
    return Corrections(**{name: args[name] for name in Corrections.model_fields if name in args})


def _is_read_again(told: Corrections, context: ToolContext) -> bool:
    """Whether the dataset at hand is spoken of, and not a file that waits to become one."""
    if told == NONE or context.current_id("dataset") is None:
        return False
    with context.catalog.read() as unit:
        latest = unit.uploads.latest(context.scope, context.address.thread)
        versions = unit.datasets.list(context.scope)
    waits = latest is not None and all(each.upload_id != latest.id for each in versions)
    return not (waits and told.moves_columns)


def _again(args: FileSource, now: Corrections, context: ToolContext) -> Wanted:
    """The file that the dataset at hand was read from, with all that was said about it."""
    version = context.dataset(args.dataset)
    root = context.root_of(version)
    told = Corrections(**root.report.get("corrections", {}))
    if root.upload_id is None and root.origin != ORIGIN:
        raise BadRequest(
            f"{version.label} was not read from a file, so it cannot be read again.",
            "Attach the file to a message.",
        )
    with context.catalog.read() as unit:
        upload = unit.uploads.get(context.scope, root.upload_id) if root.upload_id else None
    if now.member and now.member != told.member:  # another table, not the same one read better
        return Wanted(upload, _name(args, now.member))
    name = slug(args.name, "data") if args.name else root.name
    return Wanted(upload, name, root, told, version.label if version.recipe else "")


def _name(args: FileSource, file_name: str) -> str:
    """What to call a dataset: as said, else like the file or the one inside it."""
    return slug(args.name or without_ending(file_name.rpartition("/")[2]), "data")


def _upload(source: str | None, context: ToolContext) -> Upload:
    """The file meant: by its id, by its name, or the thread's latest."""
    with context.catalog.read() as unit:
        latest = unit.uploads.latest(context.scope, context.address.thread)
        if source is None:
            if latest is None:
                raise NotFound(
                    "No file was sent in this thread yet.",
                    "Attach one to a message, or say “load the sample data”.",
                )
            return latest
        if source.startswith("upload "):
            try:
                return unit.uploads.get(context.scope, source.removeprefix("upload ").strip())
            except NotStored:
                raise NotFound("That file is no longer here.", "Attach it again.") from None
        read = [each.upload_id for each in unit.datasets.list(context.scope) if each.upload_id]
        known = [unit.uploads.get(context.scope, upload_id) for upload_id in read]
    for upload in (*([latest] if latest else []), *known):
        if upload.name.casefold() == source.casefold():
            return upload
    last = f"The last one is “{shown(latest.name)}”." if latest else "Attach it to a message."
    raise NotFound(f"No file “{shown(source)}” was sent in this thread.", last)
