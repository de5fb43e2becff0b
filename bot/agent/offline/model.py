"""The offline brain as a chat model: state and sentence in, one tool call or an answer out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

from bot.agent.ask import ASK_PERSON
from bot.agent.offline.meaning import Step
from bot.agent.offline.picked import is_refusal, value_of
from bot.agent.offline.understand import understand
from bot.agent.state import ThreadState, load_state
from tools.base import Tool
from tools.registry import all_tools


class OfflineChatModel(BaseChatModel):
    """Answers each turn with one tool call of its plan, or with a final text.

    The plan is made from the turn's sentence and stored with its first answer; every later
    answer is the plan's next entry, so a turn goes on after any pause or restart.

    Attributes:
        toolset: The tools to listen for; all registered ones if empty.
    """

    toolset: tuple[Any, ...] = ()

    @property
    def _llm_type(self) -> str:
        return "offline"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Accept the agent's tools; what they mean is known from their words."""
        return self.bind(tools=tools, tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        tools = self.toolset or tuple(all_tools().values())
        answer = next_message(messages, tools)
        return ChatResult(generations=[ChatGeneration(message=answer)])


def next_message(messages: Sequence[BaseMessage], tools: Sequence[Tool[Any]]) -> AIMessage:
    """What the brain says next in the current turn."""
    state = state_of(messages)
    said, turn = current_turn(messages)
    plan, since = _stored_plan(turn)
    if plan is None:
        meant = understand(said, state, tools)
        plan = entries(meant.steps, meant.answer)
        return _emit(plan, 0, plan_too=True, picked=None)
    results = [message for message in since if isinstance(message, ToolMessage)]
    done = len(results)
    if results and results[-1].status == "error":
        return AIMessage(_not_done(plan[done:]))
    asked = plan[done - 1].get("ask") if 0 < done <= len(plan) else None
    picked: Any = None
    if asked is not None:
        text = str(results[-1].content)
        if is_refusal(text):
            return AIMessage("All right, I left it at that.")
        picked = value_of(text, asked, state)
    return _emit(plan, done, plan_too=False, picked=picked)


def state_of(messages: Sequence[BaseMessage]) -> ThreadState:
    """The thread's state as the agent passed it with the system message."""
    for message in messages:
        if isinstance(message, SystemMessage) and "state" in message.additional_kwargs:
            return load_state(message.additional_kwargs["state"])
    return ThreadState(today="")


def current_turn(messages: Sequence[BaseMessage]) -> tuple[str, list[BaseMessage]]:
    """The last thing a person said, and all that followed it."""
    for index in range(len(messages) - 1, -1, -1):
        if isinstance(messages[index], HumanMessage):
            return str(messages[index].text), list(messages[index + 1 :])
    return "", []


def entries(steps: Sequence[Step], answer: str) -> list[dict[str, Any]]:
    """The plan as JSON: questions and calls in the order they are emitted, then the words."""
    plan: list[dict[str, Any]] = []
    for step in steps:
        if step.open is not None:
            question = {"question": step.open.question, "options": list(step.open.options)}
            values = {"values": dict(step.open.values)} if step.open.values else {}
            plan.append({"ask": {**question, "argument": step.open.argument, **values}})
        plan.append({"tool": step.tool, "args": step.args})
    return [*plan, {"say": answer}]


def _stored_plan(
    turn: Sequence[BaseMessage],
) -> tuple[list[dict[str, Any]] | None, Sequence[BaseMessage]]:
    """The turn's plan, and what followed it: calls made before it (attachments) do not count."""
    for index, message in enumerate(turn):
        if isinstance(message, AIMessage) and "plan" in message.additional_kwargs:
            return list(message.additional_kwargs["plan"]), turn[index:]
    return None, turn


def _emit(
    plan: list[dict[str, Any]], index: int, *, plan_too: bool, picked: tuple[str, Any] | None
) -> AIMessage:
    extra: dict[str, Any] = {"plan": plan} if plan_too else {}
    entry: dict[str, Any] = plan[index] if index < len(plan) else {"say": ""}
    if "say" in entry:
        return AIMessage(entry["say"], additional_kwargs=extra)
    if "ask" in entry:
        name = ASK_PERSON
        args: dict[str, Any] = {
            "question": entry["ask"]["question"],
            "options": entry["ask"]["options"],
        }
    else:
        name, args = entry["tool"], dict(entry["args"])
        if picked is not None:
            args[picked[0]] = picked[1]
    call = {"name": name, "args": args, "id": f"call_{uuid4().hex[:12]}", "type": "tool_call"}
    return AIMessage("", tool_calls=[call], additional_kwargs=extra)


def _not_done(rest: list[dict[str, Any]]) -> str:
    """One sentence that names the steps which an error kept from running."""
    names = [entry["tool"].replace("_", " ") for entry in rest if "tool" in entry]
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"Because of that I did not go on to {listed}."
