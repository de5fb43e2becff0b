"""Which workflows may be run from here, as the settings `MLOPS_CI` and `MLOPS_RELEASE` say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from tools.workflows.server import CiServer

_REPO: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml")
_REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_CI_FORM: Final = "acme/churn: nightly.yml, deploy.yml!; acme/site: test.yml"
_RELEASE_FORM: Final = "acme/churn: release.yml @ main"
_PROJECTS_FORM: Final = "acme/models: projects @ main"


@dataclass(frozen=True, slots=True)
class Allowed:
    """A workflow that may be run from here; one that `deploys` waits for an approver."""

    repo: str
    file: str
    deploys: bool = False

    @property
    def label(self) -> str:
        """`acme/churn/nightly.yml`, which names it for certain."""
        return f"{self.repo}/{self.file}"


@dataclass(frozen=True, slots=True)
class Release:
    """The workflow that has to be green before a model goes to production.

    `ref` is its branch or tag; "" is the repository's default branch.
    """

    repo: str
    file: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Projects:
    """The repository that projects of models are proposed to.

    `folder` is where in it they go ("" is its root); `ref` its branch, "" the default one.
    """

    repo: str
    folder: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Ci:
    """The CI server of this installation and what may be done with it.

    Attributes:
        workflows: What may be run.
        release: What releases go through, if anything.
        opens: Gives the server; loads its library at the first call.
        hears: Whether the server can tell us of runs by itself (a webhook's secret is set).
        projects: Where projects of models are proposed, if anywhere.
    """

    workflows: tuple[Allowed, ...]
    opens: Callable[[], CiServer]
    release: Release | None = None
    hears: bool = False
    projects: Projects | None = None

    @cached_property
    def server(self) -> CiServer:
        """The server."""
        return self.opens()

    @property
    def repos(self) -> tuple[str, ...]:
        """Every repository that is named, once."""
        others = (each.repo for each in (self.release, self.projects) if each is not None)
        return tuple(dict.fromkeys((*(each.repo for each in self.workflows), *others)))

    def deploys(self, repo: str, file: str) -> bool:
        """Whether a workflow deploys; one that is not listed counts as one that does."""
        return all(
            each.deploys for each in self.workflows if (each.repo, each.file) == (repo, file)
        )


def parse_workflows(text: str) -> tuple[Allowed, ...]:
    """`acme/churn: nightly.yml, deploy.yml!; acme/site: test.yml`; `!` marks what deploys.

    Raises:
        ValueError: It is written otherwise, or names a workflow twice.
    """
    found: list[Allowed] = []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        repo, colon, files = part.partition(":")
        named = [file.strip() for file in files.split(",") if file.strip()]
        if not colon or not named or not _REPO.fullmatch(repo.strip()):
            raise ValueError(f"write {_CI_FORM}, not {part!r}")
        for name in named:
            file = name.removesuffix("!").strip()
            if not _FILE.fullmatch(file):
                raise ValueError(f"{name!r} is not the name of a workflow file such as nightly.yml")
            found.append(Allowed(repo.strip(), file, deploys=name.endswith("!")))
    labels = [each.label.lower() for each in found]
    twice = next((label for label in labels if labels.count(label) > 1), "")
    if twice:
        raise ValueError(f"{twice} is named twice")
    return tuple(found)


def parse_release(text: str) -> Release:
    """`acme/churn: release.yml @ main`; without the branch, the default one.

    Raises:
        ValueError: It is written otherwise.
    """
    repo, _, rest = text.partition(":")
    file, at, ref = (part.strip() for part in rest.partition("@"))
    fits = _REPO.fullmatch(repo.strip()) and _FILE.fullmatch(file)
    if not fits or bool(at) != bool(ref) or (ref and not is_ref(ref)):
        raise ValueError(f"write {_RELEASE_FORM}, not {text!r}")
    return Release(repo.strip(), file, ref)


def parse_projects(text: str) -> Projects:
    """`acme/models`, or `acme/models: projects @ main` with a folder and a branch.

    Raises:
        ValueError: It is written otherwise.
    """
    repo, _, rest = text.partition(":")
    folder, at, ref = (part.strip() for part in rest.partition("@"))
    folder = folder.strip("/")
    fits = _REPO.fullmatch(repo.strip()) and (not folder or is_ref(folder))
    if not fits or bool(at) != bool(ref) or (ref and not is_ref(ref)):
        raise ValueError(f"write {_PROJECTS_FORM}, not {text!r}")
    return Projects(repo.strip(), folder, ref)


def web_of(api_url: str) -> str:
    """Where people look at repositories.

    `https://api.github.com` serves `https://github.com`; others are at the root of their API.
    """
    parts = urlsplit(api_url.rstrip("/"))
    host = parts.netloc.removeprefix("api.") if not parts.path else parts.netloc
    return f"{parts.scheme}://{host}"


def is_ref(text: str) -> bool:
    """Whether it can be the name of a branch or tag."""
    return bool(_REF.fullmatch(text)) and ".." not in text and not text.endswith((".lock", "/"))
