"""What a message may hold: text, blocks, attachments, metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.validate.blocks import check_blocks
from tests.servers.slack.validate.problems import Json, Problems
from tests.servers.slack.words import words_of
from tests.servers.slack.world import Refused

LONGEST_TEXT, LONGEST_EDIT = 40_000, 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
# Not documented as a number: seen of the real one at 13,297 characters of text in one block and
# 125 less for each further block.
BLOCKS_BUDGET, BLOCK_COST = 13_422, 125


@dataclass(frozen=True)
class Content:
    """What is said; None means that the argument was not given."""

    text: str
    blocks: tuple[Json, ...] | None
    attachments: tuple[Json, ...] | None
    metadata: Json | None


def read_content(arguments: Arguments, *, editing: bool = False, cuts: bool = False) -> Content:
    """The content of a message, checked.

    Args:
        arguments: of a method that posts or edits.
        editing: whether what is missing means "as before"; texts are shorter then.
        cuts: whether a longer text is cut off rather than refused.

    Raises:
        Refused: as Slack refuses it.
    """
    text = arguments.text("text")
    given = arguments.structure("blocks", error="invalid_blocks_format")
    attached = arguments.structure("attachments", error="invalid_attachments")
    if markdown := arguments.text("markdown_text"):
        if text or given:
            raise Refused("markdown_text_conflict")
        if len(markdown) > LONGEST_MARKDOWN:
            raise Refused("msg_too_long")
        given = [{"type": "markdown", "text": markdown}]
    if len(text) > (LONGEST_EDIT if editing else LONGEST_TEXT):
        if not cuts:
            raise Refused("msg_too_long")
        text = text[:LONGEST_TEXT]
    blocks = None if given is None else message_blocks(given)
    attachments = None if attached is None else _attachments(attached)
    if not (text.strip() or blocks or attachments) and not (editing and _clears(arguments)):
        raise Refused("no_text")
    _one_table(blocks or (), attachments or ())
    return Content(text or markdown, blocks, attachments, read_metadata(arguments))


def message_blocks(blocks: Any) -> tuple[Json, ...]:
    """The blocks of a message, checked.

    Raises:
        Refused: `invalid_blocks`, `msg_blocks_too_long`.
    """
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    problems = Problems()
    check_blocks(problems, blocks, "message", "/blocks")
    problems.refuse("invalid_blocks")
    markdown = sum(len(b["text"]) for b in blocks if b["type"] == "markdown")
    if markdown > LONGEST_MARKDOWN:
        raise Refused("msg_too_long")
    counted = [b for b in blocks if b["type"] not in {"table", "data_table"}]
    size = sum(len(words_of([b])) + BLOCK_COST for b in counted)
    if size > BLOCKS_BUDGET:
        raise Refused("msg_blocks_too_long")
    return tuple(blocks)


def read_metadata(arguments: Arguments) -> Json | None:
    """The metadata: an event type and a flat payload.

    Raises:
        Refused: `invalid_metadata_format`, `invalid_metadata_schema`, `metadata_too_large`.
    """
    metadata: Any = arguments.structure("metadata", error="invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None if metadata is None else {}
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if "entities" in metadata and "event_type" not in metadata:
        return metadata
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z0-9_.\-]{1,255}", kind):
        raise Refused("invalid_metadata_schema", "[ERROR] event_type [json-pointer:/metadata]")
    if not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema", "[ERROR] event_payload [json-pointer:/metadata]")
    if len(json.dumps(metadata)) > 8_000:
        raise Refused("metadata_too_large")
    return metadata


def _clears(arguments: Arguments) -> bool:
    return any(arguments.get(name) is not None for name in ("metadata", "file_ids"))


def _attachments(attachments: Any) -> tuple[Json, ...]:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise Refused("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refused("too_many_attachments")
    problems = Problems()
    for index, attachment in enumerate(attachments):
        if attachment.get("blocks") is not None:
            pointer = f"/attachments/{index}/blocks"
            check_blocks(problems, attachment["blocks"], "message", pointer)
    problems.refuse("invalid_attachments")
    return tuple(attachments)


def _one_table(blocks: tuple[Json, ...], attachments: tuple[Json, ...]) -> None:
    family = {"table", "data_table"}
    tables = [b for b in _all(blocks, attachments) if b.get("type") in family]
    if len(tables) > 1:
        raise Refused("invalid_attachments", "[ERROR] only_one_table_allowed")


def _all(blocks: tuple[Json, ...], attachments: tuple[Json, ...]) -> Iterator[Json]:
    for block in blocks:
        yield block
        yield from block.get("child_blocks") or []
    for attachment in attachments:
        yield from attachment.get("blocks") or []
