"""Where the assistant talks: adapters by name, imported on first use."""

from __future__ import annotations

PLATFORMS: dict[str, str] = {
    "terminal": "bot.platforms.terminal.adapter:TerminalPlatform",
}
