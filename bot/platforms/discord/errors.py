"""What Discord refuses, as the bot's own errors and as sentences that say what to change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import aiohttp
import discord

from bot.errors import BotError, Later, Undeliverable

log = logging.getLogger(__name__)

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
THREAD_EXISTS: Final = 160004
ARCHIVED: Final = 50083
NO_PERMISSION: Final = 50013
TOO_LARGE: Final = 40005
ACKNOWLEDGED: Final = 40060
TOKEN_GONE: Final = frozenset({10015, 10062, 50027})
"""An interaction that is too old to be answered, or was never acknowledged."""

PLACE_GONE: Final = {
    UNKNOWN_CHANNEL: "the channel was deleted",
    10004: "the server is gone",
    50001: "the assistant was removed from the channel: give its role View Channel there",
    50007: "this person takes no direct messages from the assistant: allow direct messages from "
    "members of the server in its privacy settings",
    50278: "this person shares no server with the assistant any more",
}
RIGHTS: Final = {
    "View Channel": "view_channel",
    "Send Messages": "send_messages",
    "Send Messages in Threads": "send_messages_in_threads",
    "Create Public Threads": "create_public_threads",
    "Embed Links": "embed_links",
    "Attach Files": "attach_files",
    "Read Message History": "read_message_history",
}
"""The permissions that the assistant needs: as Discord shows them, as the library calls them."""

REVOKED: Final = (
    "Discord refuses DISCORD_TOKEN: reset the token in the Discord developer portal under Bot, "
    "set DISCORD_TOKEN to the new one and restart"
)
INTENT_OFF: Final = (
    "Discord withholds what people write without a mention: turn on Message Content Intent in the "
    "Discord developer portal under Bot, Privileged Gateway Intents"
)
NETWORK: Final = (OSError, aiohttp.ClientError, TimeoutError)
TRY_AGAIN_S: Final = 2.0
REFUSED_S: Final = 60.0
PATIENCE_S: Final = 600.0

_T = TypeVar("_T")


@contextmanager
def translated() -> Iterator[None]:
    """Raise what the library raises inside as Later or Undeliverable."""
    try:
        yield
    except discord.RateLimited as error:
        raise Later("Discord asks to wait", after_s=error.retry_after) from error
    except discord.HTTPException as error:
        raise _of(error) from error
    except NETWORK as error:
        raise Later(f"Discord cannot be reached: {error!r}", after_s=TRY_AGAIN_S) from error


async def patiently(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do something as soon as Discord can be reached; it may be begun several times.

    Raises:
        Later: That took too long.
    """
    until = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            with translated():
                return await work()
        except Later as error:
            if asyncio.get_running_loop().time() + error.after_s > until:
                raise
            await asyncio.sleep(error.after_s)


def code_of(error: Exception) -> int:
    """Discord's own error code; 0 where there is none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def is_passing(error: Exception) -> bool:
    """Whether trying again later may help: nobody can say whether the call took effect."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500
    return isinstance(error, NETWORK)


def _of(error: discord.HTTPException) -> BotError:
    if error.status == 401 and error.code not in TOKEN_GONE:
        return Later(REVOKED, after_s=REFUSED_S)
    if error.status == 429:
        return Later("Discord asks to wait", after_s=_wait(error))
    if error.status >= 500:
        return Later(f"Discord has trouble ({error.status})", after_s=TRY_AGAIN_S)
    return _refusal(error)


def _refusal(error: discord.HTTPException) -> Undeliverable:
    if error.code in PLACE_GONE:
        return Undeliverable(f"Discord: {PLACE_GONE[error.code]}.", gone=True)
    if error.code == NO_PERMISSION:
        return Undeliverable(f"Discord forbids it: give my role there {', '.join(RIGHTS)}.")
    if error.code == ARCHIVED:
        return Undeliverable("The thread is archived and locked: unlock it, or ask in the channel.")
    log.error("Discord refuses what was sent: %s", error)
    return Undeliverable(f"Discord refuses it: {error.text or error.status} ({error.code}).")


def _wait(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", REFUSED_S))
    except ValueError:
        return REFUSED_S
