"""The last lines of a step that failed: cut out of its job's log, readable, without secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from tools.workflows.server import RunJob, Step

LINES: Final = 15
WIDTH: Final = 240

_STAMP: Final = re.compile(r"^\ufeff?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z ?(.*)$")
_COLOURS: Final = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+"
)
_COMMAND: Final = re.compile(r"^##\[(\w+)\](.*)$")
_BAD: Final = ("failure", "timed_out", "startup_failure", "cancelled", "action_required")
_SECRETS: Final = re.compile(
    r"""
      (?:gh[oprsu]|github_pat|glpat)[_-][A-Za-z0-9_-]{16,}      # tokens of code hosts
    | xox[abeprs]-[A-Za-z0-9-]{10,}                            # of Slack
    | (?:AKIA|ASIA)[0-9A-Z]{16}                                # of Amazon
    | sk-[A-Za-z0-9_-]{20,}                                    # of language models
    | eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*
    """,
    re.VERBOSE,
)
_NAMED: Final = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|credential)[\w-]*"
    r"[\"']?\s*[:=]\s*[\"']?)(?!\*)([^\s\"',;&]+)"
)
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic|token)\s+(?!\*)[A-Za-z0-9+/=._~-]{8,}")
_IN_URL: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@]+@")


def failed_job(jobs: Sequence[RunJob]) -> RunJob | None:
    """The first job that went wrong."""
    for conclusion in _BAD:
        found = next((job for job in jobs if job.conclusion == conclusion), None)
        if found is not None:
            return found
    return None


def failed_step(job: RunJob) -> Step | None:
    """The first step of a job that went wrong."""
    return next((step for step in job.steps if step.conclusion in _BAD), None)


def last_lines(log: str, step: Step | None) -> tuple[str, ...]:
    """The last lines of a step, up to its error; of the whole log where no step is known."""
    lines = [_line(text) for text in log.splitlines()]
    if step is not None:
        lines = _within(lines, step)
    texts = _up_to_error([text for _, text in lines])
    shown = (_readable(text) for text in texts)
    return tuple(text for text in shown if text.strip())[-LINES:]


def redacted(text: str) -> str:
    """A text in which what looks like a secret is stars."""
    text = _SECRETS.sub("***", text)
    text = _IN_URL.sub(r"\1***@", text)
    text = _BEARER.sub(r"\1 ***", text)
    return _NAMED.sub(r"\1***", text)


def _line(text: str) -> tuple[datetime | None, str]:
    found = _STAMP.match(text)
    if found is None:
        return None, text
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC), found[2]


def _within(
    lines: list[tuple[datetime | None, str]], step: Step
) -> list[tuple[datetime | None, str]]:
    """The lines written while the step ran; lines without a time belong to those before them."""
    if step.started_at is None or not any(when for when, _ in lines):
        return lines
    start = step.started_at.replace(microsecond=0)
    end = (step.completed_at or datetime.max.replace(tzinfo=UTC) - timedelta(days=1)) + timedelta(
        seconds=1
    )
    kept, inside = [], False
    for when, text in lines:
        if when is not None:
            inside = start <= when < end
        if inside:
            kept.append((when, text))
    return kept or lines


def _up_to_error(texts: list[str]) -> list[str]:
    """From the command of the step that failed to its error; steps may share a second."""
    errors = [place for place, text in enumerate(texts) if text.startswith("##[error]")]
    if not errors:
        return texts
    begins = [
        place for place, text in enumerate(texts[: errors[-1]]) if text.startswith("##[group]Run ")
    ]
    return texts[begins[-1] if begins else 0 : errors[-1] + 1]


def _readable(text: str) -> str:
    plain = _UNSEEN.sub(" ", _COLOURS.sub("", text)).expandtabs(4).rstrip()
    command = _COMMAND.match(plain)
    if command is not None:
        told = command[1] not in {"group", "endgroup", "debug"}
        plain = f"{command[1]}: {command[2]}" if told else ""
    plain = redacted(plain)
    return plain if len(plain) <= WIDTH else f"{plain[: WIDTH - 1]}…"
