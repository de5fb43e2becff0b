"""What a method is: a function of the server and the arguments."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.slack.arguments import Arguments

if TYPE_CHECKING:
    from tests.servers.slack.workspace import Workspace

Handler = Callable[["Workspace", Arguments], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class Method:
    """A Web API method; `app_token` says that it takes the app-level token."""

    run: Handler
    app_token: bool = False
