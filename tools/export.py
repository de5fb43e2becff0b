"""A model as a stand-alone project, for those who carry it on by hand."""

from __future__ import annotations

import platform
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import facts, listed, plural, receipt, short, slug, steps
from tools.errors import Refused
from tools.model_cards import score_text
from tools.outcome import Block, Headline, NextStep, Outcome, Text
from tools.words import Words

if TYPE_CHECKING:
    from storage.catalog.records import DatasetVersion, ModelVersion
    from tools.context import ToolContext
    from tools.ml.exporting import Facts

_MOST_DATA: Final = 100 * 2**20
"""Bytes of data that go into a project; more is left to be fetched by its hash."""
_OPENED: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive, so that the same model is the same file."""


class ExportProject(Args):
    """Arguments of `export_project`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


def export_project(args: ExportProject, context: ToolContext) -> Outcome:
    """Write the code that makes a model again, with its data, tests and papers.

    Raises:
        NotFound: No such model in this channel.
        Refused: Its score cannot be reproduced, or its data are gone.
    """
    model = context.model(args.model)
    with context.catalog.read() as unit:
        version = unit.datasets.get(context.scope, model.dataset_id)
    root = context.root_of(version)
    context.progress(0.1, "Reading the data it was trained on")
    files = project(model, version, root, context)
    context.progress(0.8, "Packing the project")
    folder = f"{slug(model.name, 'model')}-v{model.version}"
    data = context.datasets.path(root)
    small = data.stat().st_size <= _MOST_DATA

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in sorted(files.items()):
                archive.writestr(_entry(f"{folder}/{name}"), text)
            if small:
                entry = _entry(f"{folder}/data/{_data_name(root)}")
                with data.open("rb") as table, archive.open(entry, "w") as inside:
                    shutil.copyfileobj(table, inside)

    file = context.file(write, f"{folder}.zip", media_type="application/zip")
    score = f"{model.score['name']} {score_text(model.score)}"
    headline = f"{model.label} as a project of its own, to be trained and tested anywhere."
    kept = "in the archive" if small else "too large for the archive: fetched by its hash"
    return Outcome(
        summary=f"{headline} It promises {score}; {plural(len(files), 'file')}.",
        blocks=(
            Headline(headline),
            facts(
                promises=score,
                inside=listed(("the pipeline as code", "training", "tests", "a workflow",
                               "a model card"), most=5),
                data=f"{plural(root.rows, 'row')}, {kept}",
            ),
            file,
            Text("`README.md` has the four commands. It needs nothing of this assistant. The data "
                 "are this channel's: mind where the archive goes." if small else
                 "`README.md` has the four commands. It needs nothing of this assistant."),
            *_proposal(model, context),
            receipt(model=short(model.digest), data=short(root.blob),
                    seed=str(model.receipt["seed"])),
        ),
        model_id=model.id,
        data={"model": model.handle, "files": sorted(files)},
    )  # fmt: skip


def _proposal(model: ModelVersion, context: ToolContext) -> tuple[Block, ...]:
    """The button that opens a pull request, where there is a repository for it."""
    if not context.site.projects:
        return ()
    label = f"Open a pull request in {context.site.projects}"
    return (steps(NextStep(label, "propose_project", {"model": model.handle})),)


def project(
    model: ModelVersion, version: DatasetVersion, root: DatasetVersion, context: ToolContext
) -> dict[str, str]:
    """Path to text of all files but the data.

    Raises:
        Refused: What it was trained on cannot be prepared as it was.
    """
    from tools.ml.candidates import load_specs
    from tools.ml.contract import load_contract
    from tools.ml.exporting import draw, project_files
    from tools.ml.recipe import load_recipe

    (best,) = load_specs([model.receipt["best"]])
    blueprint = draw(
        context.frame(root),
        load_contract(model.contract),
        best,
        load_recipe(list(model.receipt["recipe"])),
        seed=model.receipt["seed"],
        facts=_facts(model, root),
    )
    told = model.receipt["split"]
    if blueprint.order.reason != told:
        raise Refused(
            f"{model.label} was judged on rows held out {told}, which this version of the "
            "assistant would not do again.",
            "Train it again, then export the new version.",
        )
    cleaning = [one.origin for one in context.datasets.lineage(version)[1:]]
    return project_files(blueprint, rows=root.rows, cleaning=cleaning)


def _facts(model: ModelVersion, root: DatasetVersion) -> Facts:
    from tools.ml.exporting import Facts

    return Facts(
        name=f"{model.name} v{model.version}",
        digest=model.digest,
        made=model.created_at.date().isoformat(),
        by=model.actor.name,
        data=_data_name(root),
        data_digest=root.blob,
        rows=model.report["rows"],
        score=model.score,
        metrics=tuple(model.report["metrics"]),
        report=model.report,
        python=".".join(platform.python_version_tuple()[:2]),
        code_version=model.receipt["code_version"],
    )


def _data_name(root: DatasetVersion) -> str:
    return f"{slug(root.name, 'data')}.parquet"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _OPENED)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


export_project_tool = Tool(
    name="export_project",
    summary="Hand over a stand-alone project that reproduces a model.",
    args=ExportProject,
    run=export_project,
    effect="read",
    where="job",
    words=Words(
        verbs=(
            "export|package|bundle|download|hand|give|generate|create|produce|send|get|make|zip|wrap",
        ),
        nouns=("project|repo|repository|code|package|codebase|bundle|source|script|notebook",),
        phrases=(
            "hand|give|pass|send ~ to|over ~ "
            "engineering|engineers|engineer|developers|developer|dev|devs|team|it|ops|platform",
            "hand|take over|off|over ~ to|model|<model>",
            "handover|handoff",
            "package|bundle|wrap|zip it|this|model|<model> up? for",
            "stand alone project",
            "standalone project?",
            "export|package|bundle|download ~ model|<model>",
            "reproducible|reproduce ~ project|package|model|it|code",
            "code|project|source|repo for|of|behind|that ~ model|it|<model>|this",
        ),
        unless=("csv|xlsx|parquet|excel|data|dataset|file|workflow|table",),
    ),
    examples=("hand this to engineering", "export the project"),
)
