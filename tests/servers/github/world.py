"""What a local GitHub knows: repositories, workflow files, runs that move a step at each look."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import yaml

Behaviour = Literal["pass", "fail", "hang", "queue", "vanish", "cancelled", "review"]

LOG = "2026-03-02T09:00:{second:02d}.{fraction:07d}Z {text}"
SECRET_LINE = "curl -H 'Authorization: Bearer abcdef0123456789' https://example.org"


@dataclass
class Run:
    """A run and how it goes on: each look at it moves it one step."""

    id: int
    repo: str
    file: str
    title: str
    branch: str
    inputs: dict[str, str]
    behaviour: Behaviour
    number: int
    event: str = "workflow_dispatch"
    actor: str = "octocat"
    attempt: int = 1
    looks: int = 0
    shown_after: int = 0
    stopped: bool = False
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def gone(self) -> bool:
        return self.behaviour == "vanish" and self.looks > 2

    @property
    def status(self) -> str:
        if self.stopped:
            return "completed"
        if self.behaviour == "review":
            return "waiting"
        if self.looks <= 1 or self.behaviour == "queue":
            return "queued"
        return "in_progress" if self.looks <= 3 or self.behaviour == "hang" else "completed"

    @property
    def conclusion(self) -> str | None:
        if self.status != "completed":
            return None
        if self.stopped:
            return "cancelled"
        return {"fail": "failure", "cancelled": "cancelled"}.get(self.behaviour, "success")


@dataclass
class Repo:
    """A repository: its files by (branch, path), and what a token may do with it.

    Attributes:
        made: Trees and commits by their SHA.
        tips: Commit of each branch.
        pulls: Pull requests, in the order they were opened.
    """

    name: str
    default_branch: str = "main"
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    permissions: dict[str, bool] = field(default_factory=lambda: {"push": True, "pull": True})
    archived: bool = False
    disabled: set[str] = field(default_factory=set)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    tips: dict[str, str] = field(default_factory=lambda: {"main": "c0"})
    pulls: list[dict[str, Any]] = field(default_factory=list)

    def put(self, file: str, text: str, *branches: str) -> None:
        """Add a workflow file to branches."""
        for branch in branches or (self.default_branch,):
            self.files[branch, f".github/workflows/{file}"] = text

    def workflows(self) -> list[str]:
        """The workflow files of the default branch, in a fixed order."""
        found = {path for branch, path in self.files if path.startswith(".github/workflows/")}
        return sorted(path.rpartition("/")[2] for path in found)

    def branches(self) -> set[str]:
        return {self.default_branch, *(branch for branch, _ in self.files)}


@dataclass
class World:
    """Everything the server knows, and the knobs of a test.

    Attributes:
        details: What a dispatch answers: `always` with the run's id, when `asked` for it, or an
            older server's 204: `never`, or `refused` where the unknown parameter is an error.
        delay: Looks at the list of runs until a new run is in it.
        strip: Fields that answers leave out, as other implementations do.
        spare: Whether answers carry fields nobody has heard of.
    """

    token: str = "ghp_testtoken000000000000000000000000000"
    login: str = "octocat"
    scopes: str | None = "repo, workflow"
    repos: dict[str, Repo] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    behaviour: dict[str, Behaviour] = field(default_factory=dict)
    details: Literal["always", "asked", "never", "refused"] = "asked"
    delay: int = 0
    strip: frozenset[str] = frozenset()
    spare: bool = True
    dispatched: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def repo(self, name: str = "acme/churn") -> Repo:
        """A repository, made when it is first named."""
        return self.repos.setdefault(name, Repo(name))

    def start(
        self,
        repo: str,
        file: str,
        *,
        branch: str = "main",
        inputs: dict[str, str] | None = None,
        **more: Any,
    ) -> Run:
        """Begin a run, as a dispatch or anybody's push does."""
        with self.lock:
            source = self.repos[repo].files.get((branch, f".github/workflows/{file}"), "")
            run = Run(
                id=9_000_000_000 + len(self.runs) + 1,
                repo=repo,
                file=file,
                title=_title(source, inputs or {}),
                branch=branch,
                inputs=inputs or {},
                behaviour=more.pop("behaviour", self.behaviour.get(file, "pass")),
                number=1 + sum(r.file == file for r in self.runs),
                **more,
            )
            self.runs.append(run)
            return run

    def find(self, repo: str, run_id: int) -> Run | None:
        """A run by its id, unless it is gone."""
        found = next((r for r in self.runs if (r.repo, r.id) == (repo, run_id)), None)
        return None if found is None or found.gone else found


def names_of(source: str) -> dict[str, Any]:
    """The top of a workflow file, with `on` where YAML 1.1 reads a truth."""
    value = yaml.safe_load(source) or {}
    return {**value, "on": value.get("on", value.get(True))}


def declared(source: str) -> dict[str, dict[str, Any]] | None:
    """The inputs a workflow declares; None where it cannot be dispatched."""
    triggers = names_of(source)["on"]
    if isinstance(triggers, str):
        triggers = [triggers]
    if isinstance(triggers, list):
        return {} if "workflow_dispatch" in triggers else None
    if "workflow_dispatch" not in triggers:
        return None
    return (triggers["workflow_dispatch"] or {}).get("inputs") or {}


def run_json(run: Run, host: str) -> dict[str, Any]:
    """A run as the API shows it."""
    at = run.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    ended = (run.created + timedelta(seconds=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": run.id,
        "name": run.file.rpartition(".")[0],
        "node_id": "WFR_x",
        "display_title": run.title,
        "path": f".github/workflows/{run.file}",
        "head_branch": run.branch,
        "head_sha": f"{run.id:040x}",
        "run_number": run.number,
        "run_attempt": run.attempt,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": 42,
        "url": f"{host}/repos/{run.repo}/actions/runs/{run.id}",
        "html_url": "https://evil.example/never-shown",
        "actor": {"login": run.actor, "id": 1},
        "triggering_actor": {"login": run.actor, "id": 1},
        "created_at": at,
        "run_started_at": at,
        "updated_at": ended if run.status == "completed" else at,
    }


def jobs_json(run: Run) -> list[dict[str, Any]]:
    """The jobs of a run: `prepare`, then `test` with the step that may fail."""
    done, going = run.status == "completed", run.status == "in_progress"
    first = "completed" if done or run.looks >= 3 else "in_progress" if going else "queued"
    second = "completed" if done else "in_progress" if going and run.looks >= 3 else "queued"
    bad = {"failure": "failure", "cancelled": "cancelled"}.get(run.conclusion or "", "success")
    base = run.id * 10
    return [
        _job(base + 1, "prepare", first, "success", ("Set up job", "Check out")),
        _job(base + 2, "test", second, bad, ("Set up job", "Install", "Run pytest", "Upload")),
    ]


def _job(
    job_id: int, name: str, status: str, conclusion: str, steps: tuple[str, ...]
) -> dict[str, Any]:
    done, started = status == "completed", status != "queued"
    return {
        "id": job_id,
        "run_id": job_id // 10,
        "name": name,
        "status": status,
        "conclusion": conclusion if done else None,
        "started_at": "2026-03-02T09:00:00Z" if started else None,
        "completed_at": "2026-03-02T09:00:30Z" if done else None,
        "steps": [
            _step(number, step, status, conclusion)
            for number, step in enumerate(steps if started else (), 1)
        ],
    }


def _step(number: int, name: str, status: str, conclusion: str) -> dict[str, Any]:
    done = status == "completed" or number < 3
    bad = conclusion != "success" and name == "Run pytest"
    result = (
        conclusion if bad else "skipped" if conclusion != "success" and number > 3 else "success"
    )
    return {
        "number": number,
        "name": name,
        "status": "completed" if done else "in_progress",
        "conclusion": result if done else None,
        "started_at": f"2026-03-02T09:00:{number * 5:02d}Z",
        "completed_at": f"2026-03-02T09:00:{number * 5 + 5:02d}Z" if done else None,
    }


def log_of(job_id: int) -> str:
    """A log as GitHub writes it: times, groups, colours, steps that share a second."""
    lines = [
        (5, "##[group]Runner Image"),
        (10, "##[group]Run pip install -r requirements.txt"),
        (10, "##[endgroup]"),
        (15, "Successfully installed everything"),
        (15, "##[group]Run pytest -q"),
        (15, "\x1b[36;1mpytest -q\x1b[0m"),
        (15, "##[endgroup]"),
        (17, "FAILED tests/test_data.py::test_rows - \x1b[31mAssertionError\x1b[0m: 3 != 4"),
        (17, SECRET_LINE),
        (18, f"<@everyone> [click](https://evil.example) job {job_id}"),
        (19, "##[error]Process completed with exit code 1."),
        (20, "##[group]Run actions/upload-artifact@v4"),
        (20, "No files were found"),
    ]
    return "\n".join(
        LOG.format(second=second, fraction=place, text=text)
        for place, (second, text) in enumerate(lines)
    )


def _title(source: str, inputs: dict[str, str]) -> str:
    """A run's name, with the inputs it names."""
    name = str(names_of(source).get("run-name") or names_of(source).get("name") or "run")
    return re.sub(
        r"\$\{\{\s*(?:github\.event\.)?inputs\.([\w-]+)\s*\}\}",
        lambda m: inputs.get(m[1], ""),
        name,
    )
