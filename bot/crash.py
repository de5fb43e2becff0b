"""Named points at which a test may have this process die, so that nothing is ever half-done.

The environment names one as `MLOPS_CRASH=commit:3`: the third time it gets to `commit`.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from bot.errors import SetupError

Point: TypeAlias = Literal["verify", "commit", "ack", "handle", "post", "mark", "asked", "noted"]
POINTS: Final[tuple[Point, ...]] = ("verify", "commit", "ack", "handle", "post", "mark")
CI_POINTS: Final[tuple[Point, ...]] = ("asked", "noted")
"""On the way of a CI run: after each request about it, and after what it came to was kept."""


@dataclass
class Fuse:
    """Burns down by one each time its point is passed; at zero the process is killed."""

    point: str = ""
    left: int = 0

    def __call__(self, point: Point) -> None:
        """This point is passed."""
        if point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def fuse(text: str) -> Fuse:
    """The fuse that a setting describes; one that never burns for "".

    Raises:
        SetupError: There is no such point, or no number.
    """
    if not text:
        return Fuse()
    point, _, count = text.partition(":")
    points = (*POINTS, *CI_POINTS)
    if point not in points or not count.isdigit():
        raise SetupError(f"MLOPS_CRASH is {text!r}, not one of {', '.join(points)} with a count.")
    return Fuse(point, int(count))
