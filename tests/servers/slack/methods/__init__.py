"""The Web API methods, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.servers.slack.methods import (
    assistant,
    chat,
    connection,
    conversations,
    files,
    people,
    streams,
    views,
)
from tests.servers.slack.methods.base import Method

METHODS: Mapping[str, Method] = {
    **connection.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **conversations.METHODS,
    **people.METHODS,
    **files.METHODS,
    **views.METHODS,
    **assistant.METHODS,
}
