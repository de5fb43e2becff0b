"""What the prediction server needs to know, from its environment or from its supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from tools.logs import LogForm
from tools.serving.limits import Limits

_NAMES: Final = ("MLOPS_DATABASE_URL", "MLOPS_BLOBS_URL", "MLOPS_S3_ENDPOINT_URL", "MLOPS_SERVING")


class BadSettings(ValueError):
    """A setting is missing or cannot be read; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingSettings:
    """Where the catalog and the blobs are, where to listen, and for whom to live.

    `parent` is the process id of the supervisor; None for a server on its own.
    """

    database_url: str
    blobs_url: str
    s3_endpoint_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8081
    parent: int | None = None
    log: LogForm = "console"
    limits: Limits = field(default_factory=Limits)

    def dump(self) -> str:
        """As one JSON line, for a supervised child."""
        return _SETTINGS.dump_json(self).decode()


_SETTINGS: TypeAdapter[ServingSettings] = TypeAdapter(ServingSettings)


def parse_address(text: str) -> tuple[str, int]:
    """`host:port` (IPv6 hosts in brackets) as its parts; raises BadSettings."""
    host, colon, port = text.strip().rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise BadSettings(f"MLOPS_SERVING={text!r} is not host:port, such as 127.0.0.1:8081.")
    return host.strip("[]"), int(port)


def from_environment(environment: Mapping[str, str]) -> ServingSettings:
    """Settings of a server on its own, those in files included; raises BadSettings.

    `MLOPS_SECRETS` (`/run/secrets`) may have a file named like a setting. Without a database or
    blobs they are looked for in `MLOPS_HOME`, as the bot does.
    """
    environment = {**_from_home(environment), **_from_files(environment), **_said(environment)}
    missing = [k for k in ("MLOPS_DATABASE_URL", "MLOPS_BLOBS_URL") if not environment.get(k)]
    if missing:
        raise BadSettings(f"{' and '.join(missing)} must be set: the server follows the catalog.")
    host, port = parse_address(environment.get("MLOPS_SERVING") or "127.0.0.1:8081")
    return ServingSettings(
        database_url=environment["MLOPS_DATABASE_URL"],
        blobs_url=environment["MLOPS_BLOBS_URL"],
        s3_endpoint_url=environment.get("MLOPS_S3_ENDPOINT_URL") or None,
        host=host,
        port=port,
        log="json" if environment.get("MLOPS_LOG") == "json" else "console",
    )


def _said(environment: Mapping[str, str]) -> dict[str, str]:
    """What is set and not empty."""
    return {name: value for name, value in environment.items() if value}


def _from_home(environment: Mapping[str, str]) -> dict[str, str]:
    if not environment.get("MLOPS_HOME"):
        return {}
    home = Path(environment["MLOPS_HOME"]).expanduser().resolve()
    database, blobs = f"sqlite:///{home / 'catalog.db'}", (home / "blobs").as_uri()
    return {"MLOPS_DATABASE_URL": database, "MLOPS_BLOBS_URL": blobs}


def _from_files(environment: Mapping[str, str]) -> dict[str, str]:
    folder = Path(environment.get("MLOPS_SECRETS") or "/run/secrets")
    files = [folder / name for name in _NAMES if (folder / name).is_file()]
    return {file.name: text for file in files if (text := file.read_text("utf-8").strip())}


def from_line(line: str) -> ServingSettings:
    """The reverse of `ServingSettings.dump`; raises BadSettings."""
    try:
        return _SETTINGS.validate_json(line)
    except ValidationError as exc:
        raise BadSettings(f"The supervisor's line cannot be read: {exc}") from exc
