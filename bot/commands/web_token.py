"""`web-token`: a token for the chat API, for other front ends and for trying it."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from bot.errors import SetupError
from bot.keys import secret_of
from bot.platforms.web.tokens import LONGEST, mint, person
from bot.settings import Settings


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Print one; 0 once that is done.

    Raises:
        SetupError: There can be no such person, or no such time.
    """
    life = timedelta(minutes=options.minutes)
    if not timedelta(0) < life <= LONGEST:
        raise SetupError(f"A token lives 1 to {LONGEST // timedelta(minutes=1):,} minutes.")
    try:
        who = person(
            options.user, workspace=options.workspace, name=options.name, groups=options.group
        )
    except ValueError as error:
        raise SetupError(str(error)) from None
    print(mint(who, secret=secret_of(settings), now=datetime.now(UTC), life=life))
    return 0
