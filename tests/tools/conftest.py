"""The surroundings of a tool call: a real catalog, real blobs, two people and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog
from storage.catalog.records import Action, Actor, Address, Job, Scope
from tools.base import Tool
from tools.context import Site, ToolContext
from tools.outcome import Block, Outcome
from tools.registry import BUTTON_TOOLS, TOOLS

ADA = Actor("terminal/local/ada", "Ada")
GRACE = Actor("terminal/local/grace", "Grace")
HERE = Address(Scope("terminal", "local", "lab"), "t1")
SECRET = "of the tests"
ELSEWHERE = Address(Scope("terminal", "local", "other"), "t1")


@dataclass
class Clock:
    """A clock that moves a second at every look."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@dataclass
class Lab:
    """Calls tools as the toolbelt does: validate, run, record."""

    context: ToolContext

    def call(self, tool: str, /, *, context: ToolContext | None = None, **args: Any) -> Outcome:
        """Run a tool and note the action, as the toolbelt does."""
        context = context or self.context
        declared = tool_named(tool)
        given = declared.args(**args)
        effect = declared.effect_for(given, context)
        assert declared.run is not None
        outcome = declared.run(given, context)
        self.note(tool, outcome, context=context, effect=effect, args=given.model_dump(mode="json"))
        return outcome

    def note(
        self,
        tool: str,
        outcome: Outcome,
        *,
        effect: str,
        args: dict[str, Any],
        context: ToolContext | None = None,
        sentence: str = "",
        ok: bool = True,
    ) -> Action:
        """Write an action into the history."""
        context = context or self.context
        inverse = outcome.inverse
        with context.catalog.write() as unit:
            return unit.actions.add(
                context.address,
                actor=context.actor,
                tool=tool,
                args=args,
                effect=effect,
                sentence=sentence,
                summary=outcome.summary,
                ok=ok,
                dataset_id=outcome.dataset_id,
                model_id=outcome.model_id,
                inverse={"label": inverse.label, "tool": inverse.tool, "args": inverse.args}
                if inverse
                else None,
                approved_by=context.approved_by,
                turn_id=None,
                now=context.now(),
            )

    def upload(self, name: str, content: bytes, *, address: Address | None = None) -> str:
        """Hand over a file; the id of the upload."""
        address = address or self.context.address
        blob = self.context.blobs.put(content)
        with self.context.catalog.write() as unit:
            return unit.uploads.add(
                address.scope,
                thread=address.thread,
                blob=blob,
                name=name,
                size=len(content),
                actor=self.context.actor,
                now=self.context.now(),
            ).id

    def load(self, name: str, content: bytes, **args: Any) -> Outcome:
        """Upload and read a file."""
        self.upload(name, content)
        return self.call("load_dataset", **args)

    def elsewhere(self) -> ToolContext:
        """The same person in another channel."""
        return replace(self.context, address=ELSEWHERE)


def running_job(lab: Lab, tool: str = "train_model") -> Job:
    """A job that a worker has just begun."""
    now = lab.context.now()
    with lab.context.catalog.write() as unit:
        unit.jobs.submit(
            lab.context.scope,
            thread=lab.context.address.thread,
            key="job",
            tool=tool,
            args={},
            actor=lab.context.actor,
            context={},
            now=now,
        )
        job = unit.jobs.claim("worker", lease_until=now + timedelta(minutes=5), now=now)
    assert job is not None
    return job


def tool_named(name: str) -> Tool[Any]:
    """A tool of ours, one that only buttons call too."""
    return next(tool for tool in (*TOOLS, *BUTTON_TOOLS) if tool.name == name)


def block(outcome: Outcome, kind: str) -> Any:
    """The first block of a kind; fails if there is none."""
    return next(each for each in outcome.blocks if each.kind == kind)


def kinds(outcome: Outcome) -> list[str]:
    """The kinds of all blocks, in order."""
    return [each.kind for each in outcome.blocks]


def text_of(blocks: tuple[Block, ...]) -> str:
    """All that people can read on a card."""
    return "\n".join(str(each) for each in blocks)


def open_context(folder: Path) -> ToolContext:
    """The context of calls by Ada in the channel `lab`, all kept under `folder`."""
    catalog = open_catalog(f"sqlite:///{folder / 'catalog.db'}")
    site = Site(
        home=str(folder),
        database_url=catalog.url,
        blobs_url=(folder / "blobs").as_uri(),
        s3_endpoint_url=None,
        tracking_uri=f"sqlite:///{folder / 'mlflow.db'}",
        artifact_root=(folder / "artifacts").as_uri(),
        serving_url="http://127.0.0.1:9",
        public_url="http://127.0.0.1:9",
        timezone="Europe/Berlin",
        code_version="test",
        secret=SECRET,
    )
    return ToolContext(
        site=site,
        catalog=catalog,
        blobs=open_blobs(site.blobs_url),
        address=HERE,
        actor=ADA,
        now=Clock(),
    )


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A fresh channel."""
    made = Lab(open_context(tmp_path))
    yield made
    made.context.catalog.close()


@pytest.fixture
def two_sheets(tmp_path: Path) -> bytes:
    """A workbook with two sheets of data."""
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for title in ("north", "south"):
            sheet = book.add_worksheet(title)
            for number, row in enumerate([("city", "sales"), ("a", 1), ("b", 2), ("c", 3)]):
                sheet.write_row(number, 0, row)
    return path.read_bytes()
