"""The agent loop: LangChain's agent, one tool call at a time, suspended by a call that waits."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    hook_config,
)
from langchain.agents.middleware.types import (
    InputAgentState,
    ModelRequest,
    ModelResponse,
    ToolCallRequest,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.runtime import Runtime
from langgraph.types import Command

from bot.agent.ask import ASK_PERSON, ASK_SCHEMA
from bot.agent.fences import fenced
from bot.agent.memory import unanswered
from bot.agent.patience import patiently
from bot.agent.privacy import SEEN, readable
from bot.agent.run import Run
from bot.agent.streaming import Heard
from tools.base import Tool

log = logging.getLogger(__name__)

STEPS = 10
MODEL_TIMEOUT_S = 90.0
TOO_MANY_STEPS = "I stopped here, because this took more steps than one request should."
ALONE = "The language model did not answer, so I worked without it."
_ANEW: Final = "anew"
"""Put into the stream where an answer begins, so that a broken one is not gone on with."""
_NO_EXTRAS: Final[Mapping[str, Any]] = MappingProxyType({})


class Agent:
    """A chat model and the tools it may name, behind LangChain's agent loop.

    Args:
        model: Thinks first.
        fallback: Thinks when the first one fails; None: a failure ends the run.
        tools: All tools by name.
        timeout_s: For one answer of the model, tries included.
        extras: What the model's provider is told besides with each request.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        fallback: BaseChatModel | None,
        tools: dict[str, Tool[Any]],
        timeout_s: float = MODEL_TIMEOUT_S,
        extras: Mapping[str, Any] = _NO_EXTRAS,
    ) -> None:
        self._graph = create_agent(
            model,
            [_for_model(tool) for tool in tools.values() if tool.run is not None] + [_ask_tool()],
            middleware=[_OneCallAtATime(fallback, timeout_s, extras)],
            context_schema=Run,
        )

    async def go(self, messages: list[BaseMessage], run: Run) -> str:
        """Think and act until the turn ends or waits; returns what the model says last.

        What a language model writes for people is said as it grows.
        """
        state: dict[str, Any] = {"messages": messages}
        heard = Heard()
        said = ""
        stream = self._graph.astream(
            InputAgentState(messages=cast("list[Any]", messages)),
            context=run,
            stream_mode=["messages", "custom", "values"],
        )
        async for mode, part in stream:
            if mode == "values":
                state = cast("dict[str, Any]", part)
                continue
            grown = ""
            if mode == "custom":
                heard = Heard()
            elif isinstance(part[0], AIMessageChunk):
                grown = heard.take(part[0])
            else:
                continue
            if grown != said:
                said = grown
                await run.say(said, run.sent)
        last = state["messages"][-1]
        finished = isinstance(last, AIMessage) and not unanswered(state["messages"])
        return str(last.text) if finished else ""


class _OneCallAtATime(AgentMiddleware[AgentState[Any], Run]):
    """Stores every message before its tool starts; an unanswered call ends the run."""

    def __init__(
        self, fallback: BaseChatModel | None, timeout_s: float, extras: Mapping[str, Any]
    ) -> None:
        super().__init__()
        self._fallback = fallback
        self._timeout_s = timeout_s
        self._extras = extras

    @hook_config(can_jump_to=["end"])
    async def abefore_model(
        self, state: AgentState[Any], runtime: Runtime[Run]
    ) -> dict[str, Any] | None:
        own = _since_human(state["messages"])
        if unanswered(own):
            return {"jump_to": "end"}
        if sum(isinstance(m, AIMessage) for m in own) >= STEPS:
            message = AIMessage(TOO_MANY_STEPS)
            await runtime.context.store(message)
            return {"jump_to": "end", "messages": [message]}
        return None

    async def awrap_model_call(
        self,
        request: ModelRequest[Run],
        handler: Callable[[ModelRequest[Run]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        run = request.runtime.context
        if self._fallback is None:
            return await handler(request.override(system_message=await run.describe(abroad=False)))
        if not run.alone:
            allowed = await _allowed(request, run, self._extras)

            async def ask() -> ModelResponse[Any]:
                request.runtime.stream_writer(_ANEW)
                return _as_ours(await handler(allowed))

            try:
                return await patiently(ask, timeout_s=self._timeout_s)
            except Exception as error:
                log.warning("the language model failed: %s", type(error).__name__)
                await run.failed(type(error).__name__, run.sent)
            request.runtime.stream_writer(_ANEW)
            run.alone = True
            run.notes.append(ALONE)
        whole = request.override(system_message=await run.describe(abroad=False))
        return await handler(whole.override(model=self._fallback))

    @hook_config(can_jump_to=["model"])
    async def aafter_model(
        self, state: AgentState[Any], runtime: Runtime[Run]
    ) -> dict[str, Any] | None:
        message = state["messages"][-1]
        run = runtime.context
        if not isinstance(message, AIMessage):
            return None
        words = str(message.text)
        own = {key: value for key, value in message.additional_kwargs.items() if key == "plan"}
        if self._fallback is not None and not run.alone:
            words = await run.account(message, run.sent)
            own[SEEN] = run.mind.level
        if message.invalid_tool_calls and not message.tool_calls:
            return await _refuse_malformed(message, words, run)
        kept = AIMessage(
            words,
            tool_calls=[_renamed(call) for call in message.tool_calls[:1]],
            id=message.id,
            additional_kwargs=own,
        )
        await run.store(kept)
        return {"messages": [kept]}

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        run = cast("Run", request.runtime.context)
        call = request.tool_call
        result = await run.call(str(call["id"]), call["name"], call["args"])
        return Command() if result is None else result


async def _allowed(
    request: ModelRequest[Run], run: Run, extras: Mapping[str, Any]
) -> ModelRequest[Run]:
    """The request as a language model may read it; it is kept for people to look at."""
    told = await run.describe(abroad=True)
    messages = fenced(readable(list(request.messages), run.mind.level))
    run.sent = [told, *messages]
    return request.override(
        system_message=told,
        messages=cast("list[Any]", messages),
        model_settings={**request.model_settings, **extras},
    )


async def _refuse_malformed(message: AIMessage, words: str, run: Run) -> dict[str, Any]:
    """Tell the model that its arguments were no JSON, and let it try again."""
    name, call_id = message.invalid_tool_calls[0]["name"] or "unknown", _own_id()
    asked = AIMessage(words, tool_calls=[{"name": name, "args": {}, "id": call_id}], id=message.id)
    answer = ToolMessage(
        "error: the arguments were not valid JSON",
        tool_call_id=call_id,
        name=name,
        status="error",
    )
    await run.store(asked)
    await run.store(answer)
    return {"messages": [asked, answer], "jump_to": "model"}


def _as_ours(response: ModelResponse[Any]) -> ModelResponse[Any]:
    """The answer under an id of our own: one that repeats would take an earlier one's place."""
    for message in response.result:
        message.id = f"answer_{secrets.token_hex(8)}"
    return response


def _renamed(call: ToolCall) -> ToolCall:
    """The call under an id of our own: providers may repeat theirs."""
    return {**call, "id": _own_id()}


def _own_id() -> str:
    return f"call_{secrets.token_hex(8)}"


def _since_human(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    start = max((i for i, m in enumerate(messages) if m.type == "human"), default=0)
    return list(messages[start:])


def _for_model(tool: Tool[Any]) -> BaseTool:
    """A tool as the model sees it; the loop intercepts every call before this would run."""
    schema = tool.args.model_json_schema() | {"title": tool.name, "description": tool.summary}
    return StructuredTool(
        name=tool.name, description=tool.summary, args_schema=schema, func=_intercepted
    )


def _ask_tool() -> BaseTool:
    return StructuredTool(
        name=ASK_PERSON,
        description=ASK_SCHEMA["description"],
        args_schema=ASK_SCHEMA,
        func=_intercepted,
    )


def _intercepted(**_: object) -> str:
    raise AssertionError("the loop calls tools through the toolbelt")
