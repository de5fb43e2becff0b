"""A local server that speaks the chat completions API, scripted reply by reply."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


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


@dataclass(frozen=True)
class Hangs:
    """The server takes its time; with `after`, it breaks off in the middle of the stream."""

    seconds: float
    breaks: bool = False


Step = Says | Fails | Hangs


@dataclass
class OpenAIServer:
    """The running server: its address, the script still to play, the requests it got."""

    url: str = ""
    script: list[Step] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    close: Callable[[], Awaitable[None]] = field(init=False)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        step = self.script.pop(0) if self.script else Says("I have nothing more to say.")
        if isinstance(step, Fails):
            error = {"error": {"message": "scripted", "type": "scripted", "code": None}}
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
        return await _stream(request, step) if body.get("stream") else _whole(step)


@asynccontextmanager
async def openai_server(script: list[Step]) -> AsyncIterator[OpenAIServer]:
    """Serve on a free loopback port while the block runs; no connection is kept."""
    server = OpenAIServer(script=list(script))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.close = runner.cleanup
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


def _calls(step: Says) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": f"call_{index}_{name}",
            "type": "function",
            "function": {"name": name, "arguments": arguments},
        }
        for index, (name, arguments) in enumerate(step.calls)
    ]


def _whole(step: Says) -> web.Response:
    message: dict[str, Any] = {"role": "assistant", "content": step.text or None}
    if step.calls:
        message["tool_calls"] = _calls(step)
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": "tool_calls" if step.calls else "stop",
    }
    return web.json_response(_envelope("chat.completion") | {"choices": [choice]})


async def _stream(request: web.Request, step: Says) -> web.StreamResponse:
    response = await _start(request)
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in re.findall(r"\S+\s*", step.text)]
    deltas += [{"tool_calls": [call]} for call in _calls(step)]
    for delta in deltas:
        await _send(response, [{"index": 0, "delta": delta, "finish_reason": None}])
    finish = "tool_calls" if step.calls else "stop"
    await _send(response, [{"index": 0, "delta": {}, "finish_reason": finish}])
    await response.write(b"data: [DONE]\n\n")
    return response


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
