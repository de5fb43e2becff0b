"""When something is over, as people say it: after a duration, or on a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tools.cards import moment, shown
from tools.durations import seconds_of
from tools.errors import BadRequest

if TYPE_CHECKING:
    from tools.context import ToolContext

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_S: Final = 86_400


def expiry(said: str, context: ToolContext) -> datetime:
    """The moment after `30m`, `2w`, or at `2026-05-01`; whole days end with their last minute.

    Raises:
        BadRequest: It is neither a duration nor a date, or it is over already.
    """
    now, zone = context.now(), ZoneInfo(context.timezone)
    text = said.strip()
    if re.match(r"\d{4}-", text):
        try:
            then = datetime.fromisoformat(text)
        except ValueError:
            raise BadRequest(f"“{shown(text)}” is no date.", "Write it like 2026-05-01.") from None
        then = then if then.tzinfo else then.replace(tzinfo=zone)
        then = _end_of_day(then, zone) if _DAY.fullmatch(text) else then
    else:
        seconds = seconds_of(text)
        then = now + timedelta(seconds=seconds)
        then = _end_of_day(then, zone) if seconds % _DAY_S == 0 else then
    if then <= now:
        when = moment(then, context.timezone)
        raise BadRequest(f"{when} is over already.", "Name a day to come.")
    return then


def _end_of_day(then: datetime, zone: ZoneInfo) -> datetime:
    return then.astimezone(zone).replace(hour=23, minute=59, second=0, microsecond=0)
