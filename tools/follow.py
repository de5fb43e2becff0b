"""Channels that are told of CI runs, whoever started them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from tools.base import Args, Tool
from tools.cards import listed
from tools.errors import NotFound, Refused
from tools.outcome import Headline, NextStep, Outcome, Text
from tools.words import Slot, Words
from tools.workflows.allowed import Ci
from tools.workflows.choosing import need_ci, repo_of, workflow_of
from tools.workflows.heard import told_in

if TYPE_CHECKING:
    from tools.context import ToolContext

_CI: Final = "ci|workflow|workflows|pipeline|build|builds|action|actions|run|runs"
_REPOSITORY: Final = Slot("repository")


class FollowWorkflow(Args):
    """Arguments of `follow_workflow`."""

    repository: str | None = Field(None, description="owner/name; the only one if omitted.")
    workflow: str | None = Field(None, description="Its file or name; all of them if omitted.")


class UnfollowWorkflow(Args):
    """Arguments of `unfollow_workflow`."""

    repository: str | None = Field(None, description="owner/name; the only one if omitted.")
    workflow: str | None = Field(None, description="Its file or name; all of them if omitted.")


def follow_workflow(args: FollowWorkflow, context: ToolContext) -> Outcome:
    """Post every finished run of a repository, or of one workflow, into this channel.

    Raises:
        NotFound: No such repository or workflow is set up.
        Refused: The server cannot tell us of runs.
    """
    ci = need_ci(context.ci)
    if not ci.hears:
        raise Refused(
            "GitHub cannot tell me of runs yet.",
            "Whoever runs me sets GITHUB_WEBHOOK_SECRET and adds the webhook; docs/github.md "
            "has the steps.",
        )
    repo, file = _meant(args, ci)
    with context.catalog.write() as unit:
        added = unit.follows.add(
            told_in(unit, context.address),
            repo=repo,
            file=file,
            actor=context.actor,
            now=context.now(),
        )
    what = _what(repo, file)
    told = "From now on" if added else "As before,"
    said = f"{told} I post here when {what} ends."
    step = NextStep("Undo", "unfollow", {"repo": repo, "file": file}) if added else None
    return Outcome(
        summary=said,
        blocks=(Headline(said, "good"), Text("Say “stop following CI” to end that.")),
        inverse=step,
        data={"repository": repo, "workflow": file or None},
    )


def unfollow_workflow(args: UnfollowWorkflow, context: ToolContext) -> Outcome:
    """Post no more runs here.

    Raises:
        NotFound: Nothing of the kind is followed here.
    """
    ci = need_ci(context.ci)
    with context.catalog.write() as unit:
        here = unit.follows.list(context.scope)
        repos = {follow.repo for follow in here}
        repo = next(iter(repos)) if len(repos) == 1 and not args.repository else None
        repo = repo or repo_of(ci, args.repository)
        file = workflow_of(ci, args.workflow, repo).file if args.workflow else None
        gone = [one for one in here if one.repo == repo and file in {None, one.file}]
        for one in gone:
            unit.follows.remove(context.scope, repo=one.repo, file=one.file)
    if not gone:
        names = listed(_what(one.repo, one.file) for one in here)
        hint = f"Followed here: {names}." if here else ""
        raise NotFound(f"CI of {repo} is not followed in this channel.", hint)
    said = f"I post no more runs of {repo} here."
    files = [one.file for one in gone]
    return Outcome(
        summary=said,
        blocks=(Headline(said),),
        inverse=NextStep("Undo", "follow", {"repo": repo, "files": files}),
        data={"repository": repo, "workflows": files},
    )


def _meant(args: FollowWorkflow, ci: Ci) -> tuple[str, str]:
    """Repository and file ("" for all of them)."""
    repo = repo_of(ci, args.repository)
    return repo, workflow_of(ci, args.workflow, repo).file if args.workflow else ""


def _what(repo: str, file: str) -> str:
    return f"a run of {file} in {repo}" if file else f"any run in {repo}"


follow_workflow_tool = Tool(
    name="follow_workflow",
    summary="Post into this channel when CI runs of a repository end, whoever started them.",
    args=FollowWorkflow,
    run=follow_workflow,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            f"follow|subscribe ~ {_CI}",
            "follow ~ here",
            f"post|report|announce|send ~~ {_CI} ~~ here|channel|us",
            f"tell|let|ping|notify us|me|here|channel ~~ {_CI} ~~ "
            "ends|end|finish|finishes|fails|fail|done|passes|pass",
        ),
        unless=("stop|unfollow|unsubscribe|no longer|anymore|which|what|drift|training",),
        slots={
            "repository": _REPOSITORY,
            "workflow": Slot("workflow"),
        },
    ),
    examples=("follow CI of acme/churn here", "post the CI results of acme/churn in this channel"),
)


unfollow_workflow_tool = Tool(
    name="unfollow_workflow",
    summary="Post no more CI runs into this channel.",
    args=UnfollowWorkflow,
    run=unfollow_workflow,
    effect="write",
    where="bot",
    words=Words(
        phrases=(
            "unfollow|unsubscribe",
            f"stop|end|quit following|posting|reporting|announcing ~~ {_CI}|<any>",
            f"not|no|never follow|post ~~ {_CI} ~ anymore|more|longer",
        ),
        unless=("drift|training|monitor|which|what",),
        slots={
            "repository": _REPOSITORY,
            "workflow": Slot("workflow"),
        },
    ),
    examples=("stop following CI of acme/churn", "unfollow acme/churn"),
)
