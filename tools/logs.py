"""The log: lines for people, or one JSON object a line, each with the reference it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from tools.trail import reference

LogForm: TypeAlias = Literal["console", "json"]

_QUIET: Final = ("apscheduler", "httpx", "alembic")


def log_to_stderr(form: LogForm, *, level: int = logging.INFO) -> None:
    """Write every record from `level` on to standard error; what was set up before is replaced."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in _QUIET:
        logging.getLogger(noisy).setLevel(logging.WARNING)


class Lines(logging.Formatter):
    """`2026-03-31 08:00:00,123 INFO bot.turns [3fa9c1d2]: words`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(place)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the trace below it; a line break in what was logged begins no new line."""
        told = reference()
        record.place = f" [{told}]" if told else ""
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without its trace."""
        return _one_line(super().formatMessage(record))


class JsonLines(logging.Formatter):
    """`{"time": …, "level": …, "logger": …, "message": …, "ref": …, "error": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object; `ref` and `error` (the trace) are there where there are such."""
        at = datetime.fromtimestamp(record.created, UTC)
        told = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "ref": reference(),
            "error": self.formatException(record.exc_info) if record.exc_info else "",
        }
        kept = {name: value for name, value in told.items() if value or name == "message"}
        return json.dumps(kept, ensure_ascii=False)


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")
