"""An app whose brain is a scripted server, and what that server was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.app import App
from tests.bot.stage import still
from tests.servers.openai import OpenAIServer, Step, openai_server

Act = Callable[[App, OpenAIServer], Awaitable[None]]


def act(
    home: Path,
    script: list[Step],
    scene: Act,
    *,
    model_timeout_s: float = 20,
    **settings: Any,
) -> None:
    """Play a scene with an app that asks a scripted server, within a minute."""

    async def run() -> None:
        async with openai_server(script) as server:
            with still(
                home,
                model="openai:scripted",
                openai_api_key="sk-test",
                openai_base_url=server.url,
                model_timeout_s=model_timeout_s,
                **settings,
            ) as app:
                await asyncio.wait_for(scene(app, server), 60)

    asyncio.run(run())


def call(name: str, **args: Any) -> tuple[str, str]:
    """A tool call as the server writes it."""
    return name, json.dumps(args)


def is_valid(messages: list[dict[str, Any]]) -> bool:
    """Whether OpenAI would take the list: each call is answered right behind it, and only once."""
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return False
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            return False
        open_calls = [each["id"] for each in message.get("tool_calls") or []]
    return not open_calls


def results(request: dict[str, Any]) -> list[str]:
    """What tools gave back, as the model reads it, without the fences."""
    fenced = [message["content"] for message in of_role(request, "tool")]
    assert all(text.startswith("<data of=") and text.endswith("\n</data>") for text in fenced)
    return [text.partition("\n")[2].removesuffix("\n</data>") for text in fenced]


def of_role(request: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """The messages of a role in a request."""
    return [message for message in request["messages"] if message["role"] == role]
