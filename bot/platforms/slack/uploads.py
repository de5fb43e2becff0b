"""Pictures and files out: Slack's upload in three steps, each blob once."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import BinaryIO, Final

import aiohttp

from bot.errors import Later
from bot.platforms.slack.api import Api
from bot.platforms.slack.errors import SOON_S, SlackRefused
from tools.outcome import Figure, File

log = logging.getLogger(__name__)

LARGEST: Final = 1_000_000_000
CHUNK: Final = 256 * 1024
REMEMBERED: Final = 512
LOOKS: Final = 12
CLOSED_S: Final = 600.0
"""Seconds before a workspace that takes no files is asked again."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=900, sock_connect=15, sock_read=120)
SETTING: Final = (
    "Slack does not take files from the app ({code}): give it the scope files:write (OAuth & "
    "Permissions, then reinstall), or let the workspace's owner allow uploads. Until then pictures "
    "are told in words and files are handed over as links."
)
_NOT_IN_NAME: Final = re.compile(r"[^\w. ()-]+")

Open = Callable[[str], BinaryIO]


class Forbidden(Exception):
    """This workspace takes no files from the app."""


class Uploads:
    """Puts blobs into Slack."""

    def __init__(
        self, api: Api, *, look_s: float = 0.25, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._look_s = look_s
        self._clock = clock
        self._closed_until = 0.0
        self._pictures: OrderedDict[str, str] = OrderedDict()

    async def pictures(self, figures: Sequence[Figure], open_: Open) -> dict[str, str]:
        """Slack's file ids of pictures by blob; those that cannot be put there are missing.

        Raises:
            Later: Slack has trouble.
        """
        found: dict[str, str] = {}
        try:
            for figure in figures:
                found[figure.blob] = await self._picture(figure, open_)
        except Forbidden:
            log.info("%d pictures are told in words", len(figures) - len(found))
        return found

    def takes(self, file: File) -> bool:
        """Whether Slack would take a file now."""
        return 0 < file.size <= LARGEST and self._clock() >= self._closed_until

    def forget(self, pictures: Mapping[str, str]) -> None:
        """Upload these anew when they are shown again: Slack no longer takes them."""
        for blob in pictures:
            self._pictures.pop(blob, None)

    async def share(self, file: File, open_: Open, *, channel: str, thread: str) -> str:
        """Post a file in a thread; returns Slack's id of it.

        Raises:
            Forbidden: The workspace takes no files; hand it over in another way.
            Later: Slack has trouble.
        """
        where = {"channel_id": channel} | ({"thread_ts": thread} if thread else {})
        source = await asyncio.to_thread(open_, file.blob)
        try:
            return await self._upload(source, file.size, _name(file.name), where=where)
        finally:
            await asyncio.to_thread(source.close)

    async def _picture(self, figure: Figure, open_: Open) -> str:
        if figure.blob in self._pictures:
            self._pictures.move_to_end(figure.blob)
            return self._pictures[figure.blob]
        source = await asyncio.to_thread(open_, figure.blob)
        try:
            content = await asyncio.to_thread(source.read)
        finally:
            await asyncio.to_thread(source.close)
        name = f"{_name(figure.title or 'figure')}.png"
        id_ = await self._upload(content, len(content), name, alt=figure.alt)
        await self._usable(id_)
        self._pictures[figure.blob] = id_
        if len(self._pictures) > REMEMBERED:
            self._pictures.popitem(last=False)
        return id_

    async def _upload(
        self,
        content: bytes | BinaryIO,
        size: int,
        name: str,
        *,
        alt: str = "",
        where: Mapping[str, str] | None = None,
    ) -> str:
        if self._clock() < self._closed_until:
            raise Forbidden("uploads were refused a moment ago")
        described = {"alt_txt": alt[:1000]} if alt else {}
        try:
            place = await self._api.call(
                "files.getUploadURLExternal", filename=name, length=size, **described
            )
            await self._post(str(place["upload_url"]), content, size)
            id_ = str(place["file_id"])
            files = [{"id": id_, "title": name}]
            await self._api.call("files.completeUploadExternal", files=files, **(where or {}))
        except SlackRefused as refused:
            self._closed_until = self._clock() + CLOSED_S
            self._api.trouble("uploads", SETTING.format(code=refused.code))
            raise Forbidden(str(refused)) from refused
        self._api.trouble("uploads")
        return id_

    async def _post(self, url: str, content: bytes | BinaryIO, size: int) -> None:
        """The bytes; the address itself says who may put them there, so no token goes along."""
        data = content if isinstance(content, bytes) else _chunks(content)
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        try:
            async with self._api.session.post(
                url, data=data, headers=headers, timeout=TIMEOUT, proxy=self._api.client.proxy
            ) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Later(f"an upload was cut short ({error!r})", after_s=SOON_S) from error
        if status == 429 or status >= 500:
            raise Later(f"an upload was put off (status {status})", after_s=SOON_S)
        if status != 200:
            raise SlackRefused(f"upload_status_{status}", "upload")

    async def _usable(self, id_: str) -> None:
        """Wait until Slack has looked at a picture: before, a message with it is refused."""
        pause = self._look_s
        for _ in range(LOOKS):
            answer = await self._api.try_call("files.info", file=id_)
            if answer is None or (answer.get("file") or {}).get("mimetype"):
                return
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 2.0)
        log.info("the picture %s is not ready yet", id_)


async def _chunks(source: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(source.read, CHUNK):
        yield chunk


def _name(name: str) -> str:
    return _NOT_IN_NAME.sub("-", name).strip("-. ")[:200] or "file"
