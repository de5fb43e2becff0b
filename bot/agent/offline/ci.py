"""What sentences about CI name: repositories, workflows, branches, inputs, as written."""

from __future__ import annotations

import re
from typing import Final

from bot.agent.offline.clauses import Clause
from bot.agent.offline.lexicon import words

_REPOSITORY: Final = re.compile(r"(?<![\w/.:@-])([A-Za-z0-9][\w-]*/[A-Za-z0-9][\w.-]*\w)(?![\w/])")
_FILE: Final = re.compile(r"(?<![\w/.-])([\w-][\w.-]*\.ya?ml)\b", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\b(?:workflow|pipeline|action)\s+(?:called|named|“|\"|')\s*[“\"']?([\w][\w .-]*?)[”\"']?"
    r"(?=$|[,;.?!]|\s(?:on|with|in|of|for|using|and|again)\b)",
    re.IGNORECASE,
)
_KIND: Final = re.compile(r"\b(?:workflow|pipeline|action)s?\b", re.IGNORECASE)
_ON: Final = re.compile(
    r"\b(?:run|trigger|start|launch|dispatch)\s+(?:the\s+)?([\w][\w.-]*)\s+on\b", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w][\w.-]*")
_BRANCH: Final = (
    re.compile(r"\b(?:branch|tag|ref)\s+[“\"']?([\w][\w./-]*)", re.IGNORECASE),
    re.compile(
        r"\b(?:on|from|against|for|of)\s+(?:the\s+)?([\w][\w./-]*)\s+(?:branch|tag)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:on|against|from)\s+[“\"']?([\w][\w./-]*)", re.IGNORECASE),
)
_REF: Final = re.compile(
    r"\b(?:on|against|branch|tag|ref)\s+(?:branch\s+|tag\s+)?[\w][\w./-]*", re.IGNORECASE
)
_GIVEN: Final = re.compile(
    r"(?<![\w.-])([A-Za-z_][\w-]*)\s*(?:=|:(?!//))\s*(“[^”]*”|\"[^\"]*\"|'[^']*'|[^\s,;]+)"
)
_TOLD: Final = re.compile(
    r"\b(?:with|using|and|inputs?|,)\s+([A-Za-z_][\w-]*)\s+(?:set\s+to\s+|of\s+|to\s+|as\s+|is\s+)?"
    r"(-?\d[\d.,_]*k?|true|false|yes|no)\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:with|using|and)\s+(-?\d[\d.,_]*k?)\s+([A-Za-z_][\w-]*)", re.IGNORECASE
)
_WITH: Final = re.compile(r"\b(?:with|using|inputs?)\b", re.IGNORECASE)
_MOST_WORDS: Final = 3
_NO_NAMES: Final = words(
    """
    the a an our my your this that any all each every last latest recent failed failing same new
    of for in on to from with and or please me us it its be is was were are did do does has have
    why how what which when who run rerun trigger start launch kick off dispatch fire execute
    begin call invoke again stop cancel abort show see check get list status state result results
    log logs jobs job runs ci build github follow following unfollow here there can could would
    you we i let tell post re branch tag ref main-branch today now
    """
)


def written(clause: Clause) -> str:
    """A clause as it was written: what had no space between stands together again."""
    parts, end = [], -1
    for token in clause.tokens:
        parts.append(token.raw if token.start == end else f" {token.raw}")
        end = token.end
    return "".join(parts).strip()


def repository_in(text: str) -> str | None:
    """`acme/churn`, where a sentence has one."""
    plain = _REF.sub(" ", text)
    found = _REPOSITORY.search(plain)
    return found[1] if found else None


def workflow_in(text: str) -> str | None:
    """A workflow's file, its name in quotes, or the words before "workflow"."""
    if found := _FILE.search(text) or _NAMED.search(text):
        return found[1].strip()
    kind = _KIND.search(text)
    if kind is None:
        found = _ON.search(text)
        return found[1] if found and found[1].lower() not in _NO_NAMES else None
    before: list[str] = []
    for word in reversed(_WORD.findall(text[: kind.start()])):
        if word.lower() in _NO_NAMES or len(before) == _MOST_WORDS:
            break
        before.insert(0, word)
    return " ".join(before) or None


def branch_in(text: str) -> str | None:
    """A branch or tag: "on main", "branch fix-12", "on the release branch"."""
    for pattern in _BRANCH:
        for found in pattern.finditer(text):
            name = found[1].rstrip(".,?!")
            if name.lower() not in _NO_NAMES and not name.lower().startswith("github"):
                return name
    return None


def inputs_in(text: str) -> dict[str, str] | None:
    """`rows=10000`; and "with rows 10000" or "with 10000 rows", where inputs are spoken of."""
    given = {found[1]: _plain(found[2]) for found in _GIVEN.finditer(text)}
    if not given and _WITH.search(text):
        told = {found[1]: _plain(found[2]) for found in _TOLD.finditer(text)}
        given = {found[2]: _plain(found[1]) for found in _COUNTED.finditer(text)} | told
    return given or None


def _plain(value: str) -> str:
    bare = value.strip("“”\"'").rstrip(".,?!")
    return f"{bare[:-1]}000" if re.fullmatch(r"\d+k", bare) else bare
