"""Keeps answered rows in memory for a moment and writes them to the prediction log in parts."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

from storage.errors import StorageError
from storage.prediction_log import PredictionLog
from tools.serving.limits import Limits
from tools.serving.names import SlotName

_log = logging.getLogger(__name__)


class RequestLog:
    """A buffer before the prediction log: one part per slot and flush.

    Rows that cannot be written now are kept and tried again, up to `limits.backlog_rows`;
    `lost` counts the rows that went missing beyond that.
    """

    def __init__(self, store: PredictionLog, *, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._rows: dict[SlotName, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._full = asyncio.Event()
        self.lost = 0

    @property
    def pending(self) -> int:
        """Rows not yet written."""
        with self._lock:
            return sum(map(len, self._rows.values()))

    def add(self, slot: SlotName, rows: list[dict[str, Any]]) -> None:
        """Take the lines of one request (`storage.prediction_log.log_row`); from the loop."""
        with self._lock:
            self._rows.setdefault(slot, []).extend(rows)
            full = sum(map(len, self._rows.values())) >= self._limits.flush_rows
        if full:
            self._full.set()

    async def run(self) -> None:
        """Write every `flush_s` seconds, or sooner once there are many rows; until cancelled."""
        while True:
            try:
                async with asyncio.timeout(self._limits.flush_s):
                    await self._full.wait()
            except TimeoutError:
                pass
            self._full.clear()
            await asyncio.to_thread(self.flush)

    def flush(self) -> None:
        """Write what is there; what fails for now stays."""
        with self._writing:
            with self._lock:
                taken, self._rows = self._rows, {}
            for slot, rows in taken.items():
                try:
                    self._store.append(slot.scope_id, slot.name, slot.environment, rows)
                except StorageError as exc:
                    _log.warning("the prediction log cannot be written: %s", exc)
                    self._keep(slot, rows)
                except Exception:
                    _log.exception("%d rows of %s cannot be logged", len(rows), slot)
                    self.lost += len(rows)

    def _keep(self, slot: SlotName, rows: list[dict[str, Any]]) -> None:
        room = max(0, self._limits.backlog_rows - self.pending)
        kept = rows[-room:] if room else []
        self.lost += len(rows) - len(kept)
        with self._lock:
            self._rows[slot] = kept + self._rows.get(slot, [])
