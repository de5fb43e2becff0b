"""Attachments in: which ones are taken, waiting for them, and fetching them safely."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import aiohttp

from bot.messages import IncomingFile
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import SlackRefused
from bot.platforms.slack.whispers import is_slacks
from storage.catalog.records import Json
from tools.cards import shown
from tools.file_names import TAKEN

log = logging.getLogger(__name__)

CHUNK: Final = 256 * 1024
HOPS: Final = 3
TRIES: Final = 3
MIB: Final = 1024 * 1024
TIMEOUT: Final = aiohttp.ClientTimeout(total=600, sock_connect=15, sock_read=30)
NOT_DATA: Final = ("image/", "video/", "audio/", "application/pdf", "application/msword")
NOT_FILES: Final = frozenset({"canvas", "email", "list", "post", "quip", "space"})
_PAGE: Final = "text/html"
_GONE: Final = frozenset({"tombstone", "hidden_by_limit"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a file that is still uploading is waited for, and how often it is looked at."""

    upload_s: float = 60.0
    look_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of the attachments of a message: files, and a sentence for each that failed."""

    files: tuple[IncomingFile, ...] = ()
    problems: tuple[str, ...] = ()


class Refused(Exception):
    """An attachment is not taken; `str` is the sentence for the person."""


class Downloads:
    """Fetches attachments into a folder, under names that nobody chose."""

    def __init__(self, api: Api, *, patience: Patience) -> None:
        self._api = api
        self._patience = patience

    async def fetch(
        self, described: Sequence[Json], *, folder: Callable[[], Path], most: int
    ) -> Fetched:
        """Fetch what can be taken; the caller removes the files.

        Raises:
            Later: Slack has trouble; nothing was left behind.
        """
        files: list[IncomingFile] = []
        problems: list[str] = []
        try:
            for file in described:
                try:
                    files.append(await self._one(file, folder, most))
                except Refused as problem:
                    problems.append(str(problem))
        except BaseException:
            await asyncio.to_thread(remove, files)
            raise
        return Fetched(tuple(files), tuple(problems))

    async def _one(self, file: Json, folder: Callable[[], Path], most: int) -> IncomingFile:
        file = await self._whole(file)
        name = _name(file)
        _check(file, name, most)
        path = folder() / secrets.token_hex(16)
        try:
            await self._download(str(file["url_private_download"]), path, name, most)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        self._api.trouble("download")
        return IncomingFile(name, path)

    async def _whole(self, file: Json) -> Json:
        """The file as Slack knows it, once its upload has ended."""
        waited = 0.0
        pause = self._patience.look_s
        while _unfinished(file):
            if waited > self._patience.upload_s:
                raise Refused(
                    f"{_name(file)} was still uploading after {waited:.0f} s; "
                    "send it again once it shows in the channel."
                )
            if waited:
                await asyncio.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 5.0)
            try:
                answer = await self._api.call("files.info", file=str(file["id"]))
            except SlackRefused as refused:
                raise self._unreachable(_name(file), refused.code) from refused
            file = {**file, "file_access": "visible", **(answer.get("file") or {})}
        return file

    async def _download(self, url: str, path: Path, name: str, most: int) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._follow(url, path, name, most)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.info("attempt %d at a download failed: %r", attempt, error)
                if attempt == TRIES:
                    raise Refused(f"Slack did not hand {name} over; send it again.") from error
                await asyncio.sleep(self._patience.look_s * attempt)
            else:
                return

    async def _follow(self, url: str, path: Path, name: str, most: int) -> None:
        """Fetch an address and what it leads to; the token is shown to Slack alone."""
        token = {"Authorization": f"Bearer {self._api.client.token}"}
        for _ in range(HOPS):
            if not is_slacks(url, self._api.client.base_url):
                raise Refused(f"{name} is not kept at Slack, so I do not fetch it; upload it here.")
            async with self._api.session.get(
                url,
                headers=token,
                timeout=TIMEOUT,
                allow_redirects=False,
                proxy=self._api.client.proxy,
            ) as response:
                if response.status in (301, 302, 303, 307, 308):
                    url = urljoin(url, response.headers.get("Location", ""))
                    continue
                if response.status == 429 or response.status >= 500:
                    response.raise_for_status()
                if response.status in (404, 410):
                    raise Refused(f"{name} is not there any more; send it again.")
                if response.status >= 400 or _is_login(response, name):
                    raise self._unreachable(name, f"status {response.status}")
                await _store(response, path, name, most)
                return
        raise self._unreachable(name, "redirects")

    def _unreachable(self, name: str, why: str) -> Refused:
        self._api.trouble(
            "download",
            f"Slack does not hand attachments over ({why}): the app needs the scope files:read "
            "(OAuth & Permissions, then reinstall), and to be in the channel.",
        )
        return Refused(
            f"I may not read {name}: the app needs the scope files:read and has to be in the "
            "channel where it was shared."
        )


def remove(files: Sequence[IncomingFile]) -> None:
    """Delete what was fetched."""
    for file in files:
        file.path.unlink(missing_ok=True)


def is_data(file: Json) -> bool:
    """Whether an attachment may hold a table; pictures and the like never do."""
    return not str(file.get("mimetype") or "").startswith(NOT_DATA)


def _unfinished(file: Json) -> bool:
    if str(file.get("mode") or "") in _GONE | NOT_FILES or file.get("is_external"):
        return False
    return file.get("file_access") == "check_file_info" or not file.get("url_private_download")


def _check(file: Json, name: str, most: int) -> None:
    mode = str(file.get("mode") or "")
    if mode in _GONE:
        raise Refused(f"{name} was deleted, or is hidden by the workspace's plan; send it again.")
    if file.get("is_external"):
        raise Refused(f"{name} is only a link to another service; upload the file itself.")
    if mode in NOT_FILES or not is_data(file):
        kind = str(file.get("filetype") or mode or "such")
        raise Refused(f"{name} is a {kind} file, which holds no table that I read; send {TAKEN}.")
    if int(file.get("size") or 0) > most:
        raise _too_large(name, most)


def _is_login(response: aiohttp.ClientResponse, name: str) -> bool:
    """Slack sends its sign-in page, with status 200, to whom it does not know."""
    return response.content_type == _PAGE and not name.lower().endswith((".html", ".htm"))


async def _store(response: aiohttp.ClientResponse, path: Path, name: str, most: int) -> None:
    if (response.content_length or 0) > most:
        raise _too_large(name, most)
    size = 0
    target = await asyncio.to_thread(path.open, "wb")
    try:
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > most:
                raise _too_large(name, most)
            await asyncio.to_thread(target.write, chunk)
    finally:
        await asyncio.to_thread(target.close)


def _too_large(name: str, most: int) -> Refused:
    return Refused(
        f"{name} is larger than the {most / MIB:,.4g} MB I take; send it gzipped (.csv.gz), "
        "as Parquet, or in parts."
    )


def _name(file: Json) -> str:
    return shown(file.get("name") or file.get("title") or "", 255) or "file"
