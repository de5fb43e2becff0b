"""Links people name: what they lead to, and whether this installation lets it be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import quote, unquote, urlsplit

from tools.cards import shown
from tools.errors import Refused

_LINK: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?")
_BUCKET: Final = re.compile(r"s3://[a-z0-9][a-z0-9._-]*(/[^/]+)*")
_HTTPS: Final = 443
_KEPT: Final = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class WebLink:
    """An https link; `target` is its path and query as they are asked for."""

    host: str
    port: int
    target: str

    @property
    def place(self) -> str:
        """Host, with the port where it is not the usual one, as the allow-list has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _HTTPS else f"{host}:{self.port}"

    def __str__(self) -> str:
        """The link, for what it redirects to."""
        return f"https://{self.place}{self.target}"


@dataclass(frozen=True, slots=True)
class BucketLink:
    """An object of a bucket."""

    bucket: str
    key: str

    @property
    def place(self) -> str:
        """The bucket."""
        return f"s3://{self.bucket}"


Link: TypeAlias = WebLink | BucketLink


def is_link(text: str) -> bool:
    """Whether somebody means a link and not a file."""
    return bool(_LINK.match(text))


def parse_link(text: str) -> Link:
    """What a link leads to.

    Raises:
        Refused: It is none that could be read: of another kind, with a password, or malformed.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port or _HTTPS
        host = host.rstrip(".") if ":" in host else host.rstrip(".").encode("idna").decode()
    except ValueError:
        raise _malformed(text) from None
    if parts.scheme not in ("https", "s3"):
        raise Refused(
            "Only links that begin with https:// or s3:// are read.",
            "Name one of these, or attach the file.",
        )
    if "@" in parts.netloc:
        raise Refused(
            "A link with a name or password in it is not read.", "Name it without, or attach it."
        )
    if parts.scheme == "s3":
        key = text.strip()[len("s3://") :].partition("/")[2]
        if not parts.netloc or not key or key.endswith("/"):
            raise _malformed(text)
        return BucketLink(parts.netloc, key)
    if not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        raise _malformed(text)
    target = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=f'{_KEPT}?')}" if parts.query else ""
    return WebLink(host, port, target + query)


def check_source(text: str) -> str:
    """An entry of the allow-list as it is compared.

    Raises:
        ValueError: It is neither a host, perhaps with a port, nor `s3://bucket/prefix`.
    """
    entry = text.strip().rstrip("/")
    if entry.startswith("s3://"):
        if _BUCKET.fullmatch(entry):
            return entry
    elif _HOST.fullmatch(entry.lower()):
        return entry.lower().removesuffix(f":{_HTTPS}")
    raise ValueError(f"write data.example.org or s3://bucket/prefix, not {text!r}")


def check_allowed(link: Link, sources: Sequence[str]) -> None:
    """Let a link pass that leads to an entry of the allow-list, or below it.

    Raises:
        Refused: It does not; says what is allowed.
    """
    if isinstance(link, WebLink):
        allowed = link.place in sources
    else:
        where = f"{link.place}/{link.key}"
        allowed = any(f"{where}/".startswith(f"{entry}/") for entry in sources)
    if not allowed:
        raise Refused(
            f"“{shown(link.place)}” is not a place I may read from.",
            f"Allowed are {', '.join(sources[:5])}; whoever runs me can add to MLOPS_SOURCES. "
            "Or attach the file.",
        )


def file_name(link: Link) -> str:
    """What the file is called there."""
    path = unquote(link.target.partition("?")[0]) if isinstance(link, WebLink) else link.key
    return path.rstrip("/").rpartition("/")[2][-120:] or link.place


def _malformed(text: str) -> Refused:
    return Refused(f"“{shown(text)}” is not a link to a file.", "Check it, or attach the file.")
