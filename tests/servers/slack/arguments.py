"""The arguments of a request, read as Slack reads them: query, form or JSON."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.servers.slack.world import Refused

TRUE = frozenset({True, "1", "true", "True"})


class Arguments(dict[str, Any]):
    """Named arguments with readers that refuse as Slack does."""

    def need(self, name: str) -> str:
        """The text of an argument that must be there.

        Raises:
            Refused: `invalid_arguments`, naming the field.
        """
        value = self.get(name)
        if value is None or value == "":
            raise Refused("invalid_arguments", f"[ERROR] missing required field: {name}")
        return str(value)

    def text(self, name: str) -> str:
        """The text of an argument, empty when it is missing."""
        value = self.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Whether an argument is true; forms say `1` or `true`."""
        return self.get(name) in TRUE

    def number(self, name: str, default: int) -> int:
        """A whole number.

        Raises:
            Refused: `invalid_arguments`.
        """
        value = self.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise Refused(
                "invalid_arguments", f"[ERROR] must be a number [json-pointer:/{name}]"
            ) from None

    def structure(self, name: str, *, error: str = "invalid_arguments") -> Any:
        """A list or object, which forms carry as JSON text; None when it is missing.

        Raises:
            Refused: with this error, when the text is no JSON.
        """
        value = self.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """All arguments of a request, whichever way they came.

    Raises:
        Refused: `invalid_json` when a JSON body is none.
    """
    arguments = Arguments(request.query)
    if request.content_type == "application/json":
        text = await request.text()
        try:
            body = json.loads(text) if text else {}
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        arguments.update(body)
    elif request.method == "POST":
        arguments.update({k: v for k, v in (await request.post()).items() if isinstance(v, str)})
    return arguments
