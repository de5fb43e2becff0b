"""`chat`: the assistant in this terminal, with history, attachments and numbered choices."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.commands.session import Session, open_session
from bot.errors import BotError
from bot.messages import Press, buttons
from bot.platforms.terminal.incoming import Line, parse_line
from bot.settings import Settings

WELCOME = (
    "MLOps Assistant. Name a file to attach it, a number to press a button, "
    "[bold]help[/] for what I can do here, Ctrl-C to stop a job, Ctrl-D to leave."
)


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Talk until the person leaves."""
    return asyncio.run(_chat(settings, options.channel, options.thread))


async def _chat(settings: Settings, channel: str, thread: str) -> int:
    async with open_session(settings, channel=channel, thread=thread) as session:
        console = session.platform.console
        console.print(WELCOME, style="dim")
        lines = _typed(settings.home / "history") if sys.stdin.isatty() else _piped()
        async for text in lines:
            if text.strip().lower() in ("/quit", "/exit", "quit", "exit"):
                break
            await _answer(session, text)
    return 0


async def _answer(session: Session, text: str) -> None:
    line = parse_line(text, buttons=session.platform.choices, folder=Path.cwd())
    console = session.platform.console
    if line.missing:
        console.print(f"There is no file {line.missing[0]}.", style="yellow", markup=False)
        return
    if not (line.text or line.files or line.button):
        return
    work = asyncio.create_task(_say(session, line))
    stopping = asyncio.get_running_loop()
    stopping.add_signal_handler(signal.SIGINT, lambda: _stop(session, work))
    try:
        await work
    except BotError as error:
        console.print(str(error), style="yellow", markup=False)
    except asyncio.CancelledError:
        console.print("I go on with it; the result will appear here.", style="dim")
    finally:
        stopping.remove_signal_handler(signal.SIGINT)


async def _say(session: Session, line: Line) -> None:
    press = session.platform.press(line.button) if line.button else None
    await session.say(line.text, files=line.files, press=press)


_stops: set[asyncio.Task[None]] = set()


def _stop(session: Session, work: asyncio.Task[None]) -> None:
    """Ctrl-C: press Stop where there is a job; otherwise stop waiting."""
    last = session.platform.last
    index = next((i for i, b in enumerate(buttons(last)) if b.does == "stop"), None)
    if index is None:
        work.cancel()
        return
    task = asyncio.create_task(session.press_quietly(Press(last.id, index)))
    _stops.add(task)
    task.add_done_callback(_stops.discard)


async def _typed(history: Path) -> AsyncIterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    prompt: PromptSession[str] = PromptSession(history=FileHistory(str(history)))
    while True:
        try:
            with patch_stdout(raw=True):
                yield_text = await prompt.prompt_async("› ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        yield yield_text


async def _piped() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(f"› {line.rstrip()}")
        yield line
