"""Which workflow people mean by what they say, among those the settings allow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from tools.cards import listed, shown
from tools.errors import NeedsChoice, NotFound, Option, Refused, ToolError
from tools.workflows.allowed import Allowed, Ci

_WORD: Final = re.compile(r"[a-z0-9]+")
_FILLING: Final = frozenset(
    ("the", "a", "our", "my", "ci", "workflow", "pipeline", "action", "job", "yml", "yaml", "build")
)
_MOST: Final = 5


def need_ci(ci: Ci | None) -> Ci:
    """The CI server, where one is set up.

    Raises:
        Refused: None is.
    """
    if ci is None:
        raise Refused(
            "No CI workflows are set up here.",
            "Whoever runs me names them in MLOPS_CI, with GITHUB_TOKEN.",
        )
    return ci


def repo_of(ci: Ci, said: str | None) -> str:
    """The repository people mean: `acme/churn` or `churn`; without a word the only one.

    Raises:
        NotFound: None of these is set up.
        NeedsChoice: It may be several.
    """
    named = (said or "").strip().lower()
    fits = [repo for repo in ci.repos if _names(repo, named)] if named else list(ci.repos)
    if not fits:
        raise NotFound(
            f"“{shown(named)}” is not a repository I may work with.",
            f"Set up here: {listed(ci.repos)}.",
        )
    if len(fits) > 1:
        options = tuple(Option(repo, repo) for repo in fits[:_MOST])
        raise NeedsChoice("Which repository?", "repository", options)
    return fits[0]


def workflow_of(ci: Ci, said: str | None, repo: str | None = None) -> Allowed:
    """The workflow people mean.

    Args:
        ci: What is allowed.
        said: Its file, its label, or words of its name; without it the only one.
        repo: Keeps to this repository.

    Raises:
        NotFound: None of these is set up.
        NeedsChoice: It may be several.
    """
    among = [each for each in ci.workflows if repo is None or each.repo == repo]
    fits = _fitting(ci, among, said or "") if said else among
    if len(fits) == 1:
        return fits[0]
    if not fits:
        files = [each.file if len(ci.repos) == 1 else each.label for each in among]
        told = f"Set up here: {listed(files)}." if files else "None is set up: see MLOPS_CI."
        raise NotFound(f"There is no workflow “{shown(said or '')}” that I may run.", told)
    options = tuple(
        Option(each.file if len(ci.repos) == 1 else each.label, each.label) for each in fits[:_MOST]
    )
    raise NeedsChoice("Which workflow?", "workflow", options)


def _fitting(ci: Ci, among: Sequence[Allowed], said: str) -> list[Allowed]:
    plain = said.strip().lower()
    exact = [each for each in among if plain in {each.file.lower(), each.label.lower()}]
    stems = [each for each in among if _stem(each) == plain.removesuffix(".yml")]
    if exact or stems:
        return exact or stems
    wanted = set(_WORD.findall(plain)) - _FILLING
    if not wanted:
        return list(among)
    by_file = [each for each in among if _overlaps(wanted, _stem(each))]
    if len(by_file) == 1:
        return by_file
    named = [each for each in (by_file or among) if _overlaps(wanted, _name(ci, each))]
    return named or by_file


def _overlaps(wanted: set[str], name: str) -> bool:
    """Whether one of both says nothing that the other does not say."""
    has = set(_WORD.findall(name.lower())) - _FILLING
    return bool(has) and (wanted <= has or has <= wanted)


def _stem(each: Allowed) -> str:
    return each.file.lower().rpartition(".")[0]


def _name(ci: Ci, each: Allowed) -> str:
    """What the workflow calls itself; "" where the server does not tell."""
    try:
        return ci.server.workflow(each.repo, each.file).name
    except ToolError:
        return ""


def _names(repo: str, said: str) -> bool:
    return said in {repo.lower(), repo.lower().partition("/")[2]}
