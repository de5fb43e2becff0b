"""A local GitHub with workflow files, and the adapter that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.github import workflows as files
from tests.servers.github.server import GitHub, github_server
from tools.workflows.access import Token
from tools.workflows.github import GitHubServer

REPO = "acme/churn"


@pytest.fixture(name="hub")
def _hub() -> Iterator[GitHub]:
    """GitHub with one repository."""
    with github_server() as hub:
        repo = hub.world.repo(REPO)
        repo.put("nightly.yml", files.NIGHTLY, "main", "develop")
        repo.put("test.yml", files.PLAIN)
        repo.put("deploy.yml", files.DEPLOY)
        repo.put("release.yml", files.RELEASE)
        repo.put("bare.yml", files.BARE_RELEASE)
        repo.put("lint.yml", files.PUSH_ONLY)
        yield hub


@pytest.fixture(name="server")
def _server(hub: GitHub) -> GitHubServer:
    """The adapter, with a token that is accepted."""
    return GitHubServer(Token(hub.world.token), url=hub.url)
