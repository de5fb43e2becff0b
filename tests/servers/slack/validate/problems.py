"""The checks that all blocks and elements are made of; each writes down what it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tests.servers.slack.world import Refused

Json = dict[str, Any]


class Problems:
    """What is wrong with a payload, each with the place as a JSON pointer."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, what: str, pointer: str) -> None:
        """Write down one problem."""
        self.found.append(f"[ERROR] {what} [json-pointer:{pointer or '/'}]")

    def refuse(self, error: str) -> None:
        """Refuse with all that was found, if anything was.

        Raises:
            Refused: with this error.
        """
        if self.found:
            raise Refused(error, *self.found)

    def keys(self, thing: Mapping[str, Any], pointer: str, allowed: Collection[str]) -> None:
        """No property beyond these."""
        for name in thing:
            if name not in allowed:
                self.add(f"invalid additional property: {name}", pointer)

    def required(self, thing: Mapping[str, Any], pointer: str, names: Iterable[str]) -> None:
        """Each of these properties is there."""
        for name in names:
            if thing.get(name) is None:
                self.add(f"missing required field: {name}", pointer)

    def string(self, value: Any, pointer: str, most: int, *, least: int = 0) -> None:
        """A string of at most (and at least) so many characters; None is fine."""
        if value is None:
            return
        if not isinstance(value, str):
            self.add("must be a string", pointer)
        elif len(value) > most:
            self.add(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", pointer)

    def choice(self, value: Any, pointer: str, allowed: Collection[str]) -> None:
        """One of these words; None is fine."""
        if value is not None and value not in allowed:
            self.add(f"must be one of: {', '.join(sorted(allowed))}", pointer)

    def items(self, value: Any, pointer: str, most: int, *, least: int = 1) -> list[Any]:
        """A list of so many items; what there is of it."""
        if not isinstance(value, list):
            self.add("must provide an array", pointer)
            return []
        if len(value) > most:
            self.add(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            self.add(f"must provide at least {least} items", pointer)
        return value

    def text(
        self, value: Any, pointer: str, most: int, *, plain: bool = False, needed: bool = True
    ) -> None:
        """A text object, `plain_text` only or `mrkdwn` too."""
        if value is None:
            if needed:
                self.add("missing required field", pointer)
            return
        kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.add("must provide a text object of type " + " or ".join(sorted(kinds)), pointer)
            return
        option = "emoji" if value["type"] == "plain_text" else "verbatim"
        self.keys(value, pointer, {"type", "text", option})
        if value.get("text") is None:
            self.add("missing required field: text", pointer)
        self.string(value.get("text"), f"{pointer}/text", most, least=1)

    def url(self, value: Any, pointer: str) -> None:
        """A web address of at most 3,000 characters; None is fine."""
        self.string(value, pointer, 3000, least=1)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            self.add("must be a valid URL", pointer)
