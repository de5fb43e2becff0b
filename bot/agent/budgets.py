"""What a person and a channel may use of this machine in a day, and how much it may keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from storage.catalog.catalog import Catalog
from storage.catalog.records import Turn
from tools.base import Tool
from tools.cards import number
from tools.durations import start_of_day
from tools.errors import Refused

_MB: Final = 2**20
_KEEPS: Final = ("load_dataset", "clean_dataset")


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most of a day (UTC) that jobs may take, and of uploads that are kept; 0: no limit."""

    minutes_per_person: int = 0
    minutes_per_channel: int = 0
    storage_mb: int = 0


class Budgets:
    """Refuses what goes beyond an allowance; what is under way is never cut off."""

    def __init__(
        self, catalog: Catalog, allowance: Allowance, *, now: Callable[[], datetime]
    ) -> None:
        self._catalog = catalog
        self._allowance = allowance
        self._now = now

    def check(self, turn: Turn, tool: Tool[Any]) -> None:
        """Let a call pass that the day's time and the room that is left allow.

        Raises:
            Refused: They are used up; says whose, how much it is, and when there is more.
        """
        if tool.where == "job":
            self._need_time(turn)
        if tool.name in _KEEPS and self._allowance.storage_mb:
            self._need_room(turn)

    def _need_time(self, turn: Turn) -> None:
        now = self._now()
        today, allowed = start_of_day(now), self._allowance
        with self._catalog.read() as unit:
            jobs = unit.jobs
            mine, ours = allowed.minutes_per_person, allowed.minutes_per_channel
            used_mine = jobs.seconds(today, now=now, actor=turn.actor) / 60 if mine else 0
            used_ours = jobs.seconds(today, now=now, scope=turn.address.scope) / 60 if ours else 0
        for whose, used, most in (("your", used_mine, mine), ("this channel's", used_ours, ours)):
            if most and used >= most:
                raise Refused(
                    f"That would go beyond {whose} {most:,} minutes of work a day: "
                    f"{number(used)} are used.",
                    "There is more from 00:00 UTC on; looking at data and models goes on as ever.",
                )

    def _need_room(self, turn: Turn) -> None:
        with self._catalog.read() as unit:
            kept = unit.uploads.kept_bytes(turn.address.scope) / _MB
        if kept >= self._allowance.storage_mb:
            raise Refused(
                f"This channel keeps {number(kept)} MB of files, and "
                f"{self._allowance.storage_mb:,} MB are the most.",
                "Delete a dataset that is no longer needed, then ask again.",
            )
