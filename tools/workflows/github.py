"""GitHub Actions as a CiServer, by GitHub's REST API."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from tools.cards import shown
from tools.workflows.access import Access, Token
from tools.workflows.allowed import web_of
from tools.workflows.api import GitHubApi
from tools.workflows.errors import Missing, Rejected
from tools.workflows.payloads import job_of, repository_of, run_of, workflow_of
from tools.workflows.proposal import propose
from tools.workflows.server import (
    Account,
    Proposal,
    Proposed,
    Repository,
    Run,
    RunJob,
    Wanted,
    Workflow,
)

FOLDER: Final = ".github/workflows"
_RAW: Final = "application/vnd.github.raw+json"
_DETAILS: Final = "return_run_details"
_MOST_SOURCE: Final = 512 * 1024
_MOST_LOG: Final = 64 * 2**20
_MOST_TEXT: Final = 4 * 2**20
_MOST_JOBS: Final = 200
_MOST_RUNS: Final = 100


class GitHubServer:
    """The workflows of a GitHub server."""

    def __init__(self, access: Access, *, url: str) -> None:
        self._api = GitHubApi(access, url=url)
        self._is_app = not isinstance(access, Token)

    @property
    def web(self) -> str:
        """Where people look at repositories."""
        return web_of(self._api.url)

    def account(self) -> Account:
        """Whom GitHub takes us for; classic tokens name their scopes."""
        if self._is_app:
            self._api.get_object("/installation/repositories", about="the App's repositories")
            return Account("the GitHub App")
        answer = self._api.get("/user", about="account of this token")
        scopes = answer.headers.get("x-oauth-scopes")
        named = None if scopes is None else tuple(s.strip() for s in scopes.split(",") if s.strip())
        value = answer.json()
        return Account(str(value.get("login", "")) if isinstance(value, dict) else "", named)

    def repository(self, repo: str) -> Repository:
        """A repository by `owner/name`."""
        value = self._api.get_object(f"/repos/{repo}", about=f"repository {repo}")
        return repository_of(value, repo)

    def workflow(self, repo: str, file: str) -> Workflow:
        """A workflow by its file name."""
        about = f"workflow {file} in {repo}"
        value = self._api.get_object(f"{_actions(repo)}/workflows/{quote(file)}", about=about)
        return workflow_of(value, file)

    def source(self, repo: str, file: str, ref: str) -> str:
        """The text of a workflow file on a branch or tag."""
        answer = self._api.get(
            f"/repos/{repo}/contents/{FOLDER}/{quote(file)}",
            about=f"{file} on {ref} in {repo}",
            params={"ref": ref},
            accept=_RAW,
        )
        content = _plain(answer.content)
        if len(content) > _MOST_SOURCE:
            raise Rejected(f"{file} in {repo} is too large for a workflow.")
        return content.decode("utf-8", "replace")

    def dispatch(self, repo: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> int | None:
        """Start a run; its id, unless the server is too old to tell it."""
        path = f"{_actions(repo)}/workflows/{quote(file)}/dispatches"
        body: dict[str, Any] = {"ref": ref, "inputs": dict(inputs)}
        about = f"workflow {file} in {repo}"
        try:
            answer = self._api.post(path, {**body, _DETAILS: True}, about=about)
        except Rejected as error:
            if _DETAILS not in error.message:
                raise
            answer = self._api.post(path, body, about=about)
        try:
            value = answer.json() if answer.content else {}
        except ValueError:
            value = {}
        found = value.get("workflow_run_id") if isinstance(value, dict) else None
        return found if isinstance(found, int) else None

    def runs(self, repo: str, wanted: Wanted) -> list[Run]:
        """The newest runs, of one workflow or of all.

        Servers that do not list the runs of a workflow apart are asked for all of them.
        """
        if not wanted.file:
            return self._runs(repo, "", wanted)
        try:
            return self._runs(repo, f"/workflows/{quote(wanted.file)}", wanted)
        except Missing:
            self.workflow(repo, wanted.file)
            every = self._runs(repo, "", replace(wanted, most=_MOST_RUNS))
            return [run for run in every if run.file == wanted.file][: wanted.most]

    def _runs(self, repo: str, where: str, wanted: Wanted) -> list[Run]:
        asked = {"branch": wanted.branch, "event": wanted.event, "head_sha": wanted.sha}
        items = self._api.get_pages(
            f"{_actions(repo)}{where}/runs",
            "workflow_runs",
            about=f"runs of {wanted.file or 'workflows'} in {repo}",
            params={name: value for name, value in asked.items() if value},
            most=wanted.most,
        )
        return [run_of(item) for item in items]

    def run(self, repo: str, run_id: int) -> Run:
        """A run by its id."""
        about = f"run {run_id} in {repo}"
        return run_of(self._api.get_object(f"{_actions(repo)}/runs/{run_id}", about=about))

    def jobs(self, repo: str, run_id: int) -> list[RunJob]:
        """The jobs of a run's last attempt."""
        items = self._api.get_pages(
            f"{_actions(repo)}/runs/{run_id}/jobs",
            "jobs",
            about=f"jobs of run {run_id} in {repo}",
            params={"filter": "latest"},
            most=_MOST_JOBS,
        )
        return [job_of(item) for item in items]

    def log(self, repo: str, run: Run, job: RunJob) -> str:
        """The end of a job's log: from the job itself, else from the archive of its run."""
        about = f"log of job “{shown(job.name)}”"
        try:
            parts = self._api.fetch(
                f"{_actions(repo)}/jobs/{job.id}/logs", about=about, most=_MOST_LOG
            )
            return _end_of(b"".join(parts))
        except Missing:
            path = f"{_actions(repo)}/runs/{run.id}/attempts/{run.attempt}/logs"
            parts = self._api.fetch(path, about=about, most=_MOST_LOG)
            return _from_archive(b"".join(parts), job)

    def rerun(self, repo: str, run_id: int, *, failed_only: bool) -> None:
        """Run it again: all of it, or the jobs that failed."""
        what = "rerun-failed-jobs" if failed_only else "rerun"
        self._api.post(f"{_actions(repo)}/runs/{run_id}/{what}", about=f"run {run_id} in {repo}")

    def cancel(self, repo: str, run_id: int) -> None:
        """Ask a run to stop."""
        self._api.post(f"{_actions(repo)}/runs/{run_id}/cancel", about=f"run {run_id} in {repo}")

    def propose(self, repo: str, proposal: Proposal) -> Proposed:
        """Open a pull request; asked again, it is the same one."""
        return propose(self._api, repo, proposal)


def _plain(content: bytes) -> bytes:
    """A file, also from a server that wraps it in JSON although the plain text was asked for."""
    if not content.startswith(b"{"):
        return content
    try:
        value = json.loads(content)
        return base64.b64decode(value["content"]) if value["encoding"] == "base64" else content
    except (ValueError, KeyError, TypeError):
        return content


def _actions(repo: str) -> str:
    return f"/repos/{repo}/actions"


def _end_of(content: bytes) -> str:
    return content[-_MOST_TEXT:].decode("utf-8", "replace")


def _from_archive(content: bytes, job: RunJob) -> str:
    """The job's log out of the archive: one file for the job, or one for each of its steps."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _files_of(job, archive.namelist())
            return "\n".join(_member(archive, name) for name in names)[-_MOST_TEXT:]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise Rejected(f"The log of job “{shown(job.name)}” cannot be read.") from error


def _files_of(job: RunJob, names: list[str]) -> list[str]:
    """`job/1_Set up job.txt` for each step, in order; else `0_job.txt`."""
    inside = [name for name in names if name.rpartition("/")[0] == _as_file(job.name)]
    steps = sorted(
        (name for name in inside if _position(name) is not None), key=lambda n: _position(n) or 0
    )
    whole = [
        name
        for name in names
        if "/" not in name and name.partition("_")[2] == f"{_as_file(job.name)}.txt"
    ]
    return steps or whole


def _position(name: str) -> int | None:
    number = name.rpartition("/")[2].partition("_")[0]
    return int(number) if number.isdecimal() else None


def _member(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as member:
        content = b""
        while part := member.read(2**16):
            content = (content + part)[-_MOST_TEXT:]
            if member.tell() > _MOST_LOG:
                break
        return content.decode("utf-8", "replace")


def _as_file(name: str) -> str:
    """A job's name as GitHub writes it into file names."""
    return "".join("" if char in '<>:"/\\|?*' else char for char in name).strip()
