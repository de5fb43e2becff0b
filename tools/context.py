"""All that a tool may touch: the scoped records, blobs, models, the clock, and a way to report."""

from __future__ import annotations

import difflib
import tempfile
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from storage.blobs.base import BlobStore
from storage.catalog.catalog import Catalog
from storage.catalog.records import (
    Actor,
    Address,
    DatasetVersion,
    ModelVersion,
    Privacy,
    Scope,
)
from storage.datasets import DatasetStore
from storage.errors import NotStored
from tools.cards import shown
from tools.errors import NotFound
from tools.logs import LogForm
from tools.outcome import Figure, File

if TYPE_CHECKING:
    import pandas as pd

    from storage.model_registry import ModelRegistry
    from tools.workflows.allowed import Ci

_MOST_ALT: Final = 1_000
"""Characters of a text alternative; the least that a platform takes is 1,024."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where this installation keeps things; plain URLs, so that any worker can rebuild it.

    `serving_url` is the prediction server as this machine reaches it; `public_url` as people do.
    `secret` is what the keys of endpoints are made from: for processes of ours, never for a row.
    `sources` are the hosts and `s3://bucket/prefix` that links may lead to. `model` names the
    language model, where there is one; `privacy` is what it may see where nothing else was said.
    `log` is how every process writes its log. `projects` is the repository that projects of models
    may be proposed to, if any.
    """

    home: str
    database_url: str
    blobs_url: str
    s3_endpoint_url: str | None
    tracking_uri: str
    artifact_root: str
    serving_url: str
    public_url: str
    timezone: str
    code_version: str
    secret: str = field(repr=False)
    sources: tuple[str, ...] = ()
    model: str = ""
    privacy: Privacy = "aggregates"
    log: LogForm = "console"
    projects: str = ""

    def dump(self) -> dict[str, Any]:
        """As JSON values, for a worker's start."""
        return asdict(self)

    @classmethod
    def load(cls, value: Mapping[str, Any]) -> Site:
        """The reverse of `dump`."""
        return cls(**{**value, "sources": tuple(value["sources"])})


@dataclass(frozen=True, slots=True)
class JobTicket:
    """The job a call runs in: its id, and the attempt that may register a result."""

    id: str
    attempt: int


def _silent(share: float, text: str) -> None:
    """Progress nobody watches."""


def _never() -> bool:
    """Nobody can press Stop on a call outside a job."""
    return False


@dataclass(frozen=True)
class ToolContext:
    """One call's surroundings.

    Attributes:
        refs: What earlier calls of the same turn made (`dataset`, `model`: ids); they come
            before the thread's current ones.
        picked: Arguments that the person was asked for; who was asked is not asked again at once.
        progress: Takes a share 0..1 and a few words.
        should_stop: True once the person pressed Stop; keep the best so far and return.
        approved_by: Who clicked, when the call needed a click.
        ci: The CI server, in the bot's own processes and where one is set up.
        turn: Id of the turn that asks, in the bot's own processes.
    """

    site: Site
    catalog: Catalog
    blobs: BlobStore
    address: Address
    actor: Actor
    now: Callable[[], datetime]
    refs: dict[str, str] = field(default_factory=dict)
    picked: tuple[str, ...] = ()
    progress: Callable[[float, str], None] = _silent
    should_stop: Callable[[], bool] = _never
    job: JobTicket | None = None
    approved_by: Actor | None = None
    ci: Ci | None = None
    turn: str = ""

    @property
    def scope(self) -> Scope:
        """The channel everything here belongs to."""
        return self.address.scope

    @property
    def timezone(self) -> str:
        """The asker's IANA zone, where their platform knows it; else the installation's."""
        own = self.refs.get("timezone", "")
        try:
            return zoneinfo.ZoneInfo(own).key if own else self.site.timezone
        except (ValueError, zoneinfo.ZoneInfoNotFoundError):
            return self.site.timezone

    @property
    def link(self) -> str:
        """Where people find the message that asks; "" where its platform has no such address."""
        return self.refs.get("link", "")

    @cached_property
    def datasets(self) -> DatasetStore:
        """The tables of dataset versions."""
        return DatasetStore(self.catalog, self.blobs)

    @cached_property
    def registry(self) -> ModelRegistry:
        """The MLflow side of models; slow to load, so only workers touch it."""
        from storage.model_registry import ModelRegistry

        return ModelRegistry(self.site.tracking_uri, artifact_root=self.site.artifact_root)

    def dataset(self, named: str | None = None) -> DatasetVersion:
        """The dataset version people mean; without a name the current one.

        Raises:
            NotFound: There is none, or none of that name, in this channel.
        """
        with self.catalog.read() as unit:
            try:
                if named:
                    return unit.datasets.find(self.scope, named)
                current = self._current("dataset")
                found = unit.datasets.get(self.scope, current) if current else None
                if current is None or (found and found.deleted_at):
                    found = unit.datasets.latest(self.scope)
            except NotStored:
                raise self._unknown("dataset", named) from None
        if found is None:
            raise self._unknown("dataset", None)
        return found

    def model(self, named: str | None = None) -> ModelVersion:
        """The model version people mean (name, `name v3` or handle); else the current one.

        Raises:
            NotFound: There is none, or none of that name, in this channel.
        """
        with self.catalog.read() as unit:
            try:
                if named:
                    return unit.models.find(self.scope, named)
                current = self._current("model")
                found = unit.models.get(self.scope, current) if current else None
                if current is None:
                    found = unit.models.latest(self.scope)
            except NotStored:
                raise self._unknown("model", named) from None
        if found is None:
            raise self._unknown("model", None)
        return found

    def frame(self, version: DatasetVersion, columns: list[str] | None = None) -> pd.DataFrame:
        """A dataset version as a frame."""
        frame: pd.DataFrame = self.datasets.read(version, columns=columns).to_pandas()
        return frame

    def root_of(self, version: DatasetVersion) -> DatasetVersion:
        """The version as it was read from its file, with the original columns."""
        with self.catalog.read() as unit:
            return unit.datasets.get(self.scope, version.root_id)

    def picture(self, png: bytes, alt: str, *, title: str = "") -> Figure:
        """Keep a PNG and show it."""
        return Figure(self.blobs.put(png), shown(alt, _MOST_ALT), shown(title))

    def file(
        self,
        write: Callable[[Path], None],
        name: str,
        *,
        media_type: str = "application/octet-stream",
    ) -> File:
        """Keep what `write` puts at the path it is given, and hand it over under `name`."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "file"
            write(path)
            return File(self.blobs.put(path), name, path.stat().st_size, media_type)

    def current_id(self, kind: Literal["dataset", "model"]) -> str | None:
        """Id of the thread's current dataset or model, for taking a change of it back."""
        try:
            return (self.dataset() if kind == "dataset" else self.model()).id
        except NotFound:
            return None

    def _current(self, kind: Literal["dataset", "model"]) -> str | None:
        """Id of the current one; "" where none is, on purpose; None where nobody said."""
        if kind in self.refs:
            return self.refs[kind]
        with self.catalog.read() as unit:
            return unit.pointers.get(self.scope, thread=self.address.thread, kind=kind)

    def _unknown(self, kind: str, named: str | None) -> NotFound:
        with self.catalog.read() as unit:
            rows: list[DatasetVersion] | list[ModelVersion] = (
                unit.datasets.list(self.scope)
                if kind == "dataset"
                else unit.models.list(self.scope)
            )
        names = list(dict.fromkeys(row.name for row in rows))
        start = (
            "Attach a file to begin." if kind == "dataset" else "Say, for example, “train a model”."
        )
        if not names:
            said = f" called “{shown(named)}”" if named else ""
            return NotFound(f"There is no {kind}{said} in this channel yet.", start)
        if not named:
            hint = f"Name one of {', '.join(names[:5])}, or start afresh. {start}"
            return NotFound(f"No {kind} is current in this thread.", hint)
        close = difflib.get_close_matches(named.lower(), names, n=1)
        hint = f"Did you mean {close[0]}?" if close else f"Here are: {', '.join(names[:5])}."
        return NotFound(f"There is no {kind} called “{shown(named)}” in this channel.", hint)
