"""What a call orders of CI; a call made again after a crash keeps what it ordered before."""

from __future__ import annotations

from typing import Any

from bot.agent.calls import Call
from tools.base import Tool
from tools.context import ToolContext
from tools.workflows.order import Order, trail_of


def order_of(call: Call, tool: Tool[Any], args: Any, context: ToolContext) -> Order | None:
    """What CI has to run before this call is carried out; None where it has nothing to do with it.

    Raises:
        ToolError: It cannot be ordered like that.
    """
    if tool.order is None:
        return None
    with context.catalog.read() as unit:
        job = unit.jobs.find(context.scope, call.id)
    trail = trail_of(job.context) if job is not None else None
    return trail.order if trail is not None else tool.order(args, context)
