"""The terminal as a platform: prints cards, keeps files, moves progress in place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bot.messages import Draft, Press, Progress, Reply, ReplyBlock, buttons
from bot.platforms.base import Capabilities
from bot.platforms.terminal.inline import escape, protocol
from bot.platforms.terminal.render import draft_line, plain, progress_line, render
from storage.blobs.base import BlobStore
from storage.catalog.records import Address
from tools.outcome import Figure


class TerminalPlatform:
    """Shows the messages of one thread on a console; files go to `folder`.

    Another thread's messages wait for a terminal of their own.
    """

    name = "terminal"
    capabilities = Capabilities(threads=False)

    def __init__(
        self,
        blobs: BlobStore,
        *,
        folder: Path,
        address: Address | None = None,
        console: Console | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.address = address
        self.console = console or Console(highlight=False)
        self._blobs = blobs
        self._folder = folder
        self._inline = protocol(os.environ if environment is None else environment)
        self._kept: dict[tuple[str, str], Path] = {}
        self._seen: dict[str, tuple[ReplyBlock, ...]] = {}
        self._shown: set[int] = set()
        self._line_open = False
        self.last: Reply = Reply(())

    async def send(self, address: Address, reply: Reply) -> str:
        """Print a new card; what is under way, or being written, is one line that moves."""
        self._print(reply)
        return str(reply.id)

    async def update(self, address: Address, ref: str, reply: Reply) -> str:
        """Move the progress line, or print what has changed since."""
        moving = [block for block in reply.blocks if isinstance(block, Progress | Draft)]
        if moving and reply.id == self.last.id:
            self._move(moving[0])
        else:
            self._print(reply)
        return ref

    async def find(self, address: Address, reply: Reply) -> str | None:
        """A screen of another process cannot be read; so what it may not have shown comes again."""
        return None

    def has_shown(self, reply: Reply) -> bool:
        """Whether this posted reply was printed here, and not by another terminal."""
        return reply.id in self._shown

    def press(self, number: int) -> Press:
        """The click on the `number`-th button of the last card, counted as it is shown."""
        shown = [i for i, b in enumerate(buttons(self.last)) if b.does != "stop"]
        return Press(self.last.id, shown[number - 1])

    @property
    def choices(self) -> int:
        """How many buttons the last card has."""
        return sum(button.does != "stop" for button in buttons(self.last))

    def keep(self, blob: str, name: str) -> Path:
        """Write a blob into the person's folder, under a name that is not taken by another."""
        if (blob, name) in self._kept:
            return self._kept[blob, name]
        self._folder.mkdir(parents=True, exist_ok=True)
        safe = _file_name(name)
        path = self._folder / safe
        number = 2
        while path.exists():
            path = self._folder / f"{Path(safe).stem}-{number}{Path(safe).suffix}"
            number += 1
        with self._blobs.open(blob) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        self._kept[blob, name] = path
        return path

    def _print(self, reply: Reply) -> None:
        self._close_line()
        self.last = reply
        self._shown.add(reply.id)
        moving = [block for block in reply.blocks if isinstance(block, Progress | Draft)]
        still = tuple(block for block in reply.blocks if not isinstance(block, Progress | Draft))
        seen = self._seen.get(reply.slot, ())
        if any(block not in seen for block in still):
            shown = replace(reply, blocks=still)
            self.console.print(render(shown, self.keep, seen=seen), crop=False)
            self.console.print()
            self._show_pictures([block for block in still if block not in seen])
        self._seen[reply.slot] = still
        if moving:
            self._move(moving[0])

    def _show_pictures(self, blocks: Sequence[ReplyBlock]) -> None:
        if not (self._inline and self.console.is_terminal):
            return
        for block in blocks:
            if isinstance(block, Figure):
                self.console.file.write(escape(self._blobs.read(block.blob), self._inline))

    def _move(self, moving: Progress | Draft) -> None:
        if not self.console.is_terminal:
            return
        width = self.console.width - 1
        if isinstance(moving, Draft):
            line = draft_line(moving, width)
        else:
            line = progress_line(moving)[:width]
        self.console.file.write(f"\r\x1b[2K{line}")
        self.console.file.flush()
        self._line_open = True

    def _close_line(self) -> None:
        if self._line_open:
            self.console.file.write("\r\x1b[2K")
            self._line_open = False


def _file_name(name: str) -> str:
    """A plain name without folders: no control characters, not hidden, not too long."""
    bare = plain(name.replace("\\", "/").rpartition("/")[2]).replace("\n", "").strip(". ")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[:80]}{dot}{ending[:16]}" or "file"
