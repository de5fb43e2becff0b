"""Tokens that name a person: signed, short-lived, and no use to anything but the chat API."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

LIFE: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(days=1)
NAME: Final = "web"
LOCAL: Final = "local"
"""The workspace of people at the machine itself."""

_VERSION: Final = "w1"
_CONTEXT: Final = b"chat api token "
_WORKSPACE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_USER: Final = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}(@[a-z0-9-]+(\.[a-z0-9-]+)+)?")
_GROUP: Final = re.compile(r"[^\s/,@]{1,128}")
_LONGEST_NAME: Final = 80
_LONGEST_TOKEN: Final = 8192
_MOST_GROUPS: Final = 100


class BadToken(Exception):
    """A token that is not taken; `str` says why, without saying what would be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who a token names.

    Attributes:
        workspace: `local` for people at the machine, else the name that a sign-in stands for.
        user: A name, or an e-mail address; in lower case.
        name: What other people read.
        groups: What the sign-in says they belong to.
    """

    workspace: str
    user: str
    name: str
    groups: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`web/<workspace>/<user>`."""
        return f"{NAME}/{self.workspace}/{self.user}"

    @property
    def group_ids(self) -> frozenset[str]:
        """`web/<workspace>/group:<id>` for each group."""
        return frozenset(f"{NAME}/{self.workspace}/group:{group}" for group in self.groups)


def person(
    user: str, *, workspace: str = LOCAL, name: str = "", groups: Sequence[str] = ()
) -> Person:
    """A person as sign-ins and command lines name them.

    Groups that could not be written in the settings are left out.

    Raises:
        ValueError: The user or the workspace cannot be part of an id.
    """
    workspace, user = workspace.lower(), user.strip().lower()
    if not _WORKSPACE.fullmatch(workspace):
        raise ValueError(f"{workspace!r} is no workspace: letters, digits, '.' and '-' only")
    if not _USER.fullmatch(user):
        raise ValueError(f"{user!r} is neither a plain name nor an e-mail address")
    kept = tuple(group for group in groups if _GROUP.fullmatch(group))[:_MOST_GROUPS]
    return Person(workspace, user, _shown(name) or user, kept)


def mint(who: Person, *, secret: str, now: datetime, life: timedelta = LIFE) -> str:
    """A token for a person; good from now on, for a day at the most."""
    until = now + min(life, LONGEST)
    claims = {
        "workspace": who.workspace,
        "user": who.user,
        "name": who.name,
        "groups": list(who.groups),
        "until": int(until.timestamp()),
    }
    body = _encode(json.dumps(claims, separators=(",", ":")).encode())
    return f"{_VERSION}.{body}.{_sign(body, secret)}"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a good token says: who, and until when."""

    person: Person
    until: datetime


def read(token: str, *, secret: str, now: datetime) -> Pass:
    """The person behind a token.

    Raises:
        BadToken: It was not made with this secret, or its time is over.
    """
    version, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    wanted = _sign(body, secret).encode()
    good = hmac.compare_digest(signature.encode(errors="replace"), wanted)
    if not good or version != _VERSION or len(token) > _LONGEST_TOKEN:
        raise BadToken("This token is not valid here.")
    claims = _decode(body)
    until = datetime.fromtimestamp(claims["until"], UTC)
    if until <= now:
        raise BadToken("This token has expired.")
    groups = tuple(claims["groups"])
    return Pass(Person(claims["workspace"], claims["user"], claims["name"], groups), until)


def _shown(name: str) -> str:
    """A display name on one line, without characters that turn or hide text."""
    plain = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(plain.split())[:_LONGEST_NAME]


def _sign(body: str, secret: str) -> str:
    """HMAC-SHA256 (RFC 2104), of its own context: no download link can become a token."""
    text = body.encode(errors="replace")
    return _encode(hmac.digest(secret.encode(), _CONTEXT + text, hashlib.sha256))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(body: str) -> dict[str, Any]:
    """What we signed ourselves."""
    try:
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadToken("This token is not valid here.") from error
    return claims
