"""What a check of the set-up found, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor; `bad` must be fixed, `note` is worth knowing."""

    state: Literal["ok", "note", "bad"]
    what: str
    sentence: str
    fix: str = ""
