"""`plan`: rehearse a sentence; tells which tools would run and what would wait for a click."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from pydantic import ValidationError

from bot.agent.ask import ASK_PERSON, ask_choices
from bot.agent.core import Agent
from bot.agent.grounding import Grounds, strike
from bot.agent.memory import said
from bot.agent.minds import Mind
from bot.agent.models import offline_model, open_model, request_extras
from bot.agent.privacy import reduced
from bot.agent.prompts import system_message
from bot.agent.run import Run
from bot.agent.state import ColumnState, DatasetState, ModelState, ThreadState
from bot.settings import Settings
from tools.errors import BadRequest, ToolError
from tools.registry import all_tools


@dataclass
class Plan:
    """What a sentence asks for."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    ask: dict[str, Any] | None = None
    approvals: list[str] = field(default_factory=list)
    answer: str = ""

    def dump(self) -> dict[str, Any]:
        """The documented JSON; `answer` is what the assistant would say."""
        return {
            "calls": self.calls,
            "ask": self.ask,
            "approvals": self.approvals,
            "answer": self.answer,
        }


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print the plan; returns the exit code: 0 understood, 2 needs an answer, 3 unreadable file."""
    try:
        state = state_of(options.csv, model=options.model, target=options.target)
    except ToolError as error:
        print(json.dumps({"error": str(error)}) if options.json else str(error))
        return 3
    plan = asyncio.run(rehearse(settings, options.text, state))
    if options.json:
        print(json.dumps(plan.dump(), default=str))
    else:
        _show(plan)
    return 2 if plan.ask else 0


def state_of(csv: Path, *, model: str | None, target: str | None) -> ThreadState:
    """The state of an imagined thread with this file, and this model where one is named.

    Raises:
        ToolError: The file is missing or cannot be read.
    """
    from tools.ml.profiling import profile_table
    from tools.ml.reading import read_table

    if not csv.is_file():
        raise BadRequest(f"There is no file {csv}.")
    with csv.open("rb") as file:
        profile = profile_table(read_table(file, csv.name).table)
    columns = tuple(
        ColumnState(
            column.name,
            column.kind,
            column.missing,
            column.distinct,
            column.low,
            column.high,
            tuple(str(value) for value, _ in column.top),
            column.id_like,
        )
        for column in profile.columns
    )
    targets = tuple(suggestion.column for suggestion in profile.targets)
    dataset = DatasetState(csv.stem, 1, profile.rows, columns, targets)
    models = (_model(model, target, columns),) if model and target else ()
    now = datetime.now(UTC).astimezone().isoformat()
    return ThreadState(today=now, datasets=(dataset,), models=models)


async def rehearse(settings: Settings, text: str, state: ThreadState) -> Plan:
    """Let the brain think with a toolbelt that changes nothing."""
    plan = Plan()
    tools = all_tools()

    mind = Mind(settings.privacy, alone=settings.privacy == "none")

    async def describe(*, abroad: bool) -> SystemMessage:
        return system_message(reduced(state, mind.level) if abroad else state)

    async def account(answer: AIMessage, sent: list[BaseMessage]) -> str:
        grounds = Grounds(message.text for message in sent)
        return strike(answer.text, grounds).text

    async def store(message: BaseMessage) -> None:
        """A rehearsal leaves nothing behind."""

    async def call(call_id: str, name: str, args: dict[str, Any]) -> ToolMessage | None:
        if name == ASK_PERSON:
            choice = ask_choices(args)
            labels = [option.label for option in choice.options]
            plan.ask = {"question": choice.message, "choices": labels}
            return None
        tool = tools.get(name)
        if tool is None:
            return ToolMessage(f"there is no tool {name}", tool_call_id=call_id, status="error")
        try:
            valid = tool.args.model_validate(args)
        except ValidationError as error:
            return ToolMessage(str(error), tool_call_id=call_id, status="error")
        shown = valid.model_dump(mode="json", exclude_unset=True)
        plan.calls.append({"tool": name, "args": shown})
        if tool.effect_for(valid, None) in ("confirm", "deploy"):
            plan.approvals.append(name)
        return ToolMessage("rehearsed", tool_call_id=call_id, name=name)

    model = open_model(settings)
    online = settings.model != "offline"
    fallback = offline_model() if online else None
    agent = Agent(model, fallback=fallback, tools=tools, extras=request_extras(settings))
    plan.answer = await agent.go([said(text)], Run(mind, describe, store, call, account))
    return plan


def _model(name: str, target: str, columns: tuple[ColumnState, ...]) -> ModelState:
    label = next((c for c in columns if c.name.lower() == target.lower()), None)
    numeric = label is not None and label.kind in ("integer", "number") and label.distinct > 20
    features = tuple(column for column in columns if column is not label)
    task = "regression" if numeric else "classification"
    return ModelState(name, 1, "m1", label.name if label else target, task, "auto", features)


def _show(plan: Plan) -> None:
    for number, call in enumerate(plan.calls, 1):
        args = ", ".join(f"{key}={value!r}" for key, value in call["args"].items())
        waits = "  (waits for a click)" if call["tool"] in plan.approvals else ""
        print(f"{number}. {call['tool']}({args}){waits}")
    if plan.ask:
        print(plan.ask["question"])
        for choice in plan.ask["choices"]:
            print(f"   - {choice}")
    if not plan.calls and not plan.ask:
        print(f"Nothing would change. {plan.answer}")
