"""CI as the settings have it: what may be run, with which credentials, and whether that works."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from bot.agent.calls import load_actor
from bot.agent.toolbelt import Toolbelt
from bot.crash import Fuse
from bot.errors import SetupError
from bot.leading import Follows
from bot.platforms.findings import Finding
from bot.settings import Settings
from scheduler.following import Follower, Surroundings
from scheduler.jobs import OnFinished
from storage.catalog.catalog import Catalog
from storage.catalog.records import Address, Job
from tools.context import JobTicket, ToolContext
from tools.errors import ToolError
from tools.registry import find_tool
from tools.workflows.access import AppKey, Token
from tools.workflows.allowed import Ci
from tools.workflows.declared import read_workflow
from tools.workflows.following import Rules
from tools.workflows.server import CiServer

WHAT: Final = "github"
_SCOPES: Final = ("repo", "workflow")
_TAKES: Final = ("model", "version", "digest")


def open_ci(settings: Settings) -> Ci | None:
    """The CI of this installation; None where none is set up. Nothing is asked yet.

    Raises:
        SetupError: Workflows are named and credentials are not, or only half of them.
    """
    if not settings.ci and settings.release is None and settings.projects is None:
        return None
    access = _access(settings)
    hears = settings.github_webhook_secret is not None
    opens = partial(_open, settings.github_api_url, access)
    return Ci(settings.ci, opens, settings.release, hears, settings.projects)


def _open(url: str, access: Token | AppKey) -> CiServer:
    from tools.workflows.github import GitHubServer  # its library takes a while to load

    return GitHubServer(access, url=url)


def _access(settings: Settings) -> Token | AppKey:
    named = (settings.github_app_id, settings.github_app_key_file, settings.github_installation_id)
    if all(named):
        key_file = Path(settings.github_app_key_file).expanduser()
        try:
            key = key_file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise SetupError(
                f"GITHUB_APP_KEY_FILE cannot be read: {key_file}. It is the App's PEM key."
            ) from None
        return AppKey(settings.github_app_id, key, settings.github_installation_id)
    if any(named):
        raise SetupError(
            "A GitHub App needs GITHUB_APP_ID, GITHUB_APP_KEY_FILE and GITHUB_INSTALLATION_ID."
        )
    if settings.github_token is None:
        raise SetupError(
            "MLOPS_CI, MLOPS_RELEASE or MLOPS_PROJECTS names a repository, and GITHUB_TOKEN is "
            "missing (or GITHUB_APP_ID, GITHUB_APP_KEY_FILE and GITHUB_INSTALLATION_ID)."
        )
    return Token(settings.github_token.get_secret_value())


async def check_ci(settings: Settings) -> list[Finding]:
    """Whether the token is good, and every repository and workflow is there and can be run."""
    try:
        ci = open_ci(settings)
    except SetupError as error:
        return [Finding("bad", WHAT, str(error), "set it, or leave MLOPS_CI empty")]
    if ci is None:
        return [Finding("note", WHAT, "no CI workflows are set up", "MLOPS_CI names them")]
    return await asyncio.to_thread(_look, ci)


def _look(ci: Ci) -> list[Finding]:
    try:
        found = [_account(ci)]
    except ToolError as error:
        return [Finding("bad", WHAT, error.message, error.hint)]
    for repo in ci.repos:
        found += _repository(ci, repo)
    if not ci.hears:
        told = "GitHub cannot tell of runs: channels cannot follow CI"
        found.append(Finding("note", WHAT, told, "GITHUB_WEBHOOK_SECRET; see docs/github.md"))
    return found


def _account(ci: Ci) -> Finding:
    account = ci.server.account()
    if account.scopes is None:
        return Finding("ok", WHAT, f"the token is {account.name}'s")
    if not set(_SCOPES) & set(account.scopes):
        held = ", ".join(account.scopes) or "none"
        fix = "make a token with the scope repo, or a fine-grained one with Actions: read and write"
        return Finding("bad", WHAT, f"the token of {account.name} has the scopes: {held}", fix)
    return Finding("ok", WHAT, f"the token is {account.name}'s ({', '.join(account.scopes)})")


def _repository(ci: Ci, repo: str) -> list[Finding]:
    try:
        about = ci.server.repository(repo)
    except ToolError as error:
        return [Finding("bad", f"{WHAT} {repo}", error.message, error.hint)]
    if about.archived:
        return [Finding("bad", f"{WHAT} {repo}", "it is archived, so nothing runs there")]
    if about.can_write is False:
        fix = "give it the permission Actions: read and write there"
        return [Finding("bad", f"{WHAT} {repo}", "the token may only read it", fix)]
    files = [each.file for each in ci.workflows if each.repo == repo]
    found = [_workflow(ci, repo, file, about.default_branch) for file in files]
    if ci.release is not None and ci.release.repo == repo:
        found.append(_release(ci, about.default_branch))
    return found


def _workflow(ci: Ci, repo: str, file: str, ref: str) -> Finding:
    what = f"{WHAT} {repo}/{file}"
    try:
        state = ci.server.workflow(repo, file).state
        read_workflow(ci.server.source(repo, file, ref), file)
    except ToolError as error:
        return Finding("bad", what, error.message, error.hint)
    if state != "active":
        return Finding("bad", what, f"it is {state.replace('_', ' ')}", "enable it on GitHub")
    deploys = "; deploys, so it waits for an approver" if ci.deploys(repo, file) else ""
    return Finding("ok", what, f"can be run{deploys}")


def _release(ci: Ci, branch: str) -> Finding:
    through = ci.release
    assert through is not None  # noqa: S101 - asked for by the caller
    what, ref = f"{WHAT} release", through.ref or branch
    try:
        source = ci.server.source(through.repo, through.file, ref)
        declared = read_workflow(source, through.file)
    except ToolError as error:
        return Finding("bad", what, error.message, error.hint)
    missing = [name for name in _TAKES if declared.named(name) is None]
    if missing:
        fix = f"declare the inputs {', '.join(missing)} under workflow_dispatch"
        return Finding("bad", what, f"{through.file} does not take {', '.join(missing)}", fix)
    return Finding("ok", what, f"production waits for {through.file} on {ref}")


def follower_for(
    settings: Settings, ci: Ci | None, toolbelt: Toolbelt, *, owner: str, fuse: Fuse
) -> Follows:
    """What makes the follower of CI jobs, once a process leads."""

    def context(job: Job) -> ToolContext:
        bare = toolbelt.context_of(Address(job.scope, job.thread), job.actor)
        return replace(
            bare,
            refs=dict(job.context.get("refs") or {}),
            job=JobTicket(job.id, job.attempt),
            approved_by=load_actor(job.context.get("approved_by")),
        )

    def make(catalog: Catalog, on_finished: OnFinished, passed_on: Callable[[], None]) -> Follower:
        around = Surroundings(ci, context, find_tool, passed_on, fuse)
        rules = Rules(settings.ci_poll_s, settings.ci_patience_min * 60)
        return Follower(
            catalog, around, owner=owner, now=toolbelt.now, on_finished=on_finished, rules=rules
        )

    return make
