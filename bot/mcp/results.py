"""What has become of a call, as another agent reads it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, Final

from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent

from bot.mcp.files import Files
from bot.mcp.told import Told
from bot.results import Result
from storage.blobs.base import BlobStore
from tools.outcome import Figure, File

OUTPUT_SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["status", "call", "summary"],
    "properties": {
        "status": {
            "enum": ["done", "failed", "refused", "pending", "question", "running"],
            "description": "pending waits for an approval, question for an answer, running for "
            "a job; get_result tells what has become of these.",
        },
        "call": {"type": "string", "description": "What to ask get_result about."},
        "summary": {"type": "string"},
        "data": {"type": "object", "description": "The bare result."},
        "error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("type", "message", "hint")},
        },
        "approval": {
            "type": "object",
            "required": ["number", "by", "how"],
            "properties": {
                "number": {"type": "integer"},
                "by": {"enum": ["approver", "requester"]},
                "how": {"type": "string"},
            },
        },
        "question": {
            "type": "object",
            "required": ["text", "options"],
            "properties": {
                "text": {"type": "string"},
                "options": {"type": "array", "items": {"type": "string"}},
            },
        },
        "job": {
            "type": "object",
            "required": ["number", "share"],
            "properties": {
                "number": {"type": "integer"},
                "share": {"type": "number", "minimum": 0, "maximum": 1},
                "text": {"type": "string"},
            },
        },
    },
}

_PICTURES: Final = 4
_PICTURE_BYTES: Final = 2 * 2**20
_DONE: Final = "Done; people see the result in the thread."
_FAILED: Final = "It did not work; people see why in the thread."
_ASKED: Final = {"text": "It asks something that people answer in the thread.", "options": []}


class Results:
    """Turns what has become of calls into results.

    Args:
        channel: What people call the place where approvals are given.
    """

    def __init__(self, blobs: BlobStore, files: Files, *, channel: str) -> None:
        self._blobs = blobs
        self._files = files
        self._channel = channel

    def of(self, told: Told) -> CallToolResult:
        """The result at this moment: words, facts, pictures and links."""
        facts = self._facts(told)
        content: list[ContentBlock] = [TextContent(text=self._words(told, facts))]
        if told.level in ("aggregates", "samples"):
            content += [*self._pictures(told), *self._links(told)]
        return CallToolResult(
            content=content,
            structured_content=facts,
            is_error=told.status in ("failed", "refused"),
        )

    def _facts(self, told: Told) -> dict[str, Any]:
        open_ = told.level in ("aggregates", "samples")
        facts: dict[str, Any] = {
            "status": told.status,
            "call": told.call,
            "summary": " ".join(_said(result, open_=open_) for result in told.results),
        }
        if open_:
            facts |= _bare(told.results)
        if told.approval is not None:
            facts["approval"] = {
                "number": told.approval.number,
                "by": told.approval.role,
                "how": self._how(told.approval.number, told.approval.role),
            }
            question = told.approval.question if open_ else f"approval {told.approval.number}"
            facts["summary"] = f"{facts['summary']} Waits: {question}".strip()
        if told.status == "question" and told.waiting is not None:
            facts["question"] = _question(told.waiting.detail) if open_ else _ASKED
        if told.status == "running":
            facts["job"] = _job(told, open_=open_)
        return facts

    def _how(self, number: int, role: str) -> str:
        who = "An approver" if role == "approver" else "The person you work for"
        return (
            f"{who} presses Approve on the card, or says “approve {number}” or “reject {number}”, "
            f"in {self._channel}. Nothing is done before."
        )

    def _words(self, told: Told, facts: dict[str, Any]) -> str:
        words = [facts["summary"]]
        if told.level == "samples":
            words += [result.sample for result in told.results if result.sample]
        if "approval" in facts:
            words += [facts["approval"]["how"], _later(told)]
        if "question" in facts:
            words += [facts["question"]["text"], *_to_answer(told, facts["question"]["options"])]
        if "job" in facts:
            words += [f"Still running: {facts['job']['text']}.", _later(told)]
        return "\n".join(word for word in words if word)

    def _pictures(self, told: Told) -> Iterator[ContentBlock]:
        figures = [block for block in told.blocks if isinstance(block, Figure)]
        for figure in figures[:_PICTURES]:
            picture = self._blobs.read(figure.blob)
            if len(picture) <= _PICTURE_BYTES:
                encoded = base64.b64encode(picture).decode()
                yield ImageContent(data=encoded, mime_type="image/png")
                yield TextContent(text=figure.alt)

    def _links(self, told: Told) -> Iterator[ContentBlock]:
        for block in told.blocks:
            if isinstance(block, File):
                yield self._files.link(block, level=told.level)


def refusal(sentence: str, *, call: str = "") -> CallToolResult:
    """The result of what was not even begun."""
    error = {"type": "Refused", "message": sentence, "hint": ""}
    facts = {"status": "refused", "call": call, "summary": sentence, "error": error}
    text = TextContent(text=sentence)
    return CallToolResult(content=[text], structured_content=facts, is_error=True)


def _said(result: Result, *, open_: bool) -> str:
    if open_:
        return result.summary
    return _DONE if result.ok else _FAILED


def _bare(results: tuple[Result, ...]) -> dict[str, Any]:
    """The bare results as one, and the first error; keys of endpoints are for people."""
    data: dict[str, Any] = {}
    for result in results:
        data |= {name: value for name, value in result.data.items() if name != "key_ref"}
    error = next((result.error for result in results if result.error), {})
    told = {name: str(error.get(name, "")) for name in ("type", "message", "hint")}
    return {"data": data} | ({"error": told} if error else {})


def _question(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": str(detail["question"]),
        "options": [str(option["label"]) for option in detail["options"]],
    }


def _job(told: Told, *, open_: bool) -> dict[str, Any]:
    progress = told.job.progress if told.job else {}
    share = min(1.0, max(0.0, float(progress.get("share") or 0.0)))
    text = str(progress.get("text") or "waiting for a worker") if open_ else "at work"
    return {"number": told.job.number if told.job else 0, "share": share, "text": text}


def _to_answer(told: Told, options: list[str]) -> list[str]:
    if not options:
        return [_later(told)]
    how = f"Answer it with answer_question (call {told.call})."
    return [f"Options: {'; '.join(options)}.", how]


def _later(told: Told) -> str:
    return f"get_result (call {told.call}) tells what has become of it."
