"""What a webhook tells of a run that ended, as a card for the channels that follow it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from storage.catalog.records import Address
from tools.cards import facts, moment, shown, steps
from tools.outcome import Block, Headline, NextStep
from tools.workflows.cards import named, tone_of, verdict
from tools.workflows.payloads import run_of
from tools.workflows.server import Run, run_url

if TYPE_CHECKING:
    from storage.catalog.catalog import Unit

_REPO: Final = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_OWN_APP: Final = "github-actions"


@dataclass(frozen=True, slots=True)
class Heard:
    """A run or a suite of checks that ended.

    Attributes:
        key: Names this end for certain: the same again says nothing new.
        suite: Whether it is a suite of another service, which is looked at elsewhere.
    """

    repo: str
    run: Run
    key: str
    suite: bool = False


def heard_in(event: str, payload: dict[str, Any]) -> Heard | None:
    """What an event tells; None where nothing has ended.

    Suites of GitHub Actions itself are left out: each of its runs comes as an event of its own.
    """
    repo = payload.get("repository")
    name = repo.get("full_name") if isinstance(repo, dict) else None
    about = payload.get(event)
    if event not in {"workflow_run", "check_suite"} or payload.get("action") != "completed":
        return None
    if not isinstance(about, dict) or not isinstance(name, str) or not _REPO.fullmatch(name):
        return None
    run = run_of(about)
    if not run.id or not run.done:
        return None
    if event == "workflow_run":
        return Heard(name, run, f"run:{run.id}:{run.attempt}:{run.conclusion}")
    app = about.get("app")
    slug = app.get("slug") if isinstance(app, dict) else None
    if slug == _OWN_APP or not isinstance(slug, str):
        return None
    by = Run(run.id, name=slug, status=run.status, conclusion=run.conclusion, branch=run.branch,
             sha=run.sha, updated_at=run.updated_at)  # fmt: skip
    return Heard(name, by, f"suite:{run.id}:{run.sha}:{run.conclusion}", suite=True)


def told_in(unit: Unit, address: Address) -> Address:
    """Where the runs that somebody follows are told: on chat platforms in the channel itself."""
    return address if unit.channels.find(address.scope) is None else Address(address.scope)


def heard_card(heard: Heard, *, web: str, zone: str) -> tuple[Block, ...]:
    """How it ended, whose it is, and what to do about it."""
    run = heard.run
    what = f"Checks of {shown(run.name)}" if heard.suite else named(run)
    where = f" on {shown(run.branch)}" if run.branch else ""
    ended = verdict(run).replace("was ", "were ") if heard.suite else verdict(run)
    link = f"{web}/{heard.repo}/commit/{run.sha}" if heard.suite and _is_sha(run.sha) else ""
    blocks: tuple[Block, ...] = (
        Headline(f"{what}{where} {ended}", tone_of(run)),
        facts(
            repository=heard.repo,
            commit=f"`{run.sha[:10]}`" if _is_sha(run.sha) else "",
            started_by=f"`{shown(run.actor)}`" if run.actor else "",
            ended=moment(run.updated_at, zone) if run.updated_at else "",
            attempt=str(run.attempt) if run.attempt > 1 else "",
            link=link if heard.suite else run_url(web, heard.repo, run.id),
        ),
    )
    if heard.suite or run.green:
        return blocks
    about = {"repository": heard.repo, "run": run.id}
    why = NextStep("Why?", "workflow_status", about)
    return (*blocks, steps(why, NextStep("Run again", "rerun_workflow", about)))


def _is_sha(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{7,64}", text))
