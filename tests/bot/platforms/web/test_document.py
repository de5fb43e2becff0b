"""docs/chat-api.md says what the code does: every path, block and field."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.routing import Mount, Route

from bot.messages import Reply, ReplyBlock
from bot.platforms.chronicle import Shown
from bot.platforms.web.adapter import open_web
from bot.platforms.web.render import item_of
from storage.catalog.records import Address
from tests.bot.stage import settings_for
from tests.contracts.rows import HERE, NOW
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "chat-api.md").read_text(encoding="utf-8")
KINDS: dict[str, Any] = {
    next(field.default for field in fields(block) if field.name == "kind"): block
    for block in get_args(get_args(ReplyBlock)[0])
}
HIDDEN = {"kind", "secret", "waiting_id", "approval_id", "job_id"}


def test_every_path_is_described(tmp_path: Path) -> None:
    """The tables of requests have the paths that are answered, and no others."""
    [mount] = open_web(settings_for(tmp_path)).routes
    assert isinstance(mount, Mount)
    answered = {
        re.sub(r"\{[^}]*\}", "…", route.path)
        for route in mount.routes
        if isinstance(route, Route) and "rest" not in route.path
    }
    described = {
        re.sub(r"(?<=/)(THREAD|\d+)(?=/|$)", "…", path)
        for path in re.findall(r"^\| `(?:GET|POST) /api/v1([^`?]*)", PAGE, re.MULTILINE)
    }
    assert described == answered


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_block_is_described(kind: str) -> None:
    """A block has a row with each of its fields that are shown."""
    [row] = [line for line in PAGE.splitlines() if re.match(rf"\| [^|]*`{kind}`[^|]*\|", line)]
    wanted = {field.name for field in fields(KINDS[kind])} - HIDDEN
    assert {name for name in wanted if f"`{name}`" not in row} == set()


def test_every_field_of_a_reply_is_described() -> None:
    """The example of a reply has the fields that replies have."""
    item = item_of(Shown(Reply(()), Address(HERE), NOW, NOW))
    example = next(block for block in PAGE.split("```json") if '"kind": "reply"' in block)
    assert {name for name in item if f'"{name}"' not in example} == set()
