"""Pictures inside the terminal, for those that can show them (kitty's and iTerm2's protocols)."""

from __future__ import annotations

import base64
from collections.abc import Mapping

CHUNK = 4096


def protocol(environment: Mapping[str, str]) -> str:
    """`kitty`, `iterm` or "" by what the terminal says of itself."""
    if "KITTY_WINDOW_ID" in environment or environment.get("TERM_PROGRAM") == "ghostty":
        return "kitty"
    if environment.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm", "vscode"):
        return "iterm"
    return ""


def escape(png: bytes, kind: str) -> str:
    """The escape sequence that shows a PNG; "" when the terminal cannot."""
    data = base64.b64encode(png).decode()
    if kind == "iterm":
        return f"\x1b]1337;File=inline=1;width=80%:{data}\a\n"
    if kind == "kitty":
        parts = [data[i : i + CHUNK] for i in range(0, len(data), CHUNK)]
        return "".join(_kitty(part, n, len(parts)) for n, part in enumerate(parts)) + "\n"
    return ""


def _kitty(part: str, number: int, count: int) -> str:
    more = 0 if number == count - 1 else 1
    head = f"a=T,f=100,m={more}" if number == 0 else f"m={more}"
    return f"\x1b_G{head};{part}\x1b\\"
