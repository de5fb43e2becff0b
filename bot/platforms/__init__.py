"""Where the assistant talks: every platform by name, imported when it is first used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


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


def load(path: str) -> Any:
    """What `module:name` stands for."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
