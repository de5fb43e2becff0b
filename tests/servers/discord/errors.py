"""What the REST API says when it refuses.

Refused: an HTTP status with Discord's JSON body (code, message, errors). The constructors below
name the ones that the routes use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MALFORMED = frozenset({0, 50006, 50035, 50109})


@dataclass(frozen=True)
class Refused(Exception):
    """An answer of 4xx: Discord's error code, its words, and for code 50035 the nested errors."""

    status: int
    code: int
    message: str
    errors: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        return body | ({"errors": self.errors} if self.errors else {})


def unauthorized() -> Refused:
    return Refused(401, 0, "401: Unauthorized")


def unknown(what: str, code: int) -> Refused:
    return Refused(404, code, f"Unknown {what}")


def unknown_channel() -> Refused:
    return unknown("Channel", 10003)


def unknown_message() -> Refused:
    return unknown("Message", 10008)


def unknown_guild() -> Refused:
    return unknown("Guild", 10004)


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def form(errors: dict[str, Any]) -> Refused:
    """Code 50035 with its tree of `_errors`."""
    return Refused(400, 50035, "Invalid Form Body", errors)


class Problems:
    """Collects what is wrong with a body, and where, in the shape of Discord's `errors`."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._tree)

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note a problem at a path like ("embeds", 0, "title")."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, path: tuple[str | int, ...]) -> None:
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: tuple[str | int, ...], value: object, allowed: object) -> None:
        self.add(path, "BASE_TYPE_CHOICES", f"Value {value!r} must be one of {allowed}.")

    def text(
        self, path: tuple[str | int, ...], value: object, *, lowest: int = 0, highest: int
    ) -> None:
        """A string of so many characters; nothing else."""
        if not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f"Could not interpret {value!r} as string.")
        elif not lowest <= len(value) <= highest:
            self._length(path, lowest, highest, len(value))

    def items(
        self, path: tuple[str | int, ...], given: object, *, lowest: int = 0, highest: int
    ) -> list[Any]:
        """A list of so many items; empty when it is no list at all."""
        if not isinstance(given, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not lowest <= len(given) <= highest:
            self._length(path, lowest, highest, len(given))
        return given

    def number(
        self, path: tuple[str | int, ...], value: object, *, lowest: int, highest: int
    ) -> None:
        """A whole number in a range."""
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < lowest:
            message = f"int value should be greater than or equal to {lowest}."
            self.add(path, "NUMBER_TYPE_MIN", message)
        elif value > highest:
            message = f"int value should be less than or equal to {highest}."
            self.add(path, "NUMBER_TYPE_MAX", message)

    def _length(self, path: tuple[str | int, ...], lowest: int, highest: int, length: int) -> None:
        if length == 0 and lowest == 1:
            self.required(path)
        elif lowest == 0:
            message = f"Must be {highest} or fewer in length."
            self.add(path, "BASE_TYPE_MAX_LENGTH", message)
        else:
            message = f"Must be between {lowest} and {highest} in length."
            self.add(path, "BASE_TYPE_BAD_LENGTH", message)

    def refuse(self) -> None:
        """Raise what was found, if anything was."""
        if self._tree:
            raise form(self._tree)
