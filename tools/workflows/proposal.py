"""Files proposed to a repository: a branch, one commit and a pull request, by GitHub's REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import quote

from tools.workflows.api import GitHubApi
from tools.workflows.errors import Missing, Unanswered
from tools.workflows.server import Proposal, Proposed

_MODE: Final = "100644"
_T = TypeVar("_T")


def propose(api: GitHubApi, repo: str, proposal: Proposal) -> Proposed:
    """Open the pull request, or find the one that is open; a call made again changes nothing.

    A branch that is there already is what a call that was cut short has left: its content is
    named by its name, so it is used as it is.
    """
    found = _open_one(api, repo, proposal)
    if found is not None:
        return Proposed(found, made=False)
    if not _branch_is_there(api, repo, proposal.branch):
        _make_branch(api, repo, proposal)
    pull = api.post_object(
        f"/repos/{repo}/pulls",
        {
            "title": proposal.title,
            "body": proposal.body,
            "head": proposal.branch,
            "base": proposal.base,
        },
        about=f"pull request in {repo}",
    )
    return Proposed(_field(pull, "number", int), made=True)


def _open_one(api: GitHubApi, repo: str, proposal: Proposal) -> int | None:
    head = f"{repo.partition('/')[0]}:{proposal.branch}"
    asked = {"head": head, "base": proposal.base, "state": "open"}
    value = api.get(f"/repos/{repo}/pulls", about=f"pull requests of {repo}", params=asked).json()
    items = value if isinstance(value, list) else []
    return next((_field(item, "number", int) for item in items if isinstance(item, dict)), None)


def _branch_is_there(api: GitHubApi, repo: str, branch: str) -> bool:
    try:
        _tip(api, repo, branch)
    except Missing:
        return False
    return True


def _tip(api: GitHubApi, repo: str, branch: str) -> str:
    about = f"branch {branch} in {repo}"
    value = api.get_object(f"/repos/{repo}/git/ref/heads/{quote(branch)}", about=about)
    return _field(value.get("object"), "sha", str)


def _make_branch(api: GitHubApi, repo: str, proposal: Proposal) -> None:
    about = f"a commit in {repo}"
    tip = _tip(api, repo, proposal.base)
    commit = api.get_object(f"/repos/{repo}/git/commits/{tip}", about=about)
    entries = [
        {"path": path, "mode": _MODE, "type": "blob", "content": text}
        for path, text in sorted(proposal.files.items())
    ]
    base = _field(commit.get("tree"), "sha", str)
    tree = _made(api, f"/repos/{repo}/git/trees", {"base_tree": base, "tree": entries}, about)
    body = {"message": proposal.title, "tree": tree, "parents": [tip]}
    made = _made(api, f"/repos/{repo}/git/commits", body, about)
    ref = {"ref": f"refs/heads/{proposal.branch}", "sha": made}
    api.post(f"/repos/{repo}/git/refs", ref, about=f"branch {proposal.branch} in {repo}")


def _made(api: GitHubApi, path: str, body: Mapping[str, Any], about: str) -> str:
    return _field(api.post_object(path, body, about=about), "sha", str)


def _field(value: object, name: str, kind: type[_T]) -> _T:
    """A field of an answer, as a value of its kind."""
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise Unanswered(f"GitHub's answer has no {name}.", "Check GITHUB_API_URL.")
    return found
