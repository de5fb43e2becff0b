"""Errors of the bot layer.

BotError
├── NotAllowed      this person may not do that; shown privately to them
├── Gone            the button, choice or approval is no longer open
└── SetupError      a setting is missing or wrong; shown by the command line
"""

from __future__ import annotations


class BotError(Exception):
    """A failure explained to the person; `str` is the sentence they see."""


class NotAllowed(BotError):
    """The person who clicked or asked has not the role for it."""


class Gone(BotError):
    """What was clicked is not open any more."""


class SetupError(BotError):
    """A setting is missing or wrong."""
