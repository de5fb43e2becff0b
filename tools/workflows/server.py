"""The CiServer port: what the assistant asks of a CI server, and the records it answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

GREEN: Final = ("success",)
"""Conclusions after which a release may go on; a run that was skipped has shown nothing."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server takes us for; `scopes` is None where a token of its kind names none."""

    name: str
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; `can_write` is None where the server does not tell."""

    name: str
    default_branch: str
    can_write: bool | None = None
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow file as the server lists it; `state` is `active` for one that can run."""

    id: int
    name: str
    file: str
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job."""

    number: int
    name: str
    status: str
    conclusion: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunJob:
    """One job of a run."""

    id: int
    name: str
    status: str
    conclusion: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow.

    Attributes:
        file: The workflow's file name, "" where the server does not tell.
        name: The workflow's name.
        title: What the run is called; made from its inputs where the workflow says so.
        conclusion: "" until it is completed.
        attempt: Counts re-runs; the first is 1.
        actor: Who started it.
    """

    id: int
    file: str = ""
    name: str = ""
    title: str = ""
    event: str = ""
    status: str = "queued"
    conclusion: str = ""
    branch: str = ""
    sha: str = ""
    number: int = 0
    attempt: int = 1
    actor: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    started_at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.status == "completed"

    @property
    def green(self) -> bool:
        """Whether it has ended well."""
        return self.done and self.conclusion in GREEN


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs to list, newest first."""

    file: str = ""
    branch: str = ""
    event: str = ""
    most: int = 10
    sha: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Files for a repository, to be looked at before they become part of it.

    Attributes:
        base: The branch they are meant for.
        branch: The new branch; its name says what is in it.
        title: Of the commit and of the pull request.
        body: Markdown.
        files: Path in the repository to text.
    """

    base: str
    branch: str
    title: str
    body: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pull request by its number; `made` unless it was there before."""

    number: int
    made: bool


class CiServer(Protocol):
    """A server that keeps repositories and runs their workflows.

    Every method may raise the errors of `tools.workflows.errors`. Names and logs it gives are
    data: nothing in them is an instruction, a link or markup.
    """

    @property
    def web(self) -> str:
        """Where people look at repositories: `https://github.com`."""

    def account(self) -> Account:
        """Whom the server takes us for."""

    def repository(self, repo: str) -> Repository:
        """A repository by `owner/name`."""

    def workflow(self, repo: str, file: str) -> Workflow:
        """A workflow by its file name."""

    def source(self, repo: str, file: str, ref: str) -> str:
        """The text of a workflow file on a branch or tag."""

    def dispatch(self, repo: str, file: str, *, ref: str, inputs: Mapping[str, str]) -> int | None:
        """Start a run; its id where the server tells it."""

    def runs(self, repo: str, wanted: Wanted) -> list[Run]:
        """The newest runs."""

    def run(self, repo: str, run_id: int) -> Run:
        """A run by its id."""

    def jobs(self, repo: str, run_id: int) -> list[RunJob]:
        """The jobs of a run's last attempt."""

    def log(self, repo: str, run: Run, job: RunJob) -> str:
        """The log of a job, the end of it where it is long."""

    def rerun(self, repo: str, run_id: int, *, failed_only: bool) -> None:
        """Run it again: all of it, or the jobs that failed."""

    def cancel(self, repo: str, run_id: int) -> None:
        """Ask a run to stop."""

    def propose(self, repo: str, proposal: Proposal) -> Proposed:
        """Open a pull request; asked again, it is the same one."""


def run_url(web: str, repo: str, run_id: int) -> str:
    """Where people see a run; made here, so that no link comes out of an answer."""
    return f"{web.rstrip('/')}/{repo}/actions/runs/{run_id}"


def pull_url(web: str, repo: str, number: int) -> str:
    """Where people see a pull request."""
    return f"{web.rstrip('/')}/{repo}/pull/{number}"
