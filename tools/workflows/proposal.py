"""Files proposed to a repository: a branch, one commit and a pull request, by GitHub's REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from tools.workflows.api import GitHubApi
from tools.workflows.errors import Missing, Unanswered
from tools.workflows.server import Proposal, Proposed

_MODE: Final = "100644"


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
    answer = api.post(
        f"/repos/{repo}/pulls",
        {
            "title": proposal.title,
            "body": proposal.body,
            "head": proposal.branch,
            "base": proposal.base,
        },
        about=f"pull request in {repo}",
    )
    return Proposed(_whole(_json(answer.json(), repo), "number"), made=True)


def _open_one(api: GitHubApi, repo: str, proposal: Proposal) -> int | None:
    head = f"{repo.partition('/')[0]}:{proposal.branch}"
    asked = {"head": head, "base": proposal.base, "state": "open"}
    value = api.get(f"/repos/{repo}/pulls", about=f"pull requests of {repo}", params=asked).json()
    items = value if isinstance(value, list) else []
    return next((_whole(item, "number") for item in items if isinstance(item, dict)), None)


def _branch_is_there(api: GitHubApi, repo: str, branch: str) -> bool:
    try:
        _tip(api, repo, branch)
    except Missing:
        return False
    return True


def _tip(api: GitHubApi, repo: str, branch: str) -> str:
    about = f"branch {branch} in {repo}"
    value = api.get_object(f"/repos/{repo}/git/ref/heads/{quote(branch)}", about=about)
    return _text(_json(value.get("object"), about), "sha")


def _make_branch(api: GitHubApi, repo: str, proposal: Proposal) -> None:
    about = f"a commit in {repo}"
    tip = _tip(api, repo, proposal.base)
    commit = api.get_object(f"/repos/{repo}/git/commits/{tip}", about=about)
    entries = [
        {"path": path, "mode": _MODE, "type": "blob", "content": text}
        for path, text in sorted(proposal.files.items())
    ]
    base = _text(_json(commit.get("tree"), about), "sha")
    tree = _made(api, f"/repos/{repo}/git/trees", {"base_tree": base, "tree": entries}, about)
    body = {"message": proposal.title, "tree": tree, "parents": [tip]}
    made = _made(api, f"/repos/{repo}/git/commits", body, about)
    ref = {"ref": f"refs/heads/{proposal.branch}", "sha": made}
    api.post(f"/repos/{repo}/git/refs", ref, about=f"branch {proposal.branch} in {repo}")


def _made(api: GitHubApi, path: str, body: Mapping[str, Any], about: str) -> str:
    return _text(_json(api.post(path, body, about=about).json(), about), "sha")


def _json(value: object, about: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unanswered(f"What came back for {about} is not an answer of GitHub's API.")
    return value


def _text(value: dict[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise Unanswered(f"GitHub's answer has no {name}.", "Check GITHUB_API_URL.")
    return found


def _whole(value: dict[str, Any], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int):
        raise Unanswered(f"GitHub's answer has no {name}.", "Check GITHUB_API_URL.")
    return found
