"""Checks by which names the chat API is reached, and that its tokens can be made."""

from __future__ import annotations

from typing import Final

from bot.keys import secret_of
from bot.platforms.findings import Finding
from bot.platforms.web.guard import LOOPBACK, doors_of
from bot.settings import Settings, split_address

WHAT: Final = "chat API"


async def check_web(settings: Settings) -> list[Finding]:
    """Whether people who are not at this machine can reach the API by a name it knows."""
    secret_of(settings)
    host = split_address(settings.http)[0].strip("[]")
    others = sorted(doors_of(settings).hosts - LOOPBACK)
    if host in LOOPBACK or others:
        names = ", ".join(others) or "this machine only"
        return [Finding("ok", WHAT, f"{settings.http} answers with a token ({names})")]
    fix = "set MLOPS_PUBLIC_URL or MLOPS_WEB_HOSTS to the names that are used"
    return [Finding("note", WHAT, "it listens on every address but knows no name of its own", fix)]
