"""Attachments on their way in: from Discord's own file servers only, counted while they come."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp
import discord
import yarl

from bot.errors import Later
from bot.messages import IncomingFile
from bot.platforms.discord.api import Api
from bot.platforms.discord.errors import translated
from bot.platforms.discord.incoming import Attached, files_of
from bot.platforms.discord.posting import MESSAGE
from tools.cards import shown
from tools.file_names import TAKEN

HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
TIMEOUT: Final = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=30)
STEP: Final = 1 << 16
GONE: Final = frozenset({403, 404, 410})
_NO_TABLES: Final = ("image/", "video/", "audio/", "application/pdf")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The files that were fetched, and a sentence for each that was not."""

    files: tuple[IncomingFile, ...]
    refused: tuple[str, ...]

    def remove(self) -> None:
        """Delete what was fetched."""
        for file in self.files:
            file.path.unlink(missing_ok=True)


class _Refused(Exception):
    """A file that is not taken; `str` says why."""


class _Gone(Exception):
    """The link is not good any more."""


class Files:
    """Fetches attachments; `own` is the origin of an API that is not Discord's own."""

    def __init__(self, api: Api, *, own: yarl.URL | None) -> None:
        self._api = api
        self._own = own

    async def missing(self, channel: str, message: str) -> tuple[Attached, ...]:
        """The attachments of a message as it is now; the event that told of it may lack them."""
        ids = {"channel_id": channel, "message_id": message}
        try:
            return files_of(await self._api.get(MESSAGE, ids))
        except discord.HTTPException as error:
            if error.status in (403, 404):  # deleted, or the history may not be read
                return ()
            raise

    async def load(
        self, attached: Sequence[Attached], *, channel: str, folder: Path, limit: int
    ) -> Loaded:
        """Fetch attachments into a folder.

        Raises:
            Later: Discord's file servers cannot be reached now.
        """
        files: list[IncomingFile] = []
        refused: list[str] = []
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for one in attached:
                path = folder / f"{one.id}-{secrets.token_hex(4)}"
                try:
                    with translated():
                        await self._fetch(session, one, channel, path, limit)
                except _Refused as error:
                    refused.append(str(error))
                except Later:
                    Loaded(tuple(files), ()).remove()
                    raise
                else:
                    files.append(IncomingFile(one.name, path))
        return Loaded(tuple(files), tuple(refused))

    async def _fetch(
        self, session: aiohttp.ClientSession, one: Attached, channel: str, path: Path, limit: int
    ) -> None:
        _check(one, limit)
        try:
            await self._download(session, one, path, limit)
        except _Gone:
            fresh = await self.missing(channel, one.message) if one.message else ()
            again = next((file for file in fresh if file.id == one.id), None)
            try:
                if again is None:
                    raise _Gone
                await self._download(session, again, path, limit)
            except _Gone:
                name = shown(one.name)
                raise _Refused(f"“{name}” is no longer there; please send it again.") from None

    async def _download(
        self, session: aiohttp.ClientSession, one: Attached, path: Path, limit: int
    ) -> None:
        url = yarl.URL(one.url, encoded=True)
        if not self._is_trusted(url):
            raise _Refused(f"“{shown(one.name)}” is not kept by Discord, so it is not fetched.")
        async with session.get(url, allow_redirects=False) as response:
            if response.status in GONE:
                raise _Gone
            response.raise_for_status()
            if response.status != 200:
                raise _Gone
            await _write(response, one, path, limit)

    def _is_trusted(self, url: yarl.URL) -> bool:
        if self._own is not None and url.is_absolute() and url.origin() == self._own:
            return True
        return url.scheme == "https" and url.host in HOSTS


async def _write(response: aiohttp.ClientResponse, one: Attached, path: Path, limit: int) -> None:
    """Keep a body, counted as it comes; what is cut short does not stay."""
    size = 0
    try:
        with await asyncio.to_thread(path.open, "wb") as target:
            async for chunk in response.content.iter_chunked(STEP):
                size += len(chunk)
                if size > limit:
                    raise _Refused(_too_large(one, limit))
                await asyncio.to_thread(target.write, chunk)
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise


def _check(one: Attached, limit: int) -> None:
    if one.size > limit:
        raise _Refused(_too_large(one, limit))
    if one.media_type.startswith(_NO_TABLES):
        kind = one.media_type.partition(";")[0]
        raise _Refused(f"“{shown(one.name)}” is no table ({shown(kind)}); I take {TAKEN}.")


def _too_large(one: Attached, limit: int) -> str:
    return (
        f"“{shown(one.name)}” is larger than the {limit / (1 << 20):,.0f} MB that I take; "
        "send a part of it, or a compressed CSV (MLOPS_MAX_UPLOAD_MB sets the limit)."
    )
