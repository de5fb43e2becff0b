"""Who asks a CI server: a token, or an App."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Token:
    """A personal access token, or the token of a CI job."""

    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AppKey:
    """A GitHub App as it is installed somewhere; `private_key` is its PEM text."""

    app_id: str
    private_key: str = field(repr=False)
    installation_id: int


Access: TypeAlias = Token | AppKey
