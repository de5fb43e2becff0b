"""Where the assistant talks: every platform by name, imported when it is first used."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from storage.plugins import PLATFORMS as GROUP
from storage.plugins import Plugin, plugins

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a chat platform is found.

    Attributes:
        needs: The setting without which it is not used; "" for one that is always there.
        opens: `module:function` from the settings to the platform.
        checks: `module:function` from the settings to the findings of the doctor.
    """

    needs: str
    opens: str
    checks: str

    def wanted(self, settings: object) -> bool:
        """Whether these settings use it."""
        return not self.needs or bool(getattr(settings, self.needs))


PLATFORMS: dict[str, Entry] = {
    "slack": Entry(
        "slack_bot_token",
        "bot.platforms.slack.adapter:open_slack",
        "bot.platforms.slack.check:check_slack",
    ),
    "discord": Entry(
        "discord_token",
        "bot.platforms.discord.adapter:open_discord",
        "bot.platforms.discord.check:check_discord",
    ),
    "web": Entry(
        "",
        "bot.platforms.web.adapter:open_web",
        "bot.platforms.web.check:check_web",
    ),
}


def outside_platforms() -> tuple[Plugin, ...]:
    """What other installed packages bring: an `Entry` each, by the name of the platform."""
    return plugins(GROUP, taken={*PLATFORMS, "terminal", "mcp"}, check=_trouble)


def all_platforms() -> dict[str, Entry]:
    """Ours, and those of other packages that can be used."""
    outside = {each.name: each.value for each in outside_platforms() if not each.trouble}
    return {**PLATFORMS, **outside}


def open_wanted(settings: Any) -> list[Any]:
    """The platforms that the settings use, opened; one of others that cannot be is left out."""
    opened = []
    for name, entry in all_platforms().items():
        if not entry.wanted(settings):
            continue
        try:
            opened.append(load(entry.opens)(settings))
        except Exception:
            if name in PLATFORMS:
                raise
            log.exception("the platform %s of another package cannot be opened", name)
    return opened


def _trouble(_: str, value: Any) -> str:
    return "" if isinstance(value, Entry) else f"it is a {type(value).__name__}, not an Entry"


def load(path: str) -> Any:
    """What `module:name` stands for."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
