"""What a repository holds as git has it: commits, trees, branches; and its pull requests."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.servers.github.world import Repo


class Wrong(Exception):
    """A request that GitHub would refuse, with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def tip(repo: Repo, branch: str) -> dict[str, Any]:
    """`GET /git/ref/heads/{branch}`."""
    if branch not in repo.tips:
        raise Wrong(404, "Not Found")
    return {"ref": f"refs/heads/{branch}", "object": {"type": "commit", "sha": repo.tips[branch]}}


def commit(repo: Repo, sha: str) -> dict[str, Any]:
    """`GET /git/commits/{sha}`."""
    found = repo.made.get(sha)
    if found is None and sha not in repo.tips.values():
        raise Wrong(404, "Not Found")
    return {"sha": sha, "tree": {"sha": found["tree"] if found else f"t-{sha}"}, "parents": []}


def make_tree(repo: Repo, body: dict[str, Any]) -> dict[str, Any]:
    """`POST /git/trees`."""
    for entry in body.get("tree") or ():
        good = entry.get("mode") == "100644" and entry.get("type") == "blob"
        if not good or not isinstance(entry.get("content"), str) or entry["path"].startswith("/"):
            raise Wrong(422, "tree.path contains a malformed path component")
    if not body.get("tree"):
        raise Wrong(422, "Invalid tree info")
    return _keep(repo, body)


def make_commit(repo: Repo, body: dict[str, Any]) -> dict[str, Any]:
    """`POST /git/commits`."""
    if body.get("tree") not in repo.made or not body.get("message"):
        raise Wrong(422, "Tree SHA does not exist")
    return _keep(repo, body)


def make_branch(repo: Repo, body: dict[str, Any]) -> dict[str, Any]:
    """`POST /git/refs`."""
    name = body.get("ref", "").removeprefix("refs/heads/")
    if name in repo.tips:
        raise Wrong(422, "Reference already exists")
    if body.get("sha") not in repo.made:
        raise Wrong(422, "Object does not exist")
    repo.tips[name] = body["sha"]
    return tip(repo, name)


def open_pulls(repo: Repo, query: dict[str, str]) -> list[dict[str, Any]]:
    """`GET /pulls`."""
    head = query.get("head", "").partition(":")[2]
    return [
        one
        for one in repo.pulls
        if one["state"] == query.get("state", "open") and head in {"", one["head"]["ref"]}
    ]


def make_pull(repo: Repo, body: dict[str, Any]) -> dict[str, Any]:
    """`POST /pulls`."""
    if body.get("head") not in repo.tips or body.get("base") not in repo.tips:
        raise Wrong(422, "Validation Failed")
    if open_pulls(repo, {"head": f"x:{body['head']}"}):
        raise Wrong(422, "A pull request already exists")
    pull = {
        "number": len(repo.pulls) + 1,
        "state": "open",
        "title": body["title"],
        "body": body.get("body", ""),
        "head": {"ref": body["head"]},
        "base": {"ref": body["base"]},
    }
    repo.pulls.append(pull)
    return pull


def files_of(repo: Repo, branch: str) -> dict[str, str]:
    """Path to text of what the last commit of a branch added."""
    tree = repo.made[repo.made[repo.tips[branch]]["tree"]]
    return {entry["path"]: entry["content"] for entry in tree["tree"]}


def _keep(repo: Repo, body: dict[str, Any]) -> dict[str, Any]:
    sha = hashlib.sha1(json.dumps(body, sort_keys=True).encode()).hexdigest()
    repo.made[sha] = body
    return {"sha": sha, **body}
