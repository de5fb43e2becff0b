"""Calls of Discord's REST API, paced by the library's client."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import discord
from discord.http import HTTPClient, Route

from bot.errors import Later

SOON_S: Final = 0.5
NO_IDS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be sent with a message; `alt` describes a picture."""

    name: str
    content: bytes
    alt: str = ""


class Api:
    """The API, while there is a connection; `refused` says that it does not take the token.

    Calls raise what the library raises (see `errors.translated`), and Later without a connection.
    """

    def __init__(self) -> None:
        self._http: HTTPClient | None = None
        self.application = ""
        self.user = ""
        self.refused = False

    def attach(self, http: HTTPClient, *, application: str, user: str) -> None:
        """Speak through this client from now on, as this application and this account."""
        self._http, self.application, self.user = http, application, user

    def detach(self) -> None:
        """Speak no more."""
        self._http = None

    @property
    def attached(self) -> bool:
        """Whether calls can be made."""
        return self._http is not None

    async def get(
        self, path: str, ids: Mapping[str, str] = NO_IDS, *, query: Mapping[str, str] = NO_IDS
    ) -> Any:
        """Read something; `{names}` in the path stand for the ids."""
        return await self._request(Route("GET", path, **ids), params=dict(query))

    async def call(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str] = NO_IDS,
        *,
        body: Any = None,
        uploads: Sequence[Upload] = (),
    ) -> Any:
        """Change something; `{names}` in the path stand for the ids."""
        route = Route(method, path, **ids)
        if uploads:
            return await self._send_files(route, body, uploads)
        return await self._request(route, **({} if body is None else {"json": body}))

    async def _send_files(self, route: Route, body: Any, uploads: Sequence[Upload]) -> Any:
        files = [discord.File(io.BytesIO(one.content), one.name) for one in uploads]
        form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
        form += [
            {
                "name": f"files[{index}]",
                "value": file.fp,
                "filename": file.filename,
                "content_type": "application/octet-stream",
            }
            for index, file in enumerate(files)
        ]
        return await self._request(route, files=files, form=form)

    async def _request(self, route: Route, **more: Any) -> Any:
        if self._http is None:
            raise Later("Discord is not connected yet", after_s=SOON_S)
        try:
            found = await self._http.request(route, **more)
        except discord.HTTPException as error:
            self.refused = error.status == 401 and route.webhook_id is None
            raise
        except RuntimeError as error:  # closed under our hands
            raise Later("Discord is not connected any more", after_s=SOON_S) from error
        self.refused = False
        return found
