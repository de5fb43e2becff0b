"""A file that somebody sent becomes a dataset version."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from pydantic import Field

from storage.errors import NotStored
from tools.base import Args
from tools.cards import shown, slug
from tools.dataset_cards import (
    bare_dataset,
    dataset_receipt,
    next_for,
    reading_remarks,
    schema_text,
    size_text,
)
from tools.errors import NotFound
from tools.fetching import fetch
from tools.links import is_link
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.sample_data import FILE, ORIGIN, SAMPLE

if TYPE_CHECKING:
    from storage.catalog.records import Upload
    from tools.context import ToolContext

_SUFFIX: Final = re.compile(
    r"(\.(csv|tsv|txt|dat|json|jsonl|ndjson|parquet|pq|xlsx|xlsm|xls|ods))?(\.(gz|zip|bz2|xz))?$",
    re.IGNORECASE,
)


_INVENTED: Final = (
    "Passengers of a ship and who of them survived, to try everything on. Every row is invented."
)


class LoadDataset(Args):
    """Arguments of `load_dataset`."""

    source: str | None = Field(
        None,
        description="An attachment, the latest if omitted; an https:// or s3:// link; or `sample` "
        "for made-up data to try everything on.",
    )
    name: str | None = Field(None, description="Name for the dataset; the file's if omitted.")
    sheet: str | None = Field(None, description="Sheet of a workbook.")


def load_dataset(args: LoadDataset, context: ToolContext) -> Outcome:
    """Read an uploaded file, one that a link leads to, or the sample, into a version of its name.

    Raises:
        NotFound: No such file was handed over in this channel, or there is none at the link.
        Refused: The file cannot be read, or the link may not be followed.
        BadRequest: The link's host does not deliver.
        NeedsChoice: A workbook with several sheets.
    """
    from tools.dataset_versions import keep_version
    from tools.ml.reading import ReadHints, read_table

    sample = (args.source or "").casefold() == SAMPLE
    upload = None if sample else _handed_over(args.source, context)
    file_name = upload.name if upload else FILE
    before = context.current_id("dataset")
    context.progress(0.1, "Reading the file")
    with _content(upload, context) as file:
        result = read_table(file, file_name, hints=ReadHints(sheet=args.sheet))
    context.progress(0.6, "Describing it")
    version, profile = keep_version(
        result.table,
        name=slug(args.name or _SUFFIX.sub("", file_name), "data"),
        origin=f"read from {shown(file_name)}" if upload else ORIGIN,
        context=context,
        upload=upload,
        report=result.report,
    )
    size = size_text(version.rows, len(version.columns))
    what = f"{version.label} from {shown(file_name)}"
    loaded = f"Loaded {what if upload else f'the sample data as {version.label}'}: {size}."
    return Outcome(
        summary=f"{loaded} {schema_text(version)}",
        blocks=(
            Headline(loaded, "good"),
            *(() if upload else (Text(_INVENTED),)),
            *reading_remarks(version),
            next_for(version, profile),
            dataset_receipt(version, context.site.code_version),
        ),
        dataset_id=version.id,
        inverse=NextStep("Undo", "use_dataset", {"dataset_id": before}),
        data=bare_dataset(version),
    )


def _handed_over(source: str | None, context: ToolContext) -> Upload:
    linked = source is not None and is_link(source)
    return fetch(source or "", context) if linked else _upload(source, context)


def _content(upload: Upload | None, context: ToolContext) -> BinaryIO:
    """The bytes of an upload, or of the sample where there is none."""
    if upload is None:
        from tools.ml.sample import passengers_csv

        return io.BytesIO(passengers_csv().encode())
    try:
        return context.blobs.open(upload.blob)
    except NotStored:
        raise NotFound(
            f"The file “{shown(upload.name)}” is no longer here.", "Send it again."
        ) from None


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
