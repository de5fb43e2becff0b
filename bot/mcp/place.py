"""In whose name and in which thread the calls of other agents are made."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from bot.errors import SetupError
from storage.catalog.records import Actor, Address, Scope

TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Place:
    """One thread of a channel, and the person whose rights count there."""

    address: Address
    actor: Actor

    @property
    def local(self) -> bool:
        """Whether nobody but this machine's user is there."""
        return self.address.scope.platform == TERMINAL


def place_of(channel: str, thread: str, *, user: str) -> Place:
    """The place that options and settings name.

    Args:
        channel: As `platform/workspace/channel`.
        thread: A thread of it.
        user: As `platform/workspace/person`; "" in the terminal: whoever runs this.

    Raises:
        SetupError: A part is missing, or the person is not of the channel's workspace.
    """
    try:
        scope = Scope.parse(channel)
    except ValueError as error:
        raise SetupError(str(error)) from None
    home = f"{scope.platform}/{scope.workspace}/"
    if not user and scope.platform == TERMINAL:
        user = home + getpass.getuser()
    if not user:
        raise SetupError(f"MLOPS_MCP_USER must name whose rights count, as {home}person.")
    if not user.startswith(home) or "/" in user.removeprefix(home) or user == home:
        raise SetupError(f"MLOPS_MCP_USER must be somebody of {home}…, not {user}.")
    if not thread:
        raise SetupError(f"Name the thread of {channel} to work in, with --thread.")
    return Place(Address(scope, thread), Actor(user, f"{user.removeprefix(home)} (MCP)"))
