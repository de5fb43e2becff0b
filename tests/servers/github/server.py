"""The running server: routes by GitHub's documentation, faults on demand, every request kept."""

from __future__ import annotations

import base64
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.github import contents
from tests.servers.github.world import (
    Repo,
    Run,
    World,
    declared,
    jobs_json,
    log_of,
    names_of,
    run_json,
)

_REPO = r"/repos/(?P<repo>[^/]+/[^/]+)"


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    host: str


@dataclass
class Fault:
    """An answer in place of the real one, for so many requests that fit.

    With `late` the real work is done before, as when an answer gets lost.
    """

    method: str
    pattern: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    times: int = 1
    late: bool = False


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


class Stop(Exception):
    """An answer that ends the request at once."""

    def __init__(self, status: int, message: str, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        more = {"errors": errors} if errors else {}
        self.answer = Answer(status, {"message": message, "documentation_url": "", **more})


@dataclass
class GitHub:
    """The server: its address, its world, its faults, and what it was asked."""

    world: World
    url: str = ""
    files: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fail(self, method: str, pattern: str, status: int, **more: Any) -> None:
        """Let the next fitting requests fail."""
        self.faults.append(Fault(method, pattern, status, **more))

    def count(self, method: str, pattern: str) -> int:
        """How many requests fit."""
        return sum(
            one.method == method and bool(re.search(pattern, one.path)) for one in self.asked
        )

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request to the API."""
        self.asked.append(asked)
        fault = self._fault(asked)
        if fault is not None and not fault.late:
            return Answer(fault.status, fault.body or {"message": "scripted"}, fault.headers)
        with self.world.lock:
            try:
                answer = self._route(asked)
            except Stop as stop:
                answer = stop.answer
        if fault is not None:
            return Answer(fault.status, fault.body or {"message": "scripted"}, fault.headers)
        return answer

    def _fault(self, asked: Asked) -> Fault | None:
        for fault in self.faults:
            if (
                fault.times
                and fault.method == asked.method
                and re.search(fault.pattern, asked.path)
            ):
                fault.times -= 1
                return fault
        return None

    def _route(self, asked: Asked) -> Answer:
        if asked.method == "POST" and re.fullmatch(
            r"/app/installations/\d+/access_tokens", asked.path
        ):
            return self._installation(asked)
        self._need_token(asked)
        for method, pattern, deal in _ROUTES:
            found = re.fullmatch(pattern, asked.path)
            if method == asked.method and found:
                return deal(self, asked, found.groupdict())
        raise Stop(404, "Not Found")

    def _need_token(self, asked: Asked) -> None:
        given = asked.headers.get("authorization", "").partition(" ")[2]
        if given not in {self.world.token, "ghs_installation"}:
            raise Stop(401, "Bad credentials")

    def _installation(self, asked: Asked) -> Answer:
        given = asked.headers.get("authorization", "").partition(" ")[2]
        if given.count(".") != 2:
            raise Stop(401, "A JSON web token could not be decoded")
        return Answer(
            201,
            {"token": "ghs_installation", "expires_at": "2126-01-01T00:00:00Z", "permissions": {}},
        )

    def repo_of(self, values: dict[str, str]) -> Repo:
        found = self.world.repos.get(values["repo"])
        if found is None:
            raise Stop(404, "Not Found")
        return found

    def run_of(self, values: dict[str, str]) -> Run:
        self.repo_of(values)
        found = self.world.find(values["repo"], int(values["run"]))
        if found is None:
            raise Stop(404, "Not Found")
        return found

    def shown(self, run: Run) -> dict[str, Any]:
        """A run's JSON, as complete as this implementation is."""
        value = {k: v for k, v in run_json(run, self.url).items() if k not in self.world.strip}
        return {**value, "a_field_of_tomorrow": {"x": 1}} if self.world.spare else value


def _user(hub: GitHub, _: Asked, __: dict[str, str]) -> Answer:
    scopes = {"X-OAuth-Scopes": hub.world.scopes} if hub.world.scopes is not None else {}
    return Answer(200, {"login": hub.world.login, "id": 1}, scopes)


def _installed(hub: GitHub, _: Asked, __: dict[str, str]) -> Answer:
    return Answer(200, {"total_count": len(hub.world.repos), "repositories": []})


def _repo(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    repo = hub.repo_of(values)
    body = {
        "id": 1,
        "full_name": repo.name,
        "default_branch": repo.default_branch,
        "permissions": repo.permissions,
        "archived": repo.archived,
    }
    return Answer(200, {k: v for k, v in body.items() if k not in hub.world.strip})


def _contents(hub: GitHub, asked: Asked, values: dict[str, str]) -> Answer:
    repo = hub.repo_of(values)
    text = repo.files.get((asked.query.get("ref", repo.default_branch), values["path"]))
    if text is None:
        raise Stop(404, "Not Found")
    if "raw" in asked.headers.get("accept", ""):
        return Answer(200, raw=text.encode())
    return Answer(200, {"encoding": "base64", "content": base64.b64encode(text.encode()).decode()})


def _workflow(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    repo, file = hub.repo_of(values), values["file"]
    if file not in repo.workflows():
        raise Stop(404, "Not Found")
    source = next(t for (_, path), t in repo.files.items() if path.endswith(f"/{file}"))
    state = "disabled_manually" if file in repo.disabled else "active"
    name = str(names_of(source).get("name") or file)
    return Answer(
        200, {"id": 42, "name": name, "path": f".github/workflows/{file}", "state": state}
    )


def _dispatch(hub: GitHub, asked: Asked, values: dict[str, str]) -> Answer:
    repo, file, body = hub.repo_of(values), values["file"], asked.body or {}
    if file not in repo.workflows():
        raise Stop(404, "Not Found")
    ref, given = body.get("ref", ""), body.get("inputs") or {}
    if hub.world.details == "refused" and "return_run_details" in body:
        raise Stop(422, 'Invalid request.\n\n"return_run_details" is not a permitted key.')
    source = repo.files.get((ref, f".github/workflows/{file}"))
    if ref not in repo.branches() or source is None:
        raise Stop(422, f"No ref found for: {ref}")
    wanted = declared(source)
    if wanted is None:
        raise Stop(422, "Workflow does not have 'workflow_dispatch' trigger")
    if file in repo.disabled:
        raise Stop(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    if unknown := [name for name in given if name not in wanted]:
        raise Stop(422, f"Unexpected inputs provided: {json.dumps(unknown)}")
    for name, about in wanted.items():
        if about and about.get("required") and "default" not in about and not given.get(name):
            raise Stop(422, f"Required input '{name}' not provided")
    run = hub.world.start(values["repo"], file, branch=ref, inputs=given)
    run.shown_after = hub.world.delay
    hub.world.dispatched.append({"file": file, "ref": ref, "inputs": given, "run": run.id})
    details = hub.world.details
    if details == "always" or (details == "asked" and body.get("return_run_details")):
        where = f"{hub.url}/repos/{values['repo']}/actions/runs/{run.id}"
        return Answer(200, {"workflow_run_id": run.id, "run_url": where, "html_url": where})
    return Answer(204)


def _runs(hub: GitHub, asked: Asked, values: dict[str, str]) -> Answer:
    hub.repo_of(values)
    found = []
    for run in reversed(hub.world.runs):
        run.shown_after -= 1
        fits = (
            run.repo == values["repo"]
            and values.get("file") in {None, run.file}
            and asked.query.get("branch") in {None, run.branch}
            and asked.query.get("event") in {None, run.event}
            and run.shown_after < 0
            and not run.gone
        )
        found += [run] if fits else []
    return _page(hub, asked, "workflow_runs", [hub.shown(run) for run in found])


def _page(hub: GitHub, asked: Asked, key: str, items: list[dict[str, Any]]) -> Answer:
    size, page = int(asked.query.get("per_page", 30)), int(asked.query.get("page", 1))
    shown = items[(page - 1) * size : page * size]
    more = page * size < len(items)
    where = f"{hub.url}{asked.path}?per_page={size}&page={page + 1}"
    link = {"Link": f'<{where}>; rel="next"'} if more else {}
    return Answer(200, {"total_count": len(items), key: shown}, link)


def _run(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    run = hub.run_of(values)
    run.looks += 1
    return Answer(200, hub.shown(hub.run_of(values)))


def _jobs(hub: GitHub, asked: Asked, values: dict[str, str]) -> Answer:
    return _page(hub, asked, "jobs", jobs_json(hub.run_of(values)))


def _log(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    hub.repo_of(values)
    return Answer(302, headers={"Location": f"{hub.files}/log/{values['job']}"})


def _archive(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    return Answer(302, headers={"Location": f"{hub.files}/zip/{hub.run_of(values).id}"})


def _rerun(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    run = hub.run_of(values)
    if run.status != "completed":
        raise Stop(403, "The workflow run is already running")
    run.attempt, run.looks, run.stopped = run.attempt + 1, 0, False
    run.behaviour = hub.world.behaviour.get(run.file, run.behaviour)
    return Answer(201, {})


def _cancel(hub: GitHub, _: Asked, values: dict[str, str]) -> Answer:
    run = hub.run_of(values)
    if run.status == "completed":
        raise Stop(409, "Cannot cancel a workflow run that is completed.")
    run.stopped = True
    return Answer(202, {})


def _git(deal: Callable[[Repo, dict[str, Any]], Any], status: int = 200) -> Callable[..., Answer]:
    """A route of `contents`: given what is in the body, the query or the path."""

    def answer(hub: GitHub, asked: Asked, values: dict[str, str]) -> Answer:
        repo = hub.repo_of(values)
        if status == 201 and not repo.permissions.get("push"):
            raise Stop(403, "Resource not accessible by personal access token")
        try:
            return Answer(status, deal(repo, asked.body or {**asked.query, **values}))
        except contents.Wrong as wrong:
            raise Stop(wrong.status, str(wrong)) from None

    return answer


_ACTIONS = rf"{_REPO}/actions"
_ROUTES: list[tuple[str, str, Callable[[GitHub, Asked, dict[str, str]], Answer]]] = [
    ("GET", "/user", _user),
    ("GET", "/installation/repositories", _installed),
    ("GET", _REPO, _repo),
    ("GET", rf"{_REPO}/contents/(?P<path>.+)", _contents),
    ("GET", rf"{_ACTIONS}/workflows/(?P<file>[^/]+)", _workflow),
    ("POST", rf"{_ACTIONS}/workflows/(?P<file>[^/]+)/dispatches", _dispatch),
    ("GET", rf"{_ACTIONS}/workflows/(?P<file>[^/]+)/runs", _runs),
    ("GET", rf"{_ACTIONS}/runs", _runs),
    ("GET", rf"{_ACTIONS}/runs/(?P<run>\d+)", _run),
    ("GET", rf"{_ACTIONS}/runs/(?P<run>\d+)/jobs", _jobs),
    ("GET", rf"{_ACTIONS}/jobs/(?P<job>\d+)/logs", _log),
    ("GET", rf"{_ACTIONS}/runs/(?P<run>\d+)/attempts/\d+/logs", _archive),
    ("GET", rf"{_ACTIONS}/runs/(?P<run>\d+)/logs", _archive),
    ("POST", rf"{_ACTIONS}/runs/(?P<run>\d+)/rerun(?:-failed-jobs)?", _rerun),
    ("POST", rf"{_ACTIONS}/runs/(?P<run>\d+)/cancel", _cancel),
    (
        "GET",
        rf"{_REPO}/git/ref/heads/(?P<branch>.+)",
        _git(lambda repo, given: contents.tip(repo, given["branch"])),
    ),
    (
        "GET",
        rf"{_REPO}/git/commits/(?P<sha>\w+)",
        _git(lambda repo, given: contents.commit(repo, given["sha"])),
    ),
    ("POST", rf"{_REPO}/git/trees", _git(contents.make_tree, 201)),
    ("POST", rf"{_REPO}/git/commits", _git(contents.make_commit, 201)),
    ("POST", rf"{_REPO}/git/refs", _git(contents.make_branch, 201)),
    ("GET", rf"{_REPO}/pulls", _git(contents.open_pulls)),
    ("POST", rf"{_REPO}/pulls", _git(contents.make_pull, 201)),
]


def _file(hub: GitHub, asked: Asked) -> Answer:
    """The other server, which logs are fetched from; a token must never get here."""
    hub.asked.append(asked)
    fault = hub._fault(asked)
    if fault is not None:
        return Answer(fault.status, fault.body, fault.headers)
    if "authorization" in asked.headers:
        return Answer(400, {"message": "Only one auth mechanism is allowed"})
    kind, _, number = asked.path.strip("/").partition("/")
    if kind == "log":
        return Answer(200, raw=log_of(int(number)).encode())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        base = int(number) * 10
        archive.writestr("0_prepare.txt", log_of(base + 1))
        archive.writestr("1_test.txt", log_of(base + 2))
        archive.writestr("test/system.txt", "nothing")
    return Answer(200, raw=buffer.getvalue())


@contextmanager
def github_server(world: World | None = None) -> Iterator[GitHub]:
    """A running GitHub, with a second server for what it redirects to."""
    hub = GitHub(world or World())
    api = _listen(hub.answer)
    files = _listen(lambda asked: _file(hub, asked))
    hub.url, hub.files = _address(api), _address(files)
    try:
        yield hub
    finally:
        for server in (api, files):
            server.shutdown()
            server.server_close()


def _address(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def _listen(answer: Callable[[Asked], Answer]) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _deal(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            content = self.rfile.read(length)
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(content) if content else None
            asked = Asked(self.command, parts.path, query, headers, body, headers.get("host", ""))
            told = answer(asked)
            data = told.raw if told.raw is not None else b""
            if told.body is not None:
                data = json.dumps(told.body).encode()
            self.send_response(told.status)
            for name, value in {"Content-Type": "application/json", **told.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _deal  # noqa: N815 - names of the standard library

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
