"""Errors of the bot layer.

BotError
├── NotAllowed      this person may not do that; shown privately to them
├── Gone            the button, choice or approval is no longer open
├── SetupError      a setting is missing or wrong; shown by the command line
├── Later           a platform asks to wait before the next message
└── Undeliverable   a message can never be posted where it should go
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


class Later(BotError):
    """The platform cannot take a message now; try again after `after_s` seconds."""

    def __init__(self, message: str, *, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


class Undeliverable(BotError):
    """The message cannot be posted there, however often it is tried.

    `gone` says that the whole channel is out of reach, not only this message.
    """

    def __init__(self, message: str, *, gone: bool = False) -> None:
        super().__init__(message)
        self.gone = gone
