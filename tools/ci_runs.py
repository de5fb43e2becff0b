"""Runs of CI workflows: what starting, asking about, repeating and stopping them does."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pydantic import Field

from tools.base import Args, Effect, Rehearsal, Spoken
from tools.cards import facts, plural, shown
from tools.errors import NotFound, ToolError
from tools.outcome import Block, Headline, Outcome
from tools.workflows.allowed import Allowed, Ci, is_ref
from tools.workflows.cards import data_of, named, run_card, runs_card, sentence, verdict
from tools.workflows.choosing import need_ci, repo_of, workflow_of
from tools.workflows.declared import MARK, fitted, read_workflow
from tools.workflows.errors import Rejected
from tools.workflows.following import Ended, ended
from tools.workflows.order import Order, new_mark, trail_of
from tools.workflows.server import Run, Wanted

if TYPE_CHECKING:
    from tools.context import ToolContext

_MOST: Final = 8


class RunWorkflow(Args):
    """Arguments of `run_workflow`."""

    workflow: str | None = Field(
        None, description="Its file or name, as set up here; the only one if omitted."
    )
    repository: str | None = Field(None, description="owner/name, only if the person named one.")
    ref: str | None = Field(
        None, description="Branch or tag, only if the person named one; else the default branch."
    )
    inputs: dict[str, str] = Field({}, description="Inputs of the workflow, as the person said.")


class WorkflowStatus(Args):
    """Arguments of `workflow_status`."""

    workflow: str | None = Field(None, description="Its file or name; all of them if omitted.")
    repository: str | None = Field(None, description="owner/name, only if the person named one.")
    ref: str | None = Field(None, description="Branch or tag, only if the person named one.")
    run: int | None = Field(None, description="Id of a run; set by buttons.")


class RerunWorkflow(Args):
    """Arguments of `rerun_workflow`."""

    workflow: str | None = Field(None, description="Its file or name; the last run if omitted.")
    repository: str | None = Field(None, description="owner/name, only if the person named one.")
    run: int | None = Field(None, description="Id of a run; set by buttons.")
    failed_only: bool = Field(False, description="Only the jobs that failed.")


class CancelWorkflow(Args):
    """Arguments of `cancel_workflow`."""

    workflow: str | None = Field(
        None, description="Its file or name; the one that runs if omitted."
    )
    repository: str | None = Field(None, description="owner/name, only if the person named one.")
    run: int | None = Field(None, description="Id of a run; set by buttons.")


_Named: TypeAlias = RunWorkflow | WorkflowStatus | RerunWorkflow | CancelWorkflow


def order_run(args: RunWorkflow, context: ToolContext) -> Order:
    """The run that is asked for, with inputs that fit what the workflow declares.

    Raises:
        NotFound: No such workflow, branch or input.
        NeedsChoice: Several workflows fit.
        BadRequest: An input is missing or does not fit, or it cannot be started by hand.
    """
    ci = need_ci(context.ci)
    wanted = _workflow(args, ci)
    if args.ref and not is_ref(args.ref):
        raise NotFound(f"“{shown(args.ref)}” cannot be the name of a branch or tag.")
    ref = args.ref or ci.server.repository(wanted.repo).default_branch
    declared = read_workflow(ci.server.source(wanted.repo, wanted.file, ref), wanted.file)
    inputs = fitted(declared, args.inputs)
    mark = new_mark()
    told = {**inputs, MARK: mark} if declared.marks else inputs
    return Order(wanted.repo, wanted.file, ref, told, mark)


def run_workflow(args: RunWorkflow, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The card of a run that was started here and has ended well."""
    return _followed(context)


def rerun_workflow(args: RerunWorkflow, context: ToolContext) -> Outcome:  # noqa: ARG001
    """The card of a run that was made again and has ended well."""
    return _followed(context)


def _followed(context: ToolContext) -> Outcome:
    ci = need_ci(context.ci)
    assert context.job is not None  # noqa: S101 - what CI has to run is always a job
    with context.catalog.read() as unit:
        trail = trail_of(unit.jobs.get(context.job.id).context)
    assert trail is not None  # noqa: S101 - its job began with one
    return _shown(context, ci, trail.order.repo, ci.server.run(trail.order.repo, trail.run))


def rehearse_run(args: RunWorkflow, context: ToolContext) -> Rehearsal:
    """What would be started, on what, with which inputs."""
    order = order_run(args, context)
    given = {name: value for name, value in order.inputs.items() if name != MARK}
    pinned = {
        "workflow": f"{order.repo}/{order.file}",
        "repository": order.repo,
        "ref": args.ref,  # one that nobody named stays so; the title, and so the binding, has it
        "inputs": given,
    }
    title = f"Run {order.file} of {order.repo} on {order.ref}? It deploys."
    told = {f"input {name}": f"`{shown(value)}`" for name, value in given.items()}
    blocks: tuple[Block, ...] = (Headline(title, "warning"),)
    shows = facts(repository=order.repo, branch=f"`{shown(order.ref)}`", **told)
    return _rehearsal(pinned, Outcome(summary=title, blocks=(*blocks, shows)))


def order_rerun(args: RerunWorkflow, context: ToolContext) -> Order:
    """The run that is made again.

    Raises:
        NotFound: There is none.
        BadRequest: It has not ended, or nothing of it failed.
    """
    ci = need_ci(context.ci)
    repo, run = _meant(args, context, ci)
    if not run.done:
        raise Rejected(f"{named(run)} has not ended yet: it {verdict(run)}.")
    if args.failed_only and run.green:
        raise Rejected(f"Nothing of {named(run)} failed.", "Say “run it again” for all of it.")
    return Order(
        repo,
        run.file,
        run.branch,
        {},
        "",
        rerun=run.id,
        attempt=run.attempt,
        failed_only=args.failed_only,
    )


def rehearse_rerun(args: RerunWorkflow, context: ToolContext) -> Rehearsal:
    """What would be run again."""
    ci = need_ci(context.ci)
    repo, run = _meant(args, context, ci)
    what = "what failed of " if args.failed_only else ""
    title = f"Run {what}{named(run)} of {repo} again? It deploys."
    pinned = {"repository": repo, "run": run.id, "failed_only": args.failed_only}
    return _rehearsal(pinned, Outcome(summary=title, blocks=(Headline(title, "warning"),)))


def workflow_status(args: WorkflowStatus, context: ToolContext) -> Outcome:
    """How one run stands, or the last runs of all workflows; of a red one, why.

    Raises:
        NotFound: No such workflow or run.
        NeedsChoice: Several workflows fit.
    """
    ci = need_ci(context.ci)
    if args.run is not None:
        repo = repo_of(ci, args.repository)
        return _shown(context, ci, repo, ci.server.run(repo, args.run))
    if args.workflow:
        wanted = _workflow(args, ci)
        return _shown(context, ci, wanted.repo, _last(ci, wanted, args.ref))
    if args.ref is None and args.repository is None:
        own = _started_here(context)
        if own is not None:
            return _shown(context, ci, own[0], ci.server.run(*own))
    return _overview(args, context, ci)


def cancel_workflow(args: CancelWorkflow, context: ToolContext) -> Outcome:
    """Ask a run to stop.

    Raises:
        NotFound: None is under way.
        BadRequest: It has ended.
    """
    ci = need_ci(context.ci)
    repo, run = _meant(args, context, ci, going=True)
    if run.done:
        raise Rejected(f"{named(run)} has ended already: it {verdict(run)}.")
    ci.server.cancel(repo, run.id)
    said = f"{named(run)} of {repo} is being stopped."
    return Outcome(summary=said, blocks=(Headline(said),), data={"run": run.id})


def effect_of_run(args: RunWorkflow, context: ToolContext | None) -> Effect:
    """`deploy` for what the settings mark so, and where it cannot be told."""
    if context is None or context.ci is None:
        return "deploy"
    try:
        wanted = _workflow(args, context.ci)
    except ToolError:
        return "write"  # the call itself says what is wrong, or asks
    return "deploy" if wanted.deploys else "write"


def effect_of_rerun(args: RerunWorkflow, context: ToolContext | None) -> Effect:
    """As for a run."""
    if context is None or context.ci is None:
        return "deploy"
    try:
        repo, run = _meant(args, context, context.ci)
    except ToolError:
        return "write"
    return "deploy" if context.ci.deploys(repo, run.file) else "write"


def spoken_of_run(args: RunWorkflow) -> tuple[Spoken, ...]:
    """A branch is the asker's to name; so is every input that is more than a number."""
    free = {"true", "false", "yes", "no"}
    inputs = tuple(
        Spoken("inputs", value)
        for value in args.inputs.values()
        if value.lower() not in free and not value.replace(".", "").replace(",", "").isdecimal()
    )
    ask = f"Run it on `{shown(args.ref)}`?" if args.ref else ""
    return (*((Spoken("ref", args.ref, ask),) if args.ref else ()), *inputs)


def _workflow(
    args: RunWorkflow | WorkflowStatus | RerunWorkflow | CancelWorkflow, ci: Ci
) -> Allowed:
    repo = repo_of(ci, args.repository) if args.repository else None
    return workflow_of(ci, args.workflow, repo)


def _meant(
    args: RerunWorkflow | CancelWorkflow, context: ToolContext, ci: Ci, *, going: bool = False
) -> tuple[str, Run]:
    """The run people mean: named, the last one of a workflow, of this thread, or of all."""
    if args.run is not None:
        repo = repo_of(ci, args.repository)
        return repo, ci.server.run(repo, args.run)
    if args.workflow:
        wanted = _workflow(args, ci)
        return wanted.repo, _last(ci, wanted, None)
    own = _started_here(context) if args.repository is None else None
    if own is not None:
        return own[0], ci.server.run(*own)
    runs = _latest(ci, args.repository, None)
    fits = [each for each in runs if not each[1].done] if going else runs
    if not fits:
        raise NotFound("No run is under way." if going else "Nothing has run yet.")
    return fits[0]


def _last(ci: Ci, wanted: Allowed, ref: str | None) -> Run:
    found = ci.server.runs(wanted.repo, Wanted(wanted.file, branch=ref or "", most=1))
    if not found:
        where = f" on {shown(ref)}" if ref else ""
        raise NotFound(f"{wanted.file} has not run{where} yet.", "Say “run it” to start it.")
    return found[0]


def _latest(ci: Ci, said: str | None, ref: str | None) -> list[tuple[str, Run]]:
    """The last run of each workflow, newest first."""
    repo = repo_of(ci, said) if said else None
    found = []
    for each in [one for one in ci.workflows if repo in {None, one.repo}][:_MOST]:
        runs = ci.server.runs(each.repo, Wanted(each.file, branch=ref or "", most=1))
        found += [(each.repo, run) for run in runs]
    return sorted(found, key=lambda pair: pair[1].id, reverse=True)


def _started_here(context: ToolContext) -> tuple[str, int] | None:
    """Repository and id of the last run that this thread started."""
    with context.catalog.read() as unit:
        jobs = unit.jobs.list(context.scope, limit=50)
    trails = (trail_of(job.context) for job in jobs if job.thread == context.address.thread)
    return next(((t.order.repo, t.run) for t in trails if t is not None and t.run), None)


def _overview(args: WorkflowStatus, context: ToolContext, ci: Ci) -> Outcome:
    runs = _latest(ci, args.repository, args.ref)
    if not runs:
        where = f" on {shown(args.ref)}" if args.ref else ""
        raise NotFound(f"No workflow has run{where} yet.")
    red = [(repo, run) for repo, run in runs if run.done and not run.green]
    if len(runs) == 1:
        return _shown(context, ci, *runs[0])
    going = sum(not run.done for _, run in runs)
    title = "CI passed: all is green." if not red else f"CI is red: {_names(red)}."
    if going and not red:
        title = f"CI is not done: {plural(going, 'run')} under way."
    table = runs_card(runs, title.rstrip("."), web=ci.server.web, zone=context.timezone)
    lines = " ".join(f"{named(run)} on {shown(run.branch)} {verdict(run)}." for _, run in runs)
    more = _shown(context, ci, *red[0]) if red else Outcome("")
    return Outcome(
        summary=f"{title} {lines} {more.summary}".strip(),
        blocks=(*table, *more.blocks),
        data={"runs": [data_of(Ended(run, ()), repo, web=ci.server.web) for repo, run in runs]},
        sample=more.sample,
    )


def _names(runs: list[tuple[str, Run]]) -> str:
    return ", ".join(f"{named(run)} {verdict(run)}" for _, run in runs)


def _shown(context: ToolContext, ci: Ci, repo: str, run: Run) -> Outcome:
    """One run with its jobs; the words of its log are for people, and for minds that see rows."""
    server = ci.server
    jobs = tuple(server.jobs(repo, run.id))
    found = ended(server, repo, run, jobs) if run.done else Ended(run, jobs)
    deploys = ci.deploys(repo, run.file)
    return Outcome(
        summary=sentence(found),
        blocks=run_card(found, repo, web=server.web, zone=context.timezone, deploys=deploys),
        data=data_of(found, repo, web=server.web),
        sample="\n".join(found.lines),
    )


def _rehearsal(args: dict[str, Any], outcome: Outcome) -> Rehearsal:
    text = json.dumps([outcome.summary, args], sort_keys=True)
    return Rehearsal(args, hashlib.sha256(text.encode()).hexdigest(), outcome)
