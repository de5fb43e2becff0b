"""Status, title and suggested prompts of an assistant thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments
from tests.servers.slack.methods.base import Method
from tests.servers.slack.methods.conversations import member_channel
from tests.servers.slack.world import Refused

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

MOST_PROMPTS = 4


async def set_status(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`assistant.threads.setStatus`: an empty status clears it, and so does a reply."""
    place = _place(server, arguments)
    if "status" not in arguments:
        raise Refused("invalid_arguments", "[ERROR] missing required field: status")
    messages = arguments.structure("loading_messages") or []
    if len(messages) > 10:
        raise Refused(
            "invalid_arguments",
            "[ERROR] no more than 10 items allowed [json-pointer:/loading_messages]",
        )
    server.world.statuses[place] = arguments.text("status")
    server.world.status_log.append((place, arguments.text("status")))
    return {}


async def set_title(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`assistant.threads.setTitle`."""
    server.world.titles[_place(server, arguments)] = arguments.need("title")
    return {}


async def set_prompts(server: Workspace, arguments: Arguments) -> dict[str, Any]:
    """`assistant.threads.setSuggestedPrompts`: at most four, each a title and a message.

    In the agent view a call with a thread is answered, but shows nothing.
    """
    channel = member_channel(server, arguments.need("channel_id"))
    prompts = arguments.structure("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refused("invalid_arguments", "[ERROR] between 1 and 4 items [json-pointer:/prompts]")
    for index, prompt in enumerate(prompts):
        if not (isinstance(prompt, dict) and prompt.get("title") and prompt.get("message")):
            pointer = f"[json-pointer:/prompts/{index}]"
            raise Refused("invalid_arguments", f"[ERROR] needs title and message {pointer}")
    thread = arguments.text("thread_ts")
    if thread and server.world.message(channel.id, thread) is None:
        raise Refused("invalid_thread_ts")
    if not (server.agent_view and thread):
        server.world.prompts[channel.id, thread] = prompts
    return {}


def _place(server: Workspace, arguments: Arguments) -> tuple[str, str]:
    channel = member_channel(server, arguments.need("channel_id"))
    thread = arguments.need("thread_ts")
    if server.world.message(channel.id, thread) is None:
        raise Refused("invalid_thread_ts")
    return channel.id, thread


METHODS = {
    "assistant.threads.setStatus": Method(set_status),
    "assistant.threads.setTitle": Method(set_title),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts),
}
