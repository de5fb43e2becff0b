"""The file that names MCP servers, the tools allowed of each, and their effects."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import SetupError
from tools.base import Effect

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,23}")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)


class Source(BaseModel):
    """One server.

    Attributes:
        command: How it is started, to be talked to on its standard input and output.
        pass_env: Variables of our environment that it is given; it gets no others of ours.
        url: Or where it listens: https, or http on this machine.
        token_env: The variable with the token it is sent.
        timeout_s: Seconds for a whole exchange.
        tools: Effect by tool; an effect that is not known counts as deploy.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...] = ()
    pass_env: tuple[str, ...] = ()
    url: str = ""
    token_env: str = ""
    timeout_s: float = Field(20.0, gt=0, le=120)
    tools: dict[str, Literal["read", "write", "confirm", "deploy", "unknown"]] = {}

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        """Tokens and answers travel in the open on this machine alone."""
        parts = urlsplit(value)
        near = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if value and parts.scheme != "https" and not near:
            raise ValueError("write an https:// address, or http:// of this machine")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Source:
        if bool(self.command) == bool(self.url):
            raise ValueError("write either a command or a url")
        return self

    def effect(self, tool: str) -> Effect:
        """What a tool may do; unknown is the worst."""
        told = self.tools[tool]
        return "deploy" if told == "unknown" else told


def read_listed(path: Path | None) -> Mapping[str, Source]:
    """The servers of a file, by name.

    Raises:
        SetupError: It cannot be read, or an entry is wrong.
    """
    if path is None:
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"MLOPS_MCP_SERVERS: {path} cannot be read: {error}") from None
    return {name: _source(name, entry, path) for name, entry in entries.items()}


def _source(name: str, entry: object, path: Path) -> Source:
    if not _NAME.fullmatch(name):
        raise SetupError(
            f"{path}: {name!r} is no name for a server: write lower case, digits and underscores."
        )
    try:
        return Source.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([name, *map(str, first["loc"])])
        raise SetupError(f"{path}: {where}: {first['msg']}") from None
