"""One exchange with a server: what it offers, or one call; whatever it does, it ends."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any, Final, TypeVar

import anyio
import httpx2
from mcp import Client, MCPError
from mcp.client.stdio import get_default_environment
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from bot.sources.bounds import BoundedHttp, Flooded, bounded_process
from bot.sources.listed import Source
from bot.sources.pins import digest_of
from tools.errors import Refused, ToolError

log = logging.getLogger(__name__)

_PAGES: Final = 10
_TOOLS: Final = 200
T = TypeVar("T")


class Changed(Refused):
    """A tool is not any more what it was when it was allowed."""


def offered(name: str, source: Source) -> dict[str, dict[str, Any]]:
    """All that a server says about each of its tools, by name.

    Raises:
        ToolError: It does not answer as it should.
    """
    return _exchange(name, source, _offers)


def called(
    name: str, source: Source, tool: str, args: dict[str, Any], *, digest: str
) -> CallToolResult:
    """The server's answer to a call, if the tool is still what was allowed.

    Raises:
        Changed: It is not.
        ToolError: The server does not answer as it should.
    """

    async def call(client: Client) -> CallToolResult:
        offers = await _offers(client)
        if tool not in offers or digest_of(offers[tool]) != digest:
            raise Changed(
                f"The tool `{tool}` of {name} is not what it was when it was allowed, so it is "
                "switched off.",
                "Whoever runs me can look at it and allow it anew: `python -m bot tools --pin`.",
            )
        return await client.call_tool(tool, args)

    return _exchange(name, source, call)


def _exchange(name: str, source: Source, work: Callable[[Client], Awaitable[T]]) -> T:
    """Connect, do it, and leave; in a thread that has no event loop."""
    try:
        return asyncio.run(_within(source, work))
    except Exception as error:
        raise _told(name, source, error) from error


async def _within(source: Source, work: Callable[[Client], Awaitable[T]]) -> T:
    with anyio.fail_after(source.timeout_s):
        async with AsyncExitStack() as stack:
            way = bounded_process(source.command, _environment(source))
            if source.url:
                headers = _headers(source)
                client = httpx2.AsyncClient(
                    transport=BoundedHttp(),
                    headers=headers,
                    timeout=source.timeout_s,
                    trust_env=False,
                )
                await stack.enter_async_context(client)
                way = streamable_http_client(source.url, http_client=client)
            return await work(await stack.enter_async_context(Client(way, cache=None)))


async def _offers(client: Client) -> dict[str, dict[str, Any]]:
    offers: dict[str, dict[str, Any]] = {}
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await client.list_tools(cursor=cursor)
        for tool in page.tools[:_TOOLS]:
            offers[tool.name] = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
        cursor = page.next_cursor
        if not cursor or len(offers) > _TOOLS:
            break
    return offers


def _environment(source: Source) -> dict[str, str]:
    """The little a program needs to run, and what it was given by name."""
    given = {name: os.environ[name] for name in source.pass_env if name in os.environ}
    return {**get_default_environment(), **given}


def _headers(source: Source) -> dict[str, str]:
    token = os.environ.get(source.token_env, "") if source.token_env else ""
    return {"Authorization": f"Bearer {token}"} if token else {}


def _told(name: str, source: Source, error: Exception) -> ToolError:
    """What went wrong, in a sentence of ours: the server's own words stay in the log."""
    causes = list(_causes(error))
    known = next((cause for cause in causes if isinstance(cause, ToolError)), None)
    if known is not None:
        return known
    log.warning("the MCP server %s failed: %r", name, causes[:3])
    if any(isinstance(cause, Flooded) for cause in causes):
        return ToolError(f"{name} sent more than an answer may have, so I stopped listening.")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return ToolError(f"{name} did not answer within {source.timeout_s:g} seconds.")
    if any(isinstance(cause, FileNotFoundError) for cause in causes):
        return ToolError(f"{name} cannot be started: there is no {source.command[0]}.")
    if any(isinstance(cause, MCPError) for cause in causes):
        return ToolError(f"{name} answered with an error.", "The log has the details.")
    return ToolError(f"{name} does not answer as it should.", "The log has the details.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, those in its group, and what they came from."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
