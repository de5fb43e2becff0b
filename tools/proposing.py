"""The project of a model as a pull request on the repository that the settings name."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Final

from pydantic import Field

from tools.base import Args, Rehearsal, Tool
from tools.cards import facts, plural, shown
from tools.errors import BadRequest
from tools.outcome import File, Headline, Outcome, Text, load_outcome
from tools.words import Words
from tools.workflows.server import Proposal, pull_url

if TYPE_CHECKING:
    from storage.catalog.records import ModelVersion
    from tools.context import ToolContext
    from tools.workflows.allowed import Projects

_DATA: Final = ".parquet"
_WORKFLOW: Final = ".github/workflows/train.yml"


class ProposeProject(Args):
    """Arguments of `propose_project`."""

    model: str | None = Field(
        None, description="Model name, name v3 or handle; current if omitted."
    )


def propose_project(args: ProposeProject, context: ToolContext) -> Outcome:
    """Open a pull request with the project of a model; its data stay here.

    Raises:
        NotFound: No such model in this channel.
        BadRequest: No repository is set up for it, or it was not exported yet.
        ToolError: GitHub refuses, or cannot be reached.
    """
    model = context.model(args.model)
    place, files = _place(context), _files(model, context)
    assert context.ci is not None  # noqa: S101 - `_place` has looked
    base = place.ref or context.ci.server.repository(place.repo).default_branch
    title = f"Add {model.name} v{model.version} as a project"
    proposed = context.ci.server.propose(
        place.repo,
        Proposal(base, _branch(model, files), title, _body(model), _placed(files, place)),
    )
    url = pull_url(context.ci.server.web, place.repo, proposed.number)
    what = "Opened pull request" if proposed.made else "There is already pull request"
    headline = f"{what} {proposed.number} in {place.repo} with {model.label}."
    return Outcome(
        summary=headline,
        blocks=(
            Headline(headline, "good"),
            facts(files=str(len(files)), branch=_branch(model, files), onto=base, link=url),
            Text("Its workflow trains the model and comments the result. The data are not in it."),
        ),
        model_id=model.id,
        data={"repository": place.repo, "number": proposed.number, "made": proposed.made},
    )


def rehearse_propose_project(args: ProposeProject, context: ToolContext) -> Rehearsal:
    """What would be proposed, and where; nothing is asked of GitHub.

    Raises:
        NotFound: No such model in this channel.
        BadRequest: No repository is set up for it, or it was not exported yet.
    """
    model = context.model(args.model)
    place, files = _place(context), _files(model, context)
    headline = f"Open a pull request in {place.repo} with {model.label}?"
    held = f"{plural(len(files), 'file')}: code, tests, papers. The data stay here."
    return Rehearsal(
        args={"model": model.handle},
        binding=hashlib.sha256(f"{place} {_branch(model, files)}".encode()).hexdigest(),
        outcome=Outcome(
            summary=f"{headline} {held}",
            blocks=(Headline(headline), Text(held)),
            model_id=model.id,
        ),
    )


def _place(context: ToolContext) -> Projects:
    if context.ci is None or context.ci.projects is None:
        raise BadRequest(
            "No repository is set up for projects.",
            "Whoever runs this assistant sets MLOPS_PROJECTS; the archive can be had at once.",
        )
    return context.ci.projects


def _files(model: ModelVersion, context: ToolContext) -> dict[str, str]:
    """The files of the model's last export, without its data."""
    with context.catalog.read() as unit:
        jobs = unit.jobs.list(context.scope, states=("succeeded",), tool="export_project")
    for job in jobs:
        outcome = load_outcome(job.result or {})
        archive = next((block for block in outcome.blocks if isinstance(block, File)), None)
        if outcome.model_id == model.id and archive is not None:
            return _unpacked(context.blobs.read(archive.blob))
    raise BadRequest(f"{model.label} has no project yet.", "Say *hand this to engineering* first.")


def _unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = (name for name in archive.namelist() if not name.endswith(_DATA))
        return {name: archive.read(name).decode("utf-8") for name in names}


def _placed(files: dict[str, str], place: Projects) -> dict[str, str]:
    """Files under the folder of the repository; the workflow where GitHub looks for workflows."""
    above = f"{place.folder}/" if place.folder else ""
    placed = {}
    for name, text in files.items():
        project, _, rest = name.partition("/")
        if rest == _WORKFLOW:
            placed[f".github/workflows/{project}.yml"] = _stepping_into(text, f"{above}{project}")
        else:
            placed[f"{above}{name}"] = text
    return placed


def _stepping_into(workflow: str, folder: str) -> str:
    """A project's workflow for a repository that has the project in a folder, and more besides."""
    only = f'on:\n  pull_request:\n    paths: ["{folder}/**"]\n'
    there = (
        f"permissions:\n  contents: read\n\ndefaults:\n  run:\n    working-directory: {folder}\n"
    )
    minding = workflow.replace("on:\n  pull_request:\n", only, 1)
    return minding.replace("permissions:\n  contents: read\n", there, 1)


def _branch(model: ModelVersion, files: dict[str, str]) -> str:
    """Named by what is in it, so that the same project is the same branch."""
    digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:10]
    return f"mlops/{model.name}-v{model.version}-{digest}"


def _body(model: ModelVersion) -> str:
    score = shown(f"{model.score['metric']} {model.score['value']:.6g}")
    return (
        f"`{model.name}` v{model.version}, with everything that makes it again: code, tests, "
        f"locked requirements, a workflow and a model card. It promises {score}.\n\n"
        f"Model SHA-256: `{model.digest}`. The data are found by their hash; see `data/README.md`."
    )


propose_project_tool = Tool(
    name="propose_project",
    summary="Open a pull request with the project of a model.",
    args=ProposeProject,
    run=propose_project,
    effect="confirm",
    rehearse=rehearse_propose_project,
    where="bot",
    words=Words(
        verbs=("open|make|create|raise|send|submit|file|propose|start|put",),
        nouns=("pull request|requests", "pr|prs"),
        phrases=(
            "open|make|create|raise|send|submit|file|propose|start ~~ pull request",
            "open|make|create|raise|send|submit|file|propose|start ~~ pr",
            "propose ~ project|model|<model> to|on|in ~ repo|repository|github",
            "push ~ project|model|<model> to github",
            "commit ~ project|model|<model>",
        ),
        unless=("did|status|why|merged|merge|close|review|list|which", "curve|plot|chart|auc"),
    ),
    examples=("open a pull request with it", "propose the project on GitHub"),
)
