"""`ask`: one sentence, one answer, an exit code; for scripts and CI."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.commands.session import Session, open_session
from bot.errors import BotError
from bot.keys import reveal, reveal_data
from bot.messages import Reply, asks, dump_reply
from bot.results import results_of
from bot.settings import Settings

DONE, FAILED, NEEDS_ANSWER, REFUSED = 0, 1, 2, 3


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Ask once; returns 0 done, 2 needs an answer, 3 refused, 1 failed."""
    missing = [str(path) for path in options.file if not path.is_file()]
    if missing:
        print(f"There is no file {', '.join(missing)}.", file=sys.stderr)
        return FAILED
    console = Console(quiet=True) if options.json else None
    opened = open_session(settings, channel=options.channel, thread=options.thread, console=console)
    return asyncio.run(_ask(opened, options.text, options.file, as_json=options.json))


async def _ask(
    opened: AbstractAsyncContextManager[Session],
    text: str,
    files: Sequence[Path],
    *,
    as_json: bool,
) -> int:
    async with opened as session:
        try:
            reply = await session.say(text, files=files)
        except BotError as error:
            print(json.dumps({"error": str(error)}) if as_json else str(error))
            return REFUSED
        results = await asyncio.to_thread(_results, session)
    code = exit_code(reply, results)
    if as_json:
        states = {DONE: "done", FAILED: "failed", NEEDS_ANSWER: "needs_answer", REFUSED: "refused"}
        shown = dump_reply(reveal(reply, session.app.site.secret))
        print(json.dumps({"state": states[code], "results": results, "reply": shown}))
    return code


def exit_code(reply: Reply, results: list[dict[str, Any]]) -> int:
    """What a script is told about the answer."""
    if asks(reply):
        return NEEDS_ANSWER
    failures = [result for result in results if not result["ok"]]
    if not failures:
        return DONE
    return REFUSED if failures[-1]["error"].get("type") == "Refused" else FAILED


def _results(session: Session) -> list[dict[str, Any]]:
    """Every tool call of the turn: tool, ok, summary, data, error."""
    secret = session.app.site.secret
    return [
        {
            "tool": result.tool,
            "ok": result.ok,
            "summary": result.summary,
            "data": reveal_data(result.data, secret),
            "error": result.error,
        }
        for result in results_of(session.app.catalog, session.slot.removeprefix("turn:"))
    ]
