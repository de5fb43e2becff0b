"""A local server that speaks OpenAI's two chat APIs, scripted reply by reply."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.responses import response_events


@dataclass(frozen=True)
class Says:
    """The model answers with text and at most a few tool calls (arguments may be malformed)."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fails:
    """The server answers with an error status."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    code: str | None = None


@dataclass(frozen=True)
class Hangs:
    """The server takes its time; with `after`, it breaks off in the middle of the stream."""

    seconds: float
    breaks: bool = False


@dataclass(frozen=True)
class Writes:
    """The model writes slowly: after each part but the last it waits for the test.

    With `breaks` the stream ends in the middle, after the last part.
    """

    parts: tuple[str, ...]
    calls: tuple[tuple[str, str], ...] = ()
    breaks: bool = False


Step = Says | Fails | Hangs | Writes


@dataclass
class OpenAIServer:
    """The running server: its address, the script still to play, the requests it got."""

    url: str = ""
    script: list[Step] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    """When each request came, on the loop's clock."""
    wrote: list[float] = field(default_factory=list)
    """When each part was written."""
    on: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released by the test to let the next part be written."""
    close: Callable[[], Awaitable[None]] = field(init=False)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.at.append(asyncio.get_running_loop().time())
        step = self.script.pop(0) if self.script else Says("I have nothing more to say.")
        if isinstance(step, Fails):
            error = {"error": {"message": "scripted", "type": "scripted", "code": step.code}}
            refusal = web.json_response(error, status=step.status, headers=step.headers)
            refusal.force_close()
            return refusal
        if isinstance(step, Hangs):
            await asyncio.sleep(step.seconds)
            if step.breaks:
                response = await _start(request)
                await response.write(b'data: {"id": "c", "object": "chat')
                assert request.transport is not None
                request.transport.close()
                return response
            step = Says("late")
        if isinstance(step, Writes):
            return await self._write(request, step)
        return await _stream(request, step) if body.get("stream") else _whole(step)

    async def _write(self, request: web.Request, step: Writes) -> web.StreamResponse:
        response = await _start(request)
        for index, part in enumerate(step.parts):
            if index:
                await self.on.acquire()
            for piece in _pieces(part):
                await _send(response, _delta({"content": piece}))
            self.wrote.append(asyncio.get_running_loop().time())
        if not step.breaks:
            return await _finish(response, step.calls)
        assert request.transport is not None
        request.transport.close()
        return response

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """The responses API, where content comes as blocks."""
        self.requests.append(await request.json())
        step = self.script.pop(0)
        assert isinstance(step, Says)
        response = await _start(request)
        for number, event in enumerate(response_events(step.text, step.calls)):
            line = json.dumps(event | {"sequence_number": number})
            await response.write(f"event: {event['type']}\ndata: {line}\n\n".encode())
        return response


@asynccontextmanager
async def openai_server(script: list[Step], *, port: int = 0) -> AsyncIterator[OpenAIServer]:
    """Serve on loopback, on a free port unless told, for the block; no connection is kept."""
    server = OpenAIServer(script=list(script))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.complete)
    app.router.add_post("/v1/responses", server.respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    port = runner.addresses[0][1]
    server.close = runner.cleanup
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def _calls(calls: tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": f"call_{index}_{name}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for index, (name, arguments) in enumerate(calls)
    ]


def _whole(step: Says) -> web.Response:
    message: dict[str, Any] = {"role": "assistant", "content": step.text or None}
    if step.calls:
        message["tool_calls"] = _calls(step.calls)
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "tool_calls" if step.calls else "stop",
    }
    return web.json_response(_envelope("chat.completion") | {"choices": [choice]})


async def _stream(request: web.Request, step: Says) -> web.StreamResponse:
    response = await _start(request)
    for piece in _pieces(step.text):
        await _send(response, _delta({"content": piece}))
    return await _finish(response, step.calls)


async def _finish(
    response: web.StreamResponse, calls: tuple[tuple[str, str], ...]
) -> web.StreamResponse:
    for call in _calls(calls):
        await _send(response, _delta({"tool_calls": [call]}))
    finish = "tool_calls" if calls else "stop"
    await _send(response, [{"index": 0, "delta": {}, "finish_reason": finish}])
    await response.write(b"data: [DONE]\n\n")
    return response


def _pieces(text: str) -> list[str]:
    """A text word by word, as models write."""
    return re.findall(r"\s*\S+\s*", text)


def _delta(delta: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": None}]


async def _start(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    response.force_close()
    await response.prepare(request)
    return response


async def _send(response: web.StreamResponse, choices: list[dict[str, Any]]) -> None:
    chunk = _envelope("chat.completion.chunk") | {"choices": choices}
    await response.write(f"data: {json.dumps(chunk)}\n\n".encode())


def _envelope(kind: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": kind,
        "created": 0,
        "model": "scripted",
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }
